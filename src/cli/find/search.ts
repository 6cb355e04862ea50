import type { Scale } from './scale.js';

/** Where a search looks, by the numbers of a scale's values. */
export type Domain = Pick<Scale, 'lowest' | 'highest' | 'start' | 'times'>;

/** Whether the conditions hold at a value. Asked once for each value. */
export type Probe = (n: number) => Promise<boolean>;

/** What a search found. Numbers of values. */
export type Found =
  /** They hold at `at`, and not at `at − 1`. */
  | { readonly kind: 'threshold'; readonly at: number; readonly contradiction: Contradiction | null }
  /** They hold nowhere that was looked. */
  | { readonly kind: 'nowhere' }
  /** They hold at the lowest value already, up to a value (null: everywhere that was looked). */
  | { readonly kind: 'from-the-lowest'; readonly upTo: number | null };

/** Two values of which the higher one is worse. */
export interface Contradiction {
  readonly holdsAt: number;
  readonly failsAt: number;
  /** How many values were looked at one by one because of it; 0: none, as the contradiction is above the value. */
  readonly scanned: number;
}

/** Most values that a scan looks at one by one. */
const mostScanned = 300;

/** How many values below the one found are checked, each half the one before, and above it, each twice. */
const checksBelow = 6;
const checksAbove = 3;

/**
 * Finds the smallest value from which conditions hold: from the scenario's own value by doubling or halving until it is between two
 * neighbours of which one fails, then by bisection. That takes it that higher is better; values further down and up are checked for
 * that, and where one contradicts, all values from the lowest on are looked at (of very many, evenly spaced ones).
 */
export async function search(domain: Domain, probe: Probe): Promise<Found> {
  const { lowest, highest, start, times } = domain;
  const known = new Map<number, boolean>();
  const holds = async (n: number): Promise<boolean> => {
    const before = known.get(n);
    if (before !== undefined) return before;
    const answer = await probe(n);
    known.set(n, answer);
    return answer;
  };
  const valuesThat = (answer: boolean, isMeant: (n: number) => boolean): number[] =>
    [...known].filter(([n, held]) => held === answer && isMeant(n)).map(([n]) => n);
  const down = (n: number): number => Math.max(lowest, times(n, 0.5));
  const up = (n: number): number => Math.min(highest, times(n, 2));

  let failing: number | null = null;
  let holding: number | null = null;
  if (await holds(start)) {
    holding = start;
    for (let n = start; n > lowest && failing === null; ) {
      n = down(n);
      if (await holds(n)) holding = n;
      else failing = n;
    }
  } else {
    failing = start;
    for (let n = start; n < highest && holding === null; ) {
      n = up(n);
      if (await holds(n)) holding = n;
      else failing = n;
    }
  }

  const candidate = failing !== null && holding !== null ? await lastHolding(holding, failing, holds) : null;
  // Whatever lies below a value that fails has to fail as well.
  const from = candidate ?? (holding === null ? start : null);
  if (from !== null) {
    let n = candidate === null ? start : candidate - 1;
    for (let i = 0; i < checksBelow && n > lowest; i++) {
      n = down(n);
      await holds(n);
    }
    await holds(lowest);
    const better = valuesThat(true, (n) => n < from);
    if (better.length > 0) {
      const before = known.size;
      const at = await scan(lowest, Math.min(...better), holds);
      const failsAt = valuesThat(false, (n) => n > at);
      const contradiction = { holdsAt: at, failsAt: Math.min(...failsAt), scanned: known.size - before };
      if (at > lowest) return { kind: 'threshold', at, contradiction };
      return { kind: 'from-the-lowest', upTo: await lastHolding(at, contradiction.failsAt, holds) };
    }
  }
  if (candidate !== null) {
    let n = candidate;
    for (let i = 0; i < checksAbove && n < highest; i++) {
      n = up(n);
      await holds(n);
    }
    const worse = valuesThat(false, (n) => n > candidate);
    const failsAt = worse.length === 0 ? null : Math.min(...worse);
    const contradiction = failsAt === null ? null : { holdsAt: candidate, failsAt, scanned: 0 };
    return { kind: 'threshold', at: candidate, contradiction };
  }
  if (holding === null) return { kind: 'nowhere' };
  for (let n = start; n < highest; ) {
    const next = up(n);
    if (!(await holds(next))) return { kind: 'from-the-lowest', upTo: await lastHolding(n, next, holds) };
    n = next;
  }
  return { kind: 'from-the-lowest', upTo: null };
}

/** The smallest value that holds from a value on, up to one that does, looked at one by one. */
async function scan(from: number, to: number, holds: Probe): Promise<number> {
  const step = Math.max(1, Math.ceil((to - from) / mostScanned));
  let last: number | null = null;
  for (let n = from; n < to; n += step) {
    if (await holds(n)) return last === null ? n : lastHolding(n, last, holds);
    last = n;
  }
  return last === null ? to : lastHolding(to, last, holds);
}

/** The last value that holds, on the way from one that does to one, above or below, that does not. */
async function lastHolding(holding: number, failing: number, holds: Probe): Promise<number> {
  let [good, bad] = [holding, failing];
  while (Math.abs(bad - good) > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (await holds(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

/** The highest (or lowest) value that is possible, from one that is towards a limit; every one between is taken to be. */
export async function furthest(from: number, limit: number, isPossible: Probe): Promise<number> {
  return (await isPossible(limit)) ? limit : lastHolding(from, limit, isPossible);
}
