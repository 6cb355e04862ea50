import type { Plan } from '../../plan/types.js';

/** Why a plan can't be played message by message, as a clause; null: it can. */
export function whyNotSimulated({ scenario, queues, capabilities }: Plan): string | null {
  if (scenario.orderService !== null) return 'its orders come through an order service';
  const called = scenario.queues.find(({ provider }) => provider !== null);
  if (called !== undefined) return `the work of ${called.name} is done by a provider`;
  const unserved = queues.find(({ isServed }) => !isServed);
  if (unserved !== undefined) return `nothing comes to ${unserved.name} on the broker`;
  const { redelivery, rateScope } = capabilities;
  const isKnown = redelivery.on === 'lock-expiry' && redelivery.checks === 2 && redelivery.needsWorker;
  if (!isKnown || redelivery.position !== 'head' || redelivery.order !== 'reversed')
    return 'its broker gives messages back in another way than by locks and two checks';
  return rateScope === 'queue' ? null : 'its broker limits each worker by itself';
}
