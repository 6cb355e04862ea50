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
  const prevented = suppressed === 0 ? [] : [`${suppressedInWords(queue)} suppressed${byWhom(queue)}`];
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

/** What was suppressed: redeliveries, or repeats of whatever origin where there were more of them. */
function suppressedInWords({ accounting: { suppressed }, redeliveries }: QueueResult): string {
  return suppressed <= redeliveries.count
    ? plural(suppressed, 'redelivery', 'redeliveries')
    : plural(suppressed, 'repeated effect');
}

const suppressors = {
  none: '',
  memory: " by the worker's own memory",
  'delivery-log': ' by the delivery log',
  'effect-key': ' by the provider, which knew the key',
} as const;

function byWhom({ idempotency }: QueueResult): string {
  return idempotency === undefined ? '' : suppressors[idempotency];
}

/** The messages that had their effect more than once, up to five for each queue. */
export function duplicatesTable(result: Result, colors: Paint, width: number): string[] {
  const queues = Object.entries(result.queues).filter(([, queue]) => queue.duplicates.length > 0);
  const isMeasured = result.origin === 'measured';
  const rows = queues.flatMap(([name, queue]) =>
    queue.duplicates
      .slice(0, mostListed)
      .map((duplicate, at, listed) => [
        name,
        duplicate.message,
        duplicate.effects.map((effect) => secondsCell(effect.atSeconds)).join(', '),
        ...(isMeasured ? [duplicate.effects.map((effect) => effect.pid).join(', ')] : []),
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
      ...(isMeasured ? [{ head: 'by pids', align: 'left', wraps: true } as const] : []),
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
    // What came through other queues has their names behind the number, and ranges of its own.
    const [, producer, number, path] = /^(.*)\/(\d+)((?:\.[^/]*)?)$/.exec(message) ?? [];
    return { message, stream: `${producer ?? message}${path ?? ''}`, number: Number(number ?? Number.NaN) };
  });
  parsed.sort((a, b) => a.stream.localeCompare(b.stream) || a.number - b.number);
  const groups: { readonly first: string; last: string; stream: string; end: number }[] = [];
  for (const { message, stream, number } of parsed) {
    const group = groups.at(-1);
    if (group?.stream === stream && number === group.end + 1) {
      group.last = message;
      group.end = number;
    } else {
      groups.push({ first: message, last: message, stream, end: number });
    }
  }
  const names = groups
    .slice(0, most)
    .map(({ first, last }) => (first === last ? first : `${first} to ${last}`));
  return groups.length > most ? `${names.join(', ')}, …` : list(names);
}
