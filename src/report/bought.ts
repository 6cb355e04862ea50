import type { Comparison } from '../result/comparison.js';
import { endedEarly } from '../result/ended.js';
import { count, duration, list, plural, seconds } from './format.js';
import { type OrdersTogether, ordersTogether } from './orders-together.js';

/** A variant with the orders of its customers. */
interface Side {
  readonly name: string;
  readonly orders: OrdersTogether;
}

/** Answers have to be later than this for a customer to mind. */
const noticeableSeconds = 1;

/**
 * What the queue bought and what it cost, as sentences, where some variants call the services directly and others go through queues.
 * Of several direct ones it bought the most over the worst; what it cost is held against the best. Null: there is nothing to hold
 * against each other, or nothing was measured.
 */
export function boughtSentence({ variants, origin }: Pick<Comparison, 'variants' | 'origin'>): string | null {
  const direct = ranked(sidesOf(variants, 'sync'));
  const queued = sidesOf(variants, 'queue');
  const [queue] = queued;
  const [best, worst] = [direct[0], direct.at(-1)];
  if (origin === 'predicted' || queue === undefined || best === undefined || worst === undefined) return null;
  const who = queued.length > 1 ? `The queue (${queue.name})` : 'The queue';
  const bought = boughtBy(queue.orders, worst.orders, direct);
  const sentences = [
    bought.length === 0
      ? `${who} bought nothing here: ${tookInWords(queue.orders, best, direct.length)}`
      : `${who} bought ${list(bought)}`,
    ...(direct.length > 1 && bought.length > 0 && boughtBy(queue.orders, best.orders, [best]).length === 0
      ? [`Over ${best.name} it bought nothing`]
      : []),
    costInWords(queue.orders, best, direct.length),
    ...worseWith(queue.orders, best.orders),
  ];
  return sentences.map((text) => `${text}.`).join(' ');
}

/** The variants of a mode, those that came to their end. */
function sidesOf(variants: Comparison['variants'], mode: 'queue' | 'sync'): Side[] {
  return Object.entries(variants).flatMap(([name, result]): Side[] => {
    const orders = result.scenario.mode === mode && !endedEarly(result.run) ? ordersTogether(result) : null;
    return orders === null || orders.posted === 0 ? [] : [{ name, orders }];
  });
}

