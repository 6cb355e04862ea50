import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderJunit } from '../../../src/report/junit.js';
import { renderRepeatJunit, renderRunComparisonJunit } from '../../../src/report/junit-runs.js';
import type { Gates, RunComparison } from '../../../src/result/compare.js';
import type { Outcome } from '../../../src/result/comparison.js';
import type { Repeat } from '../../../src/result/repeat.js';
import type { Result } from '../../../src/result/types.js';
import { cutComparison, idempotency } from '../../fixtures/comparisons.js';
import { inconclusive, neverCatchingUp, outage, predictedOutage } from '../../fixtures/results.js';
import { all, readXml, type XmlNode } from '../../fixtures/xml.js';

function file(name: string): string {
  return readFileSync(new URL(`../../fixtures/reports/${name}`, import.meta.url), 'utf8');
}

/** What each case came to: its name, and what is in it. */
function casesOf(xml: string): [string, ...string[]][] {
  return all(readXml(xml), 'testcase').map(({ attributes, children }) => [
    attributes.name ?? '',
    ...children.map((child) => `${child.name}: ${child.attributes.message}`),
  ]);
}

function suites(outcome: Outcome): XmlNode[] {
  return all(readXml(renderJunit(outcome)), 'testsuite');
}

const passed = { ...outage, verdict: { outcome: 'pass', reasons: [] } } as Result;

