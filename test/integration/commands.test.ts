import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Diagnosis } from '../../src/result/doctor.js';
import type { Result } from '../../src/result/types.js';
import { FragileRedis } from '../conformance/fixtures/redis.js';
import { temporaryDirectory } from '../fixtures/runs.js';
import { Launched, launch, readJson } from './launch.js';

const outage = ['simulate', '--scenario', 'outage', '--for', '60s'];
const frozen = ['--set', 'faults=[{at: 1s, freeze: emails}]', '--set', 'drain=60s'];

async function redis(...settings: string[]): Promise<FragileRedis> {
  const server = await FragileRedis.start(...settings);
  onTestFinished(() => server.remove());
  return server;
}

async function keysOf({ url }: FragileRedis): Promise<string[]> {
  const { Redis } = await import('ioredis');
  const client = new Redis(url);
  try {
    return await client.keys('*');
  } finally {
    client.disconnect();
  }
}

/** Kills a run so that nobody is left to clean up after it: its guard first, and then the command. */
async function killWithGuard(run: Launched): Promise<void> {
  const guard = run.survivors().find((line) => /lab\/guard\/main\.js/.test(line));
  if (guard === undefined) throw new Error('the run has no guard');
  process.kill(Number.parseInt(guard, 10), 'SIGKILL');
  run.signal('SIGKILL');
  await run.ended;
}

/** The processes that such a run leaves: those that could not notice that it is gone. */
async function orphansOf(run: Launched, how: RegExp): Promise<string[]> {
  return vi.waitFor(
    () => {
      const left = run.survivors();
      expect(left.every((line) => how.test(line))).toBe(true);
      expect(left).toHaveLength(1);
      return left;
    },
    { timeout: 5_000, interval: 50 },
  );
}

describe('launchpad doctor', () => {
  it('says that a run is possible, and leaves nothing', async () => {
    const { code, stdout, stderr } = await launch(['doctor', '--json']);
    expect(stderr).toBe('');
    const diagnosis = JSON.parse(stdout) as Diagnosis;
    expect(diagnosis).toMatchObject({ schema: 'launchpad.doctor/1', canRun: true });
    expect(code).toBe(0);
    const found = diagnosis.checks.find(({ name }) => name === 'Redis');
    expect(found?.text).toMatch(/^(redis|valkey) \d.*, started for each run \(in \d+ ms\); answers within/);
  });

  it('asks a Redis that was named, and warns of one that loses messages', async () => {
    const server = await redis('--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru');
    const { code, stdout } = await launch(['doctor', '--redis-url', server.url]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/✓ Redis +redis \d/);
    expect(stdout.replace(/\s+/g, ' ')).toContain('! This Redis may evict keys');
    expect(await keysOf(server)).toEqual([]);
  });

  it('exits 2 where no run is possible', async () => {
    const { code, stdout } = await launch(['doctor', '--redis-url', 'redis://127.0.0.1:1']);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^✗ Redis/m);
    expect(stdout).toMatch(/No run is possible before that is put right\.\n$/);
  });

  it('says what is missing where there is no Redis and none may be fetched', async () => {
    const nothing = { PATH: temporaryDirectory(), XDG_CACHE_HOME: temporaryDirectory() };
    const { code, stdout } = await launch(['doctor', '--no-download'], nothing);
    expect(code).toBe(2);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/✗ Redis No Redis was found:.*--redis-url/);
  });
});

