import type { FailureSpec, Outcome } from '../../scenario/types.js';
import { grown } from './moments.js';

/** Messages in workers' hands, from their start until their end, in columns. */
export class Deliveries {
  process = new Int32Array(64);
  job = new Int32Array(64);
  slot = new Int32Array(64);
  /** Which start of its job it is, and how many attempts had failed before. */
  start = new Uint32Array(64);
  failures = new Uint32Array(64);
  /** The step at which the job was taken: no two takings share one. */
  step = new Float64Array(64);
  /** How its work ends; a number of `courseEnd`. */
  end = new Uint8Array(64);
  /** The point where it is, and, as bits, those that it has left behind. */
  point = new Uint8Array(64);
  behind = new Uint8Array(64);
  /** What follows when it is no longer held back; 0: it isn't. */
  heldStage = new Uint8Array(64);
  isLetThrough = new Uint8Array(64);
  /** Idempotency knew its message; the effect is another's. */
  isKnown = new Uint8Array(64);
  /** Its lock ended while its worker was frozen. */
  isLost = new Uint8Array(64);
  /** Of a polling worker: the batch that it is of. */
  batch = new Int32Array(64);
  /** Goes up when it is over, so that what was to happen to it is known for something past. */
  stamp = new Int32Array(64);
  /** How many of its next queues it has been published on to. */
  published = new Int32Array(64);
  /** The neighbours among those of its process: the one that was started before it, and the one after; −1: there is none. */
  before = new Int32Array(64);
  private after = new Int32Array(64);
  readonly name: string[] = [];
  readonly failure: (FailureSpec | null)[] = [];
  /** What came of its work, once it is past its effect; null: nothing follows. */
  readonly outcome: (Outcome | null)[] = [];
  /** The one that each process started last; −1: there is none. */
  private readonly latest: number[] = [];
  private used = 0;
  private readonly free: number[] = [];

  take(process: number, job: number, slot: number, name: string): number {
    let d = this.free.pop();
    if (d === undefined) {
      if (this.used === this.process.length) this.grow();
      d = this.used++;
    }
    this.process[d] = process;
    this.job[d] = job;
    this.slot[d] = slot;
    this.name[d] = name;
    this.failure[d] = null;
    this.outcome[d] = null;
    this.point[d] = 0;
    this.behind[d] = 0;
    this.heldStage[d] = 0;
    this.isLetThrough[d] = 0;
    this.isKnown[d] = 0;
    this.isLost[d] = 0;
    this.published[d] = 0;
    const before = this.latestOf(process);
    this.before[d] = before;
    this.after[d] = -1;
    if (before >= 0) this.after[before] = d;
    this.latest[process] = d;
    return d;
  }

  release(d: number): void {
    const [before, after] = [this.before[d], this.after[d]];
    if (before >= 0) this.after[before] = after;
    if (after >= 0) this.before[after] = before;
    else this.latest[this.process[d]] = before;
    this.process[d] = -1;
    this.stamp[d]++;
    this.free.push(d);
  }

  /** The one that a worker started last, of those in its hands; `before` leads to the others. −1: there is none. */
  latestOf(process: number): number {
    return this.latest[process] ?? -1;
  }

  /** Those in a worker's hands, the oldest first. */
  of(process: number): number[] {
    const found: number[] = [];
    for (let d = this.latestOf(process); d >= 0; d = this.before[d]) found.push(d);
    return found.sort((one, other) => this.step[one] - this.step[other]);
  }

  private grow(): void {
    const length = this.process.length * 2;
    this.process = grown(this.process, new Int32Array(length));
    this.job = grown(this.job, new Int32Array(length));
    this.slot = grown(this.slot, new Int32Array(length));
    this.start = grown(this.start, new Uint32Array(length));
    this.failures = grown(this.failures, new Uint32Array(length));
    this.step = grown(this.step, new Float64Array(length));
    this.end = grown(this.end, new Uint8Array(length));
    this.point = grown(this.point, new Uint8Array(length));
    this.behind = grown(this.behind, new Uint8Array(length));
    this.heldStage = grown(this.heldStage, new Uint8Array(length));
    this.isLetThrough = grown(this.isLetThrough, new Uint8Array(length));
    this.isKnown = grown(this.isKnown, new Uint8Array(length));
    this.isLost = grown(this.isLost, new Uint8Array(length));
    this.batch = grown(this.batch, new Int32Array(length));
    this.stamp = grown(this.stamp, new Int32Array(length));
    this.published = grown(this.published, new Int32Array(length));
    this.before = grown(this.before, new Int32Array(length));
    this.after = grown(this.after, new Int32Array(length));
  }
}
