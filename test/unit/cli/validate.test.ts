import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { validate } from '../../../src/cli/commands/validate.js';
import type { Validation } from '../../../src/report/validation.js';
import { hasControl } from '../../fixtures/control.js';
import { printed } from '../../fixtures/printed.js';
import { temporaryDirectory } from '../../fixtures/runs.js';

function file(text: string): string {
  const path = join(temporaryDirectory(), 'scenario.yaml');
  writeFileSync(path, text);
  return path;
}

const good = 'producers: {orders: {rate: 1/s, for: 1s, to: [emails]}}\nqueues: {emails: {work: 10ms}}\n';

async function asJson(files: readonly string[]): Promise<{ code: number; validation: Validation }> {
  const { code, text } = await printed(() => validate(files, { json: true, color: false }));
  return { code, validation: JSON.parse(text) as Validation };
}

describe('launchpad validate', () => {
  it('finds nothing wrong with a good file', async () => {
    const path = file(good);
    const { code, text } = await printed(() => validate([path], { color: false }));
    expect(code).toBe(0);
    expect(text.replace(/\s+/g, ' ')).toBe(`✓ ${path}: the scenario scenario, about 1 s for real `);
  });

  it('names all that is wrong, with its line, its path and what to write instead', async () => {
    const path = file(`${good.replace('1/s', 'fast')}expect: [emails.catchup <= 5s]\n`);
    const { code, validation } = await asJson([path]);
    expect(code).toBe(2);
    expect(validation).toMatchObject({ schema: 'launchpad.validation/1', isValid: false });
    const [checked] = validation.files;
    expect(checked?.problems.map(({ path: where, line }) => [where, line])).toEqual([
      ['producers.orders.rate', 1],
      ['expect[0]', 3],
    ]);
    for (const problem of checked?.problems ?? []) expect(problem.hint).toBeDefined();
    const { text } = await printed(() => validate([path], { color: false }));
    expect(text).toContain(`✗ ${path}: 2 problems\n  ${path}:1  producers.orders.rate: `);
    expect(text).toContain('\n      → ');
  });

  it('plans every variant: what is refused of one is wrong with the file', async () => {
    const path = file(`${good}variants:\n  slow: {}\n  fast: { speed: 100, queues.emails.rate: 5/100ms }\n`);
    const { code, validation } = await asJson([path]);
    expect(code).toBe(2);
    expect(validation.files[0]?.problems).toEqual([
      expect.objectContaining({ path: 'plan', message: expect.stringMatching(/^Variant fast: /) }),
    ]);
  });

  it('passes on what a plan is warned of, and of which variant', async () => {
    const path = file(`${good}variants:\n  slow: {}\n  fast: { speed: 2, queues.emails.rate: 5/100ms }\n`);
    const { code, validation } = await asJson([path]);
    expect(code).toBe(0);
    expect(validation.files[0]?.variants).toEqual(['slow', 'fast']);
    expect(validation.files[0]?.warnings).toEqual([
      expect.objectContaining({ variant: 'fast', text: expect.stringContaining('50 ms of real time') }),
    ]);
  });

  it('goes on after a file that is not there', async () => {
    const { code, validation } = await asJson(['nowhere.yaml', file(good)]);
    expect(code).toBe(2);
    expect(validation.files.map(({ isValid }) => isValid)).toEqual([false, true]);
    const { text } = await printed(() => validate(['nowhere.yaml', file(good)], { color: false }));
    expect(text).toContain('1 of 2 files is not valid.');
  });

  it('lets no terminal obey what a file says', async () => {
    const path = file('"\\u001b[2Jqueues": {}\nproducers: "\\u001b]0;owned\\u0007"\n');
    const { code, text } = await printed(() => validate([path], { color: false }));
    expect(code).toBe(2);
    expect(hasControl(text)).toBe(false);
  });
});
