import { Redis } from 'ioredis';
import { findRedis, loadDriver } from '../../src/broker/index.js';
import { testDriver } from './broker-suite.js';
import { testDriverAway } from './broker-suite-away.js';
import { FragileRedis } from './fixtures/redis.js';
import type { DriverUnderTest, ServerUnderTest } from './fixtures/under-test.js';

const bullmq: DriverUnderTest = {
  load: () => loadDriver('bullmq'),
  startServer,
  startFragileServer: () => FragileRedis.start(),
};

testDriver('bullmq', bullmq);
testDriverAway('bullmq', bullmq);

async function startServer(): Promise<ServerUnderTest> {
  const found = await findRedis({ allowDownload: true, log: console.error });
  const client = new Redis(found.url);
  return {
    url: found.url,
    names: () => client.keys('*'),
    putForeign: async (namespace, queue) => {
      const names = [
        'mine',
        `${namespace}:${queue}:wait`,
        `{${namespace}}x:${queue}:wait`,
        `{${namespace}}:other:wait`,
      ];
      for (const name of names) await client.set(name, 'somebody else');
      return names;
    },
    stop: async () => {
      client.disconnect();
      await found.close();
    },
  };
}
