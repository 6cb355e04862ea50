import type { PlannedFault } from '../../plan/types.js';
import type { QueueState } from './queue.js';

/** An aimed kill that waits for its moment. */
export interface Aim {
  readonly fault: PlannedFault;
  /** Where it is to hit; a number of `point`. */
  readonly point: number;
  /** Of a random one: passages through any point that are still to come. */
  passagesLeft: number;
}

/** A moment that came while its worker was frozen. */
export interface Deferred {
  readonly kind: number;
  readonly a: number;
  readonly b: number;
}

/** A worker's process. */
export class WorkerProcess {
  /** Its ledger file; −1: it has written nothing yet. */
  file = -1;
  isAlive = true;
  isReady = false;
  isFrozen = false;
  /** Since when, where it is; microseconds. */
  frozenAt = 0;
  /** It was told to finish what it holds and go. */
  isClosing = false;
  /** The lab told it to go, by whatever signal; it was told to finish, so that no supervisor brings it back. */
  isOrdered = false;
  isDismissed = false;
  /** It waits in its queue's line for a message. */
  isWaiting = false;
  /** Messages in hand. */
  inHand = 0;
  /** A job that was taken when another's end was told, and that is about to be started; −1: none. */
  taken = -1;
  aim: Aim | null = null;
  /** Since when it renews its locks: its start, or the thaw that made up for a renewal. Microseconds. */
  renewsSince = 0;
  /** The step of its last look through the dead; −1: it hasn't looked. */
  sweptStep = -1;
  /** What `memory` remembers. */
  readonly memory = new Set<number>();
  readonly deferred: Deferred[] = [];
  /** Of a polling worker: its latest batch, whether it waits for it, how many of it are left, and what it has yet to start. */
  batch = 0;
  isBatchOpen = false;
  batchLeft = 0;
  batchTaken: number[] = [];

  constructor(
    /** Its place in the engine's list. */
    readonly index: number,
    readonly queue: QueueState,
    readonly number: number,
    readonly pid: number,
  ) {}

  /** Whether it takes messages as they come, if it has a hand. */
  get takes(): boolean {
    return this.isAlive && this.isReady && !this.isFrozen && !this.isClosing;
  }
}
