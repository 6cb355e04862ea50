import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished, test, vi } from 'vitest';
import { ask } from '../../src/broker/drivers/bullmq/finder/ping.js';
import { parseRedisUrl } from '../../src/broker/drivers/bullmq/url.js';
import { type FindRedisOptions, findRedis } from '../../src/broker/index.js';
import { FragileRedis } from '../conformance/fixtures/redis.js';
import { FakePrograms, hang } from '../fixtures/programs.js';
import { temporaryDirectory } from '../fixtures/runs.js';
import { Launched } from './launch.js';

const options: FindRedisOptions = { allowDownload: true, log: () => undefined };

describe('a private server', () => {
  test('is started, answers, and is gone afterwards, with its directory', async () => {
    const spawned: { pid: number; directory: string }[] = [];
    const server = await findRedis({
      ...options,
      onSpawn: (pid, directory) => void spawned.push({ pid, directory }),
    });
    expect(spawned).toEqual([{ pid: server.pid, directory: server.directory }]);
    expect(server).toMatchObject({ isPrivate: true, displayUrl: server.url });
    expect(server.url).toMatch(/^redis:\/\/127\.0\.0\.1:\d+$/);
    expect(server.directory).toContain('launchpad-redis-');
    expect(await configured(server.url, 'noeviction')).toBe('noeviction');

    await Promise.all([server.close(), server.close()]);
    expect(isAlive(server.pid)).toBe(false);
    expect(existsSync(server.directory ?? '')).toBe(false);
  });

  test('leads its own process group', async () => {
    const server = await findRedis(options);
    onTestFinished(server.close);
    // The group exists, and its leader is the server.
    expect(() => process.kill(-(server.pid ?? 0), 0)).not.toThrow();
  });

  test('says when it ends without having been told to', async () => {
    const server = await findRedis({ ...options, appendOnly: true });
    expect(existsSync(join(server.directory ?? '', 'appendonlydir'))).toBe(true);
    process.kill(server.pid ?? 0, 'SIGKILL');
    expect(await server.died).toBe('it was killed by SIGKILL');
    await server.close();
    expect(existsSync(server.directory ?? '')).toBe(false);
  });

  test('is stopped even where it is frozen', async () => {
    const server = await findRedis(options);
    process.kill(server.pid ?? 0, 'SIGSTOP');
    await server.close();
    expect(isAlive(server.pid)).toBe(false);
  });

  test('several at once get a port each', async () => {
    const servers = await Promise.all([findRedis(options), findRedis(options), findRedis(options)]);
    onTestFinished(async () => {
      await Promise.all(servers.map((server) => server.close()));
    });
    expect(new Set(servers.map(({ url }) => url)).size).toBe(3);
  });
});

describe('a Redis that was named', () => {
  test('is used as it is, and left alone', async () => {
    const redis = await FragileRedis.start('--requirepass', 's3cret');
    onTestFinished(() => redis.remove());
    const url = redis.url.replace('://', '://default:s3cret@');
    const server = await findRedis({ ...options, url });
    expect(server).toMatchObject({
      url,
      displayUrl: redis.url,
      isPrivate: false,
      pid: null,
      directory: null,
    });
    await server.close();
    expect((await ask(parseRedisUrl(url), ['PING'], 1_000)).kind).toBe('ok');
  });

  test('with the wrong password, the error says so and does not repeat it', async () => {
    const redis = await FragileRedis.start('--requirepass', 's3cret');
    onTestFinished(() => redis.remove());
    for (const [url, reason] of [
      [redis.url.replace('://', '://:wr0ng@'), /WRONGPASS/],
      [redis.url, /NOAUTH/],
    ] as const) {
      const error: unknown = await findRedis({ ...options, url }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'broker-unreachable',
        exitCode: 2,
        hint: expect.stringContaining('credentials'),
      });
      expect(String(error)).toMatch(reason);
      expect(String(error)).not.toContain('wr0ng');
    }
  });

  test('that does not answer is an error within the time limit', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const begin = performance.now();
    await expect(findRedis({ ...options, url: `redis://:s3cret@127.0.0.1:${port}` })).rejects.toMatchObject({
      code: 'broker-unreachable',
      message: `Redis at redis://127.0.0.1:${port} can't be reached: no answer within 3 s`,
    });
    expect(performance.now() - begin).toBeLessThan(4_000);
  });

  test('that is not there is an error at once', async () => {
    await expect(findRedis({ ...options, url: 'redis://:s3cret@127.0.0.1:1' })).rejects.toMatchObject({
      code: 'broker-unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('where there is none', () => {
  const empty = mkdtempSync(join(tmpdir(), 'launchpad-test-'));
  afterAll(() => rmSync(empty, { recursive: true }));

  test.each([
    ['the option', { allowDownload: false }, {}, /fetching one is forbidden/],
    ['the environment', { allowDownload: true }, { LAUNCHPAD_NO_DOWNLOAD: '1' }, /fetching one is forbidden/],
    ['what is missing', { allowDownload: true }, {}, /needs apt-get and dpkg/],
  ])('the error says what was tried, and what to do: %s', async (_, given, variables, tried) => {
    const environment = { PATH: empty, HOME: empty, ...variables };
    const error: unknown = await findRedis({ ...options, ...given, environment }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({
      code: 'redis-not-found',
      exitCode: 2,
      hint: expect.stringContaining('--redis-url'),
    });
    expect(String(error)).toMatch(tried);
    expect(String(error)).toContain(join(empty, '.cache', 'launchpad'));
    expect(readdirSync(empty)).toEqual([]);
  });
});

describe('a command that ends while packages are fetched', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGKILL', null],
  ] as const)('leaves no apt-get after %s, and no directory', async (signal, expected) => {
    const programs = new FakePrograms();
    // Asked what it would fetch, it takes as long as a real one; by then the guard is up.
    programs.add('apt-get', `case "$*" in *--print-uris*) /bin/sleep 0.3;; *) ${hang};; esac`);
    programs.add('dpkg', 'exit 0');
    const cache = temporaryDirectory();
    const run = new Launched(['simulate', '--scenario', 'outage'], {
      PATH: programs.path,
      XDG_CACHE_HOME: cache,
      LAUNCHPAD_NO_DOWNLOAD: '',
    });
    await vi.waitFor(() => expect(programs.calls()).toHaveLength(3), { timeout: 5_000, interval: 20 });
    expect(readdirSync(join(cache, 'launchpad'))).toEqual([expect.stringMatching(/^fetching-/)]);
    run.signal(signal);
    expect((await run.ended).code).toBe(expected);
    await run.leavesNothing();
    await vi.waitFor(() => expect(readdirSync(join(cache, 'launchpad'))).toEqual([]));
    expect(programs.calls()).toHaveLength(3);
  });
});

async function configured(url: string, value: string): Promise<string | undefined> {
  const answer = await ask(parseRedisUrl(url), ['INFO', 'memory'], 1_000);
  return new RegExp(`maxmemory_policy:(${value})`).exec(answer.text)?.[1];
}

function isAlive(pid: number | null): boolean {
  try {
    process.kill(pid ?? 0, 0);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
