import { describe, expect, it } from 'vitest';
import type { Result } from '../../src/result/types.js';
import { booksOf, Launched } from './launch.js';

const outage = ['simulate', '--scenario', 'outage', '--json'];

/** Kept wide: the machine may be busy. The aim is two seconds. */
const endsWithin = 6_000;

async function end(run: Launched, signal: NodeJS.Signals): Promise<{ code: number | null; stdout: string }> {
  const begin = performance.now();
  run.signal(signal);
  const { code, stdout } = await run.ended;
  expect(performance.now() - begin).toBeLessThan(endsWithin);
  await run.leavesNothing();
  return { code, stdout };
}

function interrupted(stdout: string): Result {
  const result = JSON.parse(stdout) as Result;
  expect(result.run.ended?.reason).toBe('interrupted');
  expect(result.verdict.outcome).toBe('inconclusive');
  for (const queue of ['emails', 'payments']) {
    const books = booksOf(result, queue);
    expect(books.balanced).toBe(true);
    expect(books.lost).toBe(0);
    expect(books.effected + (books.pending ?? 0)).toBe(books.acknowledged + books.recovered);
  }
  return result;
}

describe('an interrupted run', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    'ends in order after %s while it produces, with the report so far',
    async (signal, expected) => {
      const run = new Launched([...outage, '--for', '60s']);
      await run.event((event) => event.e === 'settled');
      const { code, stdout } = await end(run, signal);
      expect(code).toBe(expected);
      const books = booksOf(interrupted(stdout), 'emails');
      expect(books.dropped).toBeGreaterThan(0);
      expect(books.scheduled).toBe(books.attempted + books.dropped);
    },
  );

  it('ends in order while it drains', async () => {
    const run = new Launched([...outage, '--speed', '5']);
    await run.event((event) => event.e === 'started' && event.q === 'emails' && event.r === true);
    const { code, stdout } = await end(run, 'SIGINT');
    expect(code).toBe(130);
    expect(booksOf(interrupted(stdout), 'emails')).toMatchObject({ dropped: 0, attempted: 300 });
  });

  it('ends in order with a frozen worker', async () => {
    const run = new Launched([...outage, '--set', 'faults=[{at: 1s, freeze: emails}]', '--set', 'drain=60s']);
    await run.event((event) => event.e === 'fault');
    const { code, stdout } = await end(run, 'SIGINT');
    expect(code).toBe(130);
    interrupted(stdout);
  });

  it('ends in order with an aimed kill that still waits', async () => {
    const run = new Launched([
      ...outage,
      '--set',
      'queues.emails.work=5s',
      '--set',
      'queues.emails.redelivery=null',
    ]);
    await run.event((event) => event.e === 'settled' && event.q === 'payments');
    const { code, stdout } = await end(run, 'SIGINT');
    expect(code).toBe(130);
    interrupted(stdout);
  });

  it('ends without a report before the clock was started', async () => {
    const run = new Launched(outage);
    await run.says(/Run directory/);
    const { code, stdout } = await end(run, 'SIGINT');
    expect(code).toBe(130);
    expect(stdout).toBe('');
  });

  it('ends at once after a second signal, and says what is left', async () => {
    const run = new Launched(outage);
    await run.event((event) => event.e === 'settled');
    run.signal('SIGINT');
    run.signal('SIGTERM');
    const { code, stderr } = await run.ended;
    await run.leavesNothing();
    expect([130, 143]).toContain(code);
    expect(stderr).toMatch(/Left behind:\n {2}.*launchpad-runs/);
  });
});

describe('a command that is killed itself', () => {
  it.each([
    ['while it runs', ['--for', '60s']],
    ['with a frozen worker', ['--set', 'faults=[{at: 1s, freeze: emails}]', '--set', 'drain=60s']],
  ])('leaves no process %s', async (_, args) => {
    const run = new Launched([...outage, ...args]);
    await run.event((event) => event.e === (args.length > 2 ? 'fault' : 'settled'));
    expect(run.survivors().length).toBeGreaterThanOrEqual(6);
    run.signal('SIGKILL');
    expect((await run.ended).signal).toBe('SIGKILL');
    await run.leavesNothing();
  });
});
