import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds, inWords, isTooHigh } from '../../../../src/analysis/expectations/conditions.js';
import type { Condition } from '../../../../src/scenario/types.js';

const never = Number.POSITIVE_INFINITY;
const range = { operator: 'in', from: 50, to: 70 } as const;
const share = { operator: 'within', tolerance: 0.05, isShare: true } as const;
const amount = { operator: 'within', tolerance: 3, isShare: false } as const;

describe('a condition', () => {
  it.each<[Condition, number, number, boolean]>([
    [range, 50, 0, true],
    [range, 70, 0, true],
    [range, 49.999, 0, false],
    [range, 70.001, 0, false],
    [range, never, 0, false],
    // 59 ± 5 % is 56.05 to 61.95, which binary fractions miss by a little.
    [share, 56.05, 59, true],
    [share, 61.95, 59, true],
    [share, 56.04, 59, false],
    [share, 61.96, 59, false],
    [share, 0, 0, true],
    [share, 0.1, 0, false],
    [amount, 56, 59, true],
    [amount, 62, 59, true],
    [amount, 62.1, 59, false],
    [amount, 0, 2, true],
    [share, never, never, true],
    [share, never, 59, false],
    [amount, 59, never, false],
  ])('%j of %d, predicted %d: %s', (condition, actual, predicted, held) => {
    expect(holds(condition, actual, predicted)).toBe(held);
  });

  it.each<[Condition, string]>([
    [{ operator: '<=', value: 70 }, 'at most 70 s'],
    [{ operator: '<', value: 0.5 }, 'less than 0.5 s'],
    [{ operator: '>=', value: 1 }, 'at least 1 s'],
    [{ operator: '>', value: 1 }, 'more than 1 s'],
    [{ operator: '==', value: 0 }, 'exactly 0 s'],
    [{ operator: '!=', value: 1 }, 'anything but 1 s'],
    [range, '50 s to 70 s'],
    [share, '56.05 s to 61.95 s (within 5% of the predicted 59 s)'],
    [amount, '56 s to 62 s (within 3 s of the predicted 59 s)'],
  ])('%j is %s', (condition, words) => {
    expect(inWords(condition, 'seconds', 59)).toBe(words);
  });

  it('is in the words of its measure', () => {
    expect(inWords({ operator: '==', value: 0 }, 'count', null)).toBe('none');
    expect(inWords({ operator: '==', value: 5 }, 'count', null)).toBe('exactly 5');
    expect(inWords({ operator: 'in', from: 99, to: 101 }, 'perSecond', null)).toBe('99/s to 101/s');
    expect(inWords(share, 'seconds', null)).toBe('within 5% of the prediction');
    expect(inWords(share, 'seconds', never)).toBe('never, as predicted');
  });
});

describe('too high', () => {
  const number = fc.integer({ min: 0, max: 50 });
  const condition: fc.Arbitrary<Condition> = fc.oneof(
    fc.record({ operator: fc.constantFrom('<=', '<', '>=', '>', '==', '!=' as const), value: number }),
    fc.tuple(number, number).map(([from, more]) => ({ operator: 'in' as const, from, to: from + more })),
    fc.record({ operator: fc.constant('within' as const), tolerance: number, isShare: fc.constant(false) }),
  );

  it('is what does not hold, and holds for no higher value either', () => {
    fc.assert(
      fc.property(condition, number, number, fc.nat(100), (one, actual, predicted, more) => {
        if (!isTooHigh(one, actual, predicted)) return;
        expect(holds(one, actual, predicted)).toBe(false);
        expect(holds(one, actual + more, predicted)).toBe(false);
      }),
    );
  });

  it('is all that does not hold and could only be met by less', () => {
    fc.assert(
      fc.property(condition, number, number, (one, actual, predicted) => {
        const mayComeToHold = Array.from({ length: 300 }, (_, more) => actual + more).some((value) =>
          holds(one, value, predicted),
        );
        expect(isTooHigh(one, actual, predicted)).toBe(!mayComeToHold);
      }),
    );
  });

  it('is nothing where never was predicted', () => {
    expect(isTooHigh(share, 1e9, never)).toBe(false);
  });
});