describe('a JUnit file', () => {
  it.each([
    ['a run that failed', 'never-catching-up.xml', neverCatchingUp],
    ['a run that can’t tell', 'inconclusive.xml', inconclusive],
    ['variants, of which one was not run', 'cut-comparison.xml', cutComparison],
  ])('is as it was checked by hand: %s', (_, name, outcome) => {
    expect(renderJunit(outcome)).toBe(file(name));
  });

  it('has an expectation to a case, and none of them red in a run that passes', () => {
    expect(casesOf(renderJunit(outage))).toEqual([
      ['lost == 0'],
      ['emails.duplicateEffects == 5'],
      ['emails.catchUp <= 70s'],
      ['orders.rate.achieved >= 99/s'],
    ]);
  });

  it('says of a failure what was expected, what was, and why', () => {
    const [expectation] = outage.expectations.filter(({ expression }) => expression.includes('catchUp'));
    const failed = {
      ...outage,
      expectations: [{ ...expectation, expected: 'at most 50 s', outcome: 'fail' }],
    } as Result;
    const [failure] = all(readXml(renderJunit(failed)), 'failure');
    expect(failure?.attributes.message).toBe('expected at most 50 s, was 58.7 s');
    expect(failure?.text.split('\n').slice(0, 3)).toEqual([
      'expected: at most 50 s',
      'actual: 58.7 s',
      expect.stringMatching(/^why: emails, catch-up time: 58\.7 s instead of 59 s .*worker start/),
    ]);
  });

  it('counts what it holds, in each suite and over all', () => {
    const root = readXml(renderJunit(idempotency));
    const counts = ({ attributes: { tests, failures, errors, skipped } }: XmlNode) => [
      tests,
      failures,
      errors,
      skipped,
    ];
    expect(counts(root)).toEqual(['10', '1', '0', '0']);
    expect(all(root, 'testsuite').map(counts)).toEqual([
      ['4', '0', '0', '0'],
      ['2', '1', '0', '0'],
      ['4', '0', '0', '0'],
    ]);
    expect(all(root, 'testsuite').map(({ attributes }) => attributes.name)).toEqual([
      'outage.none',
      'outage.log-before',
      'outage.effect-key',
    ]);
  });

  it('takes as long as the run did for real, and a prediction no time', () => {
    expect(suites({ ...outage, run: { ...outage.run, speed: 10 } })[0]?.attributes.time).toBe('6.690');
    const predicted = { ...predictedOutage, run: { ...predictedOutage.run, durationSeconds: 67 } };
    expect(suites(predicted)[0]?.attributes.time).toBe('0.000');
  });

  it('has a case for the books where nothing was expected', () => {
    const calm = { ...passed, expectations: [] };
    expect(casesOf(renderJunit(calm))).toEqual([['the books balance']]);
  });

  it.each([
    ['a queue', { queues: { emails: unbalanced(outage) } }],
    ['a producer over all queues', { producers: unbalancedProducer(outage) }],
  ])('is never green where the books of %s don’t balance', (_, other) => {
    expect(casesOf(renderJunit({ ...passed, ...other })).at(-1)).toEqual([
      'the books balance',
      expect.stringMatching(/^error: the books of (emails|orders) don't balance$/),
    ]);
  });

  it('is never green where the verdict is not pass', () => {
    const doubt = { ...outage, verdict: { outcome: 'inconclusive', reasons: ['the rate was not held'] } };
    expect(casesOf(renderJunit(doubt as Result)).at(-1)).toEqual([
      'the verdict',
      'error: the rate was not held',
    ]);
    const noReason = { ...outage, verdict: { outcome: 'fail', reasons: [] } };
    expect(casesOf(renderJunit(noReason as Result)).at(-1)).toEqual(['the verdict', 'failure: fail']);
  });

  it('has a case for each rule of a baseline', () => {
    expect(casesOf(renderJunit({ ...outage, gates })).slice(4)).toEqual([
      ['emails.catchUp +10%', 'failure: expected at most 55.0 s, was 58.7 s'],
      ['lost +0'],
      ['emails.stranded +0', 'error: it is not known of the baseline'],
    ]);
  });
});

function unbalanced({ queues: { emails } }: Result): Result['queues'][string] {
  if (emails === undefined) throw new Error('the fixture has no emails');
  return { ...emails, accounting: { ...emails.accounting, balanced: false } };
}

function unbalancedProducer({ producers: { orders } }: Result): Result['producers'] {
  if (orders === undefined) throw new Error('the fixture has no orders');
  return { orders: { ...orders, whole: { ...orders.whole, balanced: false } } };
}

const noise = { verdict: 'untold', why: 'there is one run of each' } as const;

const gates: Gates = {
  baseline: 'base.json',
  settings: ['speed was 1, and is 10'],
  rules: [
    {
      rule: 'emails.catchUp +10%',
      measure: 'emails.catchUp',
      unit: 'seconds',
      baseline: 50,
      limit: 55,
      allows: 'at most',
      actual: 58.7,
      outcome: 'fail',
      reason: 'it was 58.7 s',
      noise,
    },
    {
      rule: 'lost +0',
      measure: 'lost',
      unit: 'count',
      baseline: 0,
      limit: 0,
      allows: 'at most',
      actual: 0,
      outcome: 'pass',
      reason: null,
      noise: { verdict: 'same', why: 'there is no difference' },
    },
    {
      rule: 'emails.stranded +0',
      measure: 'emails.stranded',
      unit: 'count',
      baseline: null,
      limit: null,
      allows: 'at most',
      actual: 0,
      outcome: 'unknown',
      reason: 'it is not known of the baseline',
      noise,
    },
  ],
};

const compared: RunComparison = {
  schema: 'launchpad.compare/1',
  runs: ['A', 'B'].map((label) => ({
    label,
    name: `run-${label.toLowerCase()}`,
    source: `runs/${label}`,
    scenario: 'outage',
    variant: null,
    origin: 'measured',
    runs: 1,
    startedAt: '2025-03-14T09:26:53.589Z',
    verdict: 'pass',
    doubts: [],
  })),
  settings: [],
  settingsFrom: 'plan',
  comparisons: [{ run: 'B', against: 'A', differences: [], same: 3, gates }],
  verdict: { outcome: 'fail', reasons: ['B: emails.catchUp +10% is broken: it was 58.7 s'] },
};

describe('a JUnit file of a comparison of runs', () => {
  it('has a suite for each run that is held against the baseline', () => {
    const [suite, ...others] = all(readXml(renderRunComparisonJunit(compared)), 'testsuite');
    expect(others).toEqual([]);
    expect(suite?.attributes).toMatchObject({
      name: 'run-b.baseline',
      tests: '3',
      failures: '1',
      errors: '1',
    });
    expect(all(suite as XmlNode, 'failure')[0]?.text).toBe(
      [
        'expected: at most 55.0 s (the baseline has 50.0 s)',
        'actual: 58.7 s',
        'why: it was 58.7 s',
        'noise: there is one run of each',
      ].join('\n'),
    );
  });
});

describe('a JUnit file of repeated runs', () => {
  const repeat: Repeat = {
    schema: 'launchpad.repeat/1',
    scenario: idempotency.scenario,
    run: idempotency.run,
    times: 4,
    verdict: { outcome: 'inconclusive', reasons: ['1 of 4 runs is not there'] },
    repeated: [
      {
        variant: null,
        runs: [],
        passed: 3,
        failed: 0,
        inconclusive: 0,
        drawn: [],
        measures: [],
        typical: { round: 1, result: outage },
      },
    ],
  };
  const rounds = {
    ...idempotency,
    variants: Object.fromEntries(
      ['run 1', 'run 2'].map((variant) => [
        variant,
        { ...outage, scenario: { ...outage.scenario, variant } },
      ]),
    ),
  };

  it('has a suite for each run, and says where some are missing', () => {
    const xml = renderRepeatJunit(repeat, rounds);
    expect(all(readXml(xml), 'testsuite').map(({ attributes }) => attributes.name)).toEqual([
      'outage.run 1',
      'outage.run 2',
      'idempotency',
    ]);
    expect(casesOf(xml).at(-1)).toEqual(['the verdict', 'error: 1 of 4 runs is not there']);
  });

  it('has a suite for the medians that are held against a baseline', () => {
    const held = { ...repeat, repeated: repeat.repeated.map((each) => ({ ...each, gates })) };
    const xml = renderRepeatJunit(held, rounds);
    expect(all(readXml(xml), 'testsuite').at(-1)?.attributes).toMatchObject({
      name: 'idempotency.baseline',
      failures: '1',
    });
  });
});
