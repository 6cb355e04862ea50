import { handsOf, handsPerSecond, limitPerSecond, roundSeconds } from '../../plan/capacity.js';
import { longestWork, shareLongerThan } from '../../plan/longest.js';
import type { Plan } from '../../plan/types.js';
import type { TheoryArrivals, TheoryCapacity } from '../../result/theory.js';
import type { FailureSpec, QueueSpec } from '../../scenario/types.js';
import type { CapacityStep } from '../balance.js';
import { attemptsPerMessage } from '../formulas.js';
import { figure, inSeconds, perSecond } from './words.js';

/** The workers at the start; without any, those that a queue is first scaled to. */
export function workersOf(plan: Plan, { name, workers }: QueueSpec): number {
  if (workers > 0) return workers;
  const scaled = plan.faults.find(({ queue, kind, workers: to }) => queue === name && kind === 'scale' && to);
  return typeof scaled?.workers === 'number' ? scaled.workers : 0;
}

/** min(limit, workers × concurrency / (work + acknowledge)), filled in. @param byProvider whether the limit is that of its provider */
export function capacityFilledIn(spec: QueueSpec, workers: number, byProvider: boolean): TheoryCapacity {
  const limit = limitPerSecond(spec);
  const hands = handsPerSecond(spec, workers);
  const term = `${workers} × ${handsOf(spec)} / ${holding(spec)}`;
  const value = workers === 0 ? 0 : Math.min(limit, hands);
  const isLimited = Number.isFinite(limit);
  const boundBy =
    value === 0
      ? 'nobody'
      : !Number.isFinite(value)
        ? 'nothing'
        : hands <= limit
          ? 'hands'
          : byProvider
            ? 'provider'
            : 'limit';
  return {
    perSecond: Number.isFinite(value) ? value : null,
    boundBy,
    filled: isLimited ? `min(${perSecond(limit)}, ${term} = ${perSecond(hands)})` : term,
  };
}

/** What a message, or a polling worker's batch, takes: `(0.3 s + 0.2 s)`. */
function holding(spec: QueueSpec): string {
  const { work, acknowledgeSeconds, polling } = spec;
  const first = roundSeconds(spec) === null ? work.meanSeconds : longestWork(work, handsOf(spec));
  const rest = [acknowledgeSeconds, polling?.sleepSeconds ?? 0].filter((seconds) => seconds > 0);
  const parts = [first, ...rest].map(inSeconds);
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(' + ')})`;
}

/** A share of all attempts that fails, by itself, and is tried again. */
export interface Retrying {
  /** p: of the attempts. */
  readonly failing: number;
  /** A: at most. */
  readonly attempts: number;
  readonly perMessage: number;
}

/** What attempts that fail by themselves make of the load; null: none do, or none is tried again. */
export function retryingOf({ failures, timeoutSeconds, attempts, work }: QueueSpec): Retrying | null {
  const timedOut = timeoutSeconds === null ? 0 : shareLongerThan(work, timeoutSeconds);
  const passing = failures.filter(isSteadyShare).reduce((left, { select }) => {
    return left * (select.kind === 'share' ? 1 - select.share : 1);
  }, 1 - timedOut);
  const failing = 1 - passing;
  if (failing <= 0 || attempts === 1) return null;
  return { failing, attempts, perMessage: attemptsPerMessage(failing, attempts) };
}

function isSteadyShare({ kind, select, times, fromSeconds, toSeconds, retryable }: FailureSpec): boolean {
  const isShare = kind === 'fail' && retryable && select.kind === 'share' && select.per === 'attempt';
  return isShare && times === null && fromSeconds === 0 && toSeconds === null;
}

/** Rates nearer to each other than this share of them are equal. */
const alike = 1e-9;

/**
 * Whether capacity is above arrivals, in words.
 * @param who what comes, as a plural
 * @param capacity per second, in messages; Infinity: nothing bounds it
 * @param steps the same over time, with the faults
 */
export function stabilityOf(
  who: string,
  arrivals: TheoryArrivals,
  capacity: number,
  steps: readonly CapacityStep[],
): { readonly isStable: boolean; readonly stability: string } {
  const { calmPerSecond: calm, peakPerSecond: peak } = arrivals;
  const isStable = peak < capacity * (1 - alike);
  const last = steps.at(-1);
  const isOther = last !== undefined && last.perSecond > 0 && Math.abs(last.perSecond - capacity) > alike;
  const later = isOther
    ? `; from ${inSeconds(last.atSeconds)} on ${perSecond(last.perSecond)}, ρ = ${figure(peak / last.perSecond)}`
    : '';
  return { isStable, stability: sentence(who, calm, peak, capacity) + later };
}

function sentence(who: string, calm: number, peak: number, capacity: number): string {
  if (capacity === 0) return 'nobody serves it';
  const over = (rate: number): string => `+${perSecond(rate - capacity)}`;
  const isFull = (rate: number): boolean => Math.abs(rate - capacity) <= rate * alike;
  if (isFull(peak)) return 'full: nothing is left for a backlog';
  if (peak < capacity) return 'stable';
  const isOne = peak - calm <= peak * alike;
  if (isOne) return `unstable while ${who} come: ${over(peak)}`;
  if (calm < capacity || isFull(calm)) return `stable in the calm, unstable at the peak: ${over(peak)}`;
  return `unstable while ${who} come: ${over(calm)} in the calm, ${over(peak)} at the peak`;
}
