import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scenarios } from '../../../src/cli/commands/scenarios.js';
import { show } from '../../../src/cli/commands/show.js';
import { scenarioGroups } from '../../../src/cli/scenario-groups.js';
import type { ScenarioList } from '../../../src/report/scenarios.js';
import { listScenarios } from '../../../src/scenario/index.js';
import { hasControl } from '../../fixtures/control.js';
import { printed } from '../../fixtures/printed.js';
import { temporaryDirectory } from '../../fixtures/runs.js';

describe('launchpad scenarios', () => {
  it('has each built-in scenario in one group', async () => {
    const grouped = scenarioGroups.flatMap(({ names }) => names);
    expect([...grouped].sort()).toEqual((await listScenarios()).map(({ name }) => name));
  });

  it('lists them with their time, as text and as JSON', async () => {
    const json = await printed(() => scenarios({ json: true, color: false }));
    expect(json.code).toBe(0);
    const list = JSON.parse(json.text) as ScenarioList;
    expect(list.schema).toBe('launchpad.scenarios/1');
    const all = list.groups.flatMap((group) => group.scenarios);
    expect(all.map(({ name }) => name)).not.toHaveLength(0);
    const outage = all.find(({ name }) => name === 'outage');
    expect(outage).toMatchObject({ speed: 1, variants: [] });
    expect(Math.round(outage?.realSeconds ?? 0)).toBe(67);
    expect(all.find(({ name }) => name === 'redrive')?.variants).toEqual(['repaired', 'as-they-were']);

    const { text } = await printed(() => scenarios({ color: false }));
    expect(text).toMatch(/^ {2}outage +67 s {5}The email service dies while orders pour in/m);
    expect(text).toMatch(/^ {2}idempotency +\d min ×5 {2}The same three crashes/m);
    expect(text.split('\n').length).toBeLessThanOrEqual(50);
  });
});

describe('launchpad show', () => {
  it('explains a scenario in plain words', async () => {
    const { code, text } = await printed(() => show('outage', { color: false }));
    expect(code).toBe(0);
    const flat = text.replace(/\s+/g, ' ');
    expect(flat).toContain('orders 100/s for 3 s; each message to emails and payments');
    expect(flat).toContain(
      'capacity 5/s, its limit is what bounds it: min(5/s, 1 × 5 / (0.3 s + 0.2 s) = 10/s)',
    );
    expect(flat).toContain('at 1 s kill the worker of emails, at the first moment from then on when all');
    expect(flat).toContain('at 8 s restart the worker of emails');
    expect(flat).toContain(
      "emails.duplicateEffects == 5 effects beyond a message's first: things done twice: exactly 5",
    );
    expect(flat).toContain('Lesson A queue turns an outage into a delay.');
    expect(text).toContain('  launchpad simulate --scenario outage --set queues.emails.rate=10/s\n');
  });

  it('tells what is common to all variants once', async () => {
    const { text } = await printed(() => show('redrive', { color: false }));
    expect(text.match(/^ {2}orders /gm)).toHaveLength(1);
    expect(text).toMatch(/^ {2}Variant repaired$/m);
    expect(text).toContain('  launchpad simulate --scenario redrive --only repaired\n');
  });

  it('--yaml prints the file as it is', async () => {
    const { text } = await printed(() => show('outage', { yaml: true, color: false }));
    expect(text).toBe(readFileSync('scenarios/outage.yaml', 'utf8'));
  });

  it('lets no terminal obey what a file says', async () => {
    const file = join(temporaryDirectory(), 'hostile.yaml');
    const evil = '\\u001b[2J\\u001b]0;owned\\u0007';
    writeFileSync(
      file,
      `summary: "Nice ${evil} words"\nlesson: "Learn ${evil} this"\ntry: ["--set ${evil} x"]\nproducers: {orders: {rate: 1/s, for: 1s, to: [emails]}}\nqueues: {emails: {work: 10ms}}\n`,
    );
    const { text } = await printed(() => show(file, { color: false }));
    expect(text).toContain('Nice words');
    expect(hasControl(text)).toBe(false);
  });

  it('says what there is where the name is none', async () => {
    await expect(show('outrage', { color: false })).rejects.toMatchObject({
      code: 'scenario-not-found',
      exitCode: 2,
      hint: expect.stringContaining('outage'),
    });
  });
});
