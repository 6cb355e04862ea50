import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRow, csvTable, defused } from '../../../../src/report/csv/rows.js';
import { clean } from '../../../../src/report/text.js';
import { readCsv } from '../../../fixtures/csv.js';

describe('CSV', () => {
  it('gives texts and numbers back', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 4 }), (rows) => {
        const back = readCsv(csvTable(['head, "it"'], rows));
        expect(back).toEqual([
          ['head, "it"'],
          ...rows.map((row) =>
            row.map((each) => (typeof each === 'number' ? String(each) : defused(clean(each)))),
          ),
        ]);
      }),
    );
  });

  it('quotes what would end a cell, and nothing else', () => {
    expect(csvRow(['a b', 'a,b', 'say "a"', '', null, true, 1.5, Number.NaN])).toBe(
      'a b,"a,b","say ""a""",,,true,1.5,\r\n',
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1', '=cmd()|x'])(
    'has no formula of %j',
    (text) => {
      expect(defused(text)).toBe(`'${text}`);
      expect(readCsv(csvRow([text, 0]))[0]?.[0]).toMatch(/^'/);
    },
  );

  it('leaves numbers what they are', () => {
    expect(csvRow([-1, -0.5, 1e-7])).toBe('-1,-0.5,1e-7\r\n');
  });

  it('keeps what a terminal would obey out of it', () => {
    expect(csvRow(['\u001b[2Ja\u0000b\u2028c\u202ed', 'x'])).toBe('ab cd,x\r\n');
  });
});
