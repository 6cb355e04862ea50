import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/report/markdown.js';
import { renderRepeatMarkdown, renderRunComparisonMarkdown } from '../../../src/report/markdown-runs.js';
import type { RunComparison } from '../../../src/result/compare.js';
import type { Outcome } from '../../../src/result/comparison.js';
import type { Repeat } from '../../../src/result/repeat.js';
import type { Result } from '../../../src/result/types.js';
import { cutComparison, facts, idempotency, variant } from '../../fixtures/comparisons.js';
import { inconclusive, neverCatchingUp, outage, predictedOutage } from '../../fixtures/results.js';

function markdown(outcome: Outcome): string {
  return renderMarkdown(outcome, { command: 'launchpad' });
}

/** The lines below a heading, up to the next one. */
function section(text: string, title: string): string[] {
  const [, after] = text.split(`### ${title}\n`);
  expect(after, `a section ${title}`).toBeDefined();
  return (
    (after ?? '')
      .split(/\n#{2,3} |\n<details>/)[0]
      ?.trim()
      .split('\n') ?? []
  );
}

describe('Markdown', () => {
  it.each([
    ['a run that passes', 'outage.md', outage],
    ['a run that can’t tell', 'inconclusive.md', inconclusive],
    ['variants', 'idempotency.md', idempotency],
  ])('is as it was checked by hand: %s', (_, name, outcome) => {
    const file = new URL(`../../fixtures/reports/${name}`, import.meta.url);
    expect(markdown(outcome)).toBe(readFileSync(file, 'utf8'));
  });

  it('begins with the verdict', () => {
    const first = (outcome: Outcome) => markdown(outcome).split('\n').slice(0, 3);
    expect(first(outage)).toEqual(['## ✅ outage', '', '**PASS.** outage: all 4 expectations hold.']);
    expect(first(neverCatchingUp)[0]).toBe('## ❌ overload');
    expect(first(cutComparison)[0]).toBe('## ❓ idempotency');
    expect(first(variant('none'))[0]).toBe('## ✅ outage, none');
  });

  it('says of each expectation what was expected, where that is known', () => {
    const expectations = outage.expectations.map((each, at) =>
      at === 2 ? { ...each, expected: '56.1 s to 62 s (within 5% of the predicted 59 s)' } : each,
    );
    expect(section(markdown({ ...outage, expectations }), 'Expectations')).toContain(
      '| ✅ | `emails.catchUp <= 70s` | 56.1 s to 62 s (within 5% of the predicted 59 s) | 58.7 s |',
    );
  });

  it('has the rows of every table as long as its head', () => {
    const outcomes = [outage, inconclusive, neverCatchingUp, predictedOutage, idempotency, cutComparison];
    for (const text of outcomes.map(markdown)) {
      for (const table of text.split('\n\n').filter((part) => part.startsWith('| '))) {
        const widths = table.split('\n').map((row) => row.split('|').length);
        expect(new Set(widths).size, table).toBe(1);
      }
    }
  });

  it('ends with the commands that make it again', () => {
    const changed: Result = {
      ...outage,
      scenario: { ...outage.scenario, changes: ["--expect 'lost == 0'"] },
      run: { ...outage.run, speed: 10, directory: '/runs/it is' },
    };
    expect(markdown(changed).trim().split('\n').slice(-6)).toEqual([
      '```sh',
      "launchpad simulate --scenario outage --expect 'lost == 0' --seed 1 --speed 10",
      "launchpad report '/runs/it is'",
      '```',
      '',
      '</details>',
    ]);
    expect(markdown(predictedOutage)).toContain('\n```sh\nlaunchpad predict --scenario outage --seed 1\n```');
  });

  it('has the settings folded, and of variants once what is alike', () => {
    const set = (rate: string) => ({
      producers: { orders: { rate: '100/s for 3 s' } },
      queues: { emails: { rate } },
      services: {},
    });
    const withRate = (result: Result, rate: string): Result => ({
      ...result,
      scenario: { ...result.scenario, settings: set(rate) },
    });
    const folded = (outcome: Outcome): string => markdown(outcome).split('<details>')[1] ?? '';
    expect(folded(withRate(outage, '5/s'))).toContain('| queue | emails |\n| --- | --- |\n| rate | 5/s |');
    const [none, ...others] = Object.entries(idempotency.variants);
    const variants = Object.fromEntries([
      ...[none].flatMap((entry) => (entry ? [[entry[0], withRate(entry[1], '1/s')] as const] : [])),
      ...others.map(([name, result]) => [name, withRate(result, '5/s')] as const),
    ]);
    const text = folded({ ...idempotency, variants });
    expect(text.match(/\| producer \|/g)).toHaveLength(1);
    expect(text).toContain(`**${none?.[0]}**\n\n| queue | emails |\n| --- | --- |\n| rate | 1/s |`);
    expect(text.match(/\| queue \|/g)).toHaveLength(2);
  });

  it('sets the guess beside theory and what was measured', () => {
    const guesses = { emails: { peakBacklog: 250, catchUpSeconds: 40 } };
    expect(renderMarkdown({ ...outage, guesses }, { command: 'launchpad' })).toMatch(
      /^### Guessed, predicted and measured\n\n\| You guessed \| guess \|.*\n.*\n\| emails, peak backlog \| 250 \|/m,
    );
  });

  it('says where the baseline was not met', () => {
    const gates = {
      baseline: 'base.json',
      settings: [],
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
          noise: { verdict: 'untold', why: 'there is one run of each' },
        },
      ],
    } as const;
    expect(section(markdown({ ...outage, gates }), 'Against the baseline')).toEqual([
      expect.stringMatching(/^\| +\| Gate \| baseline \| allowed \| actual \| +\|$/),
      '| --- | --- | ---: | ---: | ---: | --- |',
      '| ✗ | emails.catchUp +10% | 50.0 s | at most 55.0 s | 58.7 s | it was 58.7 s |',
      '',
      'Held against base.json.',
    ]);
  });
});

