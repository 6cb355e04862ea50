import type { CapacityStep } from '../model/index.js';
import { handsPerSecond, limitPerSecond } from '../plan/capacity.js';
import { rateAt } from '../plan/curve.js';
import type { RateCurve } from '../plan/types.js';
import type { Difference, PredictedFigures, Trouble } from '../result/types.js';
import type { QueueSpec } from '../scenario/types.js';
import { meanWindow } from './rates.js';
import { indexAfter, indexFrom } from './search.js';
import { toMillionth } from './time.js';

/** What was measured of the figures that are predicted. */
export type MeasuredFigures = Omit<PredictedFigures, 'catchUpReason' | 'withoutFaults'>;

/** What the causes of a difference are measured from. Times in scenario seconds. */
export interface Evidence {
  readonly spec: QueueSpec;
  readonly arrivals: RateCurve;
  /** In rising order. */
  readonly starts: Float64Array;
  readonly capacity: readonly CapacityStep[];
  readonly troubles: readonly Trouble[];
  readonly orders: readonly Order[];
  /** The first moment from a time on from which the backlog stays at or below a level; null: none. */
  readonly stillAt: (atSeconds: number, level: number) => number | null;
  /** When the message that waited longest was started. */
  readonly longestWaitUntil: number | null;
}

/** Workers were ordered to start, or to go on. */
export interface Order {
  readonly atSeconds: number;
  /** When the last of them was ready; null: it is not in the ledger. */
  readonly readySeconds: number | null;
}

/** The part of a trouble that a figure was made in. */
interface Span {
  readonly from: number;
  readonly to: number;
  /** How many times as large a delay in it makes the figure. */
  readonly factor: number;
  /** Whether the figure ends with the effect of its last message, or with its start. */
  readonly endsWith: 'effect' | 'start';
}

type Cause = Difference['causes'][number];

/**
 * Each predicted figure beside the measured one. Of a time, causes are given that are themselves measured, above all how
 * long a worker took from its order to the first start after it, and how much longer than configured the limiter's
 * windows were. Where messages still arrive at rate λ while capacity μ works them off, a delay comes μ/(μ−λ) times as large.
 */
export function differencesOf(
  predicted: PredictedFigures,
  measured: MeasuredFigures,
  evidence: Evidence,
): Difference[] {
  const entry = (measure: Difference['measure'], causes: readonly Cause[]): Difference => {
    const before = predicted[measure];
    const after = measured[measure];
    const explained = causes.reduce((sum, { seconds }) => sum + seconds, 0);
    return {
      measure,
      predicted: before,
      measured: after,
      causes,
      unexplained: before === null || after === null ? null : toMillionth(after - before - explained),
    };
  };
  return [
    entry('peakBacklog', []),
    entry('catchUpSeconds', catchUpCauses(evidence, predicted.catchUpSeconds ?? 0)),
    entry('drainedAtSeconds', causesUntil(evidence, measured.drainedAtSeconds, 'effect')),
    entry('maxWaitSeconds', causesUntil(evidence, evidence.longestWaitUntil, 'start')),
    entry('redeliveries', []),
    entry('duplicateEffects', []),
  ];
}

/** Of the longest catch-up. */
function catchUpCauses(evidence: Evidence, predicted: number): readonly Cause[] {
  const [longest] = evidence.troubles
    .filter((trouble) => trouble.catchUpSeconds !== null)
    .sort((a, b) => (b.catchUpSeconds as number) - (a.catchUpSeconds as number));
  if (longest === undefined) return [];
  const to = longest.caughtUpAtSeconds as number;
  const factor = amplification(evidence, to);
  const from = longest.recoveryPointSeconds as number;
  const causes = [
    ...causesWithin(evidence, { from, to, factor, endsWith: 'effect' }),
    ...handsCause(evidence, longest, from, to),
  ];
  const slack = capacityAt(evidence, to) - rateAt(evidence.arrivals, to);
  if (longest.baseline === 0 || predicted === 0 || !(slack > 0) || !Number.isFinite(slack)) return causes;
  // A fluid that keeps up has no backlog, and works all of it off before it is caught up.
  const cause = `caught up at the usual backlog of ${longest.baseline}`;
  return [...causes, { cause, seconds: toMillionth(-longest.baseline / slack) }];
}

/**
 * The backlog counts what is in hand, rate × work by Little's law, and a fluid doesn't. Where that is more than the
 * baseline, the queue has caught up by the definition only when fewer arrive, even where nobody waits any more.
 */
