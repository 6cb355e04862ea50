import pLimit from 'p-limit';
import type { Clock, LedgerWriter } from '../../ledger/write.js';
import { type Publish, writeOutcome } from '../outcomes.js';
import { payloadOf } from '../payload.js';
import type { ProducerSetup } from '../protocol.js';
import { Flight } from './flight.js';
import { pace } from './pace.js';
import type { Due } from './schedule.js';

/** Messages in flight at once, counted for each of their queues. Reaching it shows as lag. */
const mostInFlight = 500;

/**
 * Attempts every message at its time, on each of its queues. Resolves when all outcomes are known, or when the signal was
 * aborted; what was not attempted by then is dropped, and what is still in flight is unknown.
 */
export async function produce(
  setup: Pick<ProducerSetup, 'producer' | 'seed' | 'speed'>,
  publish: Publish,
  clock: Clock,
  ledger: LedgerWriter,
  signal: AbortSignal,
): Promise<void> {
  const limit = pLimit(mostInFlight);
  const flight = new Flight(mostInFlight, signal);
  const { to } = setup.producer;
  await pace(setup, clock, flight, to.length, (batch) => {
    for (const queue of to)
      flight.track(
        batch.length,
        limit(() => attempt(queue, batch)),
      );
  });

  async function attempt(queue: string, batch: readonly Due[]): Promise<void> {
    if (flight.over.aborted) return;
    for (const due of batch) ledger.message('attempted', queue, due.id, `,"due":${due.micros}`);
    const messages = batch.map(({ id, copy }) => ({ id, payload: payloadOf(id), copy }));
    const outcomes = await publish(queue, messages);
    for (const [i, due] of batch.entries()) writeOutcome(ledger, queue, due.id, outcomes[i]);
  }
}
