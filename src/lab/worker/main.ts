import { loadDriver } from '../../broker/index.js';
import type { ConsumerEvents, Delivery, Settlement } from '../../broker/types.js';
import { Clock, LedgerWriter } from '../../ledger/write.js';
import { channel, fail, runChild } from '../process.js';
import type { WorkerSetup } from '../protocol.js';
import { Gate } from './gate.js';
import { createHandler, createListener } from './handler.js';

interface Session {
  readonly handle: (delivery: Delivery) => Promise<Settlement>;
  readonly listener: Pick<ConsumerEvents, 'settled' | 'dead'>;
}

void runChild(async () => {
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  process.on('uncaughtException', fail);
  const clock = channel.next('clock');
  const { setup } = (await channel.next('setup')) as { setup: WorkerSetup };

  const gate = new Gate(() => channel.send({ type: 'moment' }));
  channel.on((message) => {
    if (message.type === 'aim') gate.arm();
    if (message.type === 'disarm') gate.disarm();
  });
  // The clock comes once all workers are ready, and the first message after it; until then there is no session.
  let session: Session | null = null;
  const opened = clock.then(({ zero }) => {
    session = openSession(setup, new Clock(BigInt(zero)), gate);
    channel.send({ type: 'armed' });
    return session;
  });

  const driver = await loadDriver(setup.driver);
  await using broker = await driver.connect({ url: setup.url, namespace: setup.namespace, role: 'consumer' });
  const { queue, speed, redelivery, rate } = setup;
  await broker.consume(
    queue.name,
    {
      concurrency: queue.concurrency,
      rate: rate === null ? null : { count: rate.count, perSeconds: rate.perSeconds / speed },
      redelivery: {
        afterSeconds: redelivery.afterSeconds / speed,
        checkSeconds: redelivery.checkSeconds / speed,
      },
      signal: stop.signal,
      ready: () => channel.send({ type: 'ready' }),
    },
    (delivery) => session?.handle(delivery) ?? opened.then(({ handle }) => handle(delivery)),
    {
      settled: (id, outcome) => session?.listener.settled(id, outcome),
      dead: (id, reason) => session?.listener.dead(id, reason),
      disconnected: (reason) => console.error(`disconnected: ${reason}`),
      connected: () => console.error('connected'),
    },
  );
});

function openSession(setup: WorkerSetup, clock: Clock, gate: Gate): Session {
  const header = { role: 'worker', name: setup.queue.name, worker: setup.worker } as const;
  const ledger = new LedgerWriter(setup.ledgerDirectory, setup.ledgerFile, clock, header);
  const handle = createHandler(setup, ledger, gate);
  const listener = createListener(setup, ledger, gate);
  // What goes wrong in here is the lab's own trouble (a full disk). It must not reach the broker as a failure of the
  // message: the delivery is left as it is, and the process goes.
  return {
    handle: (delivery) =>
      handle(delivery).catch((error: unknown) => {
        fail(error);
        return new Promise<never>(() => undefined);
      }),
    listener: {
      settled: (...args) => orFail(() => listener.settled(...args)),
      dead: (...args) => orFail(() => listener.dead(...args)),
    },
  };
}

function orFail(write: () => void): void {
  try {
    write();
  } catch (error) {
    fail(error);
  }
}