function handsCause(evidence: Evidence, trouble: Trouble, from: number, to: number): readonly Cause[] {
  const perSecond = rateAt(evidence.arrivals, from);
  const inHand = perSecond * evidence.spec.work.meanSeconds;
  const level = Math.ceil(inHand) + 1;
  if (inHand <= trouble.baseline) return [];
  const noneWaiting = evidence.stillAt(from, level);
  if (noneWaiting === null || noneWaiting >= to) return [];
  const some = inHand < 1 ? 'one now and then is' : `some ${Math.round(inHand)} are always`;
  const cause = `${some} in hand at ${Number(perSecond.toFixed(2))}/s, and ${inHand < 1 ? 'counts' : 'count'}`;
  return [{ cause, seconds: toMillionth(to - noneWaiting) }];
}

/**
 * Of a certain message in a trouble, which no arrival after it can delay. Where it was no time of trouble, what came
 * before has been absorbed.
 */
function causesUntil(evidence: Evidence, to: number | null, endsWith: Span['endsWith']): readonly Cause[] {
  if (to === null) return [];
  const trouble = evidence.troubles.find(
    ({ fromSeconds, caughtUpAtSeconds }) =>
      fromSeconds <= to && to - 1e-6 <= (caughtUpAtSeconds ?? Number.POSITIVE_INFINITY),
  );
  if (trouble === undefined) return [];
  const recovery = trouble.recoveryPointSeconds ?? Number.POSITIVE_INFINITY;
  const from = recovery <= to ? recovery : trouble.fromSeconds;
  return causesWithin(evidence, { from, to, factor: 1, endsWith });
}

/**
 * Where the limit is what bounds the queue, n starts of k to a window take ⌈n/k⌉ − 1 windows from the first to the last,
 * and a fluid takes n/k. So the causes of a difference are how late the first start was, how much longer than configured
 * the windows were, how early in the last window its messages start, and what the last one takes from its start
 * to its effect. All but the windows' length say something only of a certain message, not where arrivals stretch the span.
 */
function causesWithin(evidence: Evidence, { from, to, factor, endsWith }: Span): readonly Cause[] {
  const { starts, spec } = evidence;
  const firstIndex = indexFrom(starts, from);
  const first = starts[firstIndex];
  if (first === undefined || first > to) return [];
  const causes: Cause[] = [];
  const add = (cause: string, seconds: number): void => {
    causes.push({ cause, seconds: toMillionth(seconds) });
  };
  const order = evidence.orders.find(({ atSeconds }) => Math.abs(atSeconds - from) < 1e-5);
  if (order !== undefined) add('worker start', startDelay(evidence, order, first) * factor);
  const { rate } = spec;
  if (rate === null || limitPerSecond(spec) >= handsPerSecond(spec, Math.max(1, spec.workers))) return causes;
  const window = meanWindow(starts, from, to, rate.count);
  if (window === null) return causes;
  // The others of the last message's window start with it.
  const endIndex = indexAfter(starts, endsWith === 'start' ? to + window / 2 : to);
  const windows = (endIndex - firstIndex) / rate.count;
  const passed = Math.ceil(windows) - 1;
  add("the limiter's true window", (window - rate.perSeconds) * passed * factor);
  if (factor !== 1) return causes;
  if (order === undefined) add("waiting for the limiter's next window", first - from);
  const last = endsWith === 'start' ? to : (starts[endIndex - 1] as number);
  const within = last - first - passed * window;
  add("a window's messages start early in it", (passed - windows) * rate.perSeconds + within);
  if (endsWith === 'effect') add('work on the last message', to - last);
  return causes;
}

/** What an order's delay is worth in time: all of it where nobody served the queue before, else the share of capacity that was missing. */
function startDelay(evidence: Evidence, order: Order, firstStart: number): number {
  const before = capacityAt(evidence, order.atSeconds - 1e-5);
  const after = capacityAt(evidence, order.atSeconds + 1e-5);
  if (before === 0) return firstStart - order.atSeconds;
  if (order.readySeconds === null || !(after > before) || !Number.isFinite(after)) return 0;
  return (order.readySeconds - order.atSeconds) * ((after - before) / after);
}

/** μ/(μ−λ) at a time; 1 where nothing arrives any more. */
function amplification(evidence: Evidence, at: number): number {
  const arrive = rateAt(evidence.arrivals, at);
  const serve = capacityAt(evidence, at);
  return arrive < serve && Number.isFinite(serve) ? serve / (serve - arrive) : 1;
}

function capacityAt({ capacity }: Evidence, at: number): number {
  return capacity.findLast((step) => step.atSeconds <= at)?.perSecond ?? 0;
}
