import { candidatesOf } from './candidates.js';
import type { ScenarioFile } from './scenario-file.js';

/** Options of shrink. */
export interface ShrinkOptions {
  /** Most candidates that are run. */
  readonly tries: number;
  /** Whether a scenario is one at all. Those that are not cost no try. */
  readonly valid: (scenario: ScenarioFile) => boolean;
  /** Told what was left out. */
  readonly log?: (sentence: string) => void;
}

/** What became of a failing scenario. */
export interface Shrunk {
  /** The smallest that still fails. */
  readonly scenario: ScenarioFile;
  readonly tries: number;
  /** Whether nothing more can be left out; false: the tries were used up. */
  readonly minimal: boolean;
}

/**
 * Greedy delta debugging: leaves out one thing after the other as long as the scenario fails in the same way.
 * What was tried once and did not fail is not tried again, so a failure that depends on chance may keep more than it needs.
 */
export async function shrink(
  scenario: ScenarioFile,
  fails: (candidate: ScenarioFile) => Promise<boolean>,
  { tries, valid, log }: ShrinkOptions,
): Promise<Shrunk> {
  const tried = new Set<string>([JSON.stringify(scenario)]);
  let smallest = scenario;
  let used = 0;
  for (;;) {
    let found = false;
    for (const { without, scenario: candidate } of candidatesOf(smallest)) {
      const key = JSON.stringify(candidate);
      if (tried.has(key) || !valid(candidate)) continue;
      tried.add(key);
      if (used >= tries) return { scenario: smallest, tries: used, minimal: false };
      used++;
      if (!(await fails(candidate))) continue;
      log?.(`without ${without}`);
      smallest = candidate;
      found = true;
      break;
    }
    if (!found) return { scenario: smallest, tries: used, minimal: true };
  }
}
