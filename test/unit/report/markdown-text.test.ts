import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marks } from '../../../src/report/html/marks.js';
import { blocks, code, codeBlock, inline, line, list, marked } from '../../../src/report/markdown-text.js';

/** What a reader of GitHub sees of text without any markup in it: escapes and references resolved, what takes no room left out. */
function shown(markdown: string): string {
  return markdown
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replaceAll('&#124;', '|')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll('\u200b', '');
}

describe('text in Markdown', () => {
  it('is shown as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(shown(inline(text))).toBe(text.replaceAll('\u200b', ''));
        expect(shown(line(text))).toBe(text.replaceAll('\u200b', ''));
      }),
    );
  });

  it('has nothing in it that is obeyed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const bare = inline(text).replace(/\\[!-/:-@[-`{-~]/g, '');
        expect(bare).not.toMatch(/[`*_[\]~$<>|]|&(?!amp;|lt;|gt;|#124;)/);
      }),
    );
  });

  it.each([
    ['a mention', '@octocat', '@\u200boctocat'],
    ['an issue', 'see #12 and GH-12', 'see \\#\u200b12 and GH-\u200b12'],
    [
      'an address',
      'https://evil.example www.evil.example',
      'https\u200b://evil.example www\u200b.evil.example',
    ],
    ['HTML', '<b>&amp;', '&lt;b&gt;&amp;amp;'],
    ['a cell’s end', 'a | b \\| c', 'a &#124; b \\\\&#124; c'],
    ['an image', '![x](y)', '!\\[x\\](y)'],
  ])('makes nothing of %s', (_, text, written) => {
    expect(inline(text)).toBe(written);
  });

  it.each([
    ['# heading', '\\#\u200b heading'],
    ['- item', '\\- item'],
    ['+ item', '\\+ item'],
    ['1. item', '1\\. item'],
    ['2) item', '2\\) item'],
    ['===', '\\==='],
    ['5.5 s', '5.5 s'],
  ])('begins no list and no heading: %s', (text, written) => {
    expect(line(text)).toBe(written);
  });
});

describe('code in Markdown', () => {
  it('is written within backticks, or as HTML where these would not hold it', () => {
    expect(code('emails.catchUp <= 70s')).toBe('`emails.catchUp <= 70s`');
    expect(code('a`b')).toBe('<code>a\\`b</code>');
    expect(code('a|b')).toBe('<code>a&#124;b</code>');
    expect(code('a\\')).toBe('<code>a\\\\</code>');
    expect(code('</code><script>')).toBe('<code>&lt;/code&gt;&lt;script&gt;</code>');
    expect(code('')).toBe('');
  });

  it('ends where it should', () => {
    expect(codeBlock(['echo ```', 'b'], 'sh')).toBe('````sh\necho ```\nb\n````');
  });
});

describe('a report’s lines in Markdown', () => {
  it('are paragraphs, lists and tables', () => {
    const table = marks.table?.(
      [
        { head: 'name\nof it', align: 'left' },
        { head: 'n|', align: 'right' },
      ],
      [['a|b', marks.bad('5')]],
    );
    expect(
      blocks([`  ${marks.bold('PASS.')} it is`, '  - one *', '    - two', '', table ?? '', '# last']),
    ).toEqual([
      '**PASS.** it is',
      '- one \\*\n- two',
      '| name of it | n&#124; |\n| --- | ---: |\n| a&#124;b | 5 |',
      '\\#\u200b last',
    ]);
  });

  it('are bold up to the last word', () => {
    expect(marked(`${marks.bold('emails:   ')}all done`)).toBe('**emails:** all done');
    expect(marked(marks.bold(marks.good('PASS')))).toBe('**PASS**');
  });

  it('make lists whose items begin nothing', () => {
    expect(list(['# one', '- two', `${marks.warn('three')} *`])).toBe(
      '- \\#\u200b one\n- \\- two\n- three \\*',
    );
  });
});
