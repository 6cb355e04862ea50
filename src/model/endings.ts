import { handSeconds } from '../plan/capacity.js';
import { longestBackoff } from '../plan/draws.js';
import { shareLongerThan } from '../plan/longest.js';
import type { Backoff, FailureSpec, QueueSpec } from '../scenario/types.js';

/** What becomes of a share of attempts that start at the same time. */
export type Ending = { readonly share: number } & (
  | { readonly kind: 'effect' }
  /** It fails so long after its start. `late`: its effect comes all the same, after that. */
  | {
      readonly kind: 'fail';
      readonly afterSeconds: number;
      readonly retryable: boolean;
      readonly timedOut: boolean;
      readonly late: boolean;
    }
  /** Its effect comes so long after its start: it hung for a while. */
  | { readonly kind: 'slow'; readonly afterSeconds: number }
  /** It never ends. */
  | { readonly kind: 'hang' }
  /** It kills its worker. */
  | { readonly kind: 'crash' }
);

/** Whose attempt it is, as far as its ending depends on that. */
export interface Attempted {
  /** Positions in the queue's failures: those of single messages that befall this one, at every attempt. */
  readonly marks: readonly number[];
  readonly repaired: boolean;
  /** Deliveries before this one, since the last redrive; counted as far as a failure asks for them. */
  readonly starts: number;
}

/** An attempt at a message that nothing befalls in particular. */
export const ordinary: Attempted = { marks: [], repaired: false, starts: 0 };

/**
 * How attempts that start at a time end; the shares add up to 1. The rules are drawFailure's (src/plan/draws.ts), with
 * shares where it draws: of the failures, in their order, each takes its share of what those before have left.
 */
export function endingsOf(queue: QueueSpec, attempted: Attempted, startSeconds: number): Ending[] {
  const endings: Ending[] = [];
  let rest = 1;
  for (const [index, failure] of queue.failures.entries()) {
    const share = rest * shareOf(failure, index, attempted, startSeconds);
    if (share === 0) continue;
    endings.push(endingOf(queue, failure, share));
    rest -= share;
  }
  // A time limit cancels nothing: work that is too slow has its effect after it.
  const limit = queue.timeoutSeconds;
  const late = limit === null ? 0 : rest * shareLongerThan(queue.work, limit);
  if (late > 0) endings.push(timeout(late, limit ?? 0, true));
  if (rest - late > 1e-12) endings.push({ kind: 'effect', share: rest - late });
  return endings;
}

function shareOf(failure: FailureSpec, index: number, attempted: Attempted, start: number): number {
  const { marks, repaired, starts } = attempted;
  if (start < failure.fromSeconds || (failure.toSeconds !== null && start >= failure.toSeconds)) return 0;
  if (failure.times !== null && starts >= failure.times) return 0;
  const { select } = failure;
  if (select.kind === 'all') return 1;
  if (repaired) return 0;
  if (select.kind === 'share' && select.per === 'attempt') return select.share;
  return marks.includes(index) ? 1 : 0;
}

function endingOf(queue: QueueSpec, failure: FailureSpec, share: number): Ending {
  const shows = failure.afterSeconds ?? queue.work.meanSeconds;
  const limit = queue.timeoutSeconds ?? Number.POSITIVE_INFINITY;
  if (failure.kind === 'hang') {
    const ends = shows + (failure.forSeconds ?? Number.POSITIVE_INFINITY);
    if (ends > limit) return timeout(share, limit, Number.isFinite(ends));
    return Number.isFinite(ends) ? { kind: 'slow', share, afterSeconds: ends } : { kind: 'hang', share };
  }
  if (shows > limit) return timeout(share, limit, false);
  if (failure.kind === 'crash') return { kind: 'crash', share };
  return {
    kind: 'fail',
    share,
    afterSeconds: shows,
    retryable: failure.retryable,
    timedOut: false,
    late: false,
  };
}

function timeout(share: number, afterSeconds: number, late: boolean): Ending {
  return { kind: 'fail', share, afterSeconds, retryable: true, timedOut: true, late };
}

/**
 * Seconds that an ordinary attempt which starts at a time occupies a hand, on average. Those that hang, or run into the
 * time limit, are left out unless all do: each of them takes its hand away for as long as it takes.
 */
export function meanHoldSeconds(queue: QueueSpec, startSeconds: number): number {
  const endings = endingsOf(queue, ordinary, startSeconds);
  const usual = endings.filter((e) => e.kind === 'effect' || (e.kind === 'fail' && !e.timedOut));
  const counted = usual.length > 0 ? usual : endings.filter((e) => e.kind === 'fail');
  const shares = counted.reduce((sum, { share }) => sum + share, 0);
  if (shares === 0) return handSeconds(queue);
  const held = (e: Ending): number => (e.kind === 'fail' ? e.afterSeconds : handSeconds(queue));
  return counted.reduce((sum, ending) => sum + ending.share * held(ending), 0) / shares;
}

/** How long the nth failed attempt (from 1) waits for the next, on average, in seconds: of the jitter's draw the mean. */
export function meanBackoff(backoff: Backoff | null, failed: number): number {
  return longestBackoff(backoff, failed) * (1 - (backoff?.jitter ?? 0) / 2);
}
