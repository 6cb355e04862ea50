import { endedEarly } from '../result/ended.js';
import type { QueueResult, Result } from '../result/types.js';
import { count, duration, plural, rate } from './format.js';

/** Something in which variants may differ and that is worth a clause. */
export interface Matter {
  readonly value: (queue: QueueResult) => number | null;
  readonly over: 'sum' | 'highest' | 'lowest';
  /** The clause; empty: nothing is to be said. */
  readonly words: (value: number | null, result: Result) => string;
  /** From where on values are apart. `exactly`: numbers of messages, attempts or effects, where every single one counts. */
  readonly apart: 'exactly' | { readonly least: number; readonly share: number };
  /** Whether it is said even where it is the same everywhere. */
  readonly isAlwaysSaid?: true;
  /** Whether the one queue that it is about can be named behind the words. */
  readonly takesPlace?: true;
  /** Whether the next one can't be said without it. */
  readonly isBaseOfNext?: true;
}

/** What decides between variants, in the order in which it is said. */
export const decisive: readonly Matter[] = [
  {
    value: ({ accounting }) => accounting.duplicateEffects,
    over: 'sum',
    words: (value) => plural(value ?? 0, 'duplicate effect'),
    apart: 'exactly',
    isAlwaysSaid: true,
    takesPlace: true,
  },
  {
    value: ({ accounting }) => accounting.lost,
    over: 'sum',
    words: (value) => (value === null ? 'how many are lost is not known' : `${count(value)} lost`),
    apart: 'exactly',
    isAlwaysSaid: true,
    takesPlace: true,
  },
  {
    value: ({ deadLetters }) => deadLetters.final,
    over: 'sum',
    words: (value) => `${count(value)} dead`,
    apart: 'exactly',
    takesPlace: true,
    isBaseOfNext: true,
  },
  {
    // Where nothing is dead or there is no place for it, nothing is astray, whatever else is not known.
    value: ({ deadLetters: { queue, final, stranded } }) => (queue === null || final === 0 ? 0 : stranded),
    over: 'sum',
    words: strandedInWords,
    apart: 'exactly',
  },
  {
    value: ({ accounting }) => accounting.pending,
    over: 'sum',
    words: (value) => {
      if (value === null) return 'what is left is not known';
      return value === 0 ? 'nothing left waiting' : `${count(value)} still waiting at the end`;
    },
    apart: 'exactly',
    takesPlace: true,
  },
  {
    value: ({ catchUpSeconds }) => catchUpSeconds,
    over: 'highest',
    words: catchUpInWords,
    apart: { least: 0.5, share: 0.1 },
  },
];

/** What tells variants apart that do not differ in how many messages came to grief. */
export const fine: readonly Matter[] = [
  {
    value: ({ accounting }) => accounting.merged,
    over: 'sum',
    words: (value) => `${count(value)} merged`,
    apart: 'exactly',
    takesPlace: true,
  },
  {
    value: ({ failures }) => failures.failed,
    over: 'sum',
    words: (value) => plural(value ?? 0, 'failed attempt'),
    apart: 'exactly',
    takesPlace: true,
  },
  {
    value: ({ order }) => order.outOfOrder,
    over: 'sum',
    words: (value) => (value === 0 ? 'all in order' : `${count(value)} out of order`),
    apart: 'exactly',
    takesPlace: true,
  },
  {
    value: ({ rate: { achievedPerSecond } }) => achievedPerSecond,
    over: 'lowest',
    words: (value) => (value === null ? '' : `served at ${rate(value)}`),
    apart: { least: 0, share: 0.05 },
  },
];

/** Whether variants differ in it by more than chance; known and not known always do. */
export function areApart({ apart, ...matter }: Matter, results: readonly Result[]): boolean {
  const values = results.map((result) => over(matter, result));
  if (apart === 'exactly') return new Set(values).size > 1;
  const known = values.filter((value) => value !== null);
  if (known.length < values.length) return known.length > 0;
  const highest = Math.max(...known);
  const between = highest - Math.min(...known);
  return between > apart.least && between > apart.share * highest;
}

/** The clause on one variant; with the queue's name where only one of several is concerned. */
export function inWords(matter: Matter, result: Result): string {
  const value = over(matter, result);
  const words = matter.words(value, result);
  const queues = Object.entries(result.queues);
  if (queues.length < 2 || !matter.takesPlace || value === null || value === 0) return words;
  const concerned = queues.filter(([, queue]) => matter.value(queue) !== 0).map(([name]) => name);
  return concerned.length === 1 ? `${words} on ${concerned[0]}` : words;
}

/** Over all queues; null where it is not known of one. */
function over({ value, over: how }: Pick<Matter, 'value' | 'over'>, { queues }: Result): number | null {
  const values = Object.values(queues).map(value);
  const known = values.filter((each) => each !== null);
  // A rate that nobody measured is no rate; anything else that is not known of one is not known of all.
  if (known.length === 0 || (how !== 'lowest' && known.length < values.length)) return null;
  if (how === 'sum') return known.reduce((sum, each) => sum + each, 0);
  return how === 'highest' ? Math.max(...known) : Math.min(...known);
}

function strandedInWords(stranded: number | null, { queues }: Result): string {
  const dead = Object.values(queues).filter(
    ({ deadLetters }) => deadLetters.queue !== null && deadLetters.final > 0,
  );
  if (dead.length === 0) return '';
  if (stranded === null) return 'whether all of them reached the dead-letter queue is not known';
  return stranded === 0
    ? 'all of them in the dead-letter queue'
    : `${count(stranded)} of them never reached the dead-letter queue`;
}

function catchUpInWords(value: number | null, result: Result): string {
  if (value === 0) return 'never behind';
  if (value !== null) return `caught up in ${duration(value)}`;
  return endedEarly(result.run) ? 'not caught up by then' : 'never caught up';
}
