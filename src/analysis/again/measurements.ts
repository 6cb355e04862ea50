import type { Measurements, QueueMeasurements } from '../../model/index.js';
import { specOf } from '../../plan/spec.js';
import type { Plan, PlannedProducer } from '../../plan/types.js';
import type { Collected, CollectedQueue } from '../collect.js';
import type { Story } from '../story.js';
import { known, type QueueTable } from '../tables.js';
import { scenarioSeconds } from '../time.js';
import type { FirstStart } from './pace.js';

type Seconds = (micros: number) => number;

/** What a run measured of itself, so that its plan can be predicted again with it. To be asked before the tables are used up. */
export function measurementsOf(plan: Plan, collected: Collected): Measurements {
  const { story } = collected;
  const seconds = scenarioSeconds(plan.speed);
  return {
    lagSeconds: Object.fromEntries(
      plan.producers.map((producer) => [producer.name, lagOf(producer, collected, seconds)]),
    ),
    faultSeconds: faultSeconds(plan, story, seconds),
    queues: Object.fromEntries(
      [...collected.queues].map(([name, queue]) => [
        name,
        queueMeasurements(plan, queue, collected, seconds),
      ]),
    ),
    services: Object.fromEntries(
      servicesOf(plan).map((name) => [name, { startSeconds: startsOf(story, name, seconds) }]),
    ),
  };
}

/** Of each message; of one that goes to several queues, the mean of its attempts. */
function lagOf(
  producer: PlannedProducer,
  { queues, orders }: Collected,
  seconds: Seconds,
): (number | null)[] {
  const posted = orders.tables.get(producer.name);
  if (posted !== undefined) {
    return Array.from({ length: producer.scheduled }, (_, row) =>
      posted.wasPosted(row) ? seconds((posted.postedAt[row] as number) - (posted.due[row] as number)) : null,
    );
  }
  const tables = producer.to.flatMap((name) => queues.get(name)?.table ?? []);
  const places = tables.map((table) => ({ table, base: table.slotsOf(producer.name).from }));
  return Array.from({ length: producer.scheduled }, (_, i) => {
    let sum = 0;
    let attempts = 0;
    for (const { table, base } of places) {
      if (!table.has(base + i, known.attempted)) continue;
      sum += table.lag[base + i] as number;
      attempts++;
    }
    return attempts === 0 ? null : seconds(sum / attempts);
  });
}

function faultSeconds({ faults }: Plan, story: Story, seconds: Seconds): ReadonlyMap<number, number> {
  const done = story.faults.filter(({ index }) => faults[index]?.when === 'now');
  return new Map(done.map(({ index, t }) => [index, seconds(t)]));
}

function queueMeasurements(
  plan: Plan,
  { table, pace }: CollectedQueue,
  collected: Collected,
  seconds: Seconds,
): QueueMeasurements {
  const { story } = collected;
  const readyAtSeconds = readyAt(story, table.name, seconds);
  const scenario = (micros: number | null): number => (micros === null ? 0 : seconds(micros));
  return {
    workerStartSeconds: startsOf(story, table.name, seconds, pace.firstStarts),
    ...(readyAtSeconds.length === 0 ? {} : { readyAtSeconds }),
    windowExtraSeconds: scenario(pace.window.micros),
    publishSeconds: Math.max(0, scenario(publishMicros(collected.queues.get(table.name)))),
    publishSecondsOf: Array.from(pace.pickups, (micros) => (Number.isNaN(micros) ? null : seconds(micros))),
    dueExtraSeconds: scenario(pace.due.micros),
    workExtraSeconds: scenario(pace.work.micros),
    settleSeconds: scenario(settleMicros(plan, table.name, collected)),
    handSeconds: scenario(pace.turnaround.micros),
  };
}

/** The names of the plan's services. */
function servicesOf({ scenario }: Plan): string[] {
  const providers = scenario.providers.map(({ name }) => name);
  return scenario.orderService === null ? providers : [...providers, 'order-service'];
}

/** What waited for a worker is started so soon after it was ready, or waits for something else; real time. */
const soonMicros = 100_000;

/** From each order to start a process until it was ready; where a message waited for it, until it had started on that. */
function startsOf(
  story: Story,
  queue: string,
  seconds: Seconds,
  firstStarts: ReadonlyMap<number, FirstStart> = new Map(),
): (number | null)[] {
  const readyAt = new Map(
    story.ready.filter(({ q }) => q === queue).map(({ pid, t }): [number, number] => [pid, t]),
  );
  const faults = story.faults.filter(
    ({ q, kind }) => q === queue && (kind === 'restart' || kind === 'scale'),
  );
  const supervised = story.supervised.filter(({ q }) => q === queue);
  return [...faults, ...supervised.map(({ t, pid }) => ({ t, pids: [pid] }))]
    .sort((a, b) => a.t - b.t)
    .flatMap(({ t, pids }) =>
      pids.flatMap((pid) => {
        const ready = readyAt.get(pid);
        if (ready === undefined) return [null];
        // Who was ready before was stopped by this and not started.
        if (ready < t) return [];
        const first = firstStarts.get(pid);
        const hasWaited = first !== undefined && first.since <= ready && first.at <= ready + soonMicros;
        return [seconds((hasWaited ? Math.max(first.at, ready) : ready) - t)];
      }),
    );
}

/** When the workers that the run begins with were ready, by their numbers. */
function readyAt(story: Story, queue: string, seconds: Seconds): number[] {
  return story.ready
    .filter(({ q, t }) => q === queue && t <= 0)
    .sort((a, b) => a.worker - b.worker)
    .map(({ t }) => seconds(t));
}

/** From an attempt until a worker could start on it; where none could at once, until the broker had confirmed it. */
function publishMicros(queue: CollectedQueue | undefined): number | null {
  if (queue === undefined) return null;
  return queue.pace.pickup.micros ?? confirmMicros(queue.table);
}

function confirmMicros(table: QueueTable): number | null {
  let sum = 0;
  let count = 0;
  for (let slot = 0; slot < table.size; slot++) {
    const micros = (table.confirm[slot] as number) - (table.lag[slot] as number);
    if (!table.has(slot, known.acknowledged) || Number.isNaN(micros)) continue;
    sum += micros;
    count++;
  }
  return count === 0 ? null : sum / count;
}

/** Without what it takes to publish on, which the next queue's publishes say. */
function settleMicros(plan: Plan, name: string, { queues }: Collected): number | null {
  const micros = queues.get(name)?.pace.settle.micros ?? null;
  const { outcomes } = specOf(plan, name);
  if (micros === null || outcomes.length === 0) return micros;
  const published = outcomes.reduce((sum, { share, to }) => {
    const each = to.reduce((total, { queue }) => total + (publishMicros(queues.get(queue)) ?? 0), 0);
    return sum + share * each;
  }, 0);
  return Math.max(0, micros - published);
}
