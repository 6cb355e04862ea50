import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { findRedis } from '../../../src/broker/index.js';
import { FakePrograms, groupIsAlive, hang } from '../../fixtures/programs.js';
import { temporaryDirectory } from '../../fixtures/runs.js';

const isDownload = (command: string): boolean =>
  / download redis-server/.test(command) && !/--print-uris/.test(command);

/** apt-get that answers what it is asked, and then does this where it is to download into its working directory. */
const aptGet = (download: string): string =>
  `case "$*" in *--print-uris*) exit 0;; *download*) ${download};; *) exit 1;; esac`;

/** A search that is interrupted once its programs have been called so. */
async function interrupt(programs: FakePrograms, when: (command: string) => boolean) {
  const cacheDirectory = temporaryDirectory();
  const interruption = new AbortController();
  const spawned: { pid: number; directory: string }[] = [];
  const search = findRedis({
    allowDownload: true,
    cacheDirectory,
    environment: { PATH: programs.path },
    log: () => undefined,
    signal: interruption.signal,
    onSpawn: (pid, directory) => spawned.push({ pid, directory }),
  }).catch((error: unknown) => error);
  const called = await vi.waitFor(
    () => {
      const call = programs.calls().find(({ command }) => when(command));
      if (call === undefined) throw new Error('not yet');
      return call;
    },
    { timeout: 5_000, interval: 10 },
  );
  const calls = programs.calls().length;
  expect(groupIsAlive(called.pid)).toBe(true);
  interruption.abort('SIGINT');
  return { error: await search, cacheDirectory, spawned, called, further: programs.calls().slice(calls) };
}

describe('an interrupted search for a Redis', () => {
  it.each([
    ['apt-get', isDownload, aptGet(hang)],
    ['dpkg', (command: string) => /^dpkg -x/.test(command), aptGet(': > redis-server.deb')],
  ] as const)(
    'kills %s with all it started, starts nothing new, and leaves nothing',
    async (name, when, apt) => {
      const programs = new FakePrograms();
      programs.add('apt-get', apt);
      programs.add('dpkg', hang);
      const { error, cacheDirectory, spawned, called, further } = await interrupt(programs, when);
      expect(error).toMatchObject({ message: expect.stringContaining('SIGINT'), cause: 'SIGINT' });
      expect(called.command).toContain(name);
      expect(spawned.map(({ pid }) => pid)).toEqual(programs.calls().map(({ pid }) => pid));
      expect(spawned.at(-1)).toEqual({
        pid: called.pid,
        directory: expect.stringContaining(join(cacheDirectory, 'fetching-')),
      });
      await vi.waitFor(() => expect(groupIsAlive(called.pid)).toBe(false));
      expect(further).toEqual([]);
      expect(readdirSync(cacheDirectory)).toEqual([]);
    },
  );

  it('kills a server that is starting, and leaves nothing of it', async () => {
    const programs = new FakePrograms();
    // It never answers.
    programs.add('redis-server', hang);
    const { error, spawned, called } = await interrupt(programs, (command) => /^redis-server/.test(command));
    expect(error).toMatchObject({ cause: 'SIGINT' });
    expect(spawned).toEqual([{ pid: called.pid, directory: expect.stringContaining('launchpad-redis-') }]);
    await vi.waitFor(() => expect(groupIsAlive(called.pid)).toBe(false));
    expect(existsSync(spawned[0]?.directory ?? '')).toBe(false);
  });

  it('starts nothing at all where it was interrupted before', async () => {
    const programs = new FakePrograms();
    for (const name of ['redis-server', 'apt-get', 'dpkg']) programs.add(name, hang);
    const search = findRedis({
      allowDownload: true,
      environment: { PATH: programs.path },
      log: () => undefined,
      signal: AbortSignal.abort('SIGTERM'),
    });
    await expect(search).rejects.toMatchObject({ cause: 'SIGTERM' });
    expect(programs.calls()).toEqual([]);
  });
});

describe('a search for a Redis that is not interrupted', () => {
  it('goes on to lists of its own where the download fails', async () => {
    const programs = new FakePrograms();
    programs.add('apt-get', 'case "$*" in *--print-uris*) exit 0;; *) echo no luck >&2; exit 100;; esac');
    programs.add('dpkg', 'exit 0');
    const cacheDirectory = temporaryDirectory();
    const search = findRedis({
      allowDownload: true,
      cacheDirectory,
      environment: { PATH: programs.path },
      log: () => undefined,
      signal: new AbortController().signal,
    });
    await expect(search).rejects.toMatchObject({
      code: 'redis-not-found',
      message: expect.stringContaining('apt-get failed: exit code 100: no luck'),
    });
    expect(programs.calls().map(({ command }) => command.split(' ').at(-1))).toContain('update');
    expect(readdirSync(cacheDirectory)).toEqual([]);
  });
});
