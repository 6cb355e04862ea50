import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunComparison } from '../../src/result/compare.js';
import type { Repeat } from '../../src/result/repeat.js';
import type { Result } from '../../src/result/types.js';
import { temporaryDirectory } from '../fixtures/runs.js';
import { launch, readJson } from './launch.js';

const tiny = `name: tiny
summary: Twenty orders in a second, and ten emails.
producers:
  orders: { rate: 20/s, for: 1s, to: [emails] }
queues:
  emails: { rate: 10/s, concurrency: 5, work: 20ms }
expect: [lost == 0, emails.effected == 20]
`;

function scenarioFile(): string {
  const file = join(temporaryDirectory(), 'tiny.yaml');
  writeFileSync(file, tiny);
  return file;
}

describe('repeated runs, comparisons and the gate', () => {
  it('run a scenario twice, say so again from the directories, and hold another against them', async () => {
    const file = scenarioFile();
    const out = join(temporaryDirectory(), 'runs');
    const base = join(temporaryDirectory(), 'base.json');
    const run = ['simulate', '--scenario', file, '--speed', '2', '--out', out];

    const first = await launch([...run, '--repeat', '2', '--json', base]);
    const repeat = readJson(base) as Repeat;
    expect(repeat.schema).toBe('launchpad.repeat/1');
    expect(repeat.repeated[0]?.runs.map(({ round, directory }) => [round, directory])).toEqual([
      [1, '1'],
      [2, '2'],
    ]);
    // A machine that stands still for a moment while orders are due leaves a run inconclusive.
    expect([0, 3], first.stderr).toContain(first.code);
    const effected = repeat.repeated[0]?.measures.find(({ measure }) => measure === 'emails.effected');
    expect(effected).toMatchObject({ values: [20, 20], median: 20, lowest: 20, highest: 20, iqr: 0 });
    const directory = repeat.run.directory as string;
    expect(readJson(join(directory, 'repeat.json'))).toEqual(repeat);

    const again = await launch(['report', directory, '--json'], { PATH: '/nonexistent' });
    expect(again.code).toBe(first.code);
    expect(JSON.parse(again.stdout)).toEqual(repeat);
    const latest = await launch(['report', '--out', out]);
    expect(latest.stdout).toContain(`Run directory: ${directory}`);

    const gate = ['--baseline', base, '--fail-on', 'emails.effected -0', '--fail-on', 'scheduled +0'];
    const same = await launch([...run, '--quiet', ...gate]);
    expect([0, 3], same.stdout).toContain(same.code);
    expect(same.stdout).toMatch(/✓ {2}emails\.effected -0 +20 +at least 20 +20/);

    const more = await launch([
      ...run,
      '--quiet',
      '--json',
      '--set',
      'producers.orders.for=1200ms',
      '--set',
      'expect=[lost == 0]',
      ...gate,
    ]);
    expect(more.code, more.stderr).toBe(99);
    const result = JSON.parse(more.stdout) as Result;
    expect(result.gates?.rules.map(({ rule, outcome }) => [rule, outcome])).toEqual([
      ['emails.effected -0', 'pass'],
      ['scheduled +0', 'fail'],
    ]);
    const reported = await launch(['report', result.run.directory as string, '--json']);
    expect(reported.code).toBe(99);
    expect(JSON.parse(reported.stdout)).toEqual(result);

    const compared = await launch(['compare', base, result.run.directory as string, '--json']);
    expect(compared.code, compared.stderr).toBe(0);
    const { runs, comparisons } = JSON.parse(compared.stdout) as RunComparison;
    expect(runs.map(({ runs: times }) => times)).toEqual([2, 1]);
    expect(comparisons[0]?.differences).toContainEqual(
      expect.objectContaining({ measure: 'emails.scheduled', difference: 4, ratio: 1.2 }),
    );
  });

  it('starts nothing where the baseline can not be used', async () => {
    const out = join(temporaryDirectory(), 'runs');
    const run = ['simulate', '--scenario', scenarioFile(), '--out', out];
    for (const args of [
      ['--baseline', '/nonexistent.json', '--fail-on', 'lost +0'],
      ['--baseline', '/dev/null', '--fail-on', 'lost +0'],
      ['--fail-on', 'lost +0'],
      ['--repeat', '1'],
    ]) {
      const { code, stderr } = await launch([...run, ...args]);
      expect(code, stderr).toBe(2);
      expect(stderr).not.toContain('    at ');
    }
    const report = await launch(['report', '--out', out]);
    expect(report.stderr).toContain('There is no run in');
  });
});
