import { loadDriver } from '../../broker/index.js';
import type { Broker, ConsumerEvents, Delivery, Driver, Settlement } from '../../broker/types.js';
import { messageOf } from '../../errors.js';
import { Clock, LedgerWriter } from '../../ledger/write.js';
import type { Publish } from '../outcomes.js';
import { channel, fail, runChild } from '../process.js';
import type { WorkerSetup } from '../protocol.js';
import { consumeOptions } from './consume-options.js';
import { Gate } from './gate.js';
import { createHandler, createListener } from './handler.js';
import { effectGuard } from './idempotency.js';
import type { Caller } from './provided-work.js';

type Listener = Pick<ConsumerEvents, 'settled' | 'dead' | 'deadLettered'>;

interface Session {
  readonly handle: (delivery: Delivery) => Promise<Settlement>;
  readonly listener: Listener;
}

/** How long a connection to publish on is waited for, in real seconds. Without one, publishing is refused and tried again. */
const publisherSeconds = 10;

void runChild(async () => {
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  process.on('uncaughtException', fail);
  // Before anything is awaited: a worker that is aimed at while it starts finds all messages of the lab at once.
  let aimedBy = 0;
  const gate = new Gate(() => channel.send({ type: 'moment', fault: aimedBy }));
  channel.on((message) => {
    if (message.type === 'aim') {
      aimedBy = message.fault;
      gate.arm(message.aim);
    }
    if (message.type === 'disarm') gate.disarm();
  });
  const clock = channel.next('clock');
  const { setup } = (await channel.next('setup')) as { setup: WorkerSetup };

  const driver = await loadDriver(setup.driver);
  const caller = await callerOf(setup);
  await using publisher = await connectPublisher(driver, setup);
  // The clock comes once all workers are ready, and the first message after it; until then there is no session.
  let session: Session | null = null;
  const opened = clock.then(({ zero }) => {
    session = openSession(setup, new Clock(BigInt(zero)), gate, publishWith(publisher), caller);
    channel.send({ type: 'armed' });
    return session;
  });
  const tell = (what: (listener: Listener) => void): void => {
    if (session === null) void opened.then(({ listener }) => what(listener));
    else what(session.listener);
  };

  await using broker = await driver.connect({ ...connection(setup), role: 'consumer' });
  await broker.consume(
    setup.queue.name,
    {
      ...consumeOptions(setup),
      signal: stop.signal,
      ready: () => channel.send({ type: 'ready' }),
      beforeDeadLetter: () => gate.beforeDeadLetter(),
    },
    (delivery) => session?.handle(delivery) ?? opened.then(({ handle }) => handle(delivery)),
    {
      settled: (id, outcome) => tell((listener) => listener.settled(id, outcome)),
      dead: (id, reason) => tell((listener) => listener.dead(id, reason)),
      deadLettered: (id) => tell((listener) => listener.deadLettered(id)),
      disconnected: (reason) => console.error(`disconnected: ${reason}`),
      connected: () => console.error('connected'),
    },
  );
});

function connection({ url, namespace, queues }: WorkerSetup) {
  return { url, namespace, queues };
}

/** A connection of its own, which learns at once that the broker is away; only where the queue publishes on. */
async function connectPublisher(driver: Driver, setup: WorkerSetup): Promise<Broker | null> {
  if (setup.queue.outcomes.every((outcome) => outcome.to.length === 0)) return null;
  const publisher = await driver.connect({ ...connection(setup), role: 'producer' });
  try {
    await publisher.ready(publisherSeconds);
  } catch (error) {
    console.error(messageOf(error));
  }
  return publisher;
}

async function callerOf({ provider }: WorkerSetup): Promise<Caller | null> {
  if (provider === null) return null;
  // Only who needs the client waits for its import.
  const { ProviderCaller } = await import('../services/call-provider.js');
  return new ProviderCaller(provider);
}

function publishWith(publisher: Broker | null): Publish {
  return async (queue, messages) => (await publisher?.publish(queue, messages)) ?? [];
}

function openSession(
  setup: WorkerSetup,
  clock: Clock,
  gate: Gate,
  publish: Publish,
  caller: Caller | null,
): Session {
  const { queue, provider, storesDirectory, worker } = setup;
  const header = { role: 'worker', name: queue.name, worker } as const;
  const ledger = new LedgerWriter(setup.ledgerDirectory, setup.ledgerFile, clock, header);
  const guard = effectGuard(queue.idempotency, queue.name, storesDirectory, provider !== null);
  const crash = (): void => void process.kill(process.pid, 'SIGKILL');
  const handle = createHandler({ setup, ledger, clock, gate, guard, publish, caller, crash, onError: fail });
  const listener = createListener({ setup, ledger, gate });
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
      deadLettered: (...args) => orFail(() => listener.deadLettered(...args)),
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
