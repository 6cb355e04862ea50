import { handsOf, limitPerSecond } from '../../plan/capacity.js';
import type { TheoryFormula } from '../../result/theory.js';
import type { FailureSpec, QueueSpec } from '../../scenario/types.js';
import { tidy } from '../pieces.js';
import type { Retrying } from './load.js';
import { backoffsOf, failsAfter, reachSeconds } from './steps.js';
import { figure, inSeconds, perSecond } from './words.js';

/** What a share of failing attempts makes of the load. @param utilisation ρ with them, at the peak; null: there is none */
export function retryFormulas(retrying: Retrying | null, utilisation: number | null): TheoryFormula[] {
  if (retrying === null) return [];
  const { failing: p, attempts, perMessage } = retrying;
  const isEndless = p ** attempts < 1e-6;
  const load =
    utilisation === null
      ? null
      : `so ρ = ${figure(perMessage)} × ${figure(utilisation / perMessage)} = ${figure(utilisation)}`;
  return [
    {
      name: 'retries',
      says: `${figure(100 * p)} % of attempts fail: a message takes`,
      general: isEndless ? '1/(1 − p)' : '(1 − p^A)/(1 − p)',
      filled: isEndless ? `1/(1 − ${figure(p)})` : `(1 − ${figure(p)}^${attempts})/(1 − ${figure(p)})`,
      value: tidy(perMessage),
      unit: 'attempts',
      note: load,
      holds: 'each attempt fails by itself with the same probability, and has its hand as long as any other',
    },
  ];
}

/**
 * What asking again makes of a dependency that is down for a while: the load on it, and whether messages outlast it.
 * @param arrivals per second
 * @returns what teaches most, and what can come last
 */
export function downFormulas(
  spec: QueueSpec,
  workers: number,
  arrivals: number,
): { readonly first: readonly TheoryFormula[]; readonly last: readonly TheoryFormula[] } {
  const down = spec.failures.find(isDown);
  if (down === undefined || spec.attempts === 1 || arrivals === 0) return { first: [], last: [] };
  const storm = stormFormula(spec, down, workers, arrivals);
  const { formula, isGivenUp } = reachOf(spec, down);
  return isGivenUp ? { first: [...storm, formula], last: [] } : { first: storm, last: [formula] };
}

/** Every attempt fails at once for a while. */
function isDown({ kind, select, times, toSeconds, retryable }: FailureSpec): boolean {
  return kind === 'fail' && select.kind === 'all' && times === null && toSeconds !== null && retryable;
}

/** Without a backoff hands ask as fast as they are refused, as long as there are attempts left. */
function stormFormula(
  spec: QueueSpec,
  down: FailureSpec,
  workers: number,
  arrivals: number,
): TheoryFormula[] {
  if (spec.backoff !== null || spec.polling !== null) return [];
  const seconds = failsAfter(spec, down);
  const hands = workers * handsOf(spec);
  const byHands = seconds === 0 ? Number.POSITIVE_INFINITY : hands / seconds;
  const limit = limitPerSecond(spec);
  const byAttempts = arrivals * spec.attempts;
  const value = Math.min(byHands, limit, byAttempts);
  const common = {
    name: 'retry storm',
    says: 'while down it is asked',
    value,
    unit: 'perSecond',
  } as const;
  const note = `${figure(value / arrivals)} × what arrives`;
  const holds = 'all attempts fail, and are made again at once';
  if (value === byAttempts)
    return [
      {
        ...common,
        general: 'λ × attempts',
        filled: `${perSecond(arrivals)} × ${spec.attempts}`,
        note,
        holds,
      },
    ];
  if (value === limit) return [{ ...common, general: 'the limit', filled: perSecond(limit), note, holds }];
  return [
    { ...common, general: 'hands / time to fail', filled: `${hands} / ${inSeconds(seconds)}`, note, holds },
  ];
}

function reachOf(
  spec: QueueSpec,
  down: FailureSpec,
): { readonly formula: TheoryFormula; readonly isGivenUp: boolean } {
  const value = reachSeconds(spec, down);
  const length = (down.toSeconds ?? 0) - down.fromSeconds;
  const backoffs = backoffsOf(spec, spec.attempts);
  const isGivenUp = value < length;
  return {
    isGivenUp,
    formula: {
      name: 'reach',
      says: 'the last attempt comes after',
      general: '(A − 1) × time to fail + backoffs',
      filled: `${figure(spec.attempts - 1)} × ${inSeconds(failsAfter(spec, down))} + ${inSeconds(backoffs)}`,
      value,
      unit: 'seconds',
      note: `and it is down for ${inSeconds(length)}: ${isGivenUp ? 'messages are given up' : 'nobody is given up'}`,
      holds:
        'all attempts fail while it is down; of random backoffs their mean counts, and attempts that wait for hands come later',
    },
  };
}
