import { specOf } from '../plan/build.js';
import { drawOutcome } from '../plan/draws.js';
import { idBehind, messageId } from '../plan/messages.js';
import type { Plan } from '../plan/types.js';
import type { QueueSpec } from '../scenario/types.js';
import { known, type QueueTable } from './tables.js';

/** The messages that a queue's workers publish on when they are done with one, by what comes of its work. */
export function passedOnBy(
  spec: QueueSpec,
  seed: number,
  message: string,
): readonly { readonly queue: string; readonly id: string }[] {
  const outcome = drawOutcome(spec, seed, message);
  if (outcome === null) return [];
  return outcome.to.map(({ queue }) => ({ queue, id: idBehind(message, spec.name) }));
}

/**
 * Marks the messages that were to come to queues behind others, once the ledger was read: those with which a worker of
 * the queue before went on (an effect, or a suppressed one), where what came of it leads here. A message's row is
 * as far into its block as the one that it was on the queue before.
 */
export function markDue(plan: Plan, queues: ReadonlyMap<string, { readonly table: QueueTable }>): void {
  markGuestsDue(plan, queues);
  for (const { table } of queues.values()) {
    for (const { producer, path, base, count } of table.blocks) {
      const feeder = path.at(-1);
      const from = feeder === undefined ? undefined : queues.get(feeder)?.table;
      if (feeder === undefined || from === undefined) continue;
      const before = path.slice(0, -1);
      const way = from.blockOf(producer, before);
      if (way === null) continue;
      const spec = specOf(plan, feeder);
      const always = spec.outcomes.length < 2;
      for (let i = 0; i < count; i++) {
        if (!from.wentOn(way.base + i)) continue;
        const outcome = drawOutcome(spec, plan.seed, always ? '' : messageId(producer, i + 1, before));
        if (outcome?.to.some(({ queue }) => queue === table.name)) table.set(base + i, known.due);
      }
    }
  }
}

/** The same for messages that are not in the plan and were to come all the same: the steps of guests' orders. */
function markGuestsDue(plan: Plan, queues: ReadonlyMap<string, { readonly table: QueueTable }>): void {
  for (const { name } of plan.queues) {
    const table = queues.get(name)?.table;
    if (table === undefined) continue;
    for (const [message, slot] of table.outside) markPassedOn(table, slot, message);
  }

  function markPassedOn(table: QueueTable, slot: number, message: string): void {
    if (!table.has(slot, known.due) || !table.wentOn(slot)) return;
    for (const { queue, id } of passedOnBy(specOf(plan, table.name), plan.seed, message)) {
      const next = queues.get(queue)?.table;
      if (next === undefined) continue;
      const nextSlot = next.slot(id);
      next.set(nextSlot, known.due);
      markPassedOn(next, nextSlot, id);
    }
  }
}
