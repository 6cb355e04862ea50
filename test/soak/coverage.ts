import { allFeatures, allHappenings, featuresOf, happeningsOf } from './features.js';
import type { Soaked } from './soak.js';

/** How often each feature was in a scenario, and each thing happened: what was never there was not tested. */
export function coverageOf(soaked: readonly Soaked[]): string {
  const inScenarios = tally(soaked.map(({ scenario }) => featuresOf(scenario)));
  const happened = tally(soaked.map(({ outcome }) => happeningsOf(outcome)));
  return [
    `In how many of ${soaked.length} scenarios each feature was:`,
    ...table(allFeatures, inScenarios),
    `In how many of ${soaked.length} runs each of these happened:`,
    ...table(allHappenings, happened),
  ].join('\n');
}

function tally(sets: readonly ReadonlySet<string>[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const set of sets) for (const name of set) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function table(known: readonly string[], counts: ReadonlyMap<string, number>): string[] {
  const names = [...known, ...[...counts.keys()].filter((name) => !known.includes(name))];
  return names.map((name) => {
    const count = counts.get(name) ?? 0;
    return `  ${String(count).padStart(5)}  ${name}${count === 0 ? '  (never)' : ''}`;
  });
}
