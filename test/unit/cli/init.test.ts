import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { init, schemaReference } from '../../../src/cli/commands/init.js';
import { predict } from '../../../src/cli/commands/predict.js';
import { validate } from '../../../src/cli/commands/validate.js';
import { printed } from '../../fixtures/printed.js';
import { temporaryDirectory } from '../../fixtures/runs.js';

describe('launchpad init', () => {
  it('writes a scenario that is valid, that theory can say all of, and whose expectations it holds', async () => {
    const file = join(temporaryDirectory(), 'scenario.yaml');
    const { code, text } = await printed(() => init(file, {}));
    expect(code).toBe(0);
    expect(text).toContain(`launchpad simulate -s ${file}\n`);
    expect((await printed(() => validate([file], { color: false }))).code).toBe(0);
    const predicted = await printed(() => predict({ scenario: file, color: false }));
    expect(predicted.code, predicted.text).toBe(0);
  });

  it('what is commented out in it is valid too', async () => {
    const file = join(temporaryDirectory(), 'scenario.yaml');
    await printed(() => init(file, {}));
    const [before, variants] = readFileSync(file, 'utf8').split('# variants:');
    expect(variants).toBeDefined();
    writeFileSync(file, `${before}variants:${variants?.replace(/^# /gm, '')}`);
    const predicted = await printed(() => predict({ scenario: file, json: true, color: false }));
    expect(predicted.code, predicted.errors).toBe(0);
    expect(Object.keys((JSON.parse(predicted.text) as { variants: object }).variants)).toEqual([
      'as-it-is',
      'effect-key',
    ]);
  });

  it('names the schema in its first line, for editors', async () => {
    const file = join(temporaryDirectory(), 'my scenario.yaml');
    await printed(() => init(file, {}));
    const [, url] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(file, 'utf8')) ?? [];
    expect(fileURLToPath(url ?? '')).toBe(
      fileURLToPath(new URL('../../../docs/schemas/scenario.schema.json', import.meta.url)),
    );
  });

  it.each([
    ['/home/me/shop/scenario.yaml', './node_modules/launchpad-lab/s.json'],
    ['/home/me/shop/load/black friday/scenario.yaml', '../../node_modules/launchpad-lab/s.json'],
    ['/home/me/other/scenario.yaml', 'file:///home/me/shop/node_modules/launchpad-lab/s.json'],
  ])('names it for %s so that it is found from there', (file, reference) => {
    expect(schemaReference(file, '/home/me/shop/node_modules/launchpad-lab/s.json')).toBe(reference);
  });

  it('copies a built-in scenario', async () => {
    const file = join(temporaryDirectory(), 'mine.yaml');
    await printed(() => init(file, { from: 'outage' }));
    const [, ...copied] = readFileSync(file, 'utf8').split('\n');
    expect(copied.join('\n')).toBe(readFileSync('scenarios/outage.yaml', 'utf8'));
  });

  it('leaves what is there as it is', async () => {
    const file = join(temporaryDirectory(), 'scenario.yaml');
    writeFileSync(file, 'mine');
    await expect(init(file, {})).rejects.toMatchObject({
      exitCode: 2,
      message: `${file} is there already, and is left as it is`,
      hint: expect.stringContaining('launchpad init'),
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('says why it can write nothing, and writes nothing', async () => {
    const directory = temporaryDirectory();
    await expect(init(join(directory, 'no', 'scenario.yaml'), {})).rejects.toMatchObject({
      code: 'output-unwritable',
      exitCode: 2,
    });
    await expect(init(join(directory, 'a.yaml'), { from: 'outrage' })).rejects.toMatchObject({
      code: 'scenario-not-found',
      hint: expect.stringContaining('outage'),
    });
    mkdirSync(join(directory, 'in'));
    writeFileSync(join(directory, 'in', 'mine.yaml'), readFileSync('scenarios/outage.yaml'));
    await expect(
      init(join(directory, 'b.yaml'), { from: join(directory, 'in', 'mine.yaml') }),
    ).rejects.toMatchObject({ message: expect.stringContaining('is not a built-in scenario') });
    expect(readdirSync(directory)).toEqual(['in']);
  });
});
