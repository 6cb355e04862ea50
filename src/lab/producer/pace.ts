import type { Clock } from '../../ledger/write.js';
import type { ProducerSetup } from '../protocol.js';
import { sleep } from '../timers.js';
import type { Flight } from './flight.js';
import { type Due, scheduleOf } from './schedule.js';

/** Messages that are due together are sent together, this many at most. */
const largestBatch = 200;

/**
 * Sends every message at its time: an absolute schedule, so that a late message is sent late and delays none after it; those
 * that are sent again too. What is later than the producer's `giveUp` is not sent. Resolves when all has landed, or when the
 * flight is over; what was not sent by then is dropped.
 * @param copies how often each message counts in the flight
 * @param send has to track what it sends
 */
export async function pace(
  setup: Pick<ProducerSetup, 'producer' | 'seed' | 'speed'>,
  clock: Clock,
  flight: Flight,
  copies: number,
  send: (batch: readonly Due[]) => void,
): Promise<void> {
  const { giveUpSeconds } = setup.producer;
  const giveUpMicros =
    giveUpSeconds === null ? Number.POSITIVE_INFINITY : (giveUpSeconds * 1e6) / setup.speed;
  const schedule = scheduleOf(setup);

  let next = schedule();
  while (next !== null && !flight.over.aborted) {
    const now = clock.now();
    if (next.micros > now) {
      await sleep(Math.max(1, (next.micros - now) / 1000), flight.over);
      continue;
    }
    const places = flight.placesFor(copies);
    // At the bound the loop waits for a place, and what becomes due meanwhile is late.
    if (places < 1) {
      await flight.landed();
      continue;
    }
    const most = Math.min(largestBatch, places);
    const batch: Due[] = [];
    for (; next !== null && next.micros <= now && batch.length < most; next = schedule()) {
      if (now - next.micros <= giveUpMicros) batch.push(next);
    }
    if (batch.length > 0) send(batch);
  }
  await flight.allLanded();
}
