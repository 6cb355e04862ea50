import type { QueueResult, Result } from '../result/types.js';
import { count, list, plural, secondsCell } from './format.js';
import type { Paint } from './paint.js';
import { table } from './table.js';

/** As many as a report lists for each queue. */
const mostListed = 5;

/** What was repeated on a queue: which messages had their effect twice and why, or that redelivery did no harm. */
export function duplicateSentences(queue: QueueResult): string[] {
  const { duplicateEffects, effected, suppressed } = queue.accounting;
  const redelivered = plural(
    queue.redeliveries.count,
    'message was redelivered',
    'messages were redelivered',
  );
  const prevented = suppressed === 0 ? [] : [`${plural(suppressed, 'repeated effect')} suppressed`];
  if (duplicateEffects === 0) {
    if (queue.redeliveries.count === 0) return prevented;
    return [`${redelivered}, and no effect happened twice`, ...prevented];
  }
  const { duplicates } = queue;
  const first = duplicates[0];
  const isTwice = duplicates.length === duplicateEffects;
  const what = isTwice
    ? `${count(duplicateEffects)} of ${plural(effected, 'message')} had ${duplicateEffects === 1 ? 'its' : 'their'} effect twice`
    : `${plural(duplicateEffects, 'effect')} beyond the first of its message`;
  if (first === undefined) return [what, ...prevented];
  const which = messageRanges(duplicates.map((duplicate) => duplicate.message));
  const isOneCause = duplicates.every((duplicate) => duplicate.why === first.why);
  const why = isOneCause ? `: ${first.why}` : `. ${first.message}: ${first.why}`;
  return [`${what} (${which})${why}`, ...prevented];
}

/** The messages that had their effect more than once, up to five for each queue. */
export function duplicatesTable(result: Result, colors: Paint, width: number): string[] {
  const queues = Object.entries(result.queues).filter(([, queue]) => queue.duplicates.length > 0);
  const rows = queues.flatMap(([name, queue]) =>
    queue.duplicates
      .slice(0, mostListed)
      .map((duplicate, at, listed) => [
        name,
        duplicate.message,
        duplicate.effects.map((effect) => secondsCell(effect.atSeconds)).join(', '),
        duplicate.effects.map((effect) => effect.pid).join(', '),
        duplicate.why === listed[at - 1]?.why ? colors.words(colors.dim, 'the same') : duplicate.why,
      ]),
  );
  const more = queues.flatMap(([name, queue]) => {
    const left = queue.duplicates.length - mostListed;
    if (left <= 0) return [];
    const atLeast = queue.accounting.duplicateEffects > queue.duplicates.length ? 'at least ' : '';
    return [`  ${colors.dim(`${name}: and ${atLeast}${count(left)} more`)}`];
  });
  const lines = table(
    [
      { head: 'Duplicate effects', align: 'left' },
      { head: 'message', align: 'left' },
      { head: 'effects at', align: 'left', wraps: true },
      { head: 'by pids', align: 'left', wraps: true },
      { head: 'why', align: 'left', wraps: true },
    ],
    rows,
    colors,
    width,
  );
  return [...lines, ...more];
}

/** `orders/6 to orders/10 and orders/12`: neighbours drawn together, at most four groups. */
export function messageRanges(messages: readonly string[]): string {
  const most = 4;
  const parsed = messages.map((message) => {
    const [, producer, number] = /^(.*)\/(\d+)$/.exec(message) ?? [message, message, 'NaN'];
    return { message, producer: producer ?? message, number: Number(number) };
  });
  parsed.sort((a, b) => a.producer.localeCompare(b.producer) || a.number - b.number);
  const groups: { readonly first: string; last: string; producer: string; end: number }[] = [];
  for (const { message, producer, number } of parsed) {
    const group = groups.at(-1);
    if (group?.producer === producer && number === group.end + 1) {
      group.last = message;
      group.end = number;
    } else {
      groups.push({ first: message, last: message, producer, end: number });
    }
  }
  const names = groups
    .slice(0, most)
    .map(({ first, last }) => (first === last ? first : `${first} to ${last}`));
  return groups.length > most ? `${names.join(', ')}, …` : list(names);
}
