import { specOf } from '../plan/build.js';
import { drawOutcome } from '../plan/draws.js';
import { messageId } from '../plan/messages.js';
import type { Plan, PlannedProducer } from '../plan/types.js';
import type { WholeBooks } from '../result/failures.js';
import type { QueueSpec } from '../scenario/types.js';
import { endingOf } from './books.js';
import type { CollectedQueue } from './collect.js';
import type { Block } from './slots.js';
import { known } from './tables.js';

const classes = [
  'lost',
  'undetermined',
  'pending',
  'deadLettered',
  'unpublished',
  'notPassedOn',
  'completed',
] as const;

/** Where a message's whole story ended: the first that holds for any part of it. */
type WholeClass = (typeof classes)[number];

/** A queue that a producer's messages come to by one way, and the queues behind it. */
interface Part {
  readonly queue: CollectedQueue;
  readonly block: Block;
  readonly spec: QueueSpec;
  /** Had an effect here, as counted below. */
  effected: number;
  readonly behind: ReadonlyMap<string, Part>;
}

/**
 * The books of a producer's messages over all queues that they went through. They balance where each message is in one
 * class, and as many had their effect on each queue as were counted while the ledger was read.
 */
export function wholeBooks(
  plan: Plan,
  producer: PlannedProducer,
  queues: ReadonlyMap<string, CollectedQueue>,
): WholeBooks {
  const first = producer.to.flatMap((name) => partOf(plan, producer.name, [], name, queues) ?? []);
  const parts = first.flatMap(withBehind);
  const counts = Object.fromEntries(classes.map((name) => [name, 0])) as Record<WholeClass, number>;
  const routes = new Map<string, number>();
  // Where nothing branches, there is one route.
  const branches = parts.some(({ spec }) => spec.outcomes.length > 1);
  const only = branches ? null : routeFrom(first, plan, producer.name, 1);
  for (let i = 0; i < producer.scheduled; i++) {
    let worst: number = classes.indexOf('completed');
    for (const part of parts) {
      worst = Math.min(worst, classOf(part, i));
      if (part.queue.table.hadEffect(part.block.base + i)) part.effected++;
    }
    const name = classes[worst] as WholeClass;
    counts[name]++;
    if (name !== 'completed') continue;
    const route = only ?? routeFrom(first, plan, producer.name, i + 1);
    routes.set(route, (routes.get(route) ?? 0) + 1);
  }
  const sum = classes.reduce((total, name) => total + counts[name], 0);
  return {
    scheduled: producer.scheduled,
    ...counts,
    routes: [...routes]
      .map(([route, messages]) => ({ route, messages }))
      .sort((a, b) => b.messages - a.messages || (a.route < b.route ? -1 : 1)),
    balanced:
      sum === producer.scheduled &&
      parts.every(({ queue, block, effected }) => {
        return queue.tally.effectedOf(producer.name, block.path) === effected;
      }),
  };
}

/** The index of the class that a part of a message's story is in. */
function classOf({ queue: { table }, block }: Part, i: number): number {
  const slot = block.base + i;
  const ending = endingOf(table, slot);
  if (ending === 'effected') return classes.indexOf('completed');
  if (ending !== null && ending !== 'merged') return classes.indexOf(ending);
  // An order that the order service never had is unpublished, too.
  if (block.path.length === 0) return classes.indexOf('unpublished');
  // What was not to come here is no part of its story.
  return classes.indexOf(table.has(slot, known.due) ? 'notPassedOn' : 'completed');
}

function partOf(
  plan: Plan,
  producer: string,
  path: readonly string[],
  name: string,
  queues: ReadonlyMap<string, CollectedQueue>,
): Part | null {
  const queue = queues.get(name);
  const block = queue?.table.blockOf(producer, path) ?? null;
  if (queue === undefined || block === null) return null;
  const spec = specOf(plan, name);
  const targets = new Set(spec.outcomes.flatMap(({ to }) => to.map((target) => target.queue)));
  const behind = new Map<string, Part>();
  for (const target of targets) {
    const part = partOf(plan, producer, [...path, name], target, queues);
    if (part !== null) behind.set(target, part);
  }
  return { queue, block, spec, effected: 0, behind };
}

function withBehind(part: Part): Part[] {
  return [part, ...[...part.behind.values()].flatMap(withBehind)];
}

/** The ways that a completed message took: `inventory (reserved) → notification`; where it goes to several queues, `emails + payments`. */
function routeFrom(parts: readonly Part[], plan: Plan, producer: string, sequence: number): string {
  return parts.map((part) => routeOf(part, plan, producer, sequence)).join(' + ');
}

function routeOf({ spec, block, behind }: Part, plan: Plan, producer: string, sequence: number): string {
  const several = spec.outcomes.length > 1;
  const outcome = drawOutcome(spec, plan.seed, several ? messageId(producer, sequence, block.path) : '');
  if (outcome === null) return spec.name;
  const here = several ? `${spec.name} (${outcome.name})` : spec.name;
  const next = outcome.to.flatMap(({ queue }) => behind.get(queue) ?? []);
  const rest = routeFrom(next, plan, producer, sequence);
  if (next.length === 0) return here;
  return next.length === 1 ? `${here} → ${rest}` : `${here} → (${rest})`;
}
