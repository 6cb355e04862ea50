import { describe, expect, it } from 'vitest';
import { differencesBetween } from '../../../../src/analysis/compare-runs/differences.js';
import { type Side, sideOf } from '../../../../src/analysis/compare-runs/side.js';
import type { MeasureDifference } from '../../../../src/result/compare.js';
import type { Band } from '../../../../src/result/prediction.js';
import type { Result } from '../../../../src/result/types.js';
import { books, outage } from '../../../fixtures/results.js';
import { caughtUpIn, emails, repeated, single } from './sides.js';

function difference(a: Side, b: Side, measure: string): MeasureDifference | undefined {
  return differencesBetween(a, b).differences.find((each) => each.measure === measure);
}

const catchUp = outage.queues.emails?.catchUpSeconds ?? Number.NaN;

describe('two runs', () => {
  it('that are the same differ in nothing', () => {
    const { differences, same } = differencesBetween(single(outage), single(outage));
    expect(differences).toEqual([]);
    expect(same).toBeGreaterThan(50);
  });

  it('are told apart with difference and ratio, the first is the reference', () => {
    expect(difference(single(caughtUpIn(50)), single(caughtUpIn(60)), 'emails.catchUp')).toEqual({
      measure: 'emails.catchUp',
      unit: 'seconds',
      reference: { value: 50, lowest: 50, highest: 50, runs: 1 },
      compared: { value: 60, lowest: 60, highest: 60, runs: 1 },
      difference: 10,
      ratio: 1.2,
      noise: { verdict: 'beyond', why: 'by more than 2 % or two messages at the rate' },
    });
  });

  it('one of which never caught up differ by no number', () => {
    const found = difference(single(caughtUpIn(50)), single(caughtUpIn(null)), 'emails.catchUp');
    expect(found).toMatchObject({ compared: { value: 'never' }, difference: null, ratio: null });
    expect(found?.noise.verdict).toBe('beyond');
  });

  it('have no ratio to zero', () => {
    expect(
      difference(
        single(emails({ accounting: books(300) })),
        single(emails({ accounting: books(300, { duplicateEffects: 5 }) })),
        'emails.duplicateEffects',
      ),
    ).toMatchObject({ difference: 5, ratio: null });
  });

  it('are told apart where a queue is missing in one', () => {
    const { payments: _, ...queues } = outage.queues;
    const without: Result = { ...outage, queues };
    expect(difference(single(outage), single(without), 'payments.catchUp')).toMatchObject({
      compared: { value: null, runs: 0 },
      difference: null,
      noise: { verdict: 'untold', why: 'not known of one side' },
    });
  });

  it.each([
    // Two messages at 5/s take 0.4 s, which is less than 2 % of a minute.
    [0.02 * catchUp, 'within'],
    [0.02 * catchUp + 0.1, 'beyond'],
    [-0.01 * catchUp, 'within'],
  ])('a catch-up %d s longer is %s', (more, verdict) => {
    const found = difference(
      single(caughtUpIn(catchUp)),
      single(caughtUpIn(catchUp + more)),
      'emails.catchUp',
    );
    expect(found?.noise.verdict).toBe(verdict);
  });

  it.each([
    [1, 1.4, 'within'],
    [1, 1.5, 'beyond'],
  ])('a catch-up of %d s may be as late as two messages are: %d s', (from, to, verdict) => {
    expect(
      difference(single(caughtUpIn(from)), single(caughtUpIn(to)), 'emails.catchUp')?.noise.verdict,
    ).toBe(verdict);
  });

  it.each([
    ['lost', 1, 'beyond'],
    ['dropped', 1, 'beyond'],
    ['duplicateEffects', 2, 'within'],
    ['duplicateEffects', 7, 'beyond'],
  ] as const)('of %s, %i more than none are %s', (name, value, verdict) => {
    const [a, b] = [books(300), books(300, { [name]: value })];
    expect(
      difference(single(emails({ accounting: a })), single(emails({ accounting: b })), `emails.${name}`)
        ?.noise.verdict,
    ).toBe(verdict);
  });

  it("can't be told apart in the machine's own times", () => {
    const late = (max: number): Result =>
      emails({ workers: { started: 2, died: 0, startRealSeconds: { max } } });
    expect(
      difference(single(late(0.2)), single(late(0.4)), 'emails.workers.startReal.max')?.noise,
    ).toMatchObject({ verdict: 'untold' });
  });

  it("can't be told apart in what was cut short, or in times where a rate was not held", () => {
    const cut = {
      ...caughtUpIn(90),
      run: { ...outage.run, ended: { reason: 'broker-lost', detail: '', signal: null } },
    } as const;
    expect(difference(single(caughtUpIn(50)), single(cut), 'emails.catchUp')?.noise).toEqual({
      verdict: 'untold',
      why: 'a run was cut short',
    });
    const producers = Object.fromEntries(
      Object.entries(outage.producers).map(([name, each]) => [
        name,
        { ...each, rate: { ...each.rate, held: false } },
      ]),
    );
    const notHeld = {
      ...emails({ catchUpSeconds: 90, accounting: books(300, { duplicateEffects: 50 }) }),
      producers,
    };
    expect(difference(single(caughtUpIn(50)), single(notHeld), 'emails.catchUp')?.noise.why).toBe(
      'a rate was not held',
    );
    expect(difference(single(outage), single(notHeld), 'emails.duplicateEffects')?.noise.verdict).toBe(
      'beyond',
    );
  });
});

