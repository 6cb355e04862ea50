import type { PublishOutcome } from '../../../broker/types.js';
import type { BreakerEvent, FailedEvent } from '../../../ledger/events.js';
import type { LedgerWriter } from '../../../ledger/write.js';
import { writeOutcome } from '../../outcomes.js';
import type { Answer } from './answers.js';
import type { Identity } from './identity.js';
import type { KnownOrder, KnownOrders } from './known-orders.js';

/** Why a request was refused says no more than this, in characters. */
const longestWhy = 300;

/** Writes what happens into the ledger, and keeps what is known of the orders at the same state. */
export class Journal {
  constructor(
    private readonly ledger: LedgerWriter,
    private readonly known: KnownOrders,
  ) {}

  /** An order is taken up. */
  received(identity: Identity): KnownOrder {
    const { id, correlation } = identity;
    const t = this.ledger.write(
      correlation === id ? { e: 'received', m: id } : { e: 'received', m: id, c: correlation },
    );
    return this.known.take(identity, t);
  }

  /** A step is about to be published or called for. @returns the time, in microseconds since the zero */
  attempted(order: KnownOrder, queue: string, now: number): number {
    const t = this.ledger.message('attempted', queue, order.id, `,"due":${now}`);
    order.advance(queue, 'attempted', t);
    return t;
  }

  /** What became of a publish; `now` is close enough for what is only shown. */
  published(
    order: KnownOrder,
    queue: string,
    outcome: PublishOutcome | undefined,
    now: number,
  ): PublishOutcome {
    const known = writeOutcome(this.ledger, queue, order.id, outcome);
    order.advance(queue, known.outcome, now, 'reason' in known ? known.reason : null);
    return known;
  }

  /** A provider is about to be called for a step, the nth time. */
  started(order: KnownOrder, queue: string, n: number): void {
    order.advance(queue, 'started', this.ledger.message('started', queue, order.id, `,"n":${n}`));
  }

  /** The provider has done it. */
  done(order: KnownOrder, queue: string): void {
    this.ledger.message('acknowledged', queue, order.id);
    order.advance(queue, 'settled', this.ledger.message('settled', queue, order.id));
  }

  /**
   * A call failed, or was not made.
   * @param outcome refused: it is known to have done nothing
   */
  failed(
    order: KnownOrder,
    queue: string,
    details: Pick<FailedEvent, 'why' | 'kind' | 'again'>,
    outcome: 'refused' | 'unknown',
  ): void {
    const { why } = details;
    order.advance(
      queue,
      'failed',
      this.ledger.write({ e: 'failed', q: queue, m: order.id, ...details }),
      why,
    );
    order.advance(queue, outcome, this.ledger.write({ e: outcome, q: queue, m: order.id, why }), why);
  }

  /** What the customer is about to be told. */
  responded(order: KnownOrder, { status, leftOut, why }: Pick<Answer, 'status' | 'leftOut' | 'why'>): void {
    const t = this.ledger.write({
      e: 'responded',
      m: order.id,
      status,
      ...(leftOut.length === 0 ? {} : { leftOut }),
      ...(why === null ? {} : { why }),
    });
    order.respond(status, t, leftOut);
  }

  /** A request is refused. */
  rejected(status: number, why: string): void {
    this.ledger.write({ e: 'rejected', status, why: why.slice(0, longestWhy) });
  }

  /** The circuit breaker for a provider has changed. */
  breaker(provider: string, state: BreakerEvent['state']): void {
    this.ledger.write({ e: 'breaker', s: provider, state });
  }
}
