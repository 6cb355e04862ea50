import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** From the lab to its guard: a line of JSON each. */
export type ToGuard =
  | { readonly type: 'watch'; readonly pid: number; readonly directory: string | null }
  | { readonly type: 'forget'; readonly pid: number }
  | { readonly type: 'goodbye' };

/**
 * A process that kills what the lab has started, should the lab be killed itself. It is told over a pipe: what was
 * written there is read even when the lab died while the guard was still starting, and its end can't be missed.
 */
export class Guard {
  private readonly process: ChildProcess;
  private readonly exited: Promise<unknown>;

  constructor() {
    const fromSources = import.meta.url.endsWith('.ts');
    const entry = fileURLToPath(new URL(`./main.${fromSources ? 'ts' : 'js'}`, import.meta.url));
    const loader = fromSources ? ['--import', 'tsx'] : [];
    this.process = spawn(process.execPath, [...loader, entry], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    // Without a guard the run is only less safe; writing to one that somebody has killed is no reason to end it.
    const warn = (error: Error): void => process.emitWarning(`The guard is gone: ${error.message}`);
    this.process.on('error', warn);
    this.process.stdin?.on('error', warn);
    this.exited = once(this.process, 'exit').catch(warn);
  }

  /**
   * @param pid leader of its own process group
   * @param directory removed with it
   */
  watch(pid: number, directory: string | null = null): void {
    if (pid > 1) this.send({ type: 'watch', pid, directory });
  }

  /** The process has ended. */
  forget(pid: number): void {
    this.send({ type: 'forget', pid });
  }

  /** Kills everything that is still watched. */
  killAll(): void {
    this.process.stdin?.end();
  }

  /** The guard goes, after it has killed what it was told to kill, and this waits for it. */
  async dismiss(): Promise<void> {
    this.send({ type: 'goodbye' });
    this.process.stdin?.end();
    await this.exited;
  }

  private send(message: ToGuard): void {
    if (this.process.stdin?.writable) this.process.stdin.write(`${JSON.stringify(message)}\n`);
  }
}