describe('two runs of a plan in which something is drawn', () => {
  const range = { low: 50, median: 60, high: 70 };
  const band = { seeds: 40, coverage: 0.95, catchUpSeconds: range } as unknown as Band;
  const banded = (seconds: number): Side => {
    const predicted = outage.queues.emails?.predicted;
    if (predicted === null || predicted === undefined) throw new Error('the fixture has no prediction');
    return sideOf(emails({ catchUpSeconds: seconds, predicted: { ...predicted, band } }), [
      'the work of emails',
    ]);
  };

  it('differ by noise where both are within the band, and by more where one is not', () => {
    expect(difference(banded(51), banded(69), 'emails.catchUp')?.noise.verdict).toBe('within');
    expect(difference(banded(51), banded(75), 'emails.catchUp')?.noise).toEqual({
      verdict: 'beyond',
      why: 'outside the 95 % band over many seeds',
    });
  });

  it("can't be told apart in what has no band", () => {
    const slow = sideOf(emails({ oldestAgeSeconds: { peak: 200 } }), ['the work of emails']);
    const noise = difference(sideOf(outage, ['the work of emails']), slow, 'emails.oldestAge')?.noise;
    expect(noise?.verdict).toBe('untold');
    expect(noise?.why).toMatch(/^the work of emails is drawn, no band is known/);
  });
});

describe('repeated runs', () => {
  const runs = (seconds: readonly number[]): Side => repeated(seconds.map(caughtUpIn));

  it('are compared by their medians', () => {
    expect(difference(runs([50, 52, 60]), runs([50, 51, 53]), 'emails.catchUp')).toMatchObject({
      reference: { value: 52, lowest: 50, highest: 60, runs: 3 },
      compared: { value: 51, lowest: 50, highest: 53, runs: 3 },
      difference: -1,
    });
  });

  it('four of each that are apart differ by more than noise, even by little', () => {
    const noise = difference(
      runs([50, 50.1, 50.2, 50.3]),
      runs([50.4, 50.5, 50.6, 50.7]),
      'emails.catchUp',
    )?.noise;
    expect(noise).toMatchObject({ verdict: 'beyond', p: 2 / 70 });
  });

  it('that lie between each other differ by noise', () => {
    expect(difference(runs([50, 60, 70, 80]), runs([55, 65, 75, 85]), 'emails.catchUp')?.noise).toMatchObject(
      {
        verdict: 'within',
      },
    );
  });

  it('too few for the test are held against the tolerance by their ranges', () => {
    const noise = (a: readonly number[], b: readonly number[]) =>
      difference(runs(a), runs(b), 'emails.catchUp')?.noise;
    expect(noise([50, 60], [55, 65])).toEqual({
      verdict: 'within',
      why: 'the ranges of 2 and 2 runs overlap',
    });
    expect(noise([50, 50.1], [50.9, 51])?.verdict).toBe('within');
    expect(noise([50, 51], [60, 61])?.verdict).toBe('beyond');
  });

  it('too few of a plan in which something is drawn say nothing', () => {
    const slow = (seconds: number): Result => emails({ oldestAgeSeconds: { peak: seconds } });
    const drawn = ['the work of emails'];
    const [a, b] = [repeated([slow(60), slow(61)], drawn), repeated([slow(90), slow(91)], drawn)];
    expect(difference(a, b, 'emails.oldestAge')?.noise).toMatchObject({
      verdict: 'untold',
      why: expect.stringContaining('4 of each would do'),
    });
  });

  it('one loss among many runs is no noise', () => {
    const lossy = emails({ accounting: books(300, { lost: 1 }) });
    const [a, b] = [repeated([outage, outage, outage, outage]), repeated([outage, outage, outage, lossy])];
    expect(difference(a, b, 'emails.lost')).toMatchObject({
      reference: { value: 0, highest: 0 },
      compared: { value: 0, highest: 1 },
      noise: { verdict: 'beyond' },
    });
  });
});