describe('launchpad clean', () => {
  it('removes what a killed run has left: a frozen worker, keys and stores, and nothing of a living one', async () => {
    const server = await redis();
    const stored = ['--set', 'queues.emails.idempotency=delivery-log'];
    const dead = new Launched([...outage, ...frozen, ...stored, '--redis-url', server.url]);
    await dead.event((event) => event.e === 'fault');
    const living = new Launched([...outage, '--redis-url', server.url]);
    await living.event((event) => event.e === 'settled');
    await killWithGuard(dead);
    await orphansOf(dead, /lab\/worker\/main\.js/);
    expect(existsSync(join(dead.runDirectory, 'stores'))).toBe(true);

    const here = ['clean', '--redis-url', server.url, '--out', join(dead.directory, 'launchpad-runs')];
    const dry = await launch([...here, '--dry-run']);
    expect(dry.code).toBe(0);
    expect(dry.stdout).toContain('a process of a worker');
    expect(dry.stdout).toContain(`{launchpad:${nameOf(dead)}}:*`);
    expect(dry.stdout).not.toContain(nameOf(living));
    expect(dead.survivors()).toHaveLength(1);

    const { code, stdout, stderr } = await launch([...here, '--yes']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/\nRemoved\.\n$/);
    expect(code).toBe(0);
    await dead.leavesNothing();
    expect(existsSync(join(dead.runDirectory, 'stores'))).toBe(false);
    const keys = await keysOf(server);
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter((key) => !key.includes(nameOf(living)))).toEqual([]);
    expect((await launch([...here, '--yes'])).stdout).toMatch(/^✓ Nothing was left behind\./);

    living.signal('SIGINT');
    expect((await living.ended).code).toBe(130);
    expect(await keysOf(server)).toEqual([]);
  });

  it('waits for a run that it knows nothing of, and removes the keys of one that does not come back', async () => {
    const server = await redis();
    const dead = new Launched([...outage, '--redis-url', server.url]);
    await dead.event((event) => event.e === 'settled');
    await killWithGuard(dead);
    await dead.leavesNothing();
    // From another directory its own is not seen.
    const { stdout, stderr } = await launch(['clean', '--yes', '--redis-url', server.url]);
    expect(stderr).toMatch(/^Waiting for 11 s: /);
    expect(stdout).toContain(`{launchpad:${nameOf(dead)}}:*`);
    expect(await keysOf(server)).toEqual([]);
  });

  it('removes a private server whose run was killed, after it has asked', async () => {
    const TMPDIR = temporaryDirectory();
    const dead = new Launched(outage, { TMPDIR });
    await dead.event((event) => event.e === 'settled');
    await killWithGuard(dead);
    await vi.waitFor(() => expect(readdirSync(TMPDIR)).toHaveLength(1));

    const refused = await launch(['clean'], { TMPDIR });
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('--yes');

    const asked = new Launched(['clean'], { TMPDIR, TERM: 'xterm' }, 'terminal');
    await shows(asked, /Remove all of it\? \[y\/N\] /);
    asked.type('n\n');
    expect((await asked.ended).code).toBe(0);
    expect(asked.stdout).toContain('Nothing was removed.');
    expect(readdirSync(TMPDIR)).toHaveLength(1);

    const again = new Launched(['clean'], { TMPDIR, TERM: 'xterm' }, 'terminal');
    await shows(again, /and the server that still runs in it, pid \d+[\s\S]*\[y\/N\] /);
    again.type('y\n');
    expect((await again.ended).code).toBe(0);
    expect(again.stdout).toContain('Removed.');
    expect(readdirSync(TMPDIR)).toEqual([]);
    await dead.leavesNothing();
  });
});

describe('simulate --ask', () => {
  const asked = ['simulate', '--scenario', 'outage', '--speed', '10', '--ask'];

  it('asks in a terminal before anything is predicted, and shows guess, theory and measured', async () => {
    const run = new Launched(asked, { TERM: 'xterm' }, 'terminal');
    await shows(run, /peak backlog, in messages\? /);
    expect(run.stdout).not.toContain('Predicted');
    expect(existsSync(join(run.directory, 'launchpad-runs'))).toBe(false);
    run.type('lots\n');
    await shows(run, /Type a number of messages/);
    run.type('250\n');
    await shows(run, /catch-up, in scenario time/);
    run.type('45 s\n');
    await run.ended;
    expect(run.stdout).toMatch(/emails, peak backlog +250 +290 +2\d\d [^\n]*\n[^\n]*emails, catch-up +45 s/);

    const [name = ''] = readdirSync(join(run.directory, 'launchpad-runs'));
    const directory = join(run.directory, 'launchpad-runs', name);
    const guesses = { emails: { peakBacklog: 250, catchUpSeconds: 45 } };
    expect((readJson(join(directory, 'result.json')) as Result).guesses).toEqual(guesses);
    const { stdout } = await launch(['report', directory]);
    expect(stdout).toMatch(/emails, peak backlog +250 +290/);
  });

  it('ends at the question after Ctrl-C, with nothing started', async () => {
    const run = new Launched(asked, { TERM: 'xterm' }, 'terminal');
    await shows(run, /peak backlog, in messages\? /);
    run.type('\x03');
    expect((await run.ended).code).toBe(130);
    expect(run.stdout).toContain('nothing was measured');
    expect(existsSync(join(run.directory, 'launchpad-runs'))).toBe(false);
    await run.leavesNothing();
  });

  it('exits 2 without a terminal', async () => {
    const { code, stderr } = await launch(asked);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Error: --ask asks on the terminal, and there is none\n→ /);
  });
});

/** The run's id, which names its directory and its keys. */
function nameOf(run: Launched): string {
  return run.runDirectory.split('/').at(-1) ?? '';
}

async function shows(run: Launched, text: RegExp): Promise<void> {
  await vi.waitFor(() => expect(run.stdout).toMatch(text), { timeout: 20_000, interval: 20 });
}
