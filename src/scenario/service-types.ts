import type { Backoff, Distribution, Rate } from './types.js';

/** See CheckedScenario.mode. */
export type Mode = 'queue' | 'sync';

/** A service that does the work of queues: it sends the emails, or charges the cards. One process, called over HTTP. */
export interface ProviderSpec {
  readonly name: string;
  /** A hard limit: it starts on so many calls, evenly spaced (5/s: one each 200 ms), whoever calls. */
  readonly capacity: Rate;
  /** From when it starts on a call until the effect and the answer. */
  readonly latency: Distribution;
  /** Calls that may wait for their turn; beyond that it answers 503. */
  readonly waitingRoom: number;
  /** When its waiting room has been full for so long it exits, and is started again so long after that; null: it bears it. */
  readonly fallOver: { readonly afterSeconds: number; readonly backSeconds: number } | null;
}

/** What the order service does when a call to a provider has finally failed (mode: sync). */
export type OnFailure =
  /** The order fails, and the customer is told so; what was done for it stays done. */
  | 'fail'
  /** The order is accepted without this step. */
  | 'degrade'
  /** The order is accepted, and this step is published to its queue. */
  | 'queue';

/** The service that takes orders, `POST /orders`. */
export interface OrderServiceSpec {
  /** On loopback; 0: a free one. */
  readonly port: number;
  /** Of queue mode: how long after its answer an order is published (what a service does that answers first); null: before it answers. */
  readonly publishAfterAnswerSeconds: number | null;
  /** What follows is of sync mode. Time limit of a call to a provider. */
  readonly timeoutSeconds: number;
  /** Further calls after a failed one. */
  readonly retries: number;
  readonly backoff: Backoff | null;
  /** After so many failed calls in a row a provider is not called for a time, and then tried with one call; null: there is no breaker. */
  readonly circuitBreaker: { readonly failures: number; readonly openSeconds: number } | null;
  /** Calls to one provider at once; beyond that a call fails without being made; null: any number. */
  readonly concurrency: number | null;
  /** By queue, for each that a producer by HTTP has in its `to`. */
  readonly onFailure: Readonly<Record<string, OnFailure>>;
}
