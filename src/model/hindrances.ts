import { handsOf, handsPerSecond, limitPerSecond, roundSeconds } from '../plan/capacity.js';
import type { QueueSpec } from '../scenario/types.js';
import { endingsOf, meanHoldSeconds, ordinary } from './endings.js';
import type { Grid } from './grid.js';

/**
 * What keeps living workers from serving: hands that hang, for ever or for a while, and polling workers whose batch takes longer
 * or who sleep after an error. Hung hands count as whole ones, so that the last of them really stops the queue.
 */
export class Hindrances {
  private hung = 0;
  private occupied: { readonly untilSeconds: number; readonly hands: number }[] = [];
  /** Each is a polling worker. */
  private pauses: number[] = [];
  private unpaused = 0;

  constructor(
    private readonly queue: QueueSpec,
    private readonly grid: Grid,
  ) {}

  /** A hand, or with polling its worker, that is gone for good. */
  hang(hands: number): void {
    this.hung += hands;
  }

  /** A hand that is taken for longer than usual. The worker of a polling one waits with it. */
  occupy(hands: number, fromSeconds: number, extraSeconds: number): void {
    if (extraSeconds <= 0) return;
    if (this.queue.polling) this.pause(hands, fromSeconds, extraSeconds, 1);
    else this.occupied.push({ untilSeconds: this.grid.near(fromSeconds + extraSeconds, fromSeconds), hands });
  }

  /** Failed attempts: a polling worker sleeps longer after a batch with at least one. */
  fail(amount: number, fromSeconds: number): void {
    const { polling } = this.queue;
    if (polling === null) return;
    const share = endingsOf(this.queue, ordinary, fromSeconds)
      .filter(({ kind }) => kind === 'fail')
      .reduce((sum, ending) => sum + ending.share, 0);
    // Of n attempts each fails with p; a batch with a failure has np / (1 − (1 − p)^n) of them.
    const perBatch = share === 0 ? 1 : (polling.batch * share) / (1 - (1 - share) ** polling.batch);
    this.pause(amount, fromSeconds, polling.errorSleepSeconds - polling.sleepSeconds, perBatch);
  }

  /** Some of the workers died: what hindered them is over. */
  release(share: number): void {
    const rest = 1 - share;
    this.hung *= rest;
    this.occupied = this.occupied.map((one) => ({ ...one, hands: one.hands * rest }));
    this.pauses.length = Math.round(this.pauses.length * rest);
  }

  nextChange(): number {
    return Math.min(
      ...this.pauses,
      ...this.occupied.map(({ untilSeconds }) => untilSeconds),
      Number.POSITIVE_INFINITY,
    );
  }

  advance(now: number): void {
    const over = now + 1e-9;
    if (this.pauses.some((until) => until <= over)) this.pauses = this.pauses.filter((until) => until > over);
    if (this.occupied.some(({ untilSeconds }) => untilSeconds <= over))
      this.occupied = this.occupied.filter(({ untilSeconds }) => untilSeconds > over);
  }

  /** What so many workers serve at a time, attempts per second. */
  perSecond(workersUp: number, rateScope: 'queue' | 'worker', now: number): number {
    const { queue } = this;
    if (workersUp === 0) return 0;
    const hung = Math.floor(this.hung + 1e-6);
    const share = rateScope === 'queue' || queue.workers === 0 ? 1 : workersUp / queue.workers;
    const limit = limitPerSecond(queue) * share;
    if (roundSeconds(queue) !== null)
      return Math.min(limit, handsPerSecond(queue, Math.max(0, workersUp - hung - this.pauses.length)));
    const busy = this.occupied.reduce((sum, { hands }) => sum + hands, hung);
    const hands = workersUp * handsOf(queue) - busy;
    if (hands <= 1e-9) return 0;
    const seconds = meanHoldSeconds(queue, now);
    return Math.min(limit, seconds === 0 ? Number.POSITIVE_INFINITY : hands / seconds);
  }

  /** One worker pauses for every so many. */
  private pause(amount: number, fromSeconds: number, seconds: number, each: number): void {
    this.unpaused += amount / each;
    while (this.unpaused >= 1 - 1e-6) {
      this.unpaused -= 1;
      if (seconds > 0) this.pauses.push(fromSeconds + seconds);
    }
  }
}
