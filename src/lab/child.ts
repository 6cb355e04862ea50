import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FromChild, ToChild } from './protocol.js';
import { within } from './timers.js';

/** How a child ended. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

// From the sources (tests run them so) a child needs the same loader as its parent; from the build it needs none.
const fromSources = import.meta.url.endsWith('.ts');
const extension = fromSources ? 'ts' : 'js';

/** What a child is started with, so that a list of processes shows whose it is: one with another parent has lost its lab. */
export function labMark(pid: number): string {
  return `--lab=${pid}`;
}

/** A process of the lab: its own process group, so that a terminal's Ctrl-C doesn't reach it; its output in a file. */
export class Child {
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  private readonly process: ChildProcess;
  private readonly listeners = new Set<(message: FromChild) => void>();
  private gone = false;
  private saidReady = false;
  private saidFailure: string | undefined;

  /**
   * @param entry the entry file below src/lab, without its ending: `worker/main`
   * @param outputFile where its standard output and error go
   */
  constructor(entry: string, outputFile: string) {
    const output = openSync(outputFile, 'a');
    this.process = fork(
      fileURLToPath(new URL(`./${entry}.${extension}`, import.meta.url)),
      [labMark(process.pid)],
      {
        detached: true,
        execArgv: fromSources ? ['--import', 'tsx'] : [],
        stdio: ['ignore', output, output, 'ipc'],
      },
    );
    closeSync(output);
    this.pid = this.process.pid ?? -1;
    this.exited = new Promise((resolve) => {
      this.process.once('exit', (code, signal) => {
        this.gone = true;
        resolve({ code, signal });
      });
      // A process that could not be started at all has no exit event.
      this.process.once('error', () => {
        this.gone = true;
        resolve({ code: null, signal: null });
      });
    });
    this.process.on('message', (received) => {
      const message = received as FromChild;
      if (message.type === 'ready') this.saidReady = true;
      if (message.type === 'failed') this.saidFailure = message.message;
      for (const listener of [...this.listeners]) listener(message);
    });
  }

  /** Whether it has said that it is ready. */
  get isReady(): boolean {
    return this.saidReady;
  }

  /** Why it can't go on, if it has said so. */
  get failure(): string | undefined {
    return this.saidFailure;
  }

  send(message: ToChild): void {
    // A child that has just died has a closed channel; its exit is what tells.
    if (this.process.connected) this.process.send(message, () => undefined);
  }

  /** Calls back on every message; returns how to stop that. */
  on(listener: (message: FromChild) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Resolves with the first message of that type; null when the child exits before. */
  async next<Type extends FromChild['type']>(type: Type): Promise<Extract<FromChild, { type: Type }> | null> {
    let stop: () => void = () => undefined;
    const message = new Promise<Extract<FromChild, { type: Type }>>((resolve) => {
      stop = this.on((candidate) => {
        if (candidate.type === type) resolve(candidate as Extract<FromChild, { type: Type }>);
      });
    });
    const first = await Promise.race([message, this.exited.then(() => null)]);
    stop();
    return first;
  }

  /** Sends a signal to the child's process group. */
  signal(signal: NodeJS.Signals): void {
    if (this.gone) return;
    try {
      process.kill(-this.pid, signal);
    } catch (error) {
      // It went between the check and the call.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Waits until all have exited, and kills those that are still there after the grace (real milliseconds). */
export async function endWithin(children: readonly Child[], graceMillis: number): Promise<void> {
  const gone = Promise.all(children.map((child) => child.exited));
  if ((await within(gone, graceMillis, null)) !== null) return;
  for (const child of children) child.signal('SIGKILL');
  await gone;
}

/** What a child said before it went, as a part of its `exited` event. */
export function whyOf(child: Child): { readonly why?: string } {
  return child.failure === undefined ? {} : { why: child.failure };
}
