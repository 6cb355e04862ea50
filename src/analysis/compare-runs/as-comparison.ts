import type { Comparison } from '../../result/comparison.js';
import type { Result } from '../../result/types.js';
import { compare } from '../compare.js';

/** A result with the name that it has among others. */
export interface Named {
  readonly name: string;
  readonly result: Result;
}

/**
 * Runs in the shape of a comparison of variants, so that every report that there is of those can be made of them. What is the same for all
 * is said as the first has it.
 * @param runs at least one; no two of the same name
 * @param run where all of them are kept; absent: each where it is
 */
export function asComparison(runs: readonly Named[], run?: Comparison['run']): Comparison {
  const [first] = runs as readonly [Named, ...Named[]];
  const { name, summary, lesson, reference, changes, try: next } = first.result.scenario;
  const { startedAt, seed, speed, node, launchpad } = first.result.run;
  const variants = Object.fromEntries(
    runs.map(({ name: own, result }) => [own, { ...result, scenario: { ...result.scenario, variant: own } }]),
  );
  return compare(variants, {
    scenario: { name, summary, lesson, reference, changes, try: next },
    run: run ?? { id: null, directory: null, startedAt, seed, speed, node, launchpad },
    notRun: [],
  });
}
