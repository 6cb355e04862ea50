import { setImmediate as nextTurn } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Clock, LedgerWriter } from '../../ledger/write.js';
import { parseMessageId } from '../../plan/messages.js';
import type { ProducerSetup } from '../protocol.js';
import { exchange } from '../services/exchange.js';
import { headers } from '../services/http.js';
import { Flight } from './flight.js';
import { pace } from './pace.js';
import type { Due } from './schedule.js';

/** Orders in flight at once. Reaching it shows as lag. */
const mostInFlight = 10_000;

/** The order service's route for new orders, `POST`. */
const orderRoute = '/orders';

/** Different things that are ordered. */
const assortment = 100;

/**
 * Posts every order at its time, as customers do who know nothing of each other: none waits for another's answer. A customer's
 * patience counts from when the order was due, so an order that is posted late has the less of it, and one that is later than
 * that is not sent at all. Resolves when every order has its answer or none, or when the signal was aborted; what was not posted by
 * then is dropped, and what is in flight is left.
 */
export async function order(
  setup: Pick<ProducerSetup, 'producer' | 'seed' | 'speed'>,
  orderServiceUrl: string,
  clock: Clock,
  ledger: LedgerWriter,
  signal: AbortSignal,
): Promise<void> {
  const flight = new Flight(mostInFlight, signal);
  // A connection for each order in flight, so that none waits for another's. The only limit of time is the customer's patience.
  const limits = { connectTimeout: 0, headersTimeout: 0, bodyTimeout: 0 };
  const pool = new Pool(orderServiceUrl, { ...limits, connections: null, pipelining: 1 });
  const { patienceSeconds } = setup.producer;
  const patienceMicros = (patienceSeconds * 1e6) / setup.speed;
  try {
    await pace(setup, clock, flight, 1, (batch) => {
      // After a turn of the event loop connections that the other end has closed are known to be, and are not used again.
      const turn = nextTurn();
      for (const due of batch)
        flight.track(
          1,
          turn.then(() => post(due)),
        );
    });
  } finally {
    await pool.destroy();
  }

  async function post({ id, micros }: Due): Promise<void> {
    if (flight.over.aborted) return;
    const posted = ledger.write({ e: 'posted', m: id, due: micros });
    const patienceMillis = (micros + patienceMicros - posted) / 1000;
    if (patienceMillis <= 0) {
      const why = `it was not sent: the patience of ${patienceSeconds} s was over before`;
      ledger.write({ e: 'unanswered', m: id, kind: 'timeout', why });
      return;
    }
    const answer = await exchange(
      pool,
      {
        method: 'POST',
        path: orderRoute,
        headers: { 'content-type': 'application/json', [headers.correlation]: id },
        body: JSON.stringify(orderOf(id)),
      },
      patienceMillis,
    );
    if (answer.kind === 'answered') ledger.write({ e: 'answered', m: id, status: answer.status });
    else if (!flight.over.aborted)
      ledger.write({ e: 'unanswered', m: id, kind: answer.kind, why: answer.why });
  }
}

/** What a customer orders: by the order's number, so that it is the same in each run. */
export function orderOf(id: string): unknown {
  const sequence = parseMessageId(id)?.sequence ?? 0;
  return {
    customer: `customer-${sequence}`,
    items: [{ sku: `book-${1 + (sequence % assortment)}`, quantity: 1 + (sequence % 3) }],
  };
}
