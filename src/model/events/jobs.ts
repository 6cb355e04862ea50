import { grown } from './moments.js';

/** Where a job is. */
export const jobState = { gone: 0, ready: 1, active: 2, delayed: 3 } as const;

/**
 * The jobs that a queue's broker holds: what it knows of each, in columns. A job's number is used again when it is gone; its serial
 * number never is.
 */
export class JobPool {
  /** The message that it is for. */
  slot = new Int32Array(64);
  state = new Uint8Array(64);
  /** How often it was handed out, how many of these failed, and at which start it last did. */
  starts = new Uint32Array(64);
  failures = new Uint32Array(64);
  failedAt = new Uint32Array(64);
  /** How often it was given back because its worker was silent. */
  stalls = new Uint32Array(64);
  isRepaired = new Uint8Array(64);
  serial = new Float64Array(64);
  /** When it was taken, and at which step, which no two takings share; −1: it isn't in anybody's hand. */
  takenAt = new Float64Array(64);
  takenStep = new Float64Array(64);
  /** When its lock was last renewed, and when it ends: of one whose worker is silent. */
  renewedAt = new Float64Array(64);
  lockUntil = new Float64Array(64);
  /** Goes up with each delay, so that an entry of an earlier one is known for what it is. */
  delayStamp = new Int32Array(64);
  private used = 0;
  private serials = 0;
  private readonly free: number[] = [];

  /** @param serial of a job that was there before; absent: a new one */
  add(slot: number, isRepaired: boolean, serial = ++this.serials): number {
    let job = this.free.pop();
    if (job === undefined) {
      if (this.used === this.slot.length) this.grow();
      job = this.used++;
    }
    this.slot[job] = slot;
    this.state[job] = jobState.gone;
    this.starts[job] = 0;
    this.failures[job] = 0;
    this.failedAt[job] = 0;
    this.stalls[job] = 0;
    this.isRepaired[job] = isRepaired ? 1 : 0;
    this.serial[job] = serial;
    this.takenStep[job] = -1;
    return job;
  }

  release(job: number): void {
    this.state[job] = jobState.gone;
    this.takenStep[job] = -1;
    this.free.push(job);
  }

  /** Every job that is there, in no order. */
  *all(): Generator<number> {
    for (let job = 0; job < this.used; job++) if (this.state[job] !== jobState.gone) yield job;
  }

  private grow(): void {
    const length = this.slot.length * 2;
    this.slot = grown(this.slot, new Int32Array(length));
    this.state = grown(this.state, new Uint8Array(length));
    this.starts = grown(this.starts, new Uint32Array(length));
    this.failures = grown(this.failures, new Uint32Array(length));
    this.failedAt = grown(this.failedAt, new Uint32Array(length));
    this.stalls = grown(this.stalls, new Uint32Array(length));
    this.isRepaired = grown(this.isRepaired, new Uint8Array(length));
    this.serial = grown(this.serial, new Float64Array(length));
    this.takenAt = grown(this.takenAt, new Float64Array(length));
    this.takenStep = grown(this.takenStep, new Float64Array(length));
    this.renewedAt = grown(this.renewedAt, new Float64Array(length));
    this.lockUntil = grown(this.lockUntil, new Float64Array(length));
    this.delayStamp = grown(this.delayStamp, new Int32Array(length));
  }
}
