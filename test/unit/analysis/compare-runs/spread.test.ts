import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spreadOf } from '../../../../src/analysis/compare-runs/spread.js';

describe('a spread', () => {
  it('has quartiles on straight lines between the values, as type 7 has them', () => {
    // R: quantile(c(7, 1, 3, 5)), type 7.
    expect(spreadOf([7, 1, 3, 5])).toEqual({
      known: 4,
      lowest: 1,
      firstQuartile: 2.5,
      median: 4,
      thirdQuartile: 5.5,
      highest: 7,
      iqr: 3,
    });
  });

  it('of one value is that value', () => {
    expect(spreadOf([2.5])).toMatchObject({ known: 1, lowest: 2.5, median: 2.5, highest: 2.5, iqr: 0 });
  });

  it('leaves out what is not known, and has nothing where nothing is', () => {
    expect(spreadOf([null, 4, null, 6])).toMatchObject({ known: 2, median: 5, lowest: 4, highest: 6 });
    expect(spreadOf([null])).toMatchObject({ known: 0, median: null, lowest: null, iqr: null });
  });

  it('has never as later than any time', () => {
    expect(spreadOf([10, 'never', 20])).toMatchObject({
      median: 20,
      highest: 'never',
      lowest: 10,
      iqr: null,
    });
    expect(spreadOf([10, 'never', 'never'])).toMatchObject({ median: 'never', lowest: 10 });
    expect(spreadOf(['never', 'never'])).toMatchObject({ median: 'never', lowest: 'never', iqr: null });
  });

  it('lies within its ends, whatever the order of the values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 30 }),
        (values) => {
          const { lowest, firstQuartile, median, thirdQuartile, highest } = spreadOf(values);
          const rising = [lowest, firstQuartile, median, thirdQuartile, highest] as number[];
          expect([...rising].sort((a, b) => a - b)).toEqual(rising);
          expect(spreadOf([...values].reverse())).toEqual(spreadOf(values));
        },
      ),
    );
  });
});
