import { cumulativeAt } from '../plan/curve.js';
import type { RateCurve } from '../plan/types.js';
import type { PredictedFigures, Trouble } from '../result/types.js';
import type { QueueSpec } from '../scenario/types.js';
import { firstStill, highestWithin, type Piece, tidy, timeOf, valueAt } from './pieces.js';
import type { FluidRun } from './run.js';
import { withStandstills } from './standstills.js';
import type { AttemptsTally } from './tally.js';
import { type BacklogView, findTroubles, longestCatchUp, stillnessOf } from './troubles.js';
import { arrivedPieces, longestWait, neverFalling } from './waits.js';

/** How a queue fares. Counts are a fluid's, and may have fractions. */
export interface Forecast extends PredictedFigures {
  readonly peakAtSeconds: number;
  readonly troubles: readonly Trouble[];
  /** When the broker holds nothing more of the queue, repeats included; null: never. */
  readonly emptyAtSeconds: number | null;
  /** When the last thing changes; the backlog stays as it is from then on. */
  readonly settledAtSeconds: number;
  /** Messages that come, by the mean rates. */
  readonly arrived: number;
  /** The backlog that is left then. */
  readonly pending: number;
  /** Redelivered messages that had no effect before. */
  readonly redeliveriesWithoutEffect: number;
  /** From a worker's death until the broker gives back what it held. */
  readonly redeliveryDelaySeconds: { readonly min: number | null; readonly max: number | null };
  /** Messages that had their effect and are still on the broker at the end, because nobody is there to be told. */
  readonly redeliveryPending: number;
  /** First starts, redeliveries, further attempts and further publishes. */
  readonly deliveries: number;
  /** First effects and duplicate ones. */
  readonly effects: number;
  /** Effects that idempotency kept from happening again. */
  readonly suppressed: number;
  /** Messages that idempotency took for done, and were not. */
  readonly lost: number;
  /** Messages that are dead at the end, without an effect. */
  readonly dead: number;
  /** Messages that were given up after their effect. */
  readonly deadAfterEffect: number;
  /** What came of attempts. */
  readonly attempts: Omit<AttemptsTally, 'suppressed' | 'lost' | 'duplicateEffects' | 'deadAfterEffect'>;
  /** Share of the capacity that was used while something was served; null: it has no bound, or nothing was. */
  readonly utilisation: number | null;
  /** Starts per second while something was served; null: nothing ever was. */
  readonly servedPerSecond: number | null;
  /** Worker processes that were started, those at the beginning included. */
  readonly workersStarted: number;
  /** Worker processes that died without anybody's order. */
  readonly workersDied: number;
  /** What can't be told, and why; null: nothing. */
  readonly unpredictable: string | null;
  /** The backlog over time. */
  readonly backlog: readonly Piece[];
}

