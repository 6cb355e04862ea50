import { LaunchpadError } from '../errors.js';
import {
  costOf,
  defaultDrainSeconds,
  fifoResult,
  fluidError,
  type ModelInfo,
  predict,
  predictedResult,
  simulateEvents,
  theoryOf,
  tooLargeToPlay,
  whyNotFifo,
  whyNotFluid,
  whyNotSimulated,
} from '../model/index.js';
import type { Plan } from '../plan/types.js';
import type { Series } from '../result/series.js';
import type { PredictedFigures, PredictedQueue, QueueResult, Result } from '../result/types.js';
import { backlogAt } from './curve.js';
import { analysePlayed, analysePlayedWithSeries, type Play } from './played.js';
import { besideFaults, seriesOfFluid } from './series/predicted.js';
import { judge, type Unjudged } from './verdict.js';

/** What is said of a run beforehand: `prediction.json`. */
export interface Prediction {
  readonly schema: 'launchpad.prediction/2';
  /** Whether it was played message by message (`fifo`: on the fast path for one queue), or worked out as a fluid. */
  readonly by: 'events' | 'fifo' | 'fluid';
  /** The result that the run would have, judged. `predicted` of its queues has the figures with and without the faults. */
  readonly result: Result;
}

/** Most messages that are played one by one where the fluid could tell as well: about two seconds. */
const mostPlayed = 500_000;

/** The same on the fast path: a few seconds. */
const mostPlayedFast = 50_000_000;

/** What it may take, of real time and memory, to play a plan that nobody else can tell of. */
const mostCost = { seconds: 600, bytes: 4e9 };

/**
 * Predicts a plan: message by message where that takes seconds, and as a fluid where there are too many of them.
 * @param program which program predicts
 * @throws LaunchpadError `plan-refused` where neither can be done
 */
export function forecast(plan: Plan, program: ModelInfo): Prediction {
  return predicted(plan, program);
}

/**
 * The same with the series of what is predicted, for charts and tables.
 * @throws LaunchpadError `plan-refused` where neither can be done
 */
export function forecastWithSeries(
  plan: Plan,
  program: ModelInfo,
): { readonly prediction: Prediction; readonly series: Series } {
  const heard: Series[] = [];
  const prediction = predicted(plan, program, (series) => heard.push(series));
  return { prediction, series: heard[0] ?? seriesOfFluid(plan, prediction.result) };
}

/** Hears the series of what was played; absent: nobody asks, and they are not made. */
type HearSeries = (series: Series) => void;

function predicted(plan: Plan, program: ModelInfo, hear?: HearSeries): Prediction {
  const by = methodFor(plan);
  const result =
    by === 'events'
      ? played(plan, program, hear)
      : by === 'fifo'
        ? judge(fifoResult(plan, program), plan)
        : flowed(plan, program);
  return { schema: 'launchpad.prediction/2', by, result: withTheory(plan, result) };
}

/** The most exact one that answers within seconds; where only the engine can tell, that one, as long as it may take. */
function methodFor(plan: Plan): Prediction['by'] {
  const messages = messagesOf(plan);
  const whyNotPlayed = whyNotSimulated(plan);
  if (messages <= mostPlayed && whyNotPlayed === null) return 'events';
  if (messages <= mostPlayedFast && whyNotFifo(plan) === null) return 'fifo';
  const whyNot = whyNotFluid(plan);
  if (whyNot === null) return 'fluid';
  if (whyNotPlayed !== null)
    throw new LaunchpadError('plan-refused', `The plan can't be predicted: ${whyNotPlayed}, and ${whyNot}`);
  const { seconds, bytes } = costOf(plan);
  if (seconds > mostCost.seconds || bytes > mostCost.bytes) throw tooLargeToPlay(plan, whyNot);
  return 'events';
}

/** The plan as a fluid, with what that leaves out said in its warnings. */
function flowed(plan: Plan, program: ModelInfo): Result {
  const fluid = predict(plan);
  const result = judge(predictedResult(plan, fluid, program), plan);
  return { ...result, warnings: [...result.warnings, ...fluidError(plan, fluid)] };
}

