import type { RateSegment } from '../plan/types.js';
import type { CapacityStep } from './balance.js';
import { type Piece, valueWithin } from './pieces.js';

/** How long something takes that happens at once, in seconds: rates have to be finite. */
const moment = 0.1;

/** The curves of a fluid run as they are drawn. */
export class Recorder {
  private readonly backlog: Piece[] = [];
  private readonly starts: Piece[] = [];
  private readonly passed: RateSegment[] = [];
  private readonly capacity: CapacityStep[];
  private bursting = 0;

  constructor(perSecond: number) {
    this.capacity = [{ atSeconds: 0, perSecond }];
  }

  /** The capacity changes. */
  step(atSeconds: number, perSecond: number): void {
    if (this.capacity.at(-1)?.atSeconds === atSeconds) this.capacity.pop();
    this.capacity.push({ atSeconds, perSecond });
  }

  /** So many go on to the queues behind at once, at the beginning of the next stretch. */
  burst(messages: number): void {
    this.bursting += messages;
  }

  /** A stretch of time. @param passing beside bursts, what goes on to the queues behind: its rate, and half of what that changes */
  add(backlog: Piece, starts: Piece, passing: Pick<Piece, 'slopePerSecond' | 'bend'>): void {
    this.backlog.push(backlog);
    this.starts.push(starts);
    const { fromSeconds, toSeconds } = backlog;
    if (this.bursting > 0) {
      const until = Math.min(toSeconds, fromSeconds + moment);
      this.pass(fromSeconds, until, this.bursting / (until - fromSeconds), passing);
      this.bursting = 0;
      const slopePerSecond = passing.slopePerSecond + 2 * passing.bend * (until - fromSeconds);
      if (until < toSeconds) this.pass(until, toSeconds, 0, { ...passing, slopePerSecond });
    } else this.pass(fromSeconds, toSeconds, 0, passing);
  }

  /** What is left at the end, where that changed at the very last. @param started null: as before @returns when the curves end */
  end(atSeconds: number, waiting: number, started: number | null): number {
    const backlog = this.backlog.at(-1);
    const starts = this.starts.at(-1);
    if (backlog === undefined || starts === undefined) return atSeconds;
    if (Math.abs(valueWithin(backlog, atSeconds) - waiting) <= 1e-6) return atSeconds;
    const span = { fromSeconds: atSeconds, toSeconds: atSeconds + moment, slopePerSecond: 0, bend: 0 };
    const value = started ?? valueWithin(starts, atSeconds);
    this.add({ ...span, value: waiting }, { ...span, value }, span);
    return span.toSeconds;
  }

  /** A burst after the last stretch gets a moment of its own. */
  all() {
    const last = this.passed.at(-1)?.endSeconds ?? 0;
    if (this.bursting > 0)
      this.pass(last, last + moment, this.bursting / moment, { slopePerSecond: 0, bend: 0 });
    this.bursting = 0;
    return {
      backlog: this.backlog,
      starts: this.starts,
      passed: this.passed,
      capacity: this.capacity,
    };
  }

  private pass(
    startSeconds: number,
    endSeconds: number,
    burst: number,
    { slopePerSecond, bend }: Pick<Piece, 'slopePerSecond' | 'bend'>,
  ): void {
    const fromPerSecond = slopePerSecond + burst;
    const toPerSecond = fromPerSecond + 2 * bend * (endSeconds - startSeconds);
    this.passed.push({ startSeconds, endSeconds, fromPerSecond, toPerSecond });
  }
}