/** What a run of the fluid says of a queue. */
export function forecastOf(spec: QueueSpec, arrivals: RateCurve, run: FluidRun): Forecast {
  const { backlog, endSeconds } = run;
  const starts = neverFalling(run.starts);
  const troubles = findTroubles({
    name: spec.name,
    arrivals,
    ...withStandstills(spec, run.capacity, run.takings),
    stillnessSeconds: stillnessOf(spec),
    endSeconds,
    backlog: viewOf(arrivals, run, starts),
  });
  const peak = highestWithin(backlog, 0, Number.POSITIVE_INFINITY);
  const pending = tidy(valueAt(backlog, endSeconds));
  const arrived = cumulativeAt(arrivals, endSeconds);
  const wait = longestWait(arrivedPieces(arrivals), starts);
  const tally = tallyOf(run);
  const known = !run.cutShort;
  return {
    peakBacklog: tidy(peak.value),
    peakAtSeconds: tidy(peak.atSeconds),
    troubles,
    ...(known ? longestCatchUp(troubles) : { catchUpSeconds: null, catchUpReason: tooMuch }),
    drainedAtSeconds: known ? drainedAt(arrivals, backlog, pending, endSeconds) : null,
    // Where workers go at the very moment of the last start, whole messages may be left that the mean rate has served.
    emptyAtSeconds: run.emptyAtSeconds === null || pending > 0 ? null : tidy(run.emptyAtSeconds),
    settledAtSeconds: tidy(endSeconds),
    maxWaitSeconds: wait === null || !known ? null : tidy(wait),
    redeliveries: Math.round(run.redeliveries),
    redeliveriesWithoutEffect: Math.round(run.redeliveriesWithoutEffect),
    redeliveryDelaySeconds: {
      min: run.redeliveryDelays.length === 0 ? null : tidy(Math.min(...run.redeliveryDelays)),
      max: run.redeliveryDelays.length === 0 ? null : tidy(Math.max(...run.redeliveryDelays)),
    },
    redeliveryPending: tidy(run.redeliveryPending),
    duplicateEffects: Math.round(run.duplicateEffects),
    arrived: tidy(arrived),
    pending,
    deliveries: tidy(valueAt(starts, endSeconds) + run.redeliveries + tally.retried + tally.copies),
    effects: tidy(arrived - pending - run.dead - run.lost + run.duplicateEffects),
    suppressed: tidy(run.suppressed),
    lost: tidy(run.lost),
    dead: tidy(run.dead),
    deadAfterEffect: tidy(run.deadAfterEffect),
    attempts: tally,
    utilisation: utilisationOf(run),
    servedPerSecond: run.servingSeconds === 0 ? null : tidy(run.served / run.servingSeconds),
    workersStarted: run.workersStarted,
    workersDied: run.workersDied,
    unpredictable: known ? null : tooMuch,
    backlog: backlog.map((piece) => ({ ...piece })),
  };
}

const tooMuch = 'not predicted: more happens to single attempts than the model follows';

function tallyOf({ attempts, dead, deadAfterEffect }: FluidRun): Forecast['attempts'] {
  const none = {
    failed: 0,
    retried: 0,
    timedOut: 0,
    failedMessages: 0,
    recovered: 0,
    redriven: 0,
    copies: 0,
  };
  const { failed, retried, timedOut, failedMessages, recovered, redriven, copies } = attempts ?? none;
  const given = attempts?.given ?? dead + deadAfterEffect;
  const deadPeak = attempts?.deadPeak ?? dead;
  const counts = { failed, retried, timedOut, failedMessages, recovered, given, redriven, copies, deadPeak };
  for (const name of Object.keys(counts) as (keyof typeof counts)[]) counts[name] = tidy(counts[name]);
  return counts;
}

/** The fluid's backlog as the rules for troubles see it. What a message needs from its start to its effect is left out. */
function viewOf(arrivals: RateCurve, run: FluidRun, starts: readonly Piece[]): BacklogView {
  return {
    at: (seconds) => valueAt(run.backlog, seconds),
    highest: (from, to) => highestWithin(run.backlog, from, to).value,
    // A fluid rises by fractions of a message, which nobody would see waiting.
    firstStillFrom: (at, level, forSeconds) => firstStill(run.backlog, at, level, forSeconds, 1),
    allDoneBefore: (arrivalSeconds) => {
      const level = cumulativeAt(arrivals, arrivalSeconds);
      const started = level <= 0 ? arrivalSeconds : timeOf(starts, level, 'first');
      const held = run.heldDone.filter((batch) => batch.atSeconds <= arrivalSeconds);
      const ends = [started, ...held.map((batch) => batch.doneAtSeconds)];
      const known = ends.filter((end) => end !== null);
      return known.length < ends.length ? null : Math.max(...known);
    },
  };
}

/** When the last message had its effect or ended otherwise: the end of the arrivals, or of the backlog if that is later. */
function drainedAt(
  arrivals: RateCurve,
  backlog: readonly Piece[],
  pending: number,
  endSeconds: number,
): number | null {
  if (pending > 0) return null;
  const last = arrivals.findLast((s) => s.fromPerSecond > 0 || s.toPerSecond > 0);
  const empty = firstStill(backlog, 0, 0, Number.POSITIVE_INFINITY);
  return tidy(Math.max(Math.min(last?.endSeconds ?? 0, endSeconds), empty ?? 0));
}

function utilisationOf(run: FluidRun): number | null {
  const bounded = run.capacity.every((step) => Number.isFinite(step.perSecond));
  return bounded && run.servable > 0 ? tidy(run.served / run.servable) : null;
}
