import type { ArrivalSource } from './arrivals.js';
import { cumulativeAt, endOf } from './curve.js';
import { mostOutcomes, shareAlong } from './sources.js';
import type { Plan } from './types.js';

/** Most messages of a run's producer, further publishes included: every one is accounted for, in memory. */
export const mostInRun = 100_000_000;

/** Arrivals are drawn one by one, at about 30 ns each, as long as a run may have so many of them; beyond that their mean is taken. */
export const mostDrawn = mostInRun;

/** Whether there are too many arrivals to be drawn, so that their mean is taken for their number. */
export function isByMean({ arrivals, times, curve }: ArrivalSource): boolean {
  return arrivals === 'poisson' && times === undefined && cumulativeAt(curve, endOf(curve)) > mostDrawn;
}

/** Why the plan's messages can't be counted: whole numbers are exact in a double up to 2⁵³; null: they can. */
export function uncountable({ queues, producers }: Plan): { message: string; hint: string } | null {
  const copies = 1 + Math.max(0, ...producers.map(({ resubmitSeconds }) => resubmitSeconds.length));
  const total = copies * queues.reduce((sum, { scheduled }) => sum + scheduled, 0);
  if (total <= Number.MAX_SAFE_INTEGER) return null;
  return {
    message: `About ${total.toExponential(1)} messages are more than can be counted to the last one (2⁵³, 9.0e+15, is the most)`,
    hint: 'Write lower rates or a shorter time.',
  };
}

/**
 * Where a plan's counts are means, by how much a draw would differ: a Poisson number of mean n has the standard deviation √n, and of n
 * messages with the share p of an outcome √(np(1 − p)) is that of their number.
 */
export function countWarnings({ producers, queues, scenario }: Plan): string[] {
  const arrivals = producers.filter(isByMean).map(({ name, scheduled }) => {
    const deviation = Math.sqrt(scheduled);
    return `${name}: its ${inWords(scheduled)} random arrivals are not drawn one by one, and their mean is taken for their number; the standard deviation of that is ${ofCount(deviation, scheduled)}.`;
  });
  const outcomes = queues.flatMap(({ name, sources }) =>
    sources.flatMap(({ producer, path }) => {
      const from = producers.find((candidate) => candidate.name === producer)?.scheduled ?? 0;
      const share = shareAlong(path, name, scenario.queues);
      if (from <= mostOutcomes || share === 1) return [];
      const deviation = Math.sqrt(from * share * (1 - share));
      const way = [producer, ...path, name].join(' → ');
      return `${way}: what comes of ${inWords(from)} messages is not drawn one by one, and the share of ${Number((100 * share).toPrecision(3))} % is taken; the standard deviation of their number is ${ofCount(deviation, from * share)}.`;
    }),
  );
  return [...arrivals, ...outcomes];
}

function inWords(count: number): string {
  return count.toLocaleString('en');
}

/** `777,689 (0.00013 %)` */
function ofCount(deviation: number, mean: number): string {
  return `${inWords(Math.round(deviation))} (${Number(((100 * deviation) / mean).toPrecision(2))} %)`;
}
