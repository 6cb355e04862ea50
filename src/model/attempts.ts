import type { QueueSpec } from '../scenario/types.js';
import {
  alike,
  amountOf,
  append,
  type Cohort,
  type ListedMessage,
  ownOf,
  parted,
  parting,
  untouched,
} from './cohort.js';
import { type Ending, endingsOf, meanBackoff, meanHoldSeconds, ordinary } from './endings.js';
import type { Grid } from './grid.js';
import { Hindrances } from './hindrances.js';
import { emptyTally } from './tally.js';

/** What was served in a stretch of time. */
export interface Served {
  readonly firstStarts: number;
  /** Went on to the queues behind. */
  readonly passed: number;
}

interface Away {
  readonly atSeconds: number;
  cohort: Cohort;
  /** Whether it is to be served again, or has its effect then. */
  readonly ends: 'again' | 'effect';
}

/** Less than this is nothing. */
const nothing = 1e-9;

/**
 * A queue whose attempts may fail: its messages in the order of service, as cohorts of the same fate, and what becomes of
 * each attempt. Shares of failing attempts are taken of each cohort, so counts are expectations.
 */
export class Attempts {
  readonly hindrances: Hindrances;
  readonly tally = emptyTally();
  /** Beyond so many, deliveries need not be told apart. */
  private readonly mostTimes: number;
  private line: Cohort[] = [];
  private away: Away[] = [];
  private hung: Cohort[] = [];
  private crashed: Cohort[] = [];
  private dead: Cohort[] = [];
  private usual: { readonly startSeconds: number; readonly endings: readonly Ending[] } | null = null;

  constructor(
    private readonly queue: QueueSpec,
    private readonly listed: readonly ListedMessage[],
    private readonly grid: Grid,
  ) {
    this.hindrances = new Hindrances(queue, grid);
    this.mostTimes = Math.max(0, ...queue.failures.map(({ times }) => times ?? 0));
  }

  /** What can be served now. */
  get ready(): number {
    const sum = amountOf(this.line);
    return sum < nothing ? 0 : sum;
  }

  /** Messages without an effect that are not dead, those that dead workers hold left out. */
  get waiting(): number {
    let sum = ownOf(this.line) + ownOf(this.hung) + ownOf(this.crashed);
    for (const { cohort } of this.away) if (!cohort.copy) sum += cohort.amount;
    return sum < nothing ? 0 : sum;
  }

  get deadNow(): number {
    return amountOf(this.dead);
  }

  get holdsNothing(): boolean {
    return (
      this.ready === 0 && amountOf(this.away.map(({ cohort }) => cohort)) < nothing && this.waiting === 0
    );
  }

  /** When something changes by itself; Infinity: nothing does. @param serving whether attempts start, so that it matters what befalls them */
  nextChange(now: number, serving: boolean): number {
    let next = this.hindrances.nextChange();
    for (const { atSeconds } of this.away) if (atSeconds < next) next = atSeconds;
    for (const { fromSeconds, toSeconds } of serving ? this.queue.failures : []) {
      if (fromSeconds > now + nothing) next = Math.min(next, fromSeconds);
      if (toSeconds !== null && toSeconds > now + nothing) next = Math.min(next, toSeconds);
    }
    return Math.max(now, next);
  }

  /** What is due comes back. @returns what went on to the queues behind */
  advance(now: number): number {
    this.hindrances.advance(now);
    const due = this.away.filter(({ atSeconds }) => atSeconds <= now + nothing);
    if (due.length === 0) return 0;
    this.away = this.away.filter(({ atSeconds }) => atSeconds > now + nothing);
    let passed = 0;
    for (const { cohort, ends } of due) {
      if (ends === 'again') append(this.line, cohort);
      else passed += this.effect(cohort);
    }
    return passed;
  }

