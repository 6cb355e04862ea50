import type { EndedEvent } from '../ledger/events.js';
import { specOf } from '../plan/build.js';
import { settingsInWords } from '../plan/settings.js';
import type { Plan } from '../plan/types.js';
import type { BrokerInfo, ProducerResult, QueueResult, Result, RunEnd } from '../result/types.js';
import type { Collected } from './collect.js';
import { backlogAt } from './curve.js';
import { faultResults } from './faults.js';
import type { Prediction } from './forecast.js';
import { gapsOf } from './gaps.js';
import { type PlainOrderBooks, plainOrderBooks } from './orders.js';
import { customersResult, producerResult } from './producers.js';
import { type QueuePrediction, queueResult } from './queue.js';
import type { RunDirectory } from './run-directory.js';
import type { WatchQueue } from './series/recorder.js';
import { serviceResults } from './services.js';
import { scenarioSeconds } from './time.js';
import { judge, type Unjudged } from './verdict.js';
import { wellAgain } from './well-again.js';
import { wholeBooks } from './whole.js';

/** A producer's result as far as its queues are not needed for it; orderBooks null: it does not come by HTTP. */
type PlainProducer = Omit<ProducerResult, 'orderBooks'> & { readonly orderBooks: PlainOrderBooks | null };

/** What is known of a run beside its directory. */
export interface AnalyseOptions {
  readonly end?: Omit<EndedEvent, 't' | 'e'>;
}

/**
 * The result of what was collected of a run.
 * @param watch hears of each queue, for its series; absent: nobody asks
 */
export function resultOf(
  files: RunDirectory,
  collected: Collected,
  end: AnalyseOptions['end'],
  watch?: WatchQueue,
): Result {
  const { plan, prediction, run } = files;
  const { story, processes } = collected;
  const seconds = scenarioSeconds(plan.speed);
  const {
    name,
    summary,
    lesson,
    reference,
    changes,
    vary,
    variant,
    mode,
    orderService,
    try: next,
  } = plan.scenario;
  const gaps = gapsOf(plan, collected, (story.ended ?? end)?.reason);
  // Producers first: the queues use up what was collected of them.
  const plain = producerResults(plan, collected);
  const queues = queueResults(plan, collected, prediction, watch);
  const services = serviceResults(plan, collected, seconds);
  const producers = withWellAgain(plan, plain, collected, { queues, services });
  const unjudged: Unjudged = {
    schema: 'launchpad.result/1',
    origin: 'measured',
    scenario: {
      name,
      summary,
      lesson,
      reference,
      changes,
      ...(vary === undefined ? {} : { vary }),
      variant,
      ...(orderService === null ? {} : { mode }),
      try: next,
      producingSeconds: plan.producingSeconds,
      drainLimitSeconds: run.drainLimitSeconds,
      // A plan written by hand need not say them, and what is filled in for it was never set.
      ...(plan.scenario.producers.length === 0 ? {} : { settings: settingsInWords(plan.scenario) }),
    },
    run: {
      id: run.id,
      directory: files.path,
      startedAt: story.wall ?? run.startedAt,
      seed: plan.seed,
      speed: plan.speed,
      durationSeconds: seconds(story.endAt),
      ended: endOf(story.ended ?? end),
      broker: brokerOf(files),
      node: run.node,
      launchpad: run.launchpad,
      tornLines: collected.summary.tornLines + collected.summary.damagedLines,
    },
    producers,
    queues,
    ...(Object.keys(services).length === 0 ? {} : { services }),
    faults: faultResults(plan, story, processes, seconds),
    ...(files.guesses === undefined ? {} : { guesses: files.guesses }),
    warnings: warningsOf(files, collected, gaps),
  };
  return judge(unjudged, plan, gaps);
}

