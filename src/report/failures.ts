import type { DeadMessage, Reason } from '../result/failures.js';
import type { QueueResult, Result } from '../result/types.js';
import { groupsThatFit } from './books.js';
import { messageRanges } from './duplicates.js';
import { count, list, plural } from './format.js';
import { type Paint, paint } from './paint.js';
import { table } from './table.js';
import { wrap } from './text.js';

/** What the broker says of a message whose workers died under it more often than it gives one back. */
const diedUnder = /^killed under|stalled more than/i;

/** What failed on a queue and what became of it, as sentences without a full stop: the dead and why, those astray, the retries, those that were put back. */
export function failureSentences(queue: QueueResult, colors: Paint = paint(false)): string[] {
  return [
    ...deadSentences(queue),
    ...strandedSentence(queue, colors),
    ...failedSentence(queue),
    ...redrivenSentence(queue),
  ];
}

/** `3 dead after 3 attempts each: no such address (orders/7, orders/13 and orders/21)`. */
function deadSentences({ accounting, deadLetters }: QueueResult): string[] {
  const dead = Math.max(deadLetters.final, accounting.deadLettered);
  if (dead === 0) return [];
  const listed = deadLetters.list.filter(({ ended }) => ended === 'dead' || ended === 'stranded');
  const under = listed.filter(({ why }) => diedUnder.test(why));
  const others = listed.filter(({ why }) => !diedUnder.test(why));
  const rest = dead - under.length;
  const reasons =
    listed.length === dead
      ? reasonsOf(others)
      : deadLetters.reasons.filter(({ why }) => !diedUnder.test(why));
  const after = accounting.deadAfterEffect;
  const which = others.length === rest && rest > 0 ? ` (${namesOf(others)})` : '';
  const late =
    after === 0 ? '' : `; ${after === dead ? 'all' : count(after)} of the dead had had their effect`;
  return [
    ...(rest === 0
      ? []
      : [`${count(rest)} dead${attemptsInWords(others)}${reasonsInWords(reasons)}${which}${late}`]),
    ...(under.length === 0 ? [] : [diedUnderSentence(under, rest === 0 ? late : '')]),
  ];
}

/** `1 dead because its worker died under it twice, orders/5 (the broker gives up after 1 redelivery)`. */
function diedUnderSentence(dead: readonly DeadMessage[], late: string): string {
  const [one, attempts] = [dead.length === 1, [...new Set(dead.map((message) => message.attempts))]];
  const times = attempts.length === 1 ? timesInWords(attempts[0] as number) : 'again and again';
  const whom = one ? 'its worker died under it' : 'their workers died under them';
  // How often is said already.
  const why = dead[0]?.why.replace(/^killed under[^:]*: /, '') ?? '';
  return `${count(dead.length)} dead because ${whom} ${times}, ${namesOf(dead)} (${why})${late}`;
}

function timesInWords(times: number): string {
  return times === 1 ? 'once' : times === 2 ? 'twice' : `${count(times)} times`;
}

function attemptsInWords(dead: readonly DeadMessage[]): string {
  if (dead.length === 0) return '';
  const attempts = dead.map((message) => message.attempts);
  const [least, most] = [Math.min(...attempts), Math.max(...attempts)];
  if (least !== most) return ` after ${count(least)} to ${count(most)} attempts`;
  return ` after ${plural(most, 'attempt')}${dead.length > 1 && most > 0 ? ' each' : ''}`;
}

function reasonsOf(dead: readonly DeadMessage[]): Reason[] {
  const counts = new Map<string, number>();
  for (const { why } of dead) counts.set(why, (counts.get(why) ?? 0) + 1);
  return [...counts].map(([why, times]) => ({ why, count: times })).sort((a, b) => b.count - a.count);
}

function reasonsInWords(reasons: readonly Reason[]): string {
  const [first, ...others] = reasons;
  if (first === undefined) return '';
  if (others.length === 0) return `: ${first.why}`;
  const most = 3;
  const named = reasons.slice(0, most).map(({ why, count: times }) => `${why} (${count(times)})`);
  return `: ${reasons.length > most ? `${named.join(', ')}, …` : list(named)}`;
}

function namesOf(dead: readonly DeadMessage[]): string {
  return messageRanges(dead.map(({ message }) => message));
}

/** Dead messages that are not where the dead belong: nobody would ever look for them. */
function strandedSentence({ deadLetters }: QueueResult, colors: Paint): string[] {
  const { stranded, queue, final, list: dead } = deadLetters;
  if (queue === null || final === 0) return [];
  if (stranded === null) return [`whether all of them reached ${queue} is not known`];
  if (stranded === 0) return [];
  const astray = dead.filter(({ ended }) => ended === 'stranded');
  const which = astray.length === stranded ? ` (${namesOf(astray)})` : '';
  const text = `${count(stranded)} dead that never reached the dead-letter queue${which}`;
  return [colors.words(colors.bad, text)];
}

