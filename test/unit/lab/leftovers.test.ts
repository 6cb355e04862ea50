import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { markOwner, privateDirectories } from '../../../src/broker/drivers/bullmq/finder/owner.js';
import { labMark } from '../../../src/lab/child.js';
import { isAlive } from '../../../src/lab/leftovers/living.js';
import { abandonedServers, orphans } from '../../../src/lab/leftovers/orphans.js';
import { parseAge, parseProcesses, type RunningProcess } from '../../../src/lab/leftovers/processes.js';
import { keptRuns } from '../../../src/lab/leftovers/runs.js';
import { temporaryDirectory } from '../../fixtures/runs.js';

const user = 1000;
const worker = '/usr/bin/node /opt/launchpad/dist/lab/worker/main.js';

function running(pid: number, other: Partial<RunningProcess> = {}): RunningProcess {
  return { pid, parent: 1, user, ageSeconds: 100, command: 'node', ...other };
}

describe('the list of processes', () => {
  it('is read as ps prints it, without the dead', () => {
    const printed = [
      '    1       0     0 Ss    2-03:04:05 /sbin/init splash',
      ' 4711     1  1000 Sl         01:40 /usr/bin/node main.js --lab=7',
      ' 4712     1  1000 Z          01:40 [node] <defunct>',
      '',
    ].join('\n');
    expect(parseProcesses(printed)).toEqual([
      { pid: 1, parent: 0, user: 0, ageSeconds: 183_845, command: '/sbin/init splash' },
      { pid: 4711, parent: 1, user: 1000, ageSeconds: 100, command: '/usr/bin/node main.js --lab=7' },
    ]);
  });

  it.each([
    ['00:07', 7],
    ['01:40', 100],
    ['02:00:01', 7201],
    ['1-00:00:00', 86_400],
  ])('an age of %s', (text, seconds) => {
    expect(parseAge(text)).toBe(seconds);
  });
});

describe('a process that was seen', () => {
  const now = 1_000_000_000;

  it('is alive if it is as old as that', () => {
    expect(isAlive([running(7, { ageSeconds: 100 })], 7, now - 50_000, now)).toBe(true);
    expect(isAlive([running(7, { ageSeconds: 50 })], 7, now - 50_400, now)).toBe(true);
  });

  it('is not alive if its number is gone, or another has it', () => {
    expect(isAlive([running(8)], 7, now, now)).toBe(false);
    expect(isAlive([running(7, { ageSeconds: 10 })], 7, now - 50_000, now)).toBe(false);
  });
});

describe('orphans', () => {
  it('are the children whose parent is not the lab that started them', () => {
    const command = `${worker} ${labMark(7)}`;
    const all = [
      running(20, { parent: 7, command }),
      running(21, { parent: 1, command }),
      running(22, { parent: 1, command, user: 0 }),
      running(23, { parent: 1, command: worker }),
      running(24, { parent: 1, command: `vi ${worker} ${labMark(7)} notes` }),
      running(25, { parent: 900, command: `node /x/lab/services/order-service/main.ts ${labMark(7)}` }),
    ];
    expect(orphans(all, user)).toEqual([
      { kind: 'process', pid: 21, what: 'worker' },
      { kind: 'process', pid: 25, what: 'order-service' },
    ]);
  });
});

