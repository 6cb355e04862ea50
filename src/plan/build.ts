import type { Capabilities } from '../broker/types.js';
import { LaunchpadError } from '../errors.js';
import { isServed } from '../scenario/served.js';
import { timelineOf } from '../scenario/timeline.js';
import type { ProducerSpec, QueueSpec, Scenario } from '../scenario/types.js';
import { Arrivals } from './arrivals.js';
import { CurveInverse, cumulativeAt, curveOf, endOf, sumOf } from './curve.js';
import { feedersOf, sourcesOf } from './sources.js';
import type { Plan, PlannedFault, PlannedProducer, PlannedQueue } from './types.js';
import { refusals, warningsOf } from './warnings.js';

export { specOf } from './spec.js';

/**
 * Works out what is going to happen.
 * @throws LaunchpadError `plan-refused` where the speed would make the result meaningless; it names the highest good one
 */
export function buildPlan(scenario: Scenario, capabilities: Capabilities): Plan {
  const producers = scenario.producers.map((spec) => plannedProducer(spec, scenario.seed));
  const queues = scenario.queues.map((spec) => plannedQueue(spec, scenario, producers, capabilities));
  const faults = timelineOf(scenario.faults).map((moment, index): PlannedFault => {
    const { atSeconds, kind, queue, workers, when, repaired } = moment;
    return { index, atSeconds, kind, queue, workers, when, repaired };
  });
  const producingSeconds = Math.max(
    0,
    ...producers.map((producer) => endOf(producer.curve) + Math.max(0, ...producer.resubmitSeconds)),
  );
  const plan: Plan = {
    schema: 'launchpad.plan/1',
    scenario,
    speed: scenario.speed,
    seed: scenario.seed,
    capabilities,
    producers,
    queues,
    faults,
    producingSeconds,
    lastMomentSeconds: Math.max(producingSeconds, faults.at(-1)?.atSeconds ?? 0),
    warnings: [],
  };
  const refused = refusals(plan);
  if (refused !== null) throw new LaunchpadError('plan-refused', refused.message, { hint: refused.hint });
  return { ...plan, warnings: warningsOf(plan) };
}

function plannedProducer(spec: ProducerSpec, seed: number): PlannedProducer {
  const { times } = spec;
  const source = {
    name: spec.name,
    curve: curveOf(spec.phases),
    arrivals: spec.arrivals,
    ...(times === undefined ? {} : { times }),
  };
  return {
    ...source,
    ...(spec.arrivals === 'constant' && times === undefined
      ? constantSchedule(source.curve)
      : drawnSchedule(new Arrivals(source, seed))),
    to: spec.to.map((target) => target.queue),
    giveUpSeconds: spec.giveUpSeconds,
    resubmitSeconds: spec.resubmitSeconds,
    via: spec.via,
    patienceSeconds: spec.patienceSeconds,
  };
}

type Schedule = Pick<PlannedProducer, 'scheduled' | 'firstDueSeconds' | 'lastDueSeconds'>;

function constantSchedule(curve: PlannedProducer['curve']): Schedule {
  // Message n is due when the integral reaches n − 1. Rounding decides whether an integral of 1000.0000001 has 1,000 or 1,001
  // messages, so the pacer itself is asked.
  let scheduled = Math.max(0, Math.floor(cumulativeAt(curve, endOf(curve))) - 1);
  while (new CurveInverse(curve).timeOf(scheduled) !== null) scheduled++;
  return {
    scheduled,
    firstDueSeconds: scheduled === 0 ? null : new CurveInverse(curve).timeOf(0),
    lastDueSeconds: scheduled === 0 ? null : new CurveInverse(curve).timeOf(scheduled - 1),
  };
}

function drawnSchedule(arrivals: Arrivals): Schedule {
  let scheduled = 0;
  let firstDueSeconds: number | null = null;
  let lastDueSeconds: number | null = null;
  for (let due = arrivals.next(); due !== null; due = arrivals.next()) {
    scheduled++;
    firstDueSeconds ??= due;
    lastDueSeconds = due;
  }
  return { scheduled, firstDueSeconds, lastDueSeconds };
}

function plannedQueue(
  spec: QueueSpec,
  scenario: Scenario,
  producers: readonly PlannedProducer[],
  capabilities: Capabilities,
): PlannedQueue {
  const { queues, producers: specs, seed } = scenario;
  const direct = producers.filter((producer) => producer.to.includes(spec.name));
  const scheduled = specs.map((each, i) => ({ spec: each, scheduled: producers[i]?.scheduled ?? 0 }));
  const sources = sourcesOf(spec.name, queues, scheduled, seed);
  return {
    name: spec.name,
    producers: [...new Set(sources.map((source) => source.producer))],
    sources,
    scheduled: sources.reduce((sum, source) => sum + source.scheduled, 0),
    arrivals: sumOf(direct.map((producer) => producer.curve)),
    feeders: feedersOf(spec.name, queues),
    isServed: isServed(spec.name, scenario),
    redelivery: spec.redelivery ?? capabilities.redelivery.defaults,
  };
}
