import type { DeadMessage } from '../../result/failures.js';
import type { Result } from '../../result/types.js';
import { count, seconds, unknownFigure } from '../format.js';
import { folded, tableHtml } from './blocks.js';

const ends: Readonly<Record<DeadMessage['ended'], string>> = {
  effected: 'effected',
  dead: 'dead',
  stranded: 'dead, and not in the dead-letter queue',
  pending: 'pending',
  lost: 'lost',
  undetermined: 'undetermined',
};

/** Those that were ever dead, who, when and why: a folded table for each queue. Empty where nobody was. */
export function deadLetters({ queues }: Result): string {
  return Object.entries(queues)
    .filter(
      ([
        ,
        {
          deadLetters: { list },
        },
      ]) => list.length > 0,
    )
    .map(
      ([
        name,
        {
          deadLetters: { list },
        },
      ]) => {
        const rows = list.map(({ message, atSeconds, attempts, why, redrivenAtSeconds, ended }) => [
          message,
          seconds(atSeconds),
          count(attempts),
          why,
          redrivenAtSeconds === null ? unknownFigure : seconds(redrivenAtSeconds),
          ends[ended],
        ]);
        const columns = [
          { head: 'message', align: 'left' as const },
          { head: 'given up at', align: 'right' as const },
          { head: 'starts', align: 'right' as const },
          { head: 'why', align: 'left' as const },
          { head: 'put back at', align: 'right' as const },
          { head: 'at the end', align: 'left' as const },
        ];
        const title = `The dead of ${name}, one by one${list.length < 100 ? '' : ' (the first hundred)'}`;
        return folded(title, tableHtml({ columns, rows }));
      },
    )
    .join('\n');
}
