import type { QueueSpec } from '../scenario/types.js';
import type { Attempted } from './endings.js';

/** Messages, or parts of them, that have had the same fate so far. */
export interface Cohort extends Attempted {
  readonly amount: number;
  /** Attempts that have failed, since the last redrive. */
  readonly failures: number;
  /** It was started before. */
  readonly started: boolean;
  /** It has failed before, redrives or not. */
  readonly hasFailed: boolean;
  /** Effects that come although the attempt was given up for them. */
  readonly late: number;
  /** How often it killed its worker, or its worker died of another cause while it hung. */
  readonly deaths: number;
  /** A further publish of a message: not part of the backlog. */
  readonly copy: boolean;
}

/** So many messages that nothing has happened to. */
export function untouched(amount: number, more: Partial<Cohort> = {}): Cohort {
  return {
    amount,
    marks: [],
    repaired: false,
    starts: 0,
    failures: 0,
    started: false,
    hasFailed: false,
    late: 0,
    deaths: 0,
    copy: false,
    ...more,
  };
}

/** Sum of the amounts. */
export function amountOf(cohorts: readonly Cohort[]): number {
  let sum = 0;
  for (const { amount } of cohorts) sum += amount;
  return sum;
}

/** Sum of the amounts without further publishes. */
export function ownOf(cohorts: readonly Cohort[]): number {
  let sum = 0;
  for (const { amount, copy } of cohorts) if (!copy) sum += amount;
  return sum;
}

/** Where in the order of arrivals a message is that a failure befalls by its number; from 0. */
export interface ListedMessage {
  readonly position: number;
  /** The failure's position in the queue's failures. */
  readonly mark: number;
}

/**
 * Arrivals, from the `before`th message on, parted by what befalls single messages: those that are listed, and of each
 * failure per message its share.
 */
export function parted(
  queue: QueueSpec,
  listed: readonly ListedMessage[],
  before: number,
  amount: number,
): Cohort[] {
  const end = before + amount;
  const here = listed.filter(({ position }) => position < end && position + 1 > before);
  const cuts = here.flatMap(({ position }) => [position, position + 1]);
  const edges = [before, ...cuts.filter((cut) => cut > before && cut < end).sort((a, b) => a - b), end];
  return edges.slice(1).flatMap((to, i) => {
    const from = edges[i] ?? before;
    const middle = (from + to) / 2;
    const marks = here
      .filter(({ position }) => position <= middle && middle < position + 1)
      .map(({ mark }) => mark);
    return to - from < 1e-12 ? [] : shared(queue, to - from, [...new Set(marks)]);
  });
}

function shared(queue: QueueSpec, amount: number, marks: readonly number[]): Cohort[] {
  let parts = [untouched(amount, { marks })];
  for (const [index, { select }] of queue.failures.entries()) {
    if (select.kind !== 'share' || select.per !== 'message') continue;
    const { share } = select;
    parts = parts.flatMap((part) => [
      { ...part, amount: part.amount * share, marks: [...part.marks, index] },
      { ...part, amount: part.amount * (1 - share) },
    ]);
  }
  return parts.filter((part) => part.amount > 0);
}

/** Whether nothing but the amount tells them apart. */
export const alike = (a: Cohort, b: Cohort): boolean =>
  a.failures === b.failures &&
  a.starts === b.starts &&
  a.started === b.started &&
  a.hasFailed === b.hasFailed &&
  a.late === b.late &&
  a.deaths === b.deaths &&
  a.copy === b.copy &&
  a.repaired === b.repaired &&
  a.marks.length === b.marks.length &&
  a.marks.every((mark, i) => mark === b.marks[i]);

/** Adds a cohort behind others, as part of the last one where nothing tells them apart. */
export function append(line: Cohort[], cohort: Cohort): void {
  if (cohort.amount <= 0) return;
  const last = line.at(-1);
  if (last !== undefined && alike(last, cohort))
    line[line.length - 1] = { ...last, amount: last.amount + cohort.amount };
  else line.push(cohort);
}

/** The first of them, up to an amount, and the rest. */
export function parting(cohorts: readonly Cohort[], amount: number): [Cohort[], Cohort[]] {
  const taken: Cohort[] = [];
  let left = amount;
  let index = 0;
  for (; index < cohorts.length && left > 1e-12; index++) {
    const cohort = cohorts[index] as Cohort;
    if (cohort.amount > left + 1e-9) {
      taken.push({ ...cohort, amount: left });
      return [taken, [{ ...cohort, amount: cohort.amount - left }, ...cohorts.slice(index + 1)]];
    }
    taken.push(cohort);
    left -= cohort.amount;
  }
  return [taken, cohorts.slice(index)];
}
