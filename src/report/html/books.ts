import type { Result } from '../../result/types.js';
import { booksTable, littlesLawLine } from '../books.js';
import { directNote } from '../direct.js';
import { blocks, firstTable } from './blocks.js';
import { marks, unlimited } from './marks.js';

/** What each class of the books says, in plain words (docs/words.md has the exact ones). */
export const classes: Readonly<Record<string, string>> = {
  scheduled: 'were to come to this queue, by the plan',
  dropped: 'were due, and nobody ever tried to publish them',
  attempted: 'somebody tried to publish, at least once',
  acknowledged: 'the broker confirmed: from here on it is answerable for them',
  'unknown outcome': 'were sent, and whether they arrived was never learnt',
  recovered: 'of unknown outcome, and they turned out to have arrived',
  refused: 'are known not to have arrived',
  unexpected: 'were refused or never sent, and arrived all the same',
  delivered: 'a worker started on, at least once',
  effected: 'had their effect: the thing was done, at least once',
  'dead-lettered': 'were given up, and are among the dead',
  discarded: 'ended on purpose, without an effect',
  merged: 'were the same as one that was there already, so the broker created nothing',
  pending: 'were still on the broker at the end',
  lost: 'the broker had them, and nobody has them any more',
  undetermined: 'could not be followed to their end',
  'duplicate deliveries': 'starts beyond the first of a message; harmless by themselves',
  'duplicate effects': 'effects beyond the first of a message: done twice, and this hurts',
  suppressed: 'repeated effects that idempotency prevented',
  republished: 'publishes beyond the first of a message',
  'dead after their effect': 'are among the dead although they had their effect',
  'redelivery pending': 'had their effect and are still on the broker: they may have another',
  'the books': 'every message is in exactly one class, and the sums agree with a second count',
};

/** The books with each class explained, and the second check of them. */
export function books(result: Result): string {
  const table = firstTable(booksTable(result, marks, unlimited), {
    first: 'messages',
    notes: (label) => classes[label] ?? null,
  });
  if (table === '') return '';
  return [
    table,
    blocks([...directNote(result, unlimited), ...littlesLawLine(result, marks, unlimited)]),
  ].join('\n');
}
