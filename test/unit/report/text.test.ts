import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paint } from '../../../src/report/paint.js';
import { clean, cleanDeep, pad, truncate, visibleWidth, wrap } from '../../../src/report/text.js';

describe('clean', () => {
  it.each([
    ['a colour', '\u001b[31mred\u001b[0m', 'red'],
    ['a cleared screen', 'a\u001b[2J\u001b[Hb', 'ab'],
    ['a title', '\u001b]0;owned\u0007b', 'b'],
    ['a link', '\u001b]8;;http://example.org\u001b\\text\u001b]8;;\u001b\\', 'text'],
    ['a control sequence of one byte', 'a\u009b31mb', 'ab'],
    ['line breaks', 'one\r\ntwo\n\nthree\tfour', 'one two three four'],
    ['a carriage return', 'good\rbad', 'good bad'],
    ['backspaces and bells', 'a\b\u0007b\u007f', 'ab'],
    ['reordered text', 'a\u202egnp.exe', 'agnp.exe'],
    ['a line separator', 'a\u2028b', 'a b'],
    ['ordinary text', 'Grüße – 日本 → ok', 'Grüße – 日本 → ok'],
  ])('%s', (_, hostile, harmless) => {
    expect(clean(hostile)).toBe(harmless);
  });

  it('leaves no control character of any text', () => {
    const nasty = fc.string({
      unit: fc.constantFrom('\u001b', '[', ']', '3', '1', 'm', '\u009b', '\u0007', '\n', 'x', ';', '\\'),
    });
    fc.assert(
      fc.property(nasty, (text) => {
        expect(clean(text)).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  it('reaches every string of an object and nothing else', () => {
    expect(cleanDeep({ a: ['\u001b[1mx', 1, null], b: { c: 'y\n', d: true } })).toEqual({
      a: ['x', 1, null],
      b: { c: 'y', d: true },
    });
  });
});

describe('width', () => {
  it.each([
    ['abc', 3],
    ['\u001b[31mabc\u001b[39m', 3],
    ['▁█·', 3],
    ['日本', 4],
    ['e\u0301', 1],
  ])('of %j is %i', (text, width) => {
    expect(visibleWidth(text)).toBe(width);
  });

  it('is kept by truncating and padding', () => {
    expect(truncate('orders/123456', 8)).toBe('orders/…');
    expect(truncate('日本語', 4)).toBe('日…');
    expect(truncate('abc', 3)).toBe('abc');
    expect(truncate('abc', 0)).toBe('');
    expect(pad('ab', 4)).toBe('ab  ');
    expect(pad('ab', 4, 'right')).toBe('  ab');
  });
});

describe('wrap', () => {
  it('breaks between words, with an indent from the second line on', () => {
    expect(wrap('one two three four', 9, '  ')).toEqual(['one two', '  three', '  four']);
  });

  it('keeps a figure with its unit', () => {
    expect(wrap('it took 58.7 s, then 3 min 20 s (200 s)', 13)).toEqual([
      'it took',
      '58.7 s, then',
      '3 min 20 s',
      '(200 s)',
    ]);
  });

  it('cuts a word that is longer than a line', () => {
    expect(wrap('an abcdefghij end', 4)).toEqual(['an', 'abcd', 'efgh', 'ij', 'end']);
  });

  it('does not count colours', () => {
    const colors = paint(true);
    const lines = wrap(colors.words(colors.bad, 'one two three'), 7);
    expect(lines.map(visibleWidth)).toEqual([7, 5]);
    expect(lines[0]).toBe('\u001b[31mone\u001b[39m \u001b[31mtwo\u001b[39m');
  });

  it('keeps all words, in lines within the width', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }),
        fc.integer({ min: 4, max: 40 }),
        (words, width) => {
          const lines = wrap(words.join(' '), width);
          expect(lines.every((line) => line.length <= width)).toBe(true);
          expect(lines.join('').replaceAll(' ', '')).toBe(words.join(''));
        },
      ),
    );
  });
});
