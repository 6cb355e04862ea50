import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** From the lab to its guard. */
export type ToGuard =
  | { readonly type: 'watch'; readonly pid: number; readonly directory: string | null }
  | { readonly type: 'forget'; readonly pid: number }
  | { readonly type: 'goodbye' };

/** A process that kills what the lab has started, should the lab be killed itself. */
export class Guard {
  private readonly process: ChildProcess;

  constructor() {
    const fromSources = import.meta.url.endsWith('.ts');
    const entry = fileURLToPath(new URL(`./main.${fromSources ? 'ts' : 'js'}`, import.meta.url));
    this.process = fork(entry, [], {
      detached: true,
      execArgv: fromSources ? ['--import', 'tsx'] : [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.process.unref();
    this.process.channel?.unref();
  }

  /**
   * @param pid leader of its own process group
   * @param directory removed with it
   */
  watch(pid: number, directory: string | null = null): void {
    this.send({ type: 'watch', pid, directory });
  }

  /** The process has ended. */
  forget(pid: number): void {
    this.send({ type: 'forget', pid });
  }

  /** Kills everything that is still watched, now. */
  killAll(): void {
    if (this.process.connected) this.process.disconnect();
  }

  /** Everything has ended; the guard goes, and this waits for it. */
  async dismiss(): Promise<void> {
    const { process: guard } = this;
    if (guard.exitCode !== null || guard.signalCode !== null) return;
    guard.ref();
    const gone = new Promise<void>((resolve) => guard.once('exit', () => resolve()));
    this.send({ type: 'goodbye' });
    await gone;
  }

  private send(message: ToGuard): void {
    // A guard that was killed by somebody leaves the run as it would be without one.
    if (this.process.connected) this.process.send(message, () => undefined);
  }
}
