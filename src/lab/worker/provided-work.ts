import { correlationOf } from '../payload.js';
import type { ProviderCaller } from '../services/call-provider.js';
import { type CallOutcome, idempotencyKeyOf } from '../services/http.js';
import type { WorkerTools } from './handler.js';
import type { Work, WorkEnd } from './work.js';

/** How a provider is called. */
export type Caller = Pick<ProviderCaller, 'call'>;

/**
 * Work that a provider is called for. The provider writes down the effect, or that it refused the key, because it alone knows.
 * The point before the effect is before the call; from there on what a kill interrupts may be done or not.
 */
export function providedWork({ setup }: Pick<WorkerTools, 'setup'>, caller: Caller): Work {
  const { queue, speed } = setup;
  const { name, timeoutSeconds } = queue;
  const timeoutMillis = timeoutSeconds === null ? Number.POSITIVE_INFINITY : (timeoutSeconds * 1000) / speed;
  return async ({ id, payload }, held) => {
    await held.pass('before-effect');
    const outcome = await caller.call({
      queue: name,
      message: id,
      correlation: correlationOf(payload, id),
      key: idempotencyKeyOf(queue, id),
      timeoutMillis,
    });
    return endOf(outcome, timeoutSeconds);
  };
}

function endOf(outcome: CallOutcome, timeoutSeconds: number | null): WorkEnd {
  switch (outcome.outcome) {
    case 'done':
      return outcome.replayed ? 'suppressed' : 'effect';
    case 'timeout':
      return { why: `${outcome.why} (${timeoutSeconds} s)`, kind: 'timeout', retryable: true };
    case 'turned-away':
    case 'unreached':
    case 'broken':
      return { why: outcome.why, kind: 'error', retryable: true };
  }
}
