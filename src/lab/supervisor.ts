import { longestTimer } from './timers.js';

/** Starts workers again that died, each some time after its death. Real milliseconds. */
export class Supervisor {
  private readonly timers = new Map<number, NodeJS.Timeout>();

  /** @param delayMillis null: nobody is started again */
  constructor(
    private readonly delayMillis: number | null,
    private readonly restart: (worker: number) => void,
  ) {}

  /** Workers that are going to be started. */
  get pending(): number {
    return this.timers.size;
  }

  /** A worker has died that nobody had told to go. */
  died(worker: number): void {
    if (this.delayMillis === null) return;
    this.callOff(worker);
    const start = (): void => {
      this.timers.delete(worker);
      this.restart(worker);
    };
    this.timers.set(worker, setTimeout(start, Math.min(this.delayMillis, longestTimer)));
  }

  /** That worker, or all of them, are not started again. */
  callOff(worker?: number): void {
    for (const [number, timer] of [...this.timers]) {
      if (worker !== undefined && worker !== number) continue;
      clearTimeout(timer);
      this.timers.delete(number);
    }
  }
}
