import type { Gates, RunComparison } from '../result/compare.js';
import type { Comparison } from '../result/comparison.js';
import type { Repeat } from '../result/repeat.js';
import type { Verdict } from '../result/types.js';
import { suitesOf } from './junit.js';
import { gateCase, junitDocument, type TestSuite } from './junit-suites.js';
import { cleanDeep } from './text.js';

/** Results side by side as a JUnit file: a suite for each run that is held against a baseline, in which every rule is a test case. */
export function renderRunComparisonJunit(untrusted: RunComparison): string {
  const { comparisons, runs, verdict } = cleanDeep(untrusted);
  const suites = comparisons.map(({ run, gates }) => {
    const compared = runs.find(({ label }) => label === run);
    return gatesSuite(compared?.name ?? run, compared?.startedAt ?? null, gates);
  });
  return junitDocument('compare', withVerdict(suites, 'compare', verdict));
}

/**
 * Repeated runs as a JUnit file: a suite for each run, and one for the medians where they are held against a baseline.
 * @param untrustedRounds all runs, each as a variant
 */
export function renderRepeatJunit(untrusted: Repeat, untrustedRounds: Comparison): string {
  const { scenario, run, repeated, verdict } = cleanDeep(untrusted);
  const medians = repeated.flatMap(({ variant, gates }) => {
    const name = variant === null ? scenario.name : `${scenario.name}.${variant}`;
    return gates === undefined ? [] : [gatesSuite(name, run.startedAt, gates)];
  });
  const suites = [...suitesOf(cleanDeep(untrustedRounds)), ...medians];
  return junitDocument(scenario.name, withVerdict(suites, scenario.name, verdict));
}

function gatesSuite(name: string, startedAt: string | null, gates: Gates | undefined): TestSuite {
  const className = `${name}.baseline`;
  return {
    name: className,
    seconds: null,
    startedAt,
    properties: { baseline: gates?.baseline ?? null },
    cases: (gates?.rules ?? []).map((rule) => gateCase(rule, className)),
    output: (gates?.settings ?? []).map((setting) => `otherwise than in the baseline: ${setting}`),
  };
}

/** The suites, and where none of them says why the verdict is not pass, one that does. */
function withVerdict(suites: readonly TestSuite[], name: string, verdict: Verdict | null): TestSuite[] {
  const isGreen = suites.every(({ cases }) => cases.every(({ trouble }) => trouble === undefined));
  if (verdict === null || verdict.outcome === 'pass' || !isGreen) return [...suites];
  const message = verdict.reasons[0] ?? verdict.outcome;
  const is = verdict.outcome === 'fail' ? 'failure' : 'error';
  const trouble = { is, type: 'verdict', message, details: verdict.reasons } as const;
  return [
    ...suites,
    {
      name,
      seconds: null,
      startedAt: null,
      properties: { verdict: verdict.outcome },
      cases: [{ className: name, name: 'the verdict', trouble }],
      output: verdict.reasons,
    },
  ];
}
