import { isIP } from 'node:net';
import { LaunchpadError } from '../../../errors.js';

/** Where a Redis is, and how to get in. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** null: the server's default user. */
  readonly username: string | null;
  readonly password: string | null;
  readonly database: number;
  /** `redis://host:port/database`, without credentials: the only form that may be shown. */
  readonly display: string;
}

/** Options of Node's TLS for this server. A name is needed to choose a certificate; an address may not be one. */
export function tlsOptions({ host }: RedisAddress): { servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}

const form = 'Write it as redis://[[user]:password@]host[:port][/database], or rediss:// for TLS';

/**
 * Takes a Redis url apart. What is wrong is said without repeating the url, which may hold a password.
 *
 * @throws LaunchpadError `usage`
 */
export function parseRedisUrl(url: string): RedisAddress {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) throw wrong('The Redis url has no scheme');
  if (scheme !== 'redis' && scheme !== 'rediss')
    throw wrong(`The Redis url has the scheme ${scheme}, which is not supported`);
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch (error) {
    // The error holds the url; only its kind goes on.
    const code = (error as NodeJS.ErrnoException).code;
    throw wrong(
      `The Redis url is not a url with a host and a port from 1 to 65535${code === undefined ? '' : ` (${code})`}`,
    );
  }
  if (parsed.hostname === '') throw wrong('The Redis url names no host');
  const port = parsed.port === '' ? 6379 : Number(parsed.port);
  if (port === 0) throw wrong('The Redis url has the port 0');
  const path = parsed.pathname.replace(/^\//, '');
  if (!/^\d*$/.test(path)) throw wrong('The Redis url names a database that is not a number');
  const database = Number(path);
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    host,
    port,
    tls: scheme === 'rediss',
    username: parsed.username === '' ? null : decode(parsed.username),
    password: parsed.password === '' ? null : decode(parsed.password),
    database,
    display: `${scheme}://${parsed.hostname}:${port}${database === 0 ? '' : `/${database}`}`,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError)
      throw wrong('The credentials in the Redis url are not percent-encoded correctly');
    throw error;
  }
}

function wrong(message: string): LaunchpadError {
  return new LaunchpadError('usage', message, { hint: form });
}
