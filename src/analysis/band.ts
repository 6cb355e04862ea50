import type { ModelInfo } from '../model/index.js';
import { buildPlan } from '../plan/build.js';
import type { Plan } from '../plan/types.js';
import type { Band, QueueResult, Result } from '../result/types.js';
import { type Prediction, playOnce } from './forecast.js';
import { coverageOf, predictionInterval } from './prediction-interval.js';

/** As many seeds as are usual: with the lowest and the highest of so many, one more lies between them in 95 of 100 cases. */
export const usualSeeds = 40;

type BandMeasure = Exclude<keyof Band, 'seeds' | 'coverage'>;

/** The figures of a queue that have a band; Infinity: it never comes. */
const figures: Readonly<Record<BandMeasure, (queue: QueueResult) => number>> = {
  peakBacklog: ({ backlog }) => backlog.peak ?? 0,
  catchUpSeconds: ({ catchUpSeconds }) => catchUpSeconds ?? Number.POSITIVE_INFINITY,
  drainedAtSeconds: ({ drainedAtSeconds }) => drainedAtSeconds ?? Number.POSITIVE_INFINITY,
  maxWaitSeconds: (queue) => waitOf(queue, 'max'),
  waitP99Seconds: (queue) => waitOf(queue, 'p99'),
  redeliveries: ({ redeliveries }) => redeliveries.count,
  duplicateEffects: ({ accounting }) => accounting.duplicateEffects,
};
const measures = Object.keys(figures) as BandMeasure[];

/** Where nothing came nobody waited; where something came and was never started, it waited for ever. */
function waitOf({ waitSeconds, accounting }: QueueResult, which: 'max' | 'p99'): number {
  return waitSeconds[which] ?? (accounting.acknowledged === 0 ? 0 : Number.POSITIVE_INFINITY);
}

/** How many messages, deliveries of the same one counted each, are played for one seed: what a band's cost grows with. */
export function playedPerSeed({ result }: Prediction): number {
  return Object.values(result.queues).reduce((sum, { accounting }) => {
    const { scheduled, delivered, duplicateDeliveries } = accounting;
    return sum + Math.max(scheduled, delivered + duplicateDeliveries);
  }, 0);
}

/**
 * The prediction with what its figures are over many seeds, those that follow the plan's own: the plan is built again with each of them,
 * and played message by message. The plan's own seed is not among them. The same plan has the same band, bit for bit.
 * @param seeds at least 2
 * @throws LaunchpadError `internal` where the plan can't be played: ask `whyNotSimulated` first
 */
export function withBand(prediction: Prediction, plan: Plan, program: ModelInfo, seeds: number): Prediction {
  const { result } = prediction;
  const names = Object.keys(result.queues).filter((name) => result.queues[name]?.predicted !== null);
  const values = new Map(names.map((name) => [name, columnsOf(seeds)]));
  let pass = 0;
  let fail = 0;
  for (let i = 0; i < seeds; i++) {
    const played = playOnce(withSeed(plan, seedAt(plan.seed, i, seeds)), program);
    if (played.verdict.outcome === 'fail') fail++;
    else if (played.expectations.every(({ outcome }) => outcome === 'pass')) pass++;
    for (const [name, columns] of values) {
      const queue = played.queues[name];
      if (queue !== undefined) for (const measure of measures) columns[measure][i] = figures[measure](queue);
    }
  }
  const bands = new Map([...values].map(([name, columns]) => [name, bandOf(columns, seeds)]));
  return { ...prediction, result: beside(result, bands, { count: seeds, pass, fail }) };
}

/** A figure of each seed. */
type Columns = Readonly<Record<BandMeasure, Float64Array>>;

function columnsOf(seeds: number): Columns {
  const column = (): Float64Array => new Float64Array(seeds);
  return {
    peakBacklog: column(),
    catchUpSeconds: column(),
    drainedAtSeconds: column(),
    maxWaitSeconds: column(),
    waitP99Seconds: column(),
    redeliveries: column(),
    duplicateEffects: column(),
  };
}

function bandOf(columns: Columns, seeds: number): Band {
  return {
    seeds,
    coverage: coverageOf(seeds),
    peakBacklog: predictionInterval(columns.peakBacklog),
    catchUpSeconds: predictionInterval(columns.catchUpSeconds),
    drainedAtSeconds: predictionInterval(columns.drainedAtSeconds),
    maxWaitSeconds: predictionInterval(columns.maxWaitSeconds),
    waitP99Seconds: predictionInterval(columns.waitP99Seconds),
    redeliveries: predictionInterval(columns.redeliveries),
    duplicateEffects: predictionInterval(columns.duplicateEffects),
  };
}

function withSeed({ scenario, capabilities }: Plan, seed: number): Plan {
  return buildPlan({ ...scenario, seed }, capabilities);
}

/** The seeds after the plan's own; those before it, where there are not so many whole numbers after it. */
function seedAt(own: number, i: number, seeds: number): number {
  return own <= Number.MAX_SAFE_INTEGER - seeds ? own + 1 + i : own - 1 - i;
}

function beside(
  result: Result,
  bands: ReadonlyMap<string, Band>,
  seeds: NonNullable<Result['verdict']['seeds']>,
): Result {
  const queues = Object.entries(result.queues).map(([name, queue]) => {
    const band = bands.get(name);
    if (band === undefined || queue.predicted === null) return [name, queue] as const;
    return [name, { ...queue, predicted: { ...queue.predicted, band } }] as const;
  });
  const verdict = result.expectations.length === 0 ? result.verdict : { ...result.verdict, seeds };
  return { ...result, verdict, queues: Object.fromEntries(queues) };
}
