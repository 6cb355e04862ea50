import type { CensusEvent } from '../../ledger/events.js';
import type { Plan, PlannedQueue } from '../../plan/types.js';
import { jobState } from './jobs.js';
import type { QueueState } from './queue.js';
import type { World } from './world.js';

/** Ids in one event. */
const idsPerEvent = 1000;

/** The queues, each behind those that messages come from: the order in which the lab asks for them. */
export function queuesAlongTheWay({ queues }: Plan): readonly PlannedQueue[] {
  const longestWay = ({ sources }: PlannedQueue): number =>
    Math.max(0, ...sources.map(({ path }) => path.length));
  return [...queues].sort((a, b) => longestWay(a) - longestWay(b));
}

/** Says how deep each queue is, and each dead-letter queue. */
export function readDepths({ scribe, now: t, queues }: World, along: readonly PlannedQueue[]): void {
  const states = along.map(({ name }) => queues.find((queue) => queue.name === name) as QueueState);
  for (const { name: q, ready, inFlight, delayed, failed } of states) {
    const depth = { ready: ready.length, inFlight, delayed: delayed.size, dead: failed.size };
    scribe.lab({ t, e: 'depth', q, ...depth });
  }
  for (const { spec, letters } of queues) {
    if (spec.deadLetter === null) continue;
    const q = spec.deadLetter.queue;
    scribe.lab({ t, e: 'depth', q, ready: letters.size, inFlight: 0, delayed: 0, dead: 0 });
  }
}

/** Lists every message that is still on the broker. */
export function takeCensus(world: World, along: readonly PlannedQueue[]): void {
  for (const { name } of along) {
    const queue = world.queue(name);
    const { jobs } = queue;
    const inState = (state: number): number[] => [...jobs.all()].filter((job) => jobs.state[job] === state);
    const slotsOf = (list: readonly number[]): number[] => list.map((job) => jobs.slot[job]);
    const active = inState(jobState.active).sort((a, b) => jobs.takenStep[a] - jobs.takenStep[b]);
    list(world, queue, name, 'ready', slotsOf(queue.ready.toArray()));
    list(world, queue, name, 'inFlight', slotsOf(active));
    list(world, queue, name, 'delayed', slotsOf(inState(jobState.delayed)));
    list(
      world,
      queue,
      name,
      'dead',
      [...queue.failed].map(({ slot }) => slot),
    );
    world.scribe.lab({ t: world.now, e: 'census-complete', q: name });
  }
  for (const queue of world.queues) {
    const { deadLetter } = queue.spec;
    if (deadLetter === null) continue;
    list(world, queue, deadLetter.queue, 'ready', [...queue.letters.keys()]);
    world.scribe.lab({ t: world.now, e: 'census-complete', q: deadLetter.queue });
  }
}

function list(
  { scribe, now: t }: World,
  { names }: QueueState,
  q: string,
  state: CensusEvent['state'],
  slots: readonly number[],
): void {
  for (let i = 0; i < slots.length; i += idsPerEvent) {
    const m = slots.slice(i, i + idsPerEvent).map((slot) => names.of(slot));
    scribe.lab({ t, e: 'census', q, state, m });
  }
}
