import type { Job } from 'bullmq';
import type { ConsumerEvents } from '../../types.js';
import { messageIdOf } from './jobs.js';
import type { JobEnds } from './worker.js';

/** The handle of a held job still runs. */
const untold = -1;

/** BullMQ's codes for an end that Redis did not take, because the job is no longer this worker's. */
const notOurs: ReadonlySet<unknown> = new Set([-1, -2, -3, -6]);

/** The jobs that a worker holds, from their start until the end of each is known. */
export class Hands implements JobEnds {
  private running = 0;
  /** How often the connection was lost. */
  private losses = 0;
  /** Each held job, with the losses at the time its end was told. By object: after a freeze the same id can be held twice. */
  private readonly held = new Map<Job, number>();
  private waiting: (() => void)[] = [];

  /**
   * @param buried called with each dead job, after it was told
   */
  constructor(
    private readonly on: Pick<ConsumerEvents, 'settled' | 'dead'>,
    private readonly buried: (job: Job) => void = () => undefined,
  ) {}

  /** Whether no handle runs. Ends may still be unconfirmed. */
  get areEmpty(): boolean {
    return this.running === 0;
  }

  /** Resolves when no handle runs. */
  empty(): Promise<void> {
    if (this.areEmpty) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  take(job: Job): void {
    this.running++;
    this.held.set(job, untold);
  }

  /** A handle returned. */
  finish(): void {
    this.running--;
    if (this.areEmpty) for (const resolve of this.waiting.splice(0)) resolve();
  }

  connectionLost(): void {
    this.losses++;
  }

  telling(job: Job): void {
    if (this.held.has(job)) this.held.set(job, this.losses);
  }

  told(job: Job): void {
    if (this.held.delete(job)) this.on.settled(messageIdOf(job.id), 'ok');
  }

  notTold(job: Job, error: unknown): void {
    const lossesThen = this.held.get(job);
    if (lossesThen === undefined) return;
    this.held.delete(job);
    // A command whose reply was lost is sent again; that it is refused then can mean that it was obeyed before.
    const isLost = notOurs.has((error as { code?: unknown }).code) && lossesThen === this.losses;
    this.on.settled(messageIdOf(job.id), isLost ? 'lost' : 'unknown');
  }

  dead(job: Job, reason: string): void {
    this.on.dead(messageIdOf(job.id), reason);
    this.buried(job);
  }

  /** No answer is waited for any more. */
  giveUp(): void {
    for (const job of this.held.keys()) this.on.settled(messageIdOf(job.id), 'unknown');
    this.held.clear();
  }
}
