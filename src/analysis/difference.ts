import type { CapacityStep } from '../model/index.js';
import { handsPerSecond, limitPerSecond } from '../plan/capacity.js';
import { rateAt } from '../plan/curve.js';
import type { RateCurve } from '../plan/types.js';
import type { Difference, PredictedFigures, Trouble } from '../result/types.js';
import type { QueueSpec } from '../scenario/types.js';
import type { MeasuredBacklog } from './backlog.js';
import { indexFrom, meanWindow } from './rates.js';

/** What was measured of the figures that are predicted. */
export type MeasuredFigures = Omit<PredictedFigures, 'catchUpReason' | 'withoutFaults'>;

/** What the causes of a difference are measured from. Times in scenario seconds. */
export interface Evidence {
  readonly spec: QueueSpec;
  readonly arrivals: RateCurve;
  /** In rising order. */
  readonly starts: Float64Array;
  readonly backlog: Pick<MeasuredBacklog, 'lastEmptyBefore'>;
  readonly capacity: readonly CapacityStep[];
  readonly troubles: readonly Trouble[];
  /** When workers were ordered to start or thaw. */
  readonly orders: readonly number[];
  /** When the message that waited longest was started. */
  readonly longestWaitUntil: number | null;
}

type Cause = Difference['causes'][number];

/**
 * Each predicted figure beside the measured one. Of a time, two causes are themselves measured: how long a worker took
 * from its order to the first start after it, and how much longer than configured the limiter's windows were. Where
 * messages still arrive at rate λ while capacity μ works them off, a delay comes μ/(μ−λ) times as large.
 */
export function differencesOf(
  predicted: PredictedFigures,
  measured: MeasuredFigures,
  evidence: Evidence,
): Difference[] {
  const longest = evidence.troubles
    .filter((trouble) => trouble.catchUpSeconds !== null && trouble.catchUpSeconds > 0)
    .sort((a, b) => (b.catchUpSeconds as number) - (a.catchUpSeconds as number))[0];
  const catchUp =
    longest === undefined
      ? []
      : causesWithin(evidence, longest.recoveryPointSeconds as number, longest.caughtUpAtSeconds as number);
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
    entry('catchUpSeconds', catchUp),
    entry('drainedAtSeconds', causesUntil(evidence, measured.drainedAtSeconds)),
    entry('maxWaitSeconds', causesUntil(evidence, evidence.longestWaitUntil)),
    entry('redeliveries', []),
    entry('duplicateEffects', []),
  ];
}

/** Causes in the span of work without a pause that ends at a time. */
function causesUntil(evidence: Evidence, until: number | null): readonly Cause[] {
  if (until === null) return [];
  const from = evidence.backlog.lastEmptyBefore(until);
  const recovery = evidence.troubles
    .map((trouble) => trouble.recoveryPointSeconds ?? Number.POSITIVE_INFINITY)
    .findLast((point) => point >= from && point <= until);
  return causesWithin(evidence, recovery ?? from, until);
}

function causesWithin(evidence: Evidence, from: number, to: number): readonly Cause[] {
  const { starts, spec } = evidence;
  const factor = amplification(evidence, to);
  const causes: Cause[] = [];
  const first = starts[indexFrom(starts, from)];
  const ordered = evidence.orders.some((order) => Math.abs(order - from) < 1e-5);
  if (ordered && first !== undefined && first <= to) {
    causes.push({ cause: 'worker start', seconds: toMillionth((first - from) * factor) });
  }
  const { rate } = spec;
  if (rate === null || limitPerSecond(spec) >= handsPerSecond(spec, Math.max(1, spec.workers))) return causes;
  const window = meanWindow(starts, from, to, rate.count);
  if (window === null) return causes;
  const windows = (indexFrom(starts, to) - indexFrom(starts, from)) / rate.count;
  const seconds = toMillionth((window - rate.perSeconds) * windows * factor);
  return [...causes, { cause: "the limiter's true window", seconds }];
}

/** μ/(μ−λ) at a time; 1 where nothing arrives any more. */
function amplification({ arrivals, capacity }: Evidence, at: number): number {
  const arrive = rateAt(arrivals, at);
  const serve = capacity.findLast((step) => step.atSeconds <= at)?.perSecond ?? 0;
  return arrive < serve && Number.isFinite(serve) ? serve / (serve - arrive) : 1;
}

function toMillionth(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
