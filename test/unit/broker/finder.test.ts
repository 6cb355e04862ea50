import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { installCommand, installHint } from '../../../src/broker/drivers/bullmq/finder/hint.js';
import { neededPackages, totalBytes } from '../../../src/broker/drivers/bullmq/finder/packages.js';
import { readReplies } from '../../../src/broker/drivers/bullmq/finder/ping.js';
import {
  defaultCacheDirectory,
  findOnPath,
  findServerInTree,
  findServerOnPath,
  parseSystem,
  serverEnvironment,
} from '../../../src/broker/drivers/bullmq/finder/search.js';

describe('reading replies', () => {
  test.each([
    ['+PONG\r\n', 1, { kind: 'ok', text: 'PONG' }],
    ['+OK\r\n+PONG\r\n', 2, { kind: 'ok', text: 'PONG' }],
    ['+OK\r\n', 2, null],
    ['+PO', 1, null],
    ['$5\r\nhello\r\n', 1, { kind: 'ok', text: 'hello' }],
    ['$5\r\nhel', 1, null],
    ['$5\r\nhello', 1, null],
    ['$4\r\na\r\nb\r\n+OK\r\n', 2, { kind: 'ok', text: 'OK' }],
    ['-WRONGPASS no\r\n', 2, { kind: 'error', text: 'WRONGPASS no' }],
    ['HTTP/1.1 400 Bad Request\r\n', 1, { kind: 'error', text: 'this is not a Redis' }],
  ])('%j', (received, count, answer) => {
    expect(readReplies(received, count)).toEqual(answer);
  });
});

describe('searching', () => {
  const place = mkdtempSync(join(tmpdir(), 'launchpad-test-'));
  afterAll(() => rmSync(place, { recursive: true }));

  function directory(...names: string[]): string {
    const path = join(place, ...names);
    mkdirSync(path, { recursive: true });
    return path;
  }

  function program(file: string, mode = 0o755): string {
    writeFileSync(file, '#!/bin/sh\n');
    chmodSync(file, mode);
    return file;
  }

  test('takes the first program on the PATH, and no directory or plain file of that name', () => {
    const [wrong, plain, right] = [directory('wrong'), directory('plain'), directory('right')];
    directory('wrong', 'redis-server');
    program(join(plain, 'redis-server'), 0o644);
    const file = program(join(right, 'redis-server'));
    const environment = { PATH: ['', 'relative', '/no/such', wrong, right].join(':') };
    expect(findOnPath('redis-server', environment)).toBe(file);
    expect(findOnPath('valkey-server', environment)).toBeNull();
    expect(findOnPath('redis-server', {})).toBeNull();
  });

  test('takes valkey-server where there is no redis-server', () => {
    const file = program(join(directory('valkey'), 'valkey-server'));
    expect(findServerOnPath({ PATH: join(place, 'valkey') })).toEqual({
      name: 'valkey-server',
      file,
      libraries: [],
      source: 'valkey-server on the PATH',
    });
  });

  test("takes an unpacked server from within its tree, with the tree's libraries", () => {
    const bin = directory('tree', 'usr', 'bin');
    const libraries = directory('tree', 'usr', 'lib', 'x86_64-linux-gnu');
    directory('tree', 'usr', 'lib', 'systemd');
    expect(findServerInTree(join(place, 'tree'))).toBeNull();
    program(join(bin, 'redis-check-rdb'));
    symlinkSync('redis-check-rdb', join(bin, 'redis-server'));
    const found = findServerInTree(join(place, 'tree'));
    expect(found).toMatchObject({ file: join(bin, 'redis-server'), libraries: [libraries] });
    expect(serverEnvironment(found!, { LD_LIBRARY_PATH: '/mine' }).LD_LIBRARY_PATH).toBe(
      `${libraries}:/mine`,
    );
    expect(serverEnvironment(found!, {}).LD_LIBRARY_PATH).toBe(libraries);
  });

  test.each([
    [{ XDG_CACHE_HOME: '/cache', HOME: '/home/me' }, '/cache/launchpad'],
    [{ XDG_CACHE_HOME: 'relative', HOME: '/home/me' }, '/home/me/.cache/launchpad'],
    [{ HOME: '/home/me' }, '/home/me/.cache/launchpad'],
  ])('keeps what it fetched where %j says', (environment, expected) => {
    expect(defaultCacheDirectory(environment)).toBe(expected);
  });
});

describe('what apt prints', () => {
  const uris = [
    'Reading package lists...',
    "'http://deb.debian.org/debian/pool/main/j/jemalloc/libjemalloc2_5.3.0-1_amd64.deb' libjemalloc2_5.3.0-1_amd64.deb 275000 SHA256:ab",
    "'http://deb.debian.org/debian/pool/main/a/adduser/adduser_3.134_all.deb' adduser_3.134_all.deb 107000 SHA256:cd",
    "'http://deb.debian.org/debian/pool/main/r/redis/redis-server_7.0.15-1_amd64.deb' redis-server_5%3a7.0.15-1_amd64.deb 73908 SHA256:ef",
  ].join('\n');

  test('of what it would install, the server and its libraries are needed', () => {
    expect(neededPackages(uris)).toEqual(['libjemalloc2', 'redis-server']);
    expect(neededPackages('')).toEqual([]);
  });

  test('the sizes are summed', () => {
    expect(totalBytes(uris)).toBe(275000 + 107000 + 73908);
  });
});

describe('the command for this system', () => {
  test.each([
    ['darwin', '', 'brew install redis'],
    ['linux', 'ID=debian\nVERSION_ID="12"', 'sudo apt-get install redis-server'],
    ['linux', 'ID=linuxmint\nID_LIKE="ubuntu debian"', 'sudo apt-get install redis-server'],
    ['linux', "ID='fedora'", 'sudo dnf install valkey'],
    ['linux', 'ID="rocky"\nID_LIKE="rhel centos fedora"', 'sudo dnf install valkey'],
    ['linux', 'ID=alpine', 'sudo apk add redis'],
    ['linux', '', null],
  ] as const)('%s, %j', (platform, release, command) => {
    const system = parseSystem(release);
    expect(installCommand(platform, system)).toBe(command);
    expect(installHint(platform, system)).toContain(command ?? 'Install Redis 6.2 or later');
  });
});
