import pLimit from 'p-limit';
import type { Clock, LedgerWriter } from '../../ledger/write.js';
import { aborted } from '../interruption.js';
import { type Publish, writeOutcome } from '../outcomes.js';
import { payloadOf } from '../payload.js';
import type { ProducerSetup } from '../protocol.js';
import { sleep } from '../timers.js';
import { type Due, scheduleOf } from './schedule.js';

/** Messages in flight at once, counted for each of their queues. Reaching it shows as lag. */
const mostInFlight = 500;

/** Messages that are due together go to the broker together, this many at most. */
const largestBatch = 200;

/**
 * Attempts every message at its time: an absolute schedule, so that a late message is sent late and delays none after
 * it; those that are published again too. Resolves when all outcomes are known, or when the signal was aborted; what was not attempted by then is dropped,
 * and what is still in flight is unknown.
 */
export async function produce(
  setup: ProducerSetup,
  publish: Publish,
  clock: Clock,
  ledger: LedgerWriter,
  signal: AbortSignal,
): Promise<void> {
  const limit = pLimit(mostInFlight);
  const publishing = new Set<Promise<void>>();
  let inFlight = 0;
  const schedule = scheduleOf(setup);
  const stopped = aborted(signal);
  const { to, giveUpSeconds } = setup.producer;
  const giveUpMicros =
    giveUpSeconds === null ? Number.POSITIVE_INFINITY : (giveUpSeconds * 1e6) / setup.speed;

  let next = schedule();
  while (next !== null && !signal.aborted) {
    const now = clock.now();
    if (next.micros > now) {
      await sleep(Math.max(1, (next.micros - now) / 1000), signal);
      continue;
    }
    // At the bound the loop waits for a place, and what becomes due meanwhile is late.
    const places = Math.floor((mostInFlight - inFlight) / Math.max(1, to.length));
    if (places < 1 && inFlight > 0) {
      await Promise.race([...publishing, stopped]);
      continue;
    }
    const most = Math.min(largestBatch, Math.max(1, places));
    const batch: Due[] = [];
    for (; next !== null && next.micros <= now && batch.length < most; next = schedule()) {
      if (now - next.micros <= giveUpMicros) batch.push(next);
    }
    for (const queue of batch.length === 0 ? [] : to)
      track(
        batch.length,
        limit(() => attempt(queue, batch)),
      );
  }
  await Promise.race([Promise.all(publishing), stopped]);

  function track(messages: number, attempted: Promise<void>): void {
    inFlight += messages;
    const tracked = attempted.finally(() => {
      inFlight -= messages;
      publishing.delete(tracked);
    });
    publishing.add(tracked);
  }

  async function attempt(queue: string, batch: readonly Due[]): Promise<void> {
    if (signal.aborted) return;
    for (const due of batch) ledger.message('attempted', queue, due.id, `,"due":${due.micros}`);
    const messages = batch.map(({ id, copy }) => ({ id, payload: payloadOf(id), copy }));
    const outcomes = await publish(queue, messages);
    for (const [i, due] of batch.entries()) writeOutcome(ledger, queue, due.id, outcomes[i]);
  }
}
