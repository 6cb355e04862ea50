import type { Trace } from '../result/history.js';
import { plural } from './format.js';
import { instant, runInWords, source } from './history.js';
import { paint } from './paint.js';
import { queueParagraph, sentence, titled } from './prose.js';
import { table } from './table.js';
import { cleanDeep, type RenderOptions, reportWidth, wrap } from './text.js';

/** The story of one order for people: a line for each thing that happened, and what became of it. Without a line break at the end. */
export function renderTrace(untrusted: Trace, options: RenderOptions): string {
  const trace = cleanDeep(untrusted);
  const width = reportWidth(options);
  const colors = paint(options.color);
  const { lines, ends, whole, order } = trace;
  const nameOf = naming(trace);
  const color = whole.ended === 'completed' ? colors.good : colors.bad;
  const names = ends.map(nameOf);
  const called = trace.correlation === undefined ? '' : ` (correlation id ${trace.correlation})`;
  // An order that came by HTTP was in other places than queues too.
  const queues = new Set(ends.map(({ queue }) => queue));
  const where = lines.every(({ queue }) => queues.has(queue)) ? 'queue' : 'where';
  const rows = lines.map((line) => [instant(line.atSeconds), nameOf(line), line.what]);
  const sections: string[][] = [
    wrap(
      `${colors.bold(order)}${called} in ${runInWords(trace.run)}: ${plural(lines.length, 'event')} in the ledger.`,
      width,
      '  ',
    ),
    table(
      [
        { head: 'at', align: 'right' },
        { head: where, align: 'left' },
        { head: 'what', align: 'left', wraps: true },
      ],
      rows,
      colors,
      width,
    ),
    titled(
      'What became of it',
      ends.flatMap((end) => queueParagraph(nameOf(end), [end.text], names, colors, width)),
      colors,
    ),
    [
      ...wrap(colors.words(color, sentence(whole.text)), width - 2).map((line) => `  ${line}`),
      source(trace.run),
    ],
  ];
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}

/** The queue; with the message's id where the order came to one queue by several ways. */
function naming({ ends }: Trace): (about: { readonly queue: string; readonly message: string }) => string {
  const ways = new Map<string, number>();
  for (const { queue } of ends) ways.set(queue, (ways.get(queue) ?? 0) + 1);
  return ({ queue, message }) => ((ways.get(queue) ?? 0) > 1 ? `${queue} (${message})` : queue);
}
