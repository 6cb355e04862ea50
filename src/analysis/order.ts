import type { OrderResult } from '../result/failures.js';
import { indexFrom } from './search.js';
import type { QueueTable } from './tables.js';

/**
 * In which order the first effects of a queue's messages came, against the order of their arrivals: reordering as RFC
 * 4737 has it (section 4.1.1: a message is out of order if one that is later in the sequence came before it). Messages
 * that had no effect are left out. Where times are equal, the order that fits the other one is taken.
 */
export function orderOf(table: QueueTable): OrderResult {
  const arrivals = new Float64Array(table.size);
  const effects = new Float64Array(table.size);
  let count = 0;
  for (let slot = 0; slot < table.size; slot++) {
    if (!table.hadEffect(slot)) continue;
    arrivals[count] = table.firstSign(slot);
    effects[count] = table.done[slot] as number;
    count++;
  }
  return reorderingOf(arrivals.subarray(0, count), effects.subarray(0, count));
}

/** @param effects beside `arrivals`; both in any unit of time */
export function reorderingOf(arrivals: Float64Array, effects: Float64Array): OrderResult {
  const [inOrder, done] = sortedByArrival(arrivals, effects);
  const count = done.length;
  // From the last arrival to the first: the earliest effect of those that arrived later, equal arrivals left out.
  let outOfOrder = 0;
  let earliest = Number.POSITIVE_INFINITY;
  for (let i = count - 1; i >= 0; ) {
    const arrival = inOrder[i] as number;
    let next = i;
    for (; next >= 0 && inOrder[next] === arrival; next--) {
      if ((done[next] as number) > earliest) outOfOrder++;
    }
    for (; i > next; i--) earliest = Math.min(earliest, done[i] as number);
  }
  return { outOfOrder, maxDisplacement: outOfOrder === 0 ? 0 : displacementOf(done) };
}

/** @param done times of the effects, in order of arrival */
function displacementOf(done: Float64Array): number {
  const byTime = done.slice().sort();
  // How many places each group of equal times has given away already.
  const taken = new Uint32Array(done.length);
  let farthest = 0;
  for (let place = 0; place < done.length; place++) {
    const group = indexFrom(byTime, done[place] as number);
    const within = taken[group] as number;
    taken[group] = within + 1;
    farthest = Math.max(farthest, Math.abs(group + within - place));
  }
  return farthest;
}

/** By arrival, and equal arrivals by effect: the same arrays where they are so already. */
function sortedByArrival(arrivals: Float64Array, effects: Float64Array): [Float64Array, Float64Array] {
  const compare = (a: number, b: number): number =>
    (arrivals[a] as number) - (arrivals[b] as number) || (effects[a] as number) - (effects[b] as number);
  let sorted = true;
  for (let i = 1; i < arrivals.length && sorted; i++) sorted = compare(i - 1, i) <= 0;
  if (sorted) return [arrivals, effects];
  const order = Uint32Array.from(arrivals.keys()).sort(compare);
  const pick = (values: Float64Array): Float64Array => Float64Array.from(order, (i) => values[i] as number);
  return [pick(arrivals), pick(effects)];
}
