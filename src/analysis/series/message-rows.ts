import type { MessageEnd, MessageRow } from '../../result/series.js';
import { endingOf, outcomeOf } from '../books.js';
import type { Collected } from '../collect.js';
import { known, type QueueTable } from '../tables.js';

/**
 * Tells every message of every queue that was due there or of which there is a sign: in the plan's order of queues and of ways to them, each in
 * order of number, and then those that are not in the plan. To be asked before the tables are used up.
 */
export function eachMessage(
  { queues }: Collected,
  seconds: (micros: number) => number,
  visit: (row: MessageRow) => void,
): void {
  const timeOf = (micros: number): number | null => (Number.isNaN(micros) ? null : seconds(micros));
  for (const [queue, { table }] of queues) {
    const tell = (message: string, slot: number): void => {
      const ended = endOf(table, slot);
      if (ended === null) return;
      const hadEffect = table.hadEffect(slot);
      visit({
        queue,
        message,
        arrivedSeconds: timeOf(table.arrival[slot] as number),
        firstStartSeconds: timeOf(table.firstStart[slot] as number),
        firstEffectSeconds: hadEffect ? timeOf(table.done[slot] as number) : null,
        starts: table.tries[slot] as number,
        effects: hadEffect ? 1 + table.repeatsOfSlot(slot) : 0,
        ended,
      });
    };
    for (const { producer, path, base, count } of table.blocks) {
      const behind = path.map((name) => `.${name}`).join('');
      for (let n = 1; n <= count; n++) tell(`${producer}/${n}${behind}`, base + n - 1);
    }
    for (const [message, slot] of table.outside) tell(message, slot);
  }
}

/** Null: it was not to come to the queue, and nothing was seen of it there. */
function endOf(table: QueueTable, slot: number): MessageEnd | null {
  const ending = endingOf(table, slot);
  if (ending !== null) return ending;
  const outcome = outcomeOf(table, slot);
  if (outcome === 'refused') return 'refused';
  if (outcome === 'unknown') return 'neverArrived';
  return table.has(slot, known.due) ? 'dropped' : null;
}
