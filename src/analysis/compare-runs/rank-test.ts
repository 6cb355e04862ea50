/** What the test says. */
export interface RankTest {
  /** How probable a difference at least as large is, on either side, were both of the same distribution. */
  readonly p: number;
  /** The smallest p that so many values can give. */
  readonly least: number;
}

/** Up to so many values on the smaller side the distribution is counted out; beyond, the normal one is near enough. */
const mostCounted = 20;

/**
 * The two-sided rank-sum test of Mann and Whitney ("On a Test of Whether one of Two Random Variables is Stochastically Larger than the
 * Other", Annals of Mathematical Statistics 18 (1947)): exact over all ways to deal out the ranks, ties at their middle; from 21 values
 * on both sides by the normal approximation, corrected for ties and continuity. Infinity is a value like any other.
 * @param a at least one value
 * @param b at least one value
 */
export function rankTest(a: readonly number[], b: readonly number[]): RankTest {
  const [fewer, more] = a.length <= b.length ? [a, b] : [b, a];
  const ranks = doubledRanks([...fewer, ...more]);
  const sum = ranks.slice(0, fewer.length).reduce((total, rank) => total + rank, 0);
  const p =
    fewer.length <= mostCounted
      ? countedOut(ranks, fewer.length, sum)
      : approximated(ranks, fewer.length, sum);
  return { p, least: Math.min(1, 2 / waysToDeal(a.length + b.length, fewer.length)) };
}

/** Twice the rank of each value, from 1, so that the middle of a tie is a whole number. */
function doubledRanks(values: readonly number[]): number[] {
  const order = values.map((_, at) => at).sort((a, b) => compare(values[a] as number, values[b] as number));
  const ranks = values.map(() => 0);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1] as number] === values[order[from] as number]) to++;
    for (let at = from; at <= to; at++) ranks[order[at] as number] = from + 1 + to + 1;
    from = to + 1;
  }
  return ranks;
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Of all choices of `size` ranks, the share with a sum at least as far out. */
function countedOut(ranks: readonly number[], size: number, sum: number): number {
  const highest = [...ranks]
    .sort((a, b) => b - a)
    .slice(0, size)
    .reduce((total, rank) => total + rank, 0);
  // ways[k][s]: choices of k ranks of those seen so far with the sum s.
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(highest + 1));
  (ways[0] as Float64Array)[0] = 1;
  for (const rank of ranks) {
    for (let k = size; k >= 1; k--) {
      const [to, from] = [ways[k] as Float64Array, ways[k - 1] as Float64Array];
      for (let s = highest; s >= rank; s--) to[s] = (to[s] as number) + (from[s - rank] as number);
    }
  }
  const all = ways[size] as Float64Array;
  const total = all.reduce((so, each) => so + each, 0);
  const upTo = all.slice(0, sum + 1).reduce((so, each) => so + each, 0);
  const from = all.slice(sum).reduce((so, each) => so + each, 0);
  return Math.min(1, (2 * Math.min(upTo, from)) / total);
}

function approximated(ranks: readonly number[], size: number, sum: number): number {
  const n = ranks.length;
  const mean = size * (n + 1);
  const ties = new Map<number, number>();
  for (const rank of ranks) ties.set(rank, (ties.get(rank) ?? 0) + 1);
  const tied = [...ties.values()].reduce((total, t) => total + t ** 3 - t, 0);
  // Of doubled ranks: four times the variance, half of the correction is one.
  const variance = ((size * (n - size)) / 3) * (n + 1 - tied / (n * (n - 1)));
  if (variance <= 0) return 1;
  const z = Math.max(0, Math.abs(sum - mean) - 1) / Math.sqrt(variance);
  return Math.min(1, 2 * upperTail(z));
}

/** Of the normal distribution above z, z from 0: formula 26.2.17 of Abramowitz and Stegun, within 7.5e-8. */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const terms = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const sum = terms.reduceRight((rest, term) => (rest + term) * t, 0);
  return (Math.exp(-(z ** 2) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}

function waysToDeal(of: number, chosen: number): number {
  let ways = 1;
  for (let at = 1; at <= chosen; at++) ways = (ways * (of - chosen + at)) / at;
  return ways;
}
