import { Job, type Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ConsumeOptions, ConsumerEvents } from '../../types.js';
import { addLetter, type FailedJob, letterOf, moveToLetters, readFailed } from './dead-letters.js';
import { messageIdOf } from './jobs.js';

/** What a relay works with. */
export interface RelaySetup {
  readonly client: Redis;
  readonly queue: Queue;
  readonly letters: Queue;
  readonly beforeDeadLetter: ConsumeOptions['beforeDeadLetter'];
  readonly on: Pick<ConsumerEvents, 'dead' | 'deadLettered'>;
  /** Hears of a move that Redis did not take; the next sweep tries it again. */
  readonly failed: (error: unknown) => void;
}

/**
 * Moves failed jobs to the dead-letter queue. BullMQ puts a job into its failed set in one step, and that is what this
 * relies on: whatever dies afterwards, the job is there, and some consumer's sweep finds it.
 */
export class Relay {
  /** Deaths on their way, by job and time. */
  private readonly moves = new Map<string, Promise<void>>();
  /** Deaths that were told already. */
  private readonly told = new Set<string>();
  /** Deaths that the last sweep saw. */
  private seen: ReadonlySet<string> = new Set();
  private timer: NodeJS.Timeout | undefined;
  /** While Redis is away a look at it waits; others are not to pile up behind it. */
  private looking = 0;
  /** Moves that the consumer's owner holds back. */
  private heldBack = 0;

  constructor(private readonly setup: RelaySetup) {}

  /** Moves what is there, and from then on looks again every so often. */
  start(checkMillis: number): void {
    void this.sweep('all');
    this.timer = setInterval(() => {
      if (this.looking === 0) void this.sweep('seen');
    }, checkMillis);
  }

  /** A job of this consumer's failed, and that was told. */
  own(job: Job): void {
    const failed: FailedJob = { id: job.id ?? '', at: String(job.finishedOn) };
    this.told.add(deathOf(failed));
    this.move(failed, job);
  }

  /**
   * Looks through the failed set. `seen`: moves only what was there at the last sweep too, because a job that failed just
   * now is its own consumer's to move.
   */
  async sweep(which: 'all' | 'seen'): Promise<void> {
    this.looking++;
    try {
      const failed = await readFailed(this.setup.client, this.setup.queue);
      const before = this.seen;
      this.seen = new Set(failed.map(deathOf));
      for (const one of failed) if (which === 'all' || before.has(deathOf(one))) this.move(one);
    } catch (error) {
      this.setup.failed(error);
    } finally {
      this.looking--;
    }
  }

  /** Stops looking. */
  stop(): void {
    clearInterval(this.timer);
  }

  /** Whether a move waits for the consumer's owner. */
  get isHeldBack(): boolean {
    return this.heldBack > 0;
  }

  /** Resolves when nothing is on its way. */
  async idle(): Promise<void> {
    while (this.moves.size > 0) await Promise.all(this.moves.values());
  }

  private move(failed: FailedJob, job?: Job): void {
    const death = deathOf(failed);
    if (this.moves.has(death)) return;
    const moved = this.moveOne(failed, job)
      .catch(this.setup.failed)
      .finally(() => this.moves.delete(death));
    this.moves.set(death, moved);
  }

  private async moveOne(failed: FailedJob, known?: Job): Promise<void> {
    const { client, queue, letters, beforeDeadLetter, on } = this.setup;
    const job = known ?? (await Job.fromId(queue, failed.id));
    if (job === undefined || String(job.finishedOn) !== failed.at) return;
    const letter = letterOf(job);
    const death = deathOf(failed);
    if (!this.told.has(death)) {
      this.told.add(death);
      on.dead(letter.id, letter.reason);
    }
    this.heldBack++;
    try {
      await beforeDeadLetter(letter.id);
    } finally {
      this.heldBack--;
    }
    const isMoved = await moveToLetters(client, queue, letters, failed, letter);
    this.told.delete(death);
    if (isMoved) on.deadLettered(letter.id);
  }
}

/** The handbook's way: a listener of the worker's own failures adds the letter, once. The job stays in the failed set. */
export async function addOnFailed(job: Job, setup: Omit<RelaySetup, 'client' | 'queue'>): Promise<void> {
  const id = messageIdOf(job.id);
  try {
    await setup.beforeDeadLetter(id);
    await addLetter(setup.letters, letterOf(job));
    setup.on.deadLettered(id);
  } catch (error) {
    setup.failed(error);
  }
}

function deathOf({ id, at }: FailedJob): string {
  return `${id} ${at}`;
}