describe('private servers', () => {
  const startedAt = Date.now() - 60_000;
  const abandoned = { directory: '/tmp/a', ownerPid: 7, host: hostname(), startedAt, port: 7001 };

  it('are abandoned where their owner is gone', () => {
    const server = running(30, { ageSeconds: 59, command: 'redis-server 127.0.0.1:7001' });
    expect(abandonedServers([abandoned], [server], user)).toEqual([
      { kind: 'server', directory: '/tmp/a', pid: 30 },
    ]);
    // Another owner's number, another server's port, another user's server.
    const others = [
      running(7, { ageSeconds: 5 }),
      running(31, { ageSeconds: 59, command: 'redis-server 127.0.0.1:70010' }),
      running(32, { ageSeconds: 59, user: 0, command: 'redis-server 127.0.0.1:7001' }),
      running(33, { ageSeconds: 5, command: 'redis-server 127.0.0.1:7001' }),
    ].filter(({ pid }) => pid !== 33);
    expect(abandonedServers([abandoned], others, user)).toEqual([
      { kind: 'server', directory: '/tmp/a', pid: null },
    ]);
  });

  it('are left alone where their owner lives, or is on another machine', () => {
    expect(abandonedServers([abandoned], [running(7)], user)).toEqual([]);
    expect(abandonedServers([{ ...abandoned, host: 'elsewhere' }], [], user)).toEqual([]);
  });

  it('say whose they are; what does not is nobody’s business', () => {
    const place = temporaryDirectory();
    for (const name of ['launchpad-redis-a', 'launchpad-redis-b', 'launchpad-redis-c', 'other'])
      mkdirSync(join(place, name));
    markOwner(join(place, 'launchpad-redis-a'), 7001);
    writeFileSync(join(place, 'launchpad-redis-b', 'owner.json'), '{"ownerPid":');
    markOwner(join(place, 'other'), 7002);
    expect(privateDirectories(place)).toEqual([
      {
        directory: join(place, 'launchpad-redis-a'),
        ownerPid: process.pid,
        host: hostname(),
        startedAt: expect.any(Number),
        port: 7001,
      },
    ]);
  });
});

describe('kept runs', () => {
  const startedAt = new Date(Date.now() - 60_000).toISOString();

  function kept(place: string, name: string, run: object | null): string {
    const directory = join(place, name);
    mkdirSync(join(directory, 'stores'), { recursive: true });
    writeFileSync(join(directory, 'plan.json'), '{}');
    if (run !== null) writeFileSync(join(directory, 'run.json'), JSON.stringify(run));
    return directory;
  }

  it('live as long as their process does', () => {
    const place = temporaryDirectory();
    const here = { host: hostname(), startedAt };
    const living = kept(place, '20261121-100000-outage-0001', { id: 'a', pid: 7, ...here });
    const dead = kept(place, '20261121-100000-outage-0002', { id: 'b', pid: 8, ...here });
    const foreign = kept(place, '20261121-100000-outage-0003', { id: 'c', pid: 8, ...here, host: 'else' });
    const silent = kept(place, '20261121-100000-outage-0004', null);
    kept(place, 'my-own-directory', { id: 'd', pid: 8, ...here });
    mkdirSync(join(place, '20261121-100000-holiday-0005'));
    const runs = keptRuns(place, [running(7)]);
    expect(runs.map(({ directory, ids, state }) => [directory, ids, state])).toEqual([
      [living, ['a'], 'living'],
      [dead, ['b'], 'dead'],
      [foreign, ['c'], 'unknown'],
      [silent, [], 'unknown'],
    ]);
    expect(runs[1]?.stores).toEqual([join(dead, 'stores')]);
  });

  it('of several variants live while one of them does', () => {
    const place = temporaryDirectory();
    const here = { host: hostname(), startedAt };
    const all = join(place, '20261121-100000-redrive-0001');
    kept(all, 'repaired', { id: 'a', pid: 8, ...here });
    kept(all, 'as-they-were', { id: 'b', pid: 7, ...here });
    writeFileSync(join(all, 'variants.json'), '{}');
    expect(keptRuns(place, [running(7)])).toMatchObject([{ directory: all, state: 'living' }]);
    expect(keptRuns(place, [])).toMatchObject([{ directory: all, state: 'dead' }]);
  });

  it('are as old as what was changed last', () => {
    const place = temporaryDirectory();
    const directory = kept(place, '20261121-100000-outage-0001', null);
    const longAgo = new Date(Date.now() - 10 * 86_400_000);
    for (const name of ['plan.json', 'stores', '.']) utimesSync(join(directory, name), longAgo, longAgo);
    expect(keptRuns(place, [])[0]?.ageSeconds).toBeCloseTo(864_000, -1);
    writeFileSync(join(directory, 'result.json'), '{}');
    expect(keptRuns(place, [])[0]?.ageSeconds).toBeLessThan(60);
  });

  it('are none where there is no such place', () => {
    expect(keptRuns('/nowhere/at/all', [])).toEqual([]);
  });
});
