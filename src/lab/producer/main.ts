import { loadDriver } from '../../broker/index.js';
import { Clock, LedgerWriter } from '../../ledger/write.js';
import { channel, fail, runChild } from '../process.js';
import type { ProducerSetup } from '../protocol.js';
import { produce } from './loop.js';

/** How long the broker may take to answer a producer that starts, in real seconds. */
const readySeconds = 10;

void runChild(async () => {
  const finish = new AbortController();
  process.on('uncaughtException', fail);
  const clock = channel.next('clock');
  channel.on((message) => {
    if (message.type === 'finish') finish.abort();
  });
  const { setup } = (await channel.next('setup')) as { setup: ProducerSetup };
  const driver = await loadDriver(setup.driver);
  const { url, namespace, queues } = setup;
  await using broker = await driver.connect({ url, namespace, queues, role: 'producer' });
  await broker.ready(readySeconds);
  channel.send({ type: 'ready' });

  const time = new Clock(BigInt((await clock).zero));
  const header = { role: 'producer', name: setup.producer.name } as const;
  const ledger = new LedgerWriter(setup.ledgerDirectory, setup.ledgerFile, time, header);
  await produce(setup, (queue, messages) => broker.publish(queue, messages), time, ledger, finish.signal);
  channel.send({ type: 'published' });
});