/** The best first: that accepted most, did most of it, left least half-done, and did least twice. */
function ranked(sides: readonly Side[]): Side[] {
  const merits = ({ orders }: Side): number[] => [
    orders.accepted,
    orders.done,
    -orders.halfDone,
    -duplicatesOf(orders),
  ];
  return [...sides].sort((a, b) => {
    const [mine, theirs] = [merits(a), merits(b)];
    return theirs.map((merit, at) => merit - (mine[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
  });
}

function boughtBy(queue: OrdersTogether, other: OrdersTogether, direct: readonly Side[]): string[] {
  const upTo = direct.length > 1 ? 'up to ' : '';
  const more = queue.accepted - other.accepted;
  const inFull = queue.done - other.done;
  // Each of the direct ones may be the worst in another way.
  const most = (of: (orders: OrdersTogether) => number): number =>
    Math.max(...direct.map(({ orders }) => of(orders)));
  const half = most(({ halfDone }) => halfDone);
  const twice = most(duplicatesOf);
  const soon = queue.responseSeconds.p99;
  const late = most(({ responseSeconds }) => responseSeconds.p99 ?? 0);
  return [
    ...(more > 0 ? [`${upTo}${plural(more, 'more accepted order')} (${takenInWords(queue, direct)})`] : []),
    // With what was accepted comes what was done; else it is the steps that were left out.
    ...(more <= 0 && inFull > 0
      ? [
          `${upTo}${plural(inFull, 'more order')} done in full (${count(queue.done)} instead of ${count(other.done)})`,
        ]
      : []),
    ...(half > queue.halfDone ? [instead('half-done orders', queue.halfDone, `${upTo}${count(half)}`)] : []),
    ...(twice > duplicatesOf(queue)
      ? [instead('steps done twice', duplicatesOf(queue), `${upTo}${count(twice)}`)]
      : []),
    ...(soon !== null && late - soon >= noticeableSeconds
      ? [`answers within ${seconds(soon)} instead of ${upTo}${seconds(late)} (p99)`]
      : []),
  ];
}

/** `no half-done orders instead of 41` */
function instead(what: string, mine: number, others: string): string {
  return `${mine === 0 ? 'no' : count(mine)} ${what} instead of ${others}`;
}

/** `all 1,000; of the direct calls breaker took 480, plain 312`: the queue's, and those of all direct ones. */
function takenInWords({ accepted, posted }: OrdersTogether, direct: readonly Side[]): string {
  const own = accepted === posted ? `all ${count(posted)}` : `${count(accepted)} of ${count(posted)}`;
  const [first, ...others] = direct;
  if (first === undefined || others.length === 0)
    return `${own} instead of ${count(first?.orders.accepted ?? 0)}`;
  const took = direct.map(
    ({ name, orders }, at) =>
      `${name} ${at === 0 ? 'took ' : ''}${count(orders.accepted)}${orders.leftOut === 0 ? '' : ` (${count(orders.leftOut)} with a step left out)`}`,
  );
  return `${own}; of the direct calls ${list(took)}`;
}

/** The direct one that the queue is held against. */
function against({ name }: Side, directs: number): string {
  return directs === 1 ? 'direct calls' : `the best direct calls, ${name}`;
}

/** `both took all 60 orders` */
function tookInWords(queue: OrdersTogether, best: Side, directs: number): string {
  const { orders } = best;
  const whom = directs === 1 ? 'both took' : `it and ${against(best, directs)}, took`;
  if (queue.accepted === orders.accepted && queue.posted === orders.posted) {
    const what =
      queue.accepted === queue.posted
        ? `all ${count(queue.posted)} orders`
        : `${count(queue.accepted)} of ${count(queue.posted)} orders`;
    return `${whom} ${what}`;
  }
  return `it took ${count(queue.accepted)} of ${count(queue.posted)} orders, ${against(best, directs)} took ${count(orders.accepted)}`;
}

/** For how long an order was accepted and not done, beside what a direct answer was worth. */
function costInWords(queue: OrdersTogether, best: Side, directs: number): string {
  const { max } = queue.unfinishedSeconds;
  const { acceptedSeconds, unfinishedSeconds, leftOut } = best.orders;
  const left = queue.pending + queue.undetermined;
  const still =
    left === 0
      ? ''
      : `, and ${plural(left, 'accepted order')} ${left === 1 ? 'was' : 'were'} not done by the end`;
  const delay =
    max === null
      ? 'no accepted order was done by the end'
      : max === 0
        ? `no accepted order had to wait${still}`
        : `an accepted order was not yet done for up to ${duration(max)}${still}`;
  const whose = directs === 1 ? "the direct calls' answer" : `in ${best.name} the answer`;
  const answer = acceptedSeconds.p99 ?? null;
  const beside =
    answer === null
      ? ''
      : (unfinishedSeconds.max ?? 0) > 0
        ? `, where with ${directs === 1 ? 'direct calls' : best.name} it was for up to ${duration(unfinishedSeconds.max ?? 0)}`
        : `, where ${whose} was final after ${seconds(answer)} (p99)${leftOut === 0 ? '' : ` and said what was left out (${count(leftOut)})`}`;
  // Done as soon as the direct answer came, or sooner: then it is not time that it cost.
  const isSooner = answer !== null && left === 0 && max !== null && max <= answer;
  const what = max === 0 && left === 0 ? 'no time' : isSooner ? 'a final answer' : 'time';
  return `It cost ${what}: ${delay}${beside}`;
}

/** What the queue did worse than the direct calls, beyond time. */
function worseWith(queue: OrdersTogether, other: OrdersTogether): string[] {
  const [half, twice] = [queue.halfDone - other.halfDone, duplicatesOf(queue) - duplicatesOf(other)];
  const clauses = [
    ...((queue.lost ?? 0) > (other.lost ?? 0) ? [`${plural(queue.lost ?? 0, 'accepted order')} lost`] : []),
    ...(queue.accepted < other.accepted
      ? [`${plural(other.accepted - queue.accepted, 'order')} not accepted that direct calls took`]
      : []),
    ...(queue.deadLettered > other.deadLettered
      ? [`${plural(queue.deadLettered, 'accepted order')} dead`]
      : []),
    ...(half > 0 ? [`${count(queue.halfDone)} half-done orders instead of ${count(other.halfDone)}`] : []),
    ...(twice > 0
      ? [`${count(duplicatesOf(queue))} steps done twice instead of ${count(duplicatesOf(other))}`]
      : []),
  ];
  return clauses.length === 0 ? [] : [`It also cost ${list(clauses)}`];
}

function duplicatesOf({ steps }: OrdersTogether): number {
  return Object.values(steps).reduce((sum, { duplicated }) => sum + duplicated, 0);
}
