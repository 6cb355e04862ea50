import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { LedgerEvent } from '../../src/ledger/events.js';
import { LedgerTail } from '../../src/ledger/tail.js';
import type { Result } from '../../src/result/types.js';
import { FragileRedis } from '../conformance/fixtures/redis.js';
import { Launched, readJson } from './launch.js';

const outage = ['simulate', '--scenario', 'outage', '--for', '60s'];
const controlC = '\x03';
const hideCursor = '\x1b[?25l';
const showCursor = '\x1b[?25h';
/** The progress, and below it the depth of the queues. */
const liveTable =
  /\d s of about [^\n]*━?─{5,}[^\n]* \d+ %\s+[^\n]*queue +depth [^\n]*\n[^\n]*emails[^\n]* \d+ /;
/** To the first line of what was drawn, and cleared from there on. */
const drawnOver = new RegExp(`${String.fromCharCode(27)}\\[\\d+F${String.fromCharCode(27)}\\[0J`);
const frozen = ['--set', 'faults=[{at: 1s, freeze: emails}]', '--set', 'drain=60s'];

/** The command in a terminal of its own. */
function inTerminal(args: readonly string[]): Launched {
  return new Launched(args, { TERM: 'xterm' }, 'terminal');
}

/** Resolves when the terminal has shown it. */
async function shows(run: Launched, text: RegExp): Promise<void> {
  await vi.waitFor(() => expect(run.stdout).toMatch(text), { timeout: 20_000, interval: 20 });
}

function runs(run: Launched): string[] {
  const place = join(run.directory, 'launchpad-runs');
  return existsSync(place) ? readdirSync(place).map((name) => join(place, name)) : [];
}

/** Resolves when the run's ledger has such an event. */
async function untilLedgerHas(run: Launched, kind: LedgerEvent['e']): Promise<void> {
  await vi.waitFor(() => expect(runs(run)).toHaveLength(1), { timeout: 20_000, interval: 20 });
  const tail = new LedgerTail(join(runs(run)[0] as string, 'ledger'));
  try {
    await vi.waitFor(() => expect(tail.poll().map(({ event }) => event.e)).toContain(kind), {
      timeout: 20_000,
      interval: 20,
    });
  } finally {
    tail.close();
  }
}

/** The result that the run saved. */
async function savedResult(run: Launched): Promise<Result> {
  const file = join(runs(run)[0] as string, 'result.json');
  return vi.waitFor(() => readJson(file) as Result, { timeout: 10_000, interval: 50 });
}

describe.runIf(process.platform === 'linux')('in a terminal', () => {
  it('shows a live table; Ctrl-C ends the run in order, with the report', async () => {
    const run = inTerminal(outage);
    await untilLedgerHas(run, 'settled');
    await shows(run, liveTable);
    await shows(run, drawnOver);
    run.type(controlC);
    const { code, stdout } = await run.ended;
    await run.leavesNothing();
    expect(code, stdout).toBe(130);
    // The cursor is given back before the report, which is printed below the last drawing.
    const [live, report, ...more] = stdout.split(showCursor);
    expect(live).toContain(hideCursor);
    expect(report).toMatch(/inconclusive/i);
    expect(more).toEqual([]);
    expect((await savedResult(run)).run.ended).toMatchObject({ reason: 'interrupted', signal: 'SIGINT' });
  });

  it('Ctrl-C during start-up ends it without a report, and leaves no run directory', async () => {
    const run = inTerminal(outage);
    await shows(run, /Run directory/);
    run.type(controlC);
    const { code, stdout } = await run.ended;
    await run.leavesNothing();
    expect(code, stdout).toBe(130);
    expect(stdout).toMatch(/Interrupted before the clock was started/);
    expect(runs(run)).toEqual([]);
  });

  it('Ctrl-C ends it with a frozen worker', async () => {
    const run = inTerminal([...outage, ...frozen]);
    await untilLedgerHas(run, 'fault');
    run.type(controlC);
    const { code, stdout } = await run.ended;
    await run.leavesNothing();
    expect(code, stdout).toBe(130);
    expect((await savedResult(run)).run.ended?.reason).toBe('interrupted');
  });

  it.each([
    ['while it produces', [], 'settled'],
    ['with a frozen worker', frozen, 'fault'],
  ] as const)(
    'that is closed %s, the run is cleaned up, its result saved, and a named Redis is as it was',
    async (_, more, moment) => {
      const redis = await FragileRedis.start();
      onTestFinished(() => redis.remove());
      const run = inTerminal([...outage, ...more, '--redis-url', redis.url]);
      await untilLedgerHas(run, moment);
      expect(await keysOf(redis)).not.toEqual([]);
      // Kills what holds the terminal, and not the command: that is in a session of the terminal's own.
      run.signal('SIGKILL');
      await run.ended;
      const result = await savedResult(run);
      await run.leavesNothing();
      expect(result.run.ended).toMatchObject({ reason: 'interrupted', signal: 'SIGHUP' });
      expect(result.queues.emails?.accounting).toMatchObject({ balanced: true, lost: 0 });
      expect(await keysOf(redis)).toEqual([]);
    },
  );
});

async function keysOf(redis: FragileRedis): Promise<string[]> {
  const { Redis } = await import('ioredis');
  const client = new Redis(redis.url);
  try {
    return await client.keys('*');
  } finally {
    client.disconnect();
  }
}