  /** Messages arrive, and further publishes of others. @param before messages that had arrived until then */
  arrive(before: number, amount: number, copies: number): void {
    if (amount > 0)
      for (const cohort of parted(this.queue, this.listed, before, amount)) append(this.line, cohort);
    if (copies > nothing) append(this.line, untouched(copies, { copy: true, started: true }));
  }

  /** Attempts at the first of the line start. @param amount Infinity: all */
  serve(amount: number, fromSeconds: number, toSeconds: number): Served {
    let firstStarts = 0;
    let passed = 0;
    for (const cohort of this.cut(amount)) {
      if (!cohort.started) firstStarts += cohort.amount;
      if (cohort.copy) this.tally.copies += cohort.amount;
      passed += this.attempt(cohort, fromSeconds, (fromSeconds + toSeconds) / 2);
    }
    return { firstStarts, passed };
  }

  /** Takes messages out of the line that workers have in hand when they die. @returns those that this was the first start of */
  takeInHand(amount: number): number {
    const { line } = this;
    this.line = line.filter(({ copy }) => !copy);
    const taken = this.cut(amount);
    for (const cohort of line.filter(({ copy }) => copy)) append(this.line, cohort);
    return amountOf(taken.filter(({ started }) => !started));
  }

  /** They come back from a dead worker, before or behind the others. */
  giveBack(cohorts: readonly Cohort[], position: 'head' | 'tail'): void {
    if (position === 'tail') for (const cohort of cohorts) append(this.line, cohort);
    else this.line.unshift(...cohorts);
  }

  /** What kills a worker now, a whole message of it; null: nothing does. */
  takeCrash(): Cohort[] | null {
    if (amountOf(this.crashed) < 1 - 1e-6) return null;
    const [taken, rest] = parting(this.crashed, 1);
    this.crashed = rest;
    return taken;
  }

  /** What hangs on workers that died. */
  takeHung(share: number): Cohort[] {
    const [taken, rest] = parting(this.hung, amountOf(this.hung) * share);
    this.hung = rest;
    this.hindrances.release(share);
    return taken;
  }

  /** Messages are given up. */
  die(cohorts: readonly Cohort[]): void {
    for (const cohort of cohorts) {
      if (cohort.copy) continue;
      this.tally.given += cohort.amount;
      if (cohort.late > 0) {
        this.tally.deadAfterEffect += cohort.amount;
        this.repeat((cohort.late - 1) * cohort.amount);
      } else append(this.dead, cohort);
    }
    this.tally.deadPeak = Math.max(this.tally.deadPeak, this.deadNow);
  }

  /** The dead are put back. @returns how many */
  redrive(repaired: boolean): number {
    const put = this.dead;
    this.dead = [];
    for (const cohort of put) append(this.line, { ...cohort, failures: 0, starts: 0, repaired });
    this.tally.redriven += amountOf(put);
    return amountOf(put);
  }

  /** Nothing comes any more: what is left of shares too small to kill a worker, or to hang a hand, was no message. @returns what passed on */
  settle(): number {
    const [keep, rest] = parting(this.hung, Math.floor(amountOf(this.hung) + 0.5));
    const none = [...this.crashed, ...rest];
    this.hung = keep;
    this.crashed = [];
    return none.reduce((sum, cohort) => sum + this.effect(cohort), 0);
  }

  private cut(amount: number): Cohort[] {
    const [taken, rest] = parting(this.line, amount);
    this.line = rest;
    return taken;
  }

  private attempt(cohort: Cohort, startSeconds: number, meanStart: number): number {
    const { idempotency } = this.queue;
    const recordsFirst = idempotency.mode === 'delivery-log' && idempotency.record === 'before';
    if (recordsFirst && cohort.started && !cohort.copy) return this.suppressedByRecord(cohort);
    const starts = Math.min(cohort.starts + 1, this.mostTimes);
    let passed = 0;
    for (const ending of this.endings(cohort, startSeconds)) {
      const part = { ...cohort, amount: cohort.amount * ending.share, started: true, starts };
      passed += this.end(part, ending, meanStart);
    }
    return passed;
  }

