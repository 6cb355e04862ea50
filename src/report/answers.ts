import type { Result } from '../result/types.js';
import { directAnswer, directQueues } from './direct.js';
import { ordersAnswer } from './orders.js';
import { orderProducers } from './orders-together.js';
import type { Paint } from './paint.js';
import { answer } from './sentences.js';

/** What became of the customers' orders, and then of each queue's messages: a paragraph of sentences for each, by its name. */
export function answersOf(
  result: Result,
  queues: readonly string[],
  colors: Paint,
): (readonly [name: string, sentences: readonly string[]])[] {
  const direct = directQueues(result);
  return [
    ...orderProducers(result).map(([name]) => [name, ordersAnswer(name, result, colors)] as const),
    ...queues.map((name) => {
      const queue = result.queues[name];
      const isDirect = queue !== undefined && direct.includes(name);
      return [name, isDirect ? directAnswer(queue) : answer(name, result, colors)] as const;
    }),
  ];
}
