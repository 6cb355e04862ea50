/** Options of findRedis. */
export interface FindRedisOptions {
  /** A Redis that is there already. */
  readonly url?: string;
  /** Whether a server that is started here keeps its data over its own restart. Default: false. */
  readonly appendOnly?: boolean;
  /** Whether packages may be fetched. The environment's LAUNCHPAD_NO_DOWNLOAD=1 forbids it too. */
  readonly allowDownload: boolean;
  /** Where what was fetched is kept. Default: `launchpad` in XDG_CACHE_HOME or `~/.cache`. */
  readonly cacheDirectory?: string;
  /** Told what takes time, in sentences for the user. */
  readonly log: (sentence: string) => void;
  /** Aborted: what was started here is killed, its temporary directories are removed, and findRedis rejects. */
  readonly signal?: AbortSignal;
  /** Called as soon as a process exists (a server, apt-get, dpkg): leader of its own process group, with its temporary directory. */
  readonly onSpawn?: (pid: number, directory: string) => void;
  /** Default: process.env. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** What a search for a program is done with. */
export interface Surroundings extends Pick<FindRedisOptions, 'log' | 'signal' | 'onSpawn'> {
  readonly environment: NodeJS.ProcessEnv;
}

/** A server program that can be started. */
export interface ServerProgram {
  /** `redis-server`, `valkey-server`. */
  readonly name: string;
  readonly file: string;
  /** Where its shared libraries are, where they are not the system's. */
  readonly libraries: readonly string[];
  /** How it was found, in words. */
  readonly source: string;
}