  /** Most attempts of a moment are ordinary ones. */
  private endings(cohort: Cohort, startSeconds: number): readonly Ending[] {
    if (cohort.marks.length > 0 || cohort.repaired || cohort.starts > 0)
      return endingsOf(this.queue, cohort, startSeconds);
    if (this.usual?.startSeconds !== startSeconds)
      this.usual = { startSeconds, endings: endingsOf(this.queue, ordinary, startSeconds) };
    return this.usual.endings;
  }

  private end(part: Cohort, ending: Ending, start: number): number {
    const { hindrances } = this;
    switch (ending.kind) {
      case 'effect':
        return this.effect(part);
      case 'slow':
        hindrances.occupy(part.amount, start, this.extraOf(ending.afterSeconds, start));
        this.goesAway(part, start, ending.afterSeconds, 'effect');
        return 0;
      case 'hang':
        hindrances.hang(part.amount);
        this.hung.push(part);
        return 0;
      case 'crash':
        append(this.crashed, part);
        return 0;
      case 'fail':
        this.fail(part, ending, start);
        return 0;
    }
  }

  private goesAway(cohort: Cohort, start: number, forSeconds: number, ends: Away['ends']): void {
    const atSeconds = this.grid.near(start + forSeconds, start);
    const together = this.away.find(
      (other) => other.atSeconds === atSeconds && other.ends === ends && alike(other.cohort, cohort),
    );
    if (together === undefined) this.away.push({ atSeconds, cohort, ends });
    else together.cohort = { ...cohort, amount: together.cohort.amount + cohort.amount };
  }

  /** How much longer than usual a hand is taken by an attempt that ends well, after so long. */
  private extraOf(afterSeconds: number, start: number): number {
    return afterSeconds + this.queue.acknowledgeSeconds - meanHoldSeconds(this.queue, start);
  }

  private fail(part: Cohort, ending: Ending & { kind: 'fail' }, start: number): void {
    const { tally, queue, hindrances } = this;
    tally.failed += part.amount;
    if (ending.timedOut) {
      tally.timedOut += part.amount;
      hindrances.occupy(part.amount, start, ending.afterSeconds - meanHoldSeconds(queue, start));
    }
    hindrances.fail(part.amount, start);
    if (!part.hasFailed && !part.copy) tally.failedMessages += part.amount;
    const failures = part.failures + 1;
    const next = { ...part, failures, hasFailed: true, late: part.late + (ending.late ? 1 : 0) };
    if (!ending.retryable || failures >= queue.attempts) {
      this.die([next]);
      return;
    }
    tally.retried += part.amount;
    const wait = ending.afterSeconds + meanBackoff(queue.backoff, failures);
    this.goesAway(next, start, wait, 'again');
  }

  private effect(cohort: Cohort): number {
    const { tally } = this;
    const { mode } = this.queue.idempotency;
    const { amount } = cohort;
    if (cohort.copy) {
      // Two workers with a memory each: a copy meets the worker that remembers by chance.
      const remembered = mode === 'none' ? 0 : mode === 'memory' ? 1 / Math.max(1, this.queue.workers) : 1;
      tally.duplicateEffects += amount * (1 - remembered);
      tally.suppressed += amount * remembered;
      return 0;
    }
    this.repeat(amount * cohort.late);
    if (cohort.hasFailed) tally.recovered += amount;
    return amount;
  }

  /** Attempts that were under way at the same time bring about their effects, all but the first too much. */
  private repeat(effects: number): void {
    if (this.queue.idempotency.mode === 'effect-key') this.tally.suppressed += effects;
    else this.tally.duplicateEffects += effects;
  }

  /** A store that is written before the effect has it, so it is not done again: lost, unless its effect comes by itself. */
  private suppressedByRecord(cohort: Cohort): number {
    this.tally.suppressed += cohort.amount;
    if (cohort.late === 0) this.tally.lost += cohort.amount;
    return cohort.amount;
  }
}
