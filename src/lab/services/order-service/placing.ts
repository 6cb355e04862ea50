import type { Answer } from './answers.js';
import type { KnownOrder } from './known-orders.js';

/** What is done with an order that was taken up. */
export interface Placing {
  /** Resolves with what the customer is to be told. */
  place(order: KnownOrder): Promise<Answer>;
  /** Orders that were answered, and are still to be published. */
  readonly owed: number;
  /** Publishes at once what is owed, and all that comes later. Resolves when nothing is owed any more. */
  settle(): Promise<void>;
}
