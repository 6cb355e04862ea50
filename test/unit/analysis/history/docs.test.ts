import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { momentOf, traceOf } from '../../../../src/analysis/history/index.js';
import { renderMoment } from '../../../../src/report/moment.js';
import { renderTrace } from '../../../../src/report/trace.js';
import { temporaryDirectory } from '../../../fixtures/runs.js';

const page = (name: string): string =>
  readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), 'utf8');

/** The run directory of docs/ledger.md. */
function byHand(): string {
  const directory = temporaryDirectory();
  for (const [, name, text] of page('ledger.md').matchAll(/^`([\w./-]+)`\n\n```json\n([\s\S]*?)```/gm)) {
    const path = join(directory, name as string);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text as string);
  }
  return directory;
}

/** An example of the page without its command. */
function example(name: string): string {
  const [, text] = new RegExp(`<!-- example: ${name} -->\n\`\`\`console\n\\$ .*\n([\\s\\S]*?)\`\`\``).exec(
    page('event-sourcing.md'),
  ) ?? [null, 'not found'];
  return text as string;
}

const look = { color: false, width: 100 };
/** A report, with the directory's name in place of where it is just now. */
const shown = (text: string, directory: string): string => `${text.replace(directory, 'by-hand')}\n`;

describe('docs/event-sourcing.md', () => {
  it('shows what comes of the ledger that was written by hand', () => {
    const directory = byHand();
    expect(example('trace 2')).toBe(shown(renderTrace(traceOf(directory, '2'), look), directory));
    expect(example('at 4.5')).toBe(shown(renderMoment(momentOf(directory, 4.5), look), directory));
  });
});
