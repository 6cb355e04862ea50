import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReadyEvent } from '../../src/ledger/events.js';
import type { Result } from '../../src/result/types.js';
import { FragileRedis } from '../conformance/fixtures/redis.js';
import { booksOf, Launched, launch } from './launch.js';

const outage = ['simulate', '--scenario', 'outage', '--json'];
const calm = ['--set', 'faults=[]', '--set', 'expect=[lost == 0]'];

describe('a worker that dies uninvited', () => {
  it('is noticed, and shown as a fault that nobody ordered; the run goes on', async () => {
    const run = new Launched([
      ...outage,
      '--speed',
      '5',
      '--for',
      '1s',
      ...calm,
      '--set',
      'queues.emails.workers=2',
    ]);
    const ready = (await run.event((event) => event.e === 'ready' && event.q === 'emails')) as ReadyEvent;
    await run.event((event) => event.e === 'started' && event.q === 'emails');
    process.kill(ready.pid, 'SIGKILL');
    const { code, stdout, stderr } = await run.ended;
    await run.leavesNothing();
    const result = JSON.parse(stdout) as Result;
    expect(stderr).toMatch(/died by itself: signal SIGKILL; nobody ordered this/);
    expect(result.faults).toEqual([
      expect.objectContaining({
        ordered: false,
        target: 'emails',
        pids: [ready.pid],
        detail: 'signal SIGKILL',
      }),
    ]);
    expect(result.queues.emails?.workers).toMatchObject({ started: 2, died: 1 });
    expect(booksOf(result, 'emails')).toMatchObject({ effected: 100, lost: 0, pending: 0, balanced: true });
    expect(code).toBe(0);
  });
});

describe('a lost Redis', () => {
  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    'is inconclusive with what is known, after %s of a private one',
    async (signal) => {
      const run = new Launched([...outage, '--speed', '2', ...calm, '--verbose']);
      await run.event((event) => event.e === 'settled');
      const pid = Number(/^Server: .*, pid (\d+)/m.exec(run.stderr)?.[1]);
      process.kill(pid, signal);
      const { code, stdout, stderr } = await run.ended;
      await run.leavesNothing();
      expect(code, stderr).toBe(3);
      const result = JSON.parse(stdout) as Result;
      expect(result.run.ended?.reason).toBe('broker-lost');
      expect(result.verdict.outcome).toBe('inconclusive');
      const books = booksOf(result, 'emails');
      expect(books).toMatchObject({ lost: null, pending: null, balanced: true });
      expect(books.undetermined).toBeGreaterThan(0);
      expect(books.attempted).toBe(books.acknowledged + books.unknown + books.refused);
    },
  );
});

describe('a Redis of somebody’s own', () => {
  let redis: FragileRedis;

  beforeEach(async () => {
    redis = await FragileRedis.start('--requirepass', 'hunter2');
  });

  afterEach(() => redis.remove());

  const url = (): string => redis.url.replace('redis://', 'redis://:hunter2@');

  async function keys(): Promise<string[]> {
    const { Redis } = await import('ioredis');
    const client = new Redis(url());
    const found = await client.keys('*');
    client.disconnect();
    return found.sort();
  }

  it('keeps all its other keys, none of the run’s, and its password to itself', async () => {
    const { Redis } = await import('ioredis');
    const client = new Redis(url());
    await client.mset('bull:emails:id', '7', '{launchpad:somebody-else}:emails:id', '1', 'mine', 'x');
    client.disconnect();
    const before = await keys();

    const run = new Launched([
      ...outage,
      '--speed',
      '10',
      '--for',
      '1s',
      ...calm,
      '--verbose',
      '--redis-url',
      url(),
    ]);
    await run.event((event) => event.e === 'settled');
    expect((await keys()).length).toBeGreaterThan(before.length);
    const { code, stdout, stderr } = await run.ended;
    await run.leavesNothing();
    expect(code, stderr).toBe(0);
    expect(await keys()).toEqual(before);
    expect(stdout + stderr).not.toContain('hunter2');
    const written = readdirSync(run.directory, { recursive: true, encoding: 'utf8' })
      .map((name) => join(run.directory, name))
      .filter((path) => statSync(path).isFile());
    expect(written.length).toBeGreaterThan(5);
    expect(written.filter((path) => readFileSync(path, 'utf8').includes('hunter2'))).toEqual([]);
  });

  it('loses the run’s keys too when the run is interrupted', async () => {
    const before = await keys();
    const run = new Launched([...outage, '--redis-url', url()]);
    await run.event((event) => event.e === 'settled');
    run.signal('SIGINT');
    expect((await run.ended).code).toBe(130);
    await run.leavesNothing();
    expect(await keys()).toEqual(before);
  });

  it('is given up when it does not come back, and what is left there is said', async () => {
    const run = new Launched([...outage, '--speed', '2', ...calm, '--redis-url', url()]);
    await run.event((event) => event.e === 'settled');
    await redis.kill();
    const { code, stdout, stderr } = await run.ended;
    await run.leavesNothing();
    expect(code, stderr).toBe(3);
    const result = JSON.parse(stdout) as Result;
    expect(result.run.ended?.reason).toBe('broker-lost');
    expect(booksOf(result, 'emails')).toMatchObject({ lost: null, pending: null, balanced: true });
    expect(stderr).toMatch(/Left behind:\n[\s\S]*the keys \{launchpad:.+\}:\* on redis:/);
    expect(stderr).not.toContain('hunter2');
  });

  it('that takes no further connections ends the start, and says who was not ready', async () => {
    const { Redis } = await import('ioredis');
    const client = new Redis(url());
    await client.config('SET', 'maxclients', '4');
    client.disconnect();
    const { code, stdout, stderr } = await launch([...outage, '--redis-url', url()]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/could not start: .*not ready after/);
    expect(stdout).toBe('');
  }, 60_000);

  it('may restart under a run, and what was refused meanwhile is in the books', async () => {
    const run = new Launched([
      ...outage,
      '--speed',
      '1',
      '--rate',
      '50/s',
      '--for',
      '6s',
      ...calm,
      '--set',
      'queues.emails.rate=50/s',
      '--set',
      'queues.emails.concurrency=50',
      '--redis-url',
      url(),
    ]);
    await run.event((event) => event.e === 'settled');
    await redis.kill();
    await run.says(/does not answer/);
    await redis.start();
    await run.says(/answers again/);
    const { stdout } = await run.ended;
    await run.leavesNothing();
    const result = JSON.parse(stdout) as Result;
    const books = booksOf(result, 'emails');
    expect(books).toMatchObject({ scheduled: 300, attempted: 300, balanced: true });
    expect(books.refused).toBeGreaterThan(0);
    expect(books.acknowledged + books.unknown + books.refused).toBe(300);
  });
});

