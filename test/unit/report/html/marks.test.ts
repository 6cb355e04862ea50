import { describe, expect, it } from 'vitest';
import { blocks, firstTable } from '../../../../src/report/html/blocks.js';
import { escaped, marks, plain, tableOf, toHtml } from '../../../../src/report/html/marks.js';
import { table } from '../../../../src/report/table.js';
import { cleanDeep } from '../../../../src/report/text.js';
import { attacks, hostile } from '../../../fixtures/hostile.js';

describe('text as HTML', () => {
  it('is escaped for text and for attributes', () => {
    expect(escaped(`<a href="x" title='y'>&</a>`)).toBe(
      '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;&lt;/a&gt;',
    );
  });

  it('keeps colours, nested ones too, and closes what is open', () => {
    expect(toHtml(`${marks.bold(marks.bad('lost'))} & ${marks.dim('0')}`)).toBe(
      '<b><span class="bad">lost</span></b> &amp; <span class="dim">0</span>',
    );
    expect(toHtml('\u0001never closed')).toBe('<span class="good">never closed</span>');
    expect(toHtml('closed too often\u000e\u000e')).toBe('closed too often');
    expect(plain(marks.words(marks.bad, 'two words'))).toBe('two words');
  });

  it('does not part figures from their units', () => {
    expect(toHtml('at 58.7 s (99 %), 3 seconds')).toBe('at 58.7\u00a0s (99\u00a0%), 3 seconds');
  });

  it.each(Object.entries(attacks))('lets nothing of %s through', (_, attack) => {
    const html = blocks([cleanDeep(attack), marks.bold(cleanDeep(attack))]);
    expect(html.replace(/<\/?(p|b)>/g, '')).not.toMatch(/[<>"']/);
    expect(html.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028-\u202e]/u);
    expect(tableOf(cleanDeep(attack))).toBeNull();
  });
});

describe('lines as HTML', () => {
  it('are paragraphs, and items where they begin with a dash', () => {
    expect(blocks(['  one', '', '  - two', '  - three', 'four'])).toBe(
      '<p>one</p>\n<ul><li>two</li><li>three</li></ul>\n<p>four</p>',
    );
  });

  it('hold tables as they are, with what is said of a row', () => {
    const lines = table(
      [
        { head: 'first\nhead', align: 'left' },
        { head: hostile, align: 'right' },
      ],
      [['lost', marks.bad('<3')]],
      marks,
      10,
    );
    expect(lines).toHaveLength(1);
    expect(blocks(lines)).toContain('<th scope="col">first head</th>');
    const html = firstTable(lines, { notes: (label) => (label === 'lost' ? 'nobody has them' : null) });
    expect(html).toContain('<th scope="row">lost<small>nobody has them</small></th>');
    expect(html).toContain('<td class="number"><span class="bad">&lt;3</span></td>');
    expect(html).not.toContain('<img');
  });
});
