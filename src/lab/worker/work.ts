import type { Delivery } from '../../broker/types.js';
import type { FailureSpec } from '../../scenario/types.js';
import type { HeldDelivery } from './gate.js';

/**
 * How a worker gets the work on a message done, up to its effect: the part of a delivery between its start and its record.
 * It takes the delivery through the point before the effect.
 * @param startedAt the time of its start in the ledger
 */
export type Work = (delivery: Delivery, held: HeldDelivery, startedAt: number) => Promise<WorkEnd>;

/** suppressed: it had had its effect before, and whoever brings that about refused the key. */
export type WorkEnd = 'effect' | 'suppressed' | WorkFailure;

/** How the work on a message goes, as it was drawn; scenario seconds from its start. */
export interface Course {
  /** When it ends, in whatever way; Infinity: never. */
  readonly endsAfterSeconds: number;
  readonly end:
    | { readonly kind: 'effect' }
    | { readonly kind: 'crash' }
    | { readonly kind: 'error'; readonly why: string; readonly retryable: boolean };
}

/** An attempt that failed. */
export interface WorkFailure {
  readonly why: string;
  readonly kind: 'error' | 'timeout';
  readonly retryable: boolean;
}

/**
 * How the work goes.
 * @param workSeconds how long it takes where nothing befalls it
 * @param failure what befalls it; null: nothing
 */
export function courseOf(workSeconds: number, failure: FailureSpec | null): Course {
  if (failure === null) return { endsAfterSeconds: workSeconds, end: { kind: 'effect' } };
  const showsAfterSeconds = failure.afterSeconds ?? workSeconds;
  switch (failure.kind) {
    case 'fail': {
      const { error: why, retryable } = failure;
      return { endsAfterSeconds: showsAfterSeconds, end: { kind: 'error', why, retryable } };
    }
    case 'crash':
      return { endsAfterSeconds: showsAfterSeconds, end: { kind: 'crash' } };
    case 'hang': {
      const forSeconds = failure.forSeconds ?? Number.POSITIVE_INFINITY;
      return { endsAfterSeconds: showsAfterSeconds + forSeconds, end: { kind: 'effect' } };
    }
  }
}

/** What the worker sees when the time limit is over before the work. Another attempt may help. */
export function timeoutFailure(limitSeconds: number): WorkFailure {
  return { why: `no end within ${limitSeconds} s`, kind: 'timeout', retryable: true };
}
