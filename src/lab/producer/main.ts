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
  const begin = async (): Promise<readonly [Clock, LedgerWriter, AbortSignal]> => {
    channel.send({ type: 'ready' });
    const time = new Clock(BigInt((await clock).zero));
    const header = { role: 'producer', name: setup.producer.name } as const;
    return [time, new LedgerWriter(setup.ledgerDirectory, setup.ledgerFile, time, header), finish.signal];
  };
  if (setup.orderServiceUrl === null) await publishAll(setup, begin);
  else await orderAll(setup, setup.orderServiceUrl, begin);
  channel.send({ type: 'published' });
});

/** Says that it is ready, and resolves when there is a clock. */
type Begin = () => Promise<readonly [Clock, LedgerWriter, AbortSignal]>;

async function publishAll(setup: ProducerSetup, begin: Begin): Promise<void> {
  const driver = await loadDriver(setup.driver);
  const { url, namespace, queues } = setup;
  await using broker = await driver.connect({ url, namespace, queues, role: 'producer' });
  await broker.ready(readySeconds);
  await produce(setup, (queue, messages) => broker.publish(queue, messages), ...(await begin()));
}

/** Customers have no connection to the broker. */
async function orderAll(setup: ProducerSetup, orderServiceUrl: string, begin: Begin): Promise<void> {
  // Only who needs the client waits for its import.
  const { order } = await import('./customers.js');
  await order(setup, orderServiceUrl, ...(await begin()));
}