/** `41 attempts failed, 38 messages recovered by a retry`. */
function failedSentence({ failures, deadLetters }: QueueResult): string[] {
  const { failed, timedOut, recovered } = failures;
  if (failed === 0) return [];
  const limit = timedOut === 0 ? '' : ` (${timedOut === failed ? 'all' : count(timedOut)} at the time limit)`;
  const how = deadLetters.redriven === 0 ? ' by a retry' : '';
  const then =
    recovered === 0 ? 'and no message recovered' : `${plural(recovered, 'message')} recovered${how}`;
  return [`${plural(failed, 'attempt')} failed${limit}, ${then}`];
}

function redrivenSentence({ deadLetters }: QueueResult): string[] {
  const { redriven, queue, list: dead } = deadLetters;
  if (redriven === 0) return [];
  const effected = dead.filter(
    (message) => message.redrivenAtSeconds !== null && message.ended === 'effected',
  );
  const all = redriven === 1 ? 'it had its effect' : 'all of them had their effect';
  const then =
    effected.length === redriven
      ? all
      : effected.length === 0
        ? 'none had its effect after that'
        : `${count(effected.length)} of them had their effect`;
  return [`${count(redriven)} put back from ${queue ?? 'the dead'}, and ${then}`];
}

/** How far first effects came out of the order of the arrivals, as a sentence. */
export function orderSentence({ order, accounting }: QueueResult): string[] {
  if (order.outOfOrder === null || order.outOfOrder === 0) return [];
  const places = plural(order.maxDisplacement ?? 0, 'place');
  return [
    `${count(order.outOfOrder)} of ${count(accounting.effected)} out of order, at most ${places} from where they belonged`,
  ];
}

interface Row {
  readonly label: string;
  readonly value: (queue: QueueResult) => number | null;
  readonly isMain?: true;
  readonly isBad?: true;
}

const rows: readonly Row[] = [
  { label: 'failed attempts', value: ({ failures }) => failures.failed, isMain: true },
  { label: 'of these retried', value: ({ failures }) => failures.retried },
  { label: 'of these timed out', value: ({ failures }) => failures.timedOut },
  { label: 'messages that failed', value: ({ failures }) => failures.messages },
  { label: 'of these recovered', value: ({ failures }) => failures.recovered },
  { label: 'times given up', value: ({ deadLetters }) => deadLetters.given },
  { label: 'dead at the end', value: ({ deadLetters }) => deadLetters.final, isMain: true },
  { label: 'in the dead-letter queue', value: ({ deadLetters }) => deadLetters.depth.final },
  { label: 'at most in it', value: ({ deadLetters }) => deadLetters.depth.peak },
  { label: 'stranded', value: ({ deadLetters }) => deadLetters.stranded, isBad: true },
  { label: 'put back', value: ({ deadLetters }) => deadLetters.redriven },
];

/** What failed and what died, a queue to a column, and why; nothing where nothing did. */
export function failuresSection(result: Result, colors: Paint, width: number): string[] {
  const troubled = Object.entries(result.queues).filter(
    ([, { failures, deadLetters }]) =>
      failures.failed + deadLetters.given + deadLetters.final + deadLetters.redriven > 0,
  );
  if (troubled.length === 0) return [];
  const title = 'Failures and dead letters';
  const names = troubled.map(([name]) => name);
  const tables = groupsThatFit(names, width - title.length - 2).flatMap((group, at) => {
    const queues = troubled.filter(([name]) => group.includes(name)).map(([, queue]) => queue);
    const cells = rows
      .filter(({ value, isMain }) => isMain || queues.some((queue) => (value(queue) ?? 0) > 0))
      .map((row) => [row.label, ...queues.map((queue) => cell(row, queue, colors))]);
    const columns = [
      { head: title, align: 'left' as const },
      ...group.map((head) => ({ head, align: 'right' as const })),
    ];
    return [...(at > 0 ? [''] : []), ...table(columns, cells, colors, width)];
  });
  const why = troubled.flatMap(([name, { failures, deadLetters }]) => [
    ...reasonLines(`${name} failed`, failures.reasons, width),
    ...reasonLines(`${name} dead`, deadLetters.reasons, width),
  ]);
  return [...tables, ...why];
}

function cell({ value, isBad }: Row, queue: QueueResult, colors: Paint): string {
  const number = value(queue);
  if (number === 0) return colors.dim('0');
  return isBad && number !== null ? colors.bad(count(number)) : count(number);
}

function reasonLines(what: string, reasons: readonly Reason[], width: number): string[] {
  if (reasons.length === 0) return [];
  const said = reasons.map(({ why, count: times }) => `${why} (${count(times)})`).join(', ');
  return wrap(`${what}: ${said}`, width - 2, '  ').map((line) => `  ${line}`);
}
