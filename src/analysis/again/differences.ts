import { type Measurements, whyNotSimulated } from '../../model/index.js';
import { capacityOf } from '../../plan/capacity.js';
import { whatIsRandom } from '../../plan/random.js';
import type { Plan } from '../../plan/types.js';
import type { Band, Difference, PredictedFigures, Result } from '../../result/types.js';
import { playedPerSeed, usualSeeds, withBand } from '../band.js';
import { servedSpec } from '../capacity.js';
import { figuresOf, type Prediction } from '../forecast.js';
import { isInBand } from '../prediction-interval.js';
import { toMillionth } from '../time.js';
import { type Replay, replaysOf } from './replays.js';

type Measure = Difference['measure'];

const measures: readonly Measure[] = [
  'peakBacklog',
  'catchUpSeconds',
  'drainedAtSeconds',
  'maxWaitSeconds',
  'redeliveries',
  'duplicateEffects',
];

/** More messages than this are not played again: each cause is one replay. */
const mostReplayed = 200_000;

/** So many messages may be played for the band of a random plan. */
const mostForBand = 2_000_000;

/** What may stay unexplained: so much of the measured figure, or so many messages. */
const tolerance = { share: 0.02, messages: 2 };

/** The ends of a run whose figures are all there; any other cut it off. */
const wholeEnds: readonly (string | undefined)[] = ['drained', 'drain-limit', 'nobody-left'];

/** A run, and what it is held against. */
interface Compared {
  readonly plan: Plan;
  readonly result: Result;
  readonly prediction: Prediction;
  readonly measured: Measurements;
}

/**
 * The result with each predicted figure beside the measured one. Why they differ is found by predicting again: the plan is played with
 * what the run measured of one cause after the other, each added to those before. What a cause changes is its share; what lies between
 * the last replay and the measured figure is unexplained.
 */
export function withDifferences(compared: Compared): Result {
  const { result, plan, prediction, measured } = compared;
  const whyNot = whyNotPlayed(compared);
  const replays = whyNot === null ? replaysOf(plan, measured, result.scenario.drainLimitSeconds) : [];
  const bands = bandsOf(compared);
  const queues = Object.entries(result.queues).map(([name, queue]) => {
    const predicted = prediction.result.queues[name]?.predicted ?? null;
    if (predicted === null) return [name, queue] as const;
    const setting = { replays, whyNot, perSecond: perSecondOf(plan, name), band: () => bands(name) };
    const actual = figuresOf(queue);
    const difference = measures.map((measure) => differenceOf(name, measure, predicted, actual, setting));
    return [name, { ...queue, difference }] as const;
  });
  return { ...result, queues: Object.fromEntries(queues) };
}

/** Why a run's plan is not played again, as a clause; null: it is. */
function whyNotPlayed({ plan, result, prediction }: Compared): string | null {
  const whyNot = whyNotSimulated(plan);
  if (whyNot !== null) return `it can't be played: ${whyNot}`;
  if (!wholeEnds.includes(result.run.ended?.reason)) return 'the run was cut off';
  const messages = playedPerSeed(prediction);
  if (prediction.by === 'events' && messages <= mostReplayed) return null;
  return `it has more than ${mostReplayed.toLocaleString('en-US')} messages`;
}

/** The 95 % band of each queue where something of the plan is drawn; worked out when it is first asked for. */
function bandsOf({ plan, prediction, result }: Compared): (queue: string) => Band | null {
  if (whatIsRandom(plan).length === 0) return () => null;
  let bands: Prediction | null = null;
  return (queue) => {
    const known = prediction.result.queues[queue]?.predicted?.band;
    if (known !== undefined) return known;
    if (playedPerSeed(prediction) * usualSeeds > mostForBand) return null;
    const { launchpad, node } = result.run;
    bands ??= withBand(prediction, plan, { launchpad, node }, usualSeeds);
    return bands.result.queues[queue]?.predicted?.band ?? null;
  };
}

/** What a queue's workers can serve, at most; 0: not known. */
function perSecondOf(plan: Plan, queue: string): number {
  const spec = servedSpec(plan, queue);
  const perSecond = capacityOf(spec, Math.max(1, spec.workers), plan.capabilities.rateScope);
  return Number.isFinite(perSecond) ? perSecond : 0;
}

/** What a queue's differences are worked out with. */
interface Setting {
  readonly replays: readonly Replay[];
  readonly whyNot: string | null;
  readonly perSecond: number;
  readonly band: () => Band | null;
}

function differenceOf(
  queue: string,
  measure: Measure,
  before: PredictedFigures,
  actual: PredictedFigures,
  { replays, whyNot, perSecond, band }: Setting,
): Difference {
  const predicted = before[measure];
  const measured = actual[measure];
  const plain = { measure, predicted, measured };
  if (whyNot !== null) {
    const unexplained = less(measured, predicted);
    const remark = unexplained === 0 ? null : `not predicted again: ${whyNot}`;
    return { ...plain, causes: [], again: null, unexplained, verdict: 'not-compared', remark };
  }
  const causes: Difference['causes'][number][] = [];
  let again = predicted;
  for (const { cause, figures } of replays) {
    const next = figures[queue]?.[measure] ?? null;
    const amount = less(next, again);
    const isTime = measure.endsWith('Seconds');
    if (next !== again && amount !== 0) causes.push({ cause, seconds: isTime ? amount : null, amount });
    again = next;
  }
  const unexplained = less(measured, again);
  const result = { ...plain, causes, again, unexplained };
  if (isWithin(measured, again, measure, perSecond)) return { ...result, verdict: 'explained', remark: null };
  const range = band()?.[measure];
  if (range === undefined) return { ...result, verdict: 'unexplained', remark: tooMuch };
  if (isInBand(range, measured)) {
    return { ...result, verdict: 'explained', remark: 'within what other seeds give' };
  }
  return {
    ...result,
    verdict: 'unexplained',
    remark: `${tooMuch}, and outside the 95 % band over many seeds`,
  };
}

const tooMuch = 'more than 2 % or two messages';

/** The difference; null where one of the two never comes. */
function less(value: number | null, from: number | null): number | null {
  return value === null || from === null ? null : toMillionth(value - from);
}

/** Of a time, two messages are what the queue takes to serve them. */
function isWithin(
  measured: number | null,
  again: number | null,
  measure: Measure,
  perSecond: number,
): boolean {
  if (measured === null || again === null) return measured === again;
  const { share, messages } = tolerance;
  const isTime = measure.endsWith('Seconds');
  const two = !isTime ? messages : perSecond > 0 ? messages / perSecond : 0;
  return Math.abs(toMillionth(measured - again)) <= Math.max(share * Math.abs(measured), two);
}
