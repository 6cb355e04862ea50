import type { MessageRow } from '../../result/series.js';
import { csvRow } from './rows.js';

/** The first row of `messages.csv`. */
export const messagesHeader: string = csvRow([
  'queue',
  'message',
  'arrivedSeconds',
  'firstStartSeconds',
  'firstEffectSeconds',
  'starts',
  'effects',
  'ended',
]);

/** A message's row of `messages.csv`. Scenario seconds; what is not known is empty. */
export function messageCsv(row: MessageRow): string {
  const { queue, message, arrivedSeconds, firstStartSeconds, firstEffectSeconds, starts, effects, ended } =
    row;
  return csvRow([
    queue,
    message,
    arrivedSeconds,
    firstStartSeconds,
    firstEffectSeconds,
    starts,
    effects,
    ended,
  ]);
}
