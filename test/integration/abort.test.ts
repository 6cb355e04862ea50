import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isComparison, type Outcome } from '../../src/result/comparison.js';
import type { Result } from '../../src/result/types.js';
import { booksOf, Launched } from './launch.js';

/** Outage, of which nothing is expected but this. */
const expecting = (entries: string, ...more: readonly string[]): string[] => [
  ...['simulate', '--scenario', 'outage', '--speed', '5', '--json', '--set', `expect=[${entries}]`],
  ...more,
];

const backlog = 'emails.backlog.peak <= 100';

async function outcomeOf(run: Launched): Promise<{ code: number | null; outcome: Outcome; stderr: string }> {
  const { code, stdout, stderr } = await run.ended;
  await run.leavesNothing();
  if (stdout === '') throw new Error(`No result, exit code ${code}: ${stderr}`);
  return { code, outcome: JSON.parse(stdout) as Outcome, stderr };
}

async function resultOf(run: Launched): Promise<{ code: number | null; result: Result; stderr: string }> {
  const { outcome, ...rest } = await outcomeOf(run);
  if (isComparison(outcome)) throw new Error('The scenario has variants');
  return { ...rest, result: outcome };
}

function expectAborted({ run, verdict, expectations, queues }: Result, expression: string): void {
  expect(run.ended).toMatchObject({ reason: 'aborted', expectation: expression, signal: null });
  expect(run.ended?.detail).toContain(`${expression} can't be met any more: it was 101 at `);
  expect(verdict.outcome).toBe('fail');
  expect(expectations).toContainEqual(
    expect.objectContaining({ expression, outcome: 'fail', abort: true, expected: 'at most 100' }),
  );
  for (const { accounting } of Object.values(queues)) {
    expect(accounting.balanced).toBe(true);
    // The census was taken.
    expect(accounting.lost).toBe(0);
    expect(accounting.pending).toBeGreaterThan(0);
  }
}

describe('a run with an expectation that can not be met any more', () => {
  it('ends in order, with the report so far', async () => {
    const run = new Launched(expecting(`lost == 0, {that: ${backlog}, abort: true}, emails.catchUp <= 70s`));
    const { code, result, stderr } = await resultOf(run);
    expect(code).toBe(99);
    expectAborted(result, backlog);
    // The backlog of emails grows by 95/s; a hundred are there after a second, and all is over long before the restart at 8 s.
    expect(result.run.durationSeconds).toBeLessThan(8);
    expect(booksOf(result, 'emails').dropped).toBe(300 - booksOf(result, 'emails').attempted);
    expect(result.expectations.map(({ outcome }) => outcome)).toEqual(['pass', 'fail', 'unknown']);
    expect(stderr).toContain(`ends early  as soon as ${backlog} can't be met any more`);
    expect(stderr).toMatch(
      /^Aborted: emails\.backlog\.peak <= 100 can't be met any more: it was 101 at [\d.]+ s$/m,
    );
    // What is kept says the same.
    const again = new Launched(['report', join(run.directory, 'launchpad-runs', kept(run)), '--json']);
    const reported = await resultOf(again);
    expect(reported.code).toBe(99);
    expectAborted(reported.result, backlog);
  });

  it('ends so with nothing said, too', async () => {
    const run = new Launched(expecting(`{that: ${backlog}, abort: true}`, '--quiet'));
    const { code, result, stderr } = await resultOf(run);
    expect(code).toBe(99);
    expectAborted(result, backlog);
    expect(stderr).toBe('');
  });

  it('is one of the variants, and the others go on', async () => {
    const run = new Launched([
      ...expecting(`{that: ${backlog}, abort: true}`, '--for', '2s'),
      ...[
        '--vary',
        'queues.emails.rate=5/s,500/s',
        '--set',
        'faults=[]',
        '--set',
        'queues.emails.concurrency=100',
      ],
    ]);
    const { code, outcome } = await outcomeOf(run);
    if (!isComparison(outcome)) throw new Error('The scenario has no variants');
    expect(code).toBe(99);
    expect(outcome.notRun).toEqual([]);
    expect(Object.values(outcome.variants).map((result) => result.run.ended?.reason)).toEqual([
      'aborted',
      'drained',
    ]);
  });
});

function kept(run: Launched): string {
  const [name, ...others] = readdirSync(join(run.directory, 'launchpad-runs'));
  if (name === undefined || others.length > 0) throw new Error('There is not one run directory');
  return name;
}