function producerResults(plan: Plan, collected: Collected): ReadonlyMap<string, PlainProducer> {
  const { queues, orders, story } = collected;
  const abortedAt = story.ended?.reason === 'aborted' ? story.ended.t : null;
  return new Map(
    plan.producers.map((producer): [string, PlainProducer] => {
      const tables = producer.to.flatMap((queue) => queues.get(queue)?.table ?? []);
      const posted = orders.tables.get(producer.name);
      const whole = wholeBooks(plan, producer, queues);
      if (posted === undefined) {
        return [
          producer.name,
          { ...producerResult(plan, producer, tables, abortedAt), whole, orderBooks: null },
        ];
      }
      const orderBooks = plainOrderBooks(producer, posted, queues, plan.speed);
      return [producer.name, { ...customersResult(plan, producer, posted, abortedAt), whole, orderBooks }];
    }),
  );
}

/** Completes the books of orders by what only the results of queues and services know. */
function withWellAgain(
  plan: Plan,
  plain: ReadonlyMap<string, PlainProducer>,
  { orders }: Collected,
  { queues, services }: Required<Pick<Result, 'queues' | 'services'>>,
): Record<string, ProducerResult> {
  const results: Record<string, ProducerResult> = {};
  for (const producer of plan.producers) {
    const { orderBooks = null, ...result } = plain.get(producer.name) as PlainProducer;
    results[producer.name] = result;
    const posted = orders.tables.get(producer.name);
    if (orderBooks === null || posted === undefined) continue;
    const providers = new Set(producer.to.flatMap((queue) => specOf(plan, queue).provider ?? []));
    const again = wellAgain(
      producer,
      posted,
      {
        queues: producer.to.map((queue) => [queue, queues[queue]?.troubles ?? []]),
        providers: [...providers].map((name) => {
          const service = services[name];
          return [name, service?.kind === 'provider' ? service.troubles : []];
        }),
      },
      scenarioSeconds(plan.speed),
    );
    results[producer.name] = { ...result, orderBooks: { ...orderBooks, ...again } };
  }
  return results;
}

function queueResults(
  plan: Plan,
  collected: Collected,
  prediction: Prediction | null,
  watch: WatchQueue | undefined,
): Record<string, QueueResult> {
  return Object.fromEntries(
    plan.queues.map((planned) => [
      planned.name,
      queueResult(plan, planned, collected, predictionOf(prediction, planned.name), watch),
    ]),
  );
}

/** Null: none was made, or not of this queue. */
function predictionOf(prediction: Prediction | null, queue: string): QueuePrediction | null {
  const { predicted: figures = null, curve } = prediction?.result.queues[queue] ?? {};
  if (figures === null || curve === undefined) return null;
  const { atSeconds, predictedWithoutFaults } = curve;
  const calm = { ...curve, backlog: predictedWithoutFaults ?? [] };
  return {
    figures,
    backlog: (seconds) => backlogAt(curve, seconds),
    backlogWithoutFaults: atSeconds.length === 0 ? null : (seconds) => backlogAt(calm, seconds),
  };
}

function endOf(ended: AnalyseOptions['end']): RunEnd {
  if (ended === undefined) {
    return { reason: 'unknown', detail: 'the ledger has no end: the run was cut off', signal: null };
  }
  const { reason, detail, signal = null, expectation } = ended;
  return { reason, detail, signal, ...(expectation === undefined ? {} : { expectation }) };
}

function brokerOf({ run }: RunDirectory): BrokerInfo | null {
  if (run.broker === null) return null;
  const { driver, server, version, source } = run.broker;
  return { driver, server, version, source };
}

function warningsOf(
  { plan, run, warnings: missing }: RunDirectory,
  { strayEvents }: Collected,
  gaps: readonly string[],
): string[] {
  const warnings = [...plan.warnings, ...(run.broker?.warnings ?? []), ...missing];
  warnings.push(...gaps.map((gap) => `The ledger is incomplete: ${gap}.`));
  if (strayEvents > 0)
    warnings.push(`${strayEvents} events of the ledger are about queues that are not in the plan.`);
  return warnings;
}