function withTheory(plan: Plan, result: Result): Result {
  const theories = theoryOf(plan);
  const queues = mapValues(result.queues, (queue, name) => {
    const theory = theories[name];
    return theory === undefined ? queue : { ...queue, theory };
  });
  return { ...result, queues };
}

/** The plan played with its faults, and beside it what would be without them. */
function played(plan: Plan, program: ModelInfo, hear?: HearSeries): Result {
  const heard: Series[] = [];
  const result = playOnce(plan, program, hear && ((series) => heard.push(series)));
  const calm = plan.faults.length === 0 ? result : play({ ...plan, faults: [] }, program);
  for (const series of heard) hear?.(plan.faults.length === 0 ? series : besideFaults(series, calm));
  const drainLimitSeconds =
    plan.scenario.drainSeconds ?? defaultDrainSeconds(plan, result.run.durationSeconds ?? 0);
  const complete: Unjudged = {
    ...result,
    scenario: { ...result.scenario, drainLimitSeconds },
    queues: mapValues(result.queues, (queue, name) => beside(queue, calm.queues[name] ?? queue)),
  };
  return judge(complete, plan);
}

/** The plan played once, as it is, and judged: a result of origin `predicted` with nothing beside its figures. */
export function playOnce(plan: Plan, program: ModelInfo, hear?: HearSeries): Result {
  const result = play(plan, program, hear);
  const producers = mapValues(result.producers, (producer) => ({ ...producer, ...onTime }));
  return judge({ ...result, producers }, plan);
}

function mapValues<T>(
  record: Readonly<Record<string, T>>,
  change: (value: T, name: string) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}

const unknown = { p50: null, p99: null, max: null };

/** A played producer is never late, and a played broker answers at once. That says nothing of a real one. */
const onTime = {
  lagSeconds: unknown,
  lagRealSeconds: unknown,
  confirmSeconds: unknown,
  confirmRealSeconds: unknown,
};

function play(plan: Plan, program: ModelInfo, hear?: HearSeries): Result {
  const info = { ...program, drainLimitSeconds: plan.scenario.drainSeconds };
  const tell: Play = (visit) => simulateEvents(plan, visit);
  if (hear === undefined) return analysePlayed(plan, tell, info);
  const { result, series } = analysePlayedWithSeries(plan, tell, info);
  hear(series);
  return result;
}

/** A played queue, with what is said of it beside a run. */
function beside(queue: QueueResult, calm: QueueResult): QueueResult {
  const predicted: PredictedQueue = { ...figuresOf(queue), withoutFaults: figuresOf(calm) };
  const { curve } = queue;
  return {
    ...queue,
    predicted,
    // There is no process behind a played worker.
    duplicates: queue.duplicates.map(({ why, ...duplicate }) => ({
      ...duplicate,
      why: why.replaceAll(/ \(pid \d+\)/g, ''),
    })),
    workers: { ...queue.workers, startRealSeconds: { max: null } },
    curve: {
      ...curve,
      predicted: curve.backlog,
      predictedWithoutFaults: curve.atSeconds.map((seconds) => backlogAt(calm.curve, seconds)),
    },
  };
}

/** The figures of a queue that are predicted, of a prediction or of a run. */
export function figuresOf(queue: QueueResult): PredictedFigures {
  const { backlog, catchUpSeconds, catchUpReason, drainedAtSeconds, waitSeconds } = queue;
  return {
    peakBacklog: backlog.peak ?? 0,
    catchUpSeconds,
    catchUpReason,
    drainedAtSeconds,
    maxWaitSeconds: waitSeconds.max,
    redeliveries: queue.redeliveries.count,
    duplicateEffects: queue.accounting.duplicateEffects,
  };
}

/** All that are due, on all queues, with what is published again. */
function messagesOf({ queues, producers }: Plan): number {
  const copies = 1 + Math.max(0, ...producers.map(({ resubmitSeconds }) => resubmitSeconds.length));
  return copies * queues.reduce((sum, { scheduled }) => sum + scheduled, 0);
}
