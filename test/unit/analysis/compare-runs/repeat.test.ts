import { describe, expect, it } from 'vitest';
import { repeatOf } from '../../../../src/analysis/compare-runs/index.js';
import type { Repeat } from '../../../../src/result/repeat.js';
import type { Result } from '../../../../src/result/types.js';
import { facts } from '../../../fixtures/comparisons.js';
import { interrupted, outage } from '../../../fixtures/results.js';
import { caughtUpIn } from './sides.js';

function repeatedOf(results: readonly Result[], times = results.length): Repeat {
  const rounds = results.map((result, at) => ({ round: at + 1, directory: String(at + 1), result }));
  return repeatOf([{ variant: null, rounds, drawn: [] }], { ...facts, times });
}

const failed: Result = {
  ...outage,
  verdict: { outcome: 'fail', reasons: ['lost == 0 does not hold: it was 1'] },
};

describe('repeated runs', () => {
  it('have median and spread of every measure', () => {
    const [only] = repeatedOf([60, 50, 90].map(caughtUpIn)).repeated;
    expect(only?.measures.find(({ measure }) => measure === 'emails.catchUp')).toEqual({
      measure: 'emails.catchUp',
      unit: 'seconds',
      values: [60, 50, 90],
      known: 3,
      lowest: 50,
      firstQuartile: 55,
      median: 60,
      thirdQuartile: 75,
      highest: 90,
      iqr: 20,
    });
    // The longest of all queues.
    expect(only?.measures.find(({ measure }) => measure === 'catchUp')?.median).toBe(60);
  });

  it('name the run that is nearest to the medians', () => {
    const [only] = repeatedOf([90, 61, 50].map(caughtUpIn)).repeated;
    expect(only?.typical.round).toBe(2);
  });

  it('pass where all pass', () => {
    expect(repeatedOf([outage, outage]).verdict).toEqual({ outcome: 'pass', reasons: ['both runs pass'] });
    expect(repeatedOf([outage, outage, outage]).verdict.reasons).toEqual(['all 3 runs pass']);
  });

  it('are as good as the worst, and each reason is said once with its runs', () => {
    const { verdict, repeated } = repeatedOf([failed, outage, failed, interrupted]);
    expect(verdict.outcome).toBe('fail');
    expect(verdict.reasons[0]).toBe('runs 1, 3: lost == 0 does not hold: it was 1');
    expect(repeated[0]).toMatchObject({ passed: 1, failed: 2, inconclusive: 1 });
  });

  it('are inconclusive where some were not run', () => {
    expect(repeatedOf([outage, outage], 5).verdict).toEqual({
      outcome: 'inconclusive',
      reasons: ['of 5 runs, 3 are not there'],
    });
  });

  it('leave the figures of a run out that was cut short', () => {
    const [only] = repeatedOf([outage, interrupted]).repeated;
    expect(only?.runs.map(({ isWhole }) => isWhole)).toEqual([true, false]);
    const effected = only?.measures.find(({ measure }) => measure === 'emails.effected');
    expect(effected).toMatchObject({ values: [300, null], known: 1, median: 300 });
    expect(only?.typical.round).toBe(1);
  });

  it('leave the times of a run out that did not hold its rate, and keep its counts', () => {
    const producers = Object.fromEntries(
      Object.entries(outage.producers).map(([name, each]) => [
        name,
        { ...each, rate: { ...each.rate, held: false } },
      ]),
    );
    const [only] = repeatedOf([outage, { ...outage, producers }]).repeated;
    const known = (name: string) => only?.measures.find(({ measure }) => measure === name)?.known;
    expect([known('emails.catchUp'), known('emails.rate.achieved'), known('emails.effected')]).toEqual([
      1, 1, 2,
    ]);
  });

  it('say which of them can not be read', () => {
    const rounds = [{ round: 1, directory: '1', result: outage }];
    const { verdict } = repeatOf(
      [{ variant: null, rounds, drawn: [] }],
      { ...facts, times: 2 },
      { 2: 'it is torn' },
    );
    expect(verdict).toEqual({
      outcome: 'inconclusive',
      reasons: ['of 2 runs, 1 is not there', "run 2 can't be read: it is torn"],
    });
  });
});
