import { LaunchpadError } from '../../errors.js';
import { messageId, parseMessageId } from '../../plan/messages.js';
import type { Plan, PlannedProducer } from '../../plan/types.js';
import { guestName } from '../../result/orders.js';

/** An order of the plan. */
export interface OrderName {
  /** `orders/142` */
  readonly root: string;
  /** Of a guest's order: as the first by HTTP, by the name `guest`. */
  readonly producer: PlannedProducer;
}

/**
 * Reads how a user names an order: `orders/142`, a message's id behind queues (`orders/142.intake`), where there
 * is one producer the bare number, or the correlation id that a client sent with it.
 *
 * @param ordersWith the orders that came with a correlation id of their client's; asked where the text is no order's name
 * @throws LaunchpadError `usage` where there is no such order, with what there is, or where several came with that correlation id
 */
export function readOrderName(
  typed: string,
  plan: Plan,
  ordersWith: (correlation: string) => readonly string[] = () => [],
): OrderName {
  const text = typed.trim();
  const named = orderOf(text, plan);
  if (named.producer !== null) return { root: named.root, producer: named.producer };
  const [first, ...others] = plan.scenario.orderService === null ? [] : ordersWith(text);
  if (first === undefined) {
    const isMessage = parseMessageId(text) !== null || plan.scenario.orderService === null;
    throw unknown(
      isMessage ? named.why : `${named.why}, and no order came with it as its correlation id`,
      plan,
    );
  }
  if (others.length > 0) {
    const all = [first, ...others];
    const more = all.length > 5 ? `, and ${all.length - 5} more` : '';
    throw new LaunchpadError('usage', `${all.length} orders came with the correlation id ${text}`, {
      hint: `Name one of them: ${all.slice(0, 5).join(', ')}${more}.`,
    });
  }
  const found = orderOf(first, plan);
  if (found.producer === null) throw unknown(found.why, plan);
  return { root: found.root, producer: found.producer };
}

/** The order of that name, or why there is none. */
function orderOf(text: string, plan: Plan): OrderName | { readonly producer: null; readonly why: string } {
  const [only] = plan.producers;
  const full =
    /^\d+$/.test(text) && plan.producers.length === 1 && only !== undefined ? `${only.name}/${text}` : text;
  const name = parseMessageId(full);
  if (name === null) {
    return { producer: null, why: `${text === '' ? 'An empty text' : text} is not a message's id` };
  }
  const root = messageId(name.producer, name.sequence);
  const producer = plan.producers.find((candidate) => candidate.name === name.producer);
  if (producer === undefined) {
    const host = name.producer === guestName ? plan.producers.find(({ via }) => via === 'http') : undefined;
    // Whoever comes from elsewhere has the steps of the first producer by HTTP.
    if (host !== undefined) return { root, producer: { ...host, name: guestName } };
    return { producer: null, why: `There is no producer ${name.producer}` };
  }
  return name.sequence > producer.scheduled
    ? { producer: null, why: `There is no ${root}` }
    : { root, producer };
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
