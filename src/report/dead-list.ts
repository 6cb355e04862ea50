import type { DeadLettersResult, DeadMessage } from '../result/failures.js';
import type { DeadList } from '../result/history.js';
import { count, plural, unknownFigure } from './format.js';
import { instant, runInWords, source } from './history.js';
import { type Paint, paint } from './paint.js';
import { sentence } from './prose.js';
import { table } from './table.js';
import { cleanDeep, type RenderOptions, reportWidth, wrap } from './text.js';

/** The dead of a run for people: who, when, why, and what became of each. Without a line break at the end. */
export function renderDeadList(untrusted: DeadList, options: RenderOptions): string {
  const { run, queues } = cleanDeep(untrusted);
  const width = reportWidth(options);
  const colors = paint(options.color);
  const dead = Object.entries(queues).filter(([, letters]) => letters.given > 0 || letters.final > 0);
  const none = `${runInWords(run)}: nothing is dead. No message was given up on any queue.`;
  const sections: string[][] = [
    ...(dead.length === 0 ? [wrap(none, width, '  ')] : []),
    ...dead.map(([name, letters]) => queueSection(name, letters, runInWords(run), colors, width)),
    [source(run)],
  ];
  return sections.map((section) => section.join('\n')).join('\n\n');
}

function queueSection(
  name: string,
  letters: DeadLettersResult,
  run: string,
  colors: Paint,
  width: number,
): string[] {
  const rows = letters.list.map((message) => [
    message.message,
    instant(message.atSeconds),
    count(message.attempts),
    message.why,
    message.redrivenAtSeconds === null ? unknownFigure : instant(message.redrivenAtSeconds),
    ended(message, letters, colors),
  ]);
  return [
    ...wrap(`${colors.bold(name)} in ${run}: ${summary(letters)}`, width, '  '),
    ...table(
      [
        { head: 'message', align: 'left' },
        { head: 'given up at', align: 'right' },
        { head: 'starts', align: 'right' },
        { head: 'why', align: 'left', wraps: true },
        { head: 'put back at', align: 'right' },
        { head: 'at the end', align: 'left', wraps: true },
      ],
      rows,
      colors,
      width,
    ),
    ...(letters.list.length < 100 ? [] : ['  The list ends with the first hundred.']),
    ...reasons(letters).flatMap((reason) => wrap(`  ${reason}`, width, '  ')),
  ];
}

function summary({ given, final, stranded, redriven, queue }: DeadLettersResult): string {
  const there = queue === null ? ", in the broker's own list" : ` (their queue: ${queue})`;
  return sentence(
    [
      `${plural(given, 'message was', 'messages were')} given up`,
      ...(redriven === 0 ? [] : [`${count(redriven)} put back`]),
      `${count(final)} dead at the end${there}`,
      ...(stranded === null || stranded === 0 ? [] : [`${count(stranded)} of them not in ${queue ?? 'it'}`]),
    ].join(', '),
  );
}

function ended({ ended }: DeadMessage, { queue }: DeadLettersResult, colors: Paint): string {
  const words: Readonly<Record<DeadMessage['ended'], string>> = {
    effected: 'effected',
    dead: queue === null ? 'dead' : `in ${queue}`,
    stranded: `dead, not in ${queue ?? 'a queue'}`,
    pending: 'pending',
    lost: 'lost',
    undetermined: 'undetermined',
  };
  const style = ended === 'effected' ? colors.good : ended === 'dead' ? colors.warn : colors.bad;
  return colors.words(style, words[ended]);
}

/** Only where there is more than one, or more than is listed. */
function reasons({ reasons, list }: DeadLettersResult): string[] {
  if (reasons.length < 2 && list.length < 100) return [];
  return [`Why: ${reasons.map(({ why, count: times }) => `${why} (${count(times)})`).join(', ')}`];
}
