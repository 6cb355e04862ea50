import { describe, expect, it } from 'vitest';
import { expectationsCsv } from '../../../src/report/csv/expectations.js';
import { messageCsv, messagesHeader } from '../../../src/report/csv/messages.js';
import { processesCsv } from '../../../src/report/csv/processes.js';
import { comparisonPart } from '../../../src/report/html/comparison.js';
import { escaped } from '../../../src/report/html/marks.js';
import { runPart } from '../../../src/report/html/run.js';
import { renderJson } from '../../../src/report/json.js';
import { renderJunit } from '../../../src/report/junit.js';
import { renderMarkdown } from '../../../src/report/markdown.js';
import { renderReport } from '../../../src/report/terminal.js';
import { clean, cleanDeep } from '../../../src/report/text.js';
import { type Comparison, isComparison, type Outcome } from '../../../src/result/comparison.js';
import { idempotency } from '../../fixtures/comparisons.js';
import { readCsv } from '../../fixtures/csv.js';
import { attacks, hostile, hostileResult, hostileSeries } from '../../fixtures/hostile.js';
import { all, readXml } from '../../fixtures/xml.js';

/** Several variants, with hostile names. */
const hostileComparison: Comparison = {
  ...idempotency,
  scenario: hostileResult.scenario,
  verdict: hostileResult.verdict,
  variants: {
    [hostile]: hostileResult,
    other: { ...hostileResult, verdict: { outcome: 'pass', reasons: [] } },
  },
  notRun: [`not ${hostile}`],
  differences: [{ measure: hostile, unit: 'count', values: { [hostile]: 1, other: 0 } }],
};

const outcomes: readonly (readonly [string, Outcome])[] = [
  ['a run', hostileResult],
  ['variants', hostileComparison],
];

/** What no text form may hold, wherever it came from: control characters but for line breaks, marks that reorder text, other line breaks. */
const obeyed = /(?!\n)\p{Cc}|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

describe.each(outcomes)('hostile text in %s', (_, outcome) => {
  it('does nothing on a terminal', () => {
    const text = renderReport(outcome, { color: false, width: 100 });
    expect(text).not.toMatch(obeyed);
    expect(text).toContain('abcdcba');
    const colored = renderReport(outcome, { color: true, width: 100 });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours alone are allowed.
    expect(colored.replace(/\u001b\[\d+m/g, '')).not.toMatch(obeyed);
  });

  it('does nothing in JSON that is printed', () => {
    expect(renderJson(outcome)).not.toMatch(/(?!\n)\p{Cc}|[\u2028\u2029]/u);
  });

  it('is text in XML', () => {
    const xml = renderJunit(outcome);
    expect(xml).not.toMatch(obeyed);
    const root = readXml(xml);
    const names = new Set(all(root, 'testsuites').flatMap(elements));
    expect([...names].sort()).toEqual(
      [
        ...['error', 'failure', 'properties', 'property', 'system-out'],
        ...['testcase', 'testsuite', 'testsuites'],
      ].filter((name) => names.has(name)),
    );
    const [first] = all(root, 'testcase');
    expect(first?.attributes.name).toBe(clean(hostile));
  });

  it('is text in Markdown', () => {
    const markdown = renderMarkdown(outcome, { command: 'launchpad' });
    expect(markdown).not.toMatch(obeyed);
    // The blocks of code show whatever is in them.
    const outside = markdown.replace(/\n(`{3,})sh\n[\s\S]*?\n\1(?=\n)/g, '');
    expect(outside).not.toBe(markdown);
    expect(outside).not.toContain('```');
    expect(outside.match(/<[^>]*>/g)?.filter((tag) => !tags.includes(tag)) ?? []).toEqual([]);
    expect(outside).not.toMatch(/@[a-z]|(?<!&)#\d/i);
    expect(outside).not.toMatch(/(?<!\\)\]\(/);
    // Rows are as long as their heads.
    for (const table of outside.split('\n\n').filter((part) => part.startsWith('| ')))
      expect(new Set(table.split('\n').map((row) => row.split('|').length)).size, table).toBe(1);
    expect(outside.match(/^#+ .*heading$/gm)).toBeNull();
  });

  it('is text in HTML', () => {
    const [shown, series] = [cleanDeep(outcome), cleanDeep(hostileSeries)];
    const place = { id: '', level: 2, command: 'launchpad' };
    const { html } = isComparison(shown)
      ? comparisonPart(shown, { other: series }, place)
      : runPart(shown, series, place);
    expect(html).not.toContain('<img');
    expect(html).not.toContain(attacks.script);
    expect(html).not.toMatch(obeyed);
    // No attribute is but those that were meant to be: the quotes of each hold.
    expect(html.replace(/="[^"]*"/g, '=""')).not.toMatch(/<[^>]*\son\w+=/);
    expect(html).not.toContain('alert(3)</script>');
  });
});

const tags = ['<details>', '<summary>', '</summary>', '</details>', '<code>', '</code>'];

function elements(node: ReturnType<typeof readXml>): string[] {
  return [node.name, ...node.children.flatMap(elements)];
}

describe('hostile text in tables', () => {
  const message = messageCsv({
    queue: hostile,
    message: attacks.command,
    arrivedSeconds: -1,
    firstStartSeconds: null,
    firstEffectSeconds: null,
    starts: 1,
    effects: 0,
    ended: 'lost',
  });

  it.each([
    ['messages', messagesHeader + message],
    ['expectations', expectationsCsv(hostileResult)],
    ['processes', processesCsv(hostileSeries)],
    [
      'expectations with formulas',
      expectationsCsv({
        ...hostileResult,
        expectations: Object.values(attacks).map((expression) => ({
          expression,
          actual: null,
          outcome: 'unknown',
          reason: attacks.formula,
        })),
      }),
    ],
  ])('stays in its cells, and is calculated by nothing: %s', (_, csv) => {
    expect(csv.replaceAll('\r\n', '')).not.toMatch(obeyed);
    const rows = readCsv(csv);
    expect(new Set(rows.map(({ length }) => length)).size).toBe(1);
    for (const cell of rows.flat()) expect(cell).not.toMatch(/^(?:[=+@\t\r]|-(?!\d))/);
  });

  it('is told from a number', () => {
    expect(message).toContain(`'=cmd()|' /C calc'!A0,-1,`);
  });
});

describe('the escaping of HTML', () => {
  it.each(Object.entries(attacks))('lets no tag and no quote of %s through', (_, attack) => {
    expect(escaped(clean(attack))).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/);
  });
});
