import { LaunchpadError } from '../errors.js';
import { parseMessageId, rootOf } from '../plan/messages.js';

/** What a message carries. */
export interface Payload {
  /** The order's number: the producer's sequence. */
  readonly order: number;
  /**
   * The id that all of an order's messages share, on whatever queue, and that every request for it carries: the producer's
   * message, `orders/142`, or what a client from elsewhere called it.
   */
  readonly correlation: string;
  /** It was put back from the dead, and what was wrong with it was put right. */
  readonly repaired?: true;
}

/**
 * What a message carries when it is published, by whomever. That it was repaired is not passed on: the repair was of what
 * was wrong with it on that queue.
 */
export function payloadOf(message: string, correlation: string = rootOf(message)): Payload {
  const name = parseMessageId(message);
  if (name === null) throw new LaunchpadError('internal', `${message} is no message's id`);
  return { order: name.sequence, correlation };
}

/** The correlation id in a delivered payload; where there is none, the one that the message's id begins with. */
export function correlationOf(payload: unknown, message: string): string {
  const said = isObject(payload) ? payload.correlation : undefined;
  return typeof said === 'string' ? said : rootOf(message);
}

/** Whether a delivered payload says that its message was repaired. */
export function isRepaired(payload: unknown): boolean {
  return isObject(payload) && payload.repaired === true;
}

/** The same payload, repaired. */
export function repairedPayload(payload: unknown): unknown {
  return { ...(isObject(payload) ? payload : {}), repaired: true };
}

function isObject(payload: unknown): payload is Record<string, unknown> {
  return typeof payload === 'object' && payload !== null;
}
