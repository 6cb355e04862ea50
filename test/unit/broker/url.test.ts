import { describe, expect, test } from 'vitest';
import { parseRedisUrl } from '../../../src/broker/drivers/bullmq/url.js';
import { LaunchpadError } from '../../../src/errors.js';

describe('parseRedisUrl', () => {
  test.each([
    [
      'redis://localhost',
      { host: 'localhost', port: 6379, tls: false, username: null, password: null, database: 0 },
      'redis://localhost:6379',
    ],
    ['redis://10.0.0.1:7000/3', { host: '10.0.0.1', port: 7000, database: 3 }, 'redis://10.0.0.1:7000/3'],
    [
      'rediss://me:p%40ss@example.org:7001/',
      { tls: true, username: 'me', password: 'p@ss', database: 0 },
      'rediss://example.org:7001',
    ],
    ['redis://:secret@host', { username: null, password: 'secret' }, 'redis://host:6379'],
    ['redis://[::1]:6380', { host: '::1', port: 6380 }, 'redis://[::1]:6380'],
  ])('%s', (url, parts, display) => {
    expect(parseRedisUrl(url)).toMatchObject({ ...parts, display });
  });

  test.each([
    ['s3cret', 'no scheme'],
    ['localhost:6379', 'no scheme'],
    ['http://:s3cret@host', 'the scheme http'],
    ['redis://:s3cret@host:port', 'a port from 1 to 65535'],
    ['redis://:s3cret@host:99999', 'a port from 1 to 65535'],
    ['redis://:s3cret@host:0', 'the port 0'],
    ['redis://:s3cret@', 'not a url'],
    ['redis://:s3cret@host/emails', 'a database that is not a number'],
    ['redis://:s3cret%zz@host', 'percent-encoded'],
  ])('%s is refused, without its password', (url, reason) => {
    const parse = (): unknown => parseRedisUrl(url);
    expect(parse).toThrow(LaunchpadError);
    expect(parse).toThrow(reason);
    expect(parse).not.toThrow('s3cret');
  });
});