describe('a full disk', () => {
  // A limit on the size of a process's files stands for it: prlimit is Linux's.
  it.runIf(process.platform === 'linux')('of a worker makes no message dead', async () => {
    const settings = [
      '--rate',
      '20/s',
      '--for',
      '30s',
      '--set',
      'queues.emails={concurrency: 20, work: 50ms}',
    ];
    const run = new Launched([...outage, '--speed', '1', ...calm, ...settings]);
    const ready = (await run.event((event) => event.e === 'ready' && event.q === 'emails')) as ReadyEvent;
    await run.event((event) => event.e === 'settled' && event.q === 'emails');
    execFileSync('prlimit', ['--pid', String(ready.pid), '--fsize=1:1']);
    const { code, stdout } = await run.ended;
    await run.leavesNothing();
    const result = JSON.parse(stdout) as Result;
    expect(result.run.ended?.reason).toBe('disk-full');
    expect(booksOf(result, 'emails')).toMatchObject({ deadLettered: 0, lost: 0, balanced: true });
    expect(code).toBe(3);
  });

  it.runIf(process.platform === 'linux')('of the producer ends the run as inconclusive', async () => {
    const run = new Launched([...outage, '--speed', '1', '--rate', '1000/s', '--for', '30s', ...calm]);
    await run.event((event) => event.e === 'settled');
    const pids = run
      .survivors()
      .filter((line) => /producer\/main/.test(line))
      .map((line) => Number.parseInt(line, 10));
    expect(pids).toHaveLength(1);
    execFileSync('prlimit', ['--pid', String(pids[0]), '--fsize=1:1']);
    const { code, stdout } = await run.ended;
    await run.leavesNothing();
    expect((JSON.parse(stdout) as Result).run.ended?.reason).toBe('disk-full');
    expect(code).toBe(3);
  });
});

describe('bad input', () => {
  it.each([
    [['simulate', '--scenario', 'outag'], /did you mean `outage`/],
    [['simulate', '--set', 'queues.emals.rate=1/s'], /emals/],
    [['simulate', '--expect', 'emails.catchup <= 1s'], /did you mean `emails.catchUp`/],
    [['simulate', '--speed', '99'], /--speed 50 or less/],
    [['simulate', '--redis-url', 'redis://:hunter2@127.0.0.1:1'], /can't be reached/],
    [['simulate', '--out', '/dev/null/runs'], /--out/],
    [['simulate', '--json', '/nonexistent/result.json'], /--json/],
    [['simulate', '--broker', 'carrier-pigeon'], /bullmq/],
    [['simulate', '--nonsense'], /unknown option/],
    [['predict', '--rate', '5'], /5\/s/],
    [['report', '/nonexistent'], /run directory/],
    [['report', '--out', '/nonexistent'], /no run/],
  ])('%j: exit code 2, what to do, and no stack', async (args, hint) => {
    const { code, stdout, stderr } = await launch(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(hint);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stderr).not.toContain('hunter2');
    expect(stdout).toBe('');
  });

  it('tells all that is wrong with a file at once, each with its line', async () => {
    const run = new Launched(['--version']);
    await run.ended;
    const file = join(run.directory, 'mine.yaml');
    writeFileSync(
      file,
      'producers:\n  orders: { rate: 5, for: 3s, to: [emails] }\nqueues:\n  emails: { rat: 5/s }\n',
    );
    const { code, stderr } = await launch(['simulate', '--scenario', file]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/mine\.yaml:2 .*5 has no unit/);
    expect(stderr).toMatch(/mine\.yaml:4 .*`rat`[\s\S]*did you mean `rate`/);
  });
});
