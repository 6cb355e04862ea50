import { exitCodeOfSignal } from './exit.js';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Turns the signals that end a program into an abort, whose reason is the signal's name. A second one ends the program
 * at once; the processes of a run are then killed by their guard.
 */
export class Interrupts {
  private readonly controller = new AbortController();
  private readonly listeners = new Map<string, () => void>();

  /** @param atOnce called before the program ends at once; says what is left */
  constructor(atOnce: () => void) {
    for (const name of signals) {
      const listener = (): void => {
        if (!this.controller.signal.aborted) {
          this.controller.abort(name);
          return;
        }
        atOnce();
        process.exit(exitCodeOfSignal(name));
      };
      this.listeners.set(name, listener);
      process.on(name, listener);
    }
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Lets the signals do again what they do by default. */
  release(): void {
    for (const [name, listener] of this.listeners) process.off(name, listener);
  }
}
