import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Assets } from '../../../../src/report/html/assets.js';
import { page, scriptJson } from '../../../../src/report/html/page.js';
import type { PageData } from '../../../../src/report/html/page-data.js';
import { dark, light } from '../../../../src/report/html/style.js';
import { attacks, hostile } from '../../../fixtures/hostile.js';

const assets: Assets = { uplotScript: 'var uPlot = 1;', uplotStyle: '.uplot{}', pageScript: 'begin();' };
const data = { charts: [{ id: 'c', lines: [{ label: hostile }] }] } as unknown as PageData;
const html = page(
  {
    title: attacks.script,
    summary: attacks.quotes,
    kind: 'Run',
    startedAt: '2025-03-14T09:26:53.589Z',
    outcome: 'pass',
    verdict: '<p>fine</p>',
    content: '<section id="a"><h2>One &amp; two</h2></section>',
  },
  data,
  assets,
);

describe('the page', () => {
  it('allows its own styles and scripts by their hashes, and nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    const hash = (text: string | undefined) =>
      `'sha256-${createHash('sha256')
        .update(text ?? '')
        .digest('base64')}'`;
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1];
    const script = /<script>([\s\S]*?)<\/script>/.exec(html)?.[1];
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `style-src ${hash(style)}`,
      `script-src ${hash(script)}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(script).toContain('var uPlot = 1;\nbegin();');
  });

  it('names no address', () => {
    expect(html).not.toMatch(/https?:|<[^>]*\ssrc=|href="[^#]|url\(|@import/);
  });

  it('holds its data as JSON that cannot end its script, and is the same when it is read', () => {
    const json = /<script type="application\/json" id="data">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '';
    expect(json).not.toMatch(/[<\u2028\u2029]/);
    expect(JSON.parse(json)).toEqual(data);
    expect(scriptJson({ a: '<!--' })).toBe('{"a":"\\u003c!--"}');
  });

  it('escapes its title and leads to its sections', () => {
    expect(html).toContain('<h1>&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;</h1>');
    expect(html).toContain('<li><a href="#a">One &amp; two</a></li>');
    expect(html).toContain('Run · 2025-03-14 09:26 UTC');
  });
});

describe('the colours', () => {
  /** WCAG 2.2: the relative luminance of sRGB. */
  const luminance = (hex: string): number => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (a: string, b: string): number => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
    return (high + 0.05) / (low + 0.05);
  };

  it.each([
    ['light', light],
    ['dark', dark],
  ])('can be told from their ground: %s', (_, style) => {
    const colors = new Map(
      [...style.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, hex]) => [name, hex]),
    );
    const of = (name: string): string => colors.get(name) ?? expect.fail(`no colour ${name}`);
    const text = ['text', 'muted', 'accent', 'good', 'bad', 'warn', 'fault'];
    for (const ground of ['ground', 'raised'])
      for (const name of text)
        expect(contrast(of(name), of(ground)), `${name} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    const lines = [...colors.keys()].filter((name) => name?.startsWith('line-')) as string[];
    expect(lines.length).toBeGreaterThan(10);
    for (const name of ['edge', ...lines])
      expect(contrast(of(name), of('ground')), name).toBeGreaterThanOrEqual(3);
  });
});
