import type { SuppressedEvent } from '../../ledger/events.js';
import type { Idempotency } from '../../scenario/types.js';
import { openStore } from '../stores.js';

/** How a worker keeps an effect from happening twice. All of it is synchronous: nothing of this process comes between. */
export interface EffectGuard {
  /** Before the work: who knows that it was done (or, where the record comes first, begun) before; null: nobody. */
  known(message: string): SuppressedEvent['by'] | null;
  /** At the effect: whether whoever brings it about accepts it. */
  accepted(message: string): boolean;
  /** After the effect. */
  record(message: string): void;
  /** Whether `record` does anything. */
  readonly records: boolean;
}

const nothing: EffectGuard = {
  known: () => null,
  accepted: () => true,
  record: () => undefined,
  records: false,
};

/**
 * A key that whoever brings the effect about refuses is kept in a store for simulated work; a provider keeps its keys itself.
 * @param storesDirectory the run's, for what is remembered outside of the process
 * @param hasProvider the work is done by a provider, which is sent the key
 */
export function effectGuard(
  idempotency: Idempotency,
  queue: string,
  storesDirectory: string,
  hasProvider = false,
): EffectGuard {
  switch (idempotency.mode) {
    case 'none':
      return nothing;
    case 'memory': {
      const done = new Set<string>();
      return {
        ...nothing,
        known: (message) => (done.has(message) ? 'memory' : null),
        record: (message) => void done.add(message),
        records: true,
      };
    }
    case 'delivery-log': {
      const log = openStore(storesDirectory, queue, 'delivery-log');
      // Recorded before the effect: to look and to record are one step, so that of two deliveries only one goes on.
      if (idempotency.record === 'before')
        return { ...nothing, known: (message) => (log.add(message) ? null : 'delivery-log') };
      return {
        ...nothing,
        known: (message) => (log.has(message) ? 'delivery-log' : null),
        record: (message) => void log.add(message),
        records: true,
      };
    }
    case 'effect-key': {
      if (hasProvider) return nothing;
      const provider = openStore(storesDirectory, queue, 'provider');
      return { ...nothing, accepted: (message) => provider.add(message) };
    }
  }
}
