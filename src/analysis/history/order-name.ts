import { LaunchpadError } from '../../errors.js';
import { messageId, parseMessageId } from '../../plan/messages.js';
import type { Plan, PlannedProducer } from '../../plan/types.js';

/** An order of the plan. */
export interface OrderName {
  /** `orders/142` */
  readonly root: string;
  readonly producer: PlannedProducer;
}

/**
 * Reads how a user names an order: `orders/142`, a message's id behind queues (`orders/142.intake`), or, where there
 * is one producer, the bare number.
 *
 * @throws LaunchpadError `usage` where there is no such order, with what there is
 */
export function readOrderName(typed: string, plan: Plan): OrderName {
  const text = typed.trim();
  const [only] = plan.producers;
  const full =
    /^\d+$/.test(text) && plan.producers.length === 1 && only !== undefined ? `${only.name}/${text}` : text;
  const name = parseMessageId(full);
  if (name === null) {
    throw unknown(`${text === '' ? 'An empty text' : text} is not a message's id`, plan);
  }
  const producer = plan.producers.find((candidate) => candidate.name === name.producer);
  if (producer === undefined) throw unknown(`There is no producer ${name.producer}`, plan);
  if (name.sequence > producer.scheduled) {
    throw unknown(`There is no ${messageId(name.producer, name.sequence)}`, plan);
  }
  return { root: messageId(name.producer, name.sequence), producer };
}

function unknown(message: string, plan: Plan): LaunchpadError {
  const there = plan.producers.map(({ name, scheduled }) =>
    scheduled === 0 ? `${name} has no messages` : `${name} has ${range(name, scheduled)}`,
  );
  return new LaunchpadError('usage', message, { hint: `In this run ${there.join('; ')}.` });
}

/** `300 messages, orders/1 to orders/300` */
function range(name: string, scheduled: number): string {
  if (scheduled === 1) return `one message, ${name}/1`;
  return `${scheduled} messages, ${name}/1 to ${name}/${scheduled}`;
}
