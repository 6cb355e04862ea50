import type { QueueSpec } from '../../scenario/types.js';

/** Header names, in lower case as Node has them. */
export const headers = {
  /** Made where an order enters, and passed on with every request for it: the order's id, `orders/142`. */
  correlation: 'x-correlation-id',
  /** A provider does for a key once what it is called for. */
  idempotencyKey: 'idempotency-key',
  /** The caller's pid, so that the ledger can tell whose call it was. */
  callerPid: 'x-caller-pid',
} as const;

/** The route that a provider is called by, `POST`. */
export const callRoute = '/calls';

/** What a provider is asked to do: the work on one message of one queue. */
export interface CallBody {
  /** `emails` */
  readonly queue: string;
  /** `orders/142` */
  readonly message: string;
}

/** The idempotency key of a call, the same whoever makes it; null: the queue's idempotency sends none. */
export function idempotencyKeyOf({ name, idempotency }: QueueSpec, message: string): string | null {
  return idempotency.mode === 'effect-key' ? `${name}:${message}` : null;
}

/** What a provider answers with 200. */
export interface CallAnswer {
  readonly done: true;
  /** It had been done for this idempotency key before, and was not done again. */
  readonly replayed: boolean;
}

/** Where a provider says what it did for a message, `GET`: `/calls/emails/orders/142`. 404: it never heard of it. */
export function recordRoute(queue: string, message: string): string {
  return `${callRoute}/${queue}/${message}`;
}

/** What it answers there. Scenario seconds since the run's zero. */
export interface CallRecord {
  readonly queue: string;
  readonly message: string;
  readonly effects: readonly { readonly atSeconds: number }[];
  /** Calls whose idempotency key it had seen. */
  readonly suppressed: readonly { readonly atSeconds: number }[];
}

/** What became of a call to a provider. */
export type CallOutcome =
  | { readonly outcome: 'done'; readonly replayed: boolean }
  /** turned-away: it answered 503; unreached: there was no connection. Both: it did nothing. */
  | { readonly outcome: 'turned-away' | 'unreached'; readonly why: string }
  /** broken: the connection broke; timeout: the time limit was over. Both: nobody knows what it did or will do. */
  | { readonly outcome: 'broken' | 'timeout'; readonly why: string };
