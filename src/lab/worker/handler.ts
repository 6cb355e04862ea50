import type { ConsumerEvents, Delivery, Settlement } from '../../broker/types.js';
import type { LedgerWriter } from '../../ledger/write.js';
import { drawWork } from '../../plan/draws.js';
import type { WorkerSetup } from '../protocol.js';
import { sleep } from '../timers.js';
import type { Gate } from './gate.js';

/** What a worker does with a delivery: start, work, effect, wait, acknowledge; each known to the ledger before anyone else can know. */
export function createHandler(
  setup: WorkerSetup,
  ledger: LedgerWriter,
  gate: Gate,
): (delivery: Delivery) => Promise<Settlement> {
  const { queue, seed, speed } = setup;
  const acknowledgeMillis = (queue.acknowledgeSeconds * 1000) / speed;
  return async (delivery) => {
    await gate.beforeStart();
    const { id, attempt, redelivered } = delivery;
    ledger.message('started', queue.name, id, startedDetails(attempt, redelivered));
    const work = drawWork(queue.work, seed, queue.name, id, attempt === 'unknown' ? 1 : attempt);
    if (work > 0) await sleep((work * 1000) / speed);
    ledger.message('effect', queue.name, id);
    gate.effect();
    if (acknowledgeMillis > 0) await sleep(acknowledgeMillis);
    await gate.beforeAcknowledge();
    return 'done';
  };
}

/** Writes what the broker says of the ends of deliveries. */
export function createListener(
  setup: WorkerSetup,
  ledger: LedgerWriter,
  gate: Gate,
): Pick<ConsumerEvents, 'settled' | 'dead'> {
  const queue = setup.queue.name;
  const kinds = { ok: 'settled', lost: 'lost-lock', unknown: 'settle-unknown' } as const;
  return {
    settled(id, outcome) {
      ledger.message(kinds[outcome], queue, id);
      gate.settled();
    },
    dead(id, reason) {
      ledger.write({ e: 'dead', q: queue, m: id, why: reason });
    },
  };
}

function startedDetails(attempt: Delivery['attempt'], redelivered: Delivery['redelivered']): string {
  const n = attempt === 'unknown' ? '' : `,"n":${attempt}`;
  return redelivered === 'unknown' ? n : `${n},"r":${redelivered === 'yes'}`;
}
