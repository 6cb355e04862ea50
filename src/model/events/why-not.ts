import type { Plan } from '../../plan/types.js';

/** Why a plan can't be played message by message, as a clause; null: it can. */
export function whyNotSimulated({ capabilities }: Plan): string | null {
  const { redelivery, rateScope } = capabilities;
  const isKnown = redelivery.on === 'lock-expiry' && redelivery.checks === 2 && redelivery.needsWorker;
  if (!isKnown || redelivery.position !== 'head' || redelivery.order === 'same')
    return 'its broker gives messages back in another way than by locks and two checks';
  return rateScope === 'queue' ? null : 'its broker limits each worker by itself';
}