describe('Markdown of runs side by side', () => {
  const comparison: RunComparison = {
    schema: 'launchpad.compare/1',
    runs: ['A', 'B'].map((label) => ({
      label,
      name: `run-${label}`,
      source: `runs/${label}`,
      scenario: 'outage',
      variant: null,
      origin: 'measured',
      runs: 1,
      startedAt: '2025-03-14T09:26:53.589Z',
      verdict: 'pass',
      doubts: label === 'B' ? ['the rate was not held'] : [],
    })),
    settings: [{ setting: 'queues.emails.rate', values: { A: '5/s', B: '10/s' }, isUnlike: false }],
    settingsFrom: 'plan',
    comparisons: [
      {
        run: 'B',
        against: 'A',
        same: 3,
        differences: [
          {
            measure: 'emails.catchUp',
            unit: 'seconds',
            reference: { value: 58.7, lowest: 58.7, highest: 58.7, runs: 1 },
            compared: { value: 29.1, lowest: 29.1, highest: 29.1, runs: 1 },
            difference: -29.6,
            ratio: 0.496,
            noise: { verdict: 'beyond', why: 'more than a tenth' },
          },
        ],
      },
    ],
    verdict: null,
  };

  it('has what was compared, the settings, and each difference with its ratio', () => {
    const text = renderRunComparisonMarkdown(comparison);
    expect(text.split('\n')[0]).toBe('## run-A, run-B');
    expect(text).toContain('\n| queues.emails.rate | 5/s | 10/s |\n');
    expect(text).toContain('\n| emails.catchUp | 58.7 s | 29.1 s | −29.6 s | ×0.50 | **more** |\n');
    expect(text).toContain('\n- B: the rate was not held.\n');
  });

  it('has the spread of repeated runs', () => {
    const spread = {
      measure: 'emails.catchUp',
      unit: 'seconds' as const,
      values: [58.7, 59.1],
      known: 2,
      lowest: 58.7,
      firstQuartile: 58.8,
      median: 58.9,
      thirdQuartile: 59,
      highest: 59.1,
      iqr: 0.2,
    };
    const repeat: Repeat = {
      schema: 'launchpad.repeat/1',
      scenario: facts.scenario,
      run: { ...facts.run, directory: '/runs/twice' },
      times: 2,
      verdict: { outcome: 'pass', reasons: [] },
      repeated: [
        {
          variant: null,
          runs: [1, 2].map((round) => ({
            round,
            directory: String(round),
            outcome: 'pass',
            reasons: [],
            isWhole: true,
            isRateHeld: true,
          })),
          passed: 2,
          failed: 0,
          inconclusive: 0,
          drawn: [],
          measures: [spread],
          typical: { round: 1, result: outage },
        },
      ],
    };
    const text = renderRepeatMarkdown(repeat, { command: 'launchpad' });
    expect(text.split('\n')[0]).toBe('## ✅ idempotency, 2 times');
    expect(text).toContain('**PASS.** idempotency, 2 times: both runs pass.');
    expect(text).toMatch(/\n\| emails\.catchUp \| 58\.9 s \| 58\.7 s \| 59\.1 s \| 0\.20 s \|/);
  });
});
