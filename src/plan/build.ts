import type { Capabilities } from '../broker/types.js';
import { LaunchpadError } from '../errors.js';
import { isServed } from '../scenario/served.js';
import { timelineOf } from '../scenario/timeline.js';
import type { ProducerSpec, QueueSpec, Scenario } from '../scenario/types.js';
import { uncountable } from './counts.js';
import { curveOf, endOf, sumOf } from './curve.js';
import { scheduleOf } from './schedule.js';
import { feedersOf, sourcesOf } from './sources.js';
import type { Plan, PlannedFault, PlannedProducer, PlannedQueue } from './types.js';
import { warningsOf } from './warnings.js';

export { specOf } from './spec.js';

/**
 * Works out what is going to happen. Whether it can be run is another question: refuseRun answers it.
 * @throws LaunchpadError `plan-refused` for more messages than can be counted
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
  const refused = uncountable(plan);
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
    ...scheduleOf(source, seed),
    to: spec.to.map((target) => target.queue),
    giveUpSeconds: spec.giveUpSeconds,
    resubmitSeconds: spec.resubmitSeconds,
    via: spec.via,
    patienceSeconds: spec.patienceSeconds,
  };
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
