import type { GateResult } from '../result/compare.js';
import { figure } from './compared-figures.js';
import { type XmlElement, xmlDocument } from './xml.js';

/** What a test case came to. An error is not a failure: nobody knows. */
export interface TestCase {
  readonly className: string;
  readonly name: string;
  /** Absent: it passed. */
  readonly trouble?: {
    readonly is: 'failure' | 'error';
    /** What it is of: `expectation`. */
    readonly type: string;
    readonly message: string;
    readonly details: readonly string[];
  };
}

/** A suite of test cases. */
export interface TestSuite {
  readonly name: string;
  /** Real seconds; null: not known. */
  readonly seconds: number | null;
  /** ISO 8601; null: not known. */
  readonly startedAt: string | null;
  /** Those that are null are left out. */
  readonly properties: Readonly<Record<string, string | null>>;
  readonly cases: readonly TestCase[];
  /** The lines of `system-out`. */
  readonly output: readonly string[];
}

/** The suites as a JUnit file. */
export function junitDocument(name: string, suites: readonly TestSuite[]): string {
  const cases = suites.flatMap((suite) => suite.cases);
  const seconds = suites.reduce((sum, suite) => sum + (suite.seconds ?? 0), 0);
  return xmlDocument({
    name: 'testsuites',
    attributes: { name, ...counts(cases), time: time(seconds) },
    content: suites.map(suiteElement),
  });
}

/** How many cases there are, and how many of them passed in no way. */
function counts(cases: readonly TestCase[]): Record<string, number> {
  const of = (is: 'failure' | 'error'): number => cases.filter(({ trouble }) => trouble?.is === is).length;
  return { tests: cases.length, failures: of('failure'), errors: of('error'), skipped: 0 };
}

function suiteElement({ name, seconds, startedAt, properties, cases, output }: TestSuite): XmlElement {
  const [timestamp = null] = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(startedAt ?? '') ?? [];
  const known = Object.entries(properties).flatMap(([key, value]): XmlElement[] =>
    value === null ? [] : [{ name: 'property', attributes: { name: key, value } }],
  );
  return {
    name: 'testsuite',
    attributes: { name, ...counts(cases), time: time(seconds ?? 0), timestamp },
    content: [
      { name: 'properties', content: known },
      ...cases.map(caseElement),
      { name: 'system-out', content: output.join('\n') },
    ],
  };
}

function caseElement({ className, name, trouble }: TestCase): XmlElement {
  // How long one took is nothing that was measured, and 0 would be a figure.
  const attributes = { classname: className, name };
  if (trouble === undefined) return { name: 'testcase', attributes };
  const { is, type, message, details } = trouble;
  return {
    name: 'testcase',
    attributes,
    content: [{ name: is, attributes: { message, type }, content: details.join('\n') }],
  };
}

function time(seconds: number): string {
  return Number.isFinite(seconds) ? Math.max(0, seconds).toFixed(3) : '0.000';
}

/** A rule of a baseline as a test case. */
export function gateCase(rule: GateResult, className: string): TestCase {
  const name = rule.rule;
  if (rule.outcome === 'pass') return { className, name };
  const { baseline, limit, allows, actual, unit, noise, outcome } = rule;
  const expected = limit === null ? 'not known' : `${allows} ${figure(limit, unit)}`;
  const was = actual === null ? 'not known' : figure(actual, unit);
  const reason = rule.reason ?? 'not known';
  return {
    className,
    name,
    trouble: {
      is: outcome === 'fail' ? 'failure' : 'error',
      type: 'baseline',
      message: outcome === 'fail' ? `expected ${expected}, was ${was}` : reason,
      details: [
        `expected: ${expected} (the baseline has ${baseline === null ? 'nothing' : figure(baseline, unit)})`,
        `actual: ${was}`,
        `why: ${reason}`,
        `noise: ${noise.why}`,
      ],
    },
  };
}
