import type { Server } from 'node:http';
import { loadDriver } from '../../../broker/index.js';
import type { Broker } from '../../../broker/types.js';
import { LaunchpadError, messageOf } from '../../../errors.js';
import { Clock, LedgerWriter } from '../../../ledger/write.js';
import { orderServiceName } from '../../../result/orders.js';
import { aborted } from '../../interruption.js';
import { loopback } from '../../ports.js';
import { channel, fail, runChild } from '../../process.js';
import type { OrderServiceSetup } from '../../protocol.js';
import { within } from '../../timers.js';
import { ProviderCaller } from '../call-provider.js';
import { createApp } from './app.js';
import { OrderService } from './service.js';
import { askProvider } from './story.js';

/** How long the broker is waited for before orders are taken, in real seconds. Without it they are answered 503. */
const brokerSeconds = 1;

/** How long the answers that are on their way may take when the service ends, in real milliseconds. */
const answersMillis = 1000;

/** How often it is looked for connections whose answer is out, in real milliseconds. */
const idleMillis = 10;

/** Of a health probe, how long it waits for a connection, in real seconds. */
const connectionSeconds = 0.5;

void runChild(async () => {
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  process.on('uncaughtException', fail);
  const clock = channel.next('clock');
  let service: OrderService | null = null;
  channel.on((message) => {
    if (message.type === 'busy?') channel.send({ type: 'busy', count: service?.busy ?? 0 });
  });
  const { setup } = (await channel.next('setup')) as { setup: OrderServiceSetup };

  const driver = await loadDriver(setup.driver);
  const { url, namespace, queues } = setup;
  await using broker = await driver.connect({ url, namespace, queues, role: 'producer' });
  await broker.ready(brokerSeconds).catch((error: unknown) => console.error(messageOf(error)));

  const opened = clock.then(({ zero }) => {
    service = openService(setup, new Clock(BigInt(zero)), broker, app.server);
    channel.send({ type: 'armed' });
    return service;
  });
  const app = createApp(opened);
  opened.catch(fail);
  await listen(app, setup.port);
  channel.send({ type: 'ready' });

  await aborted(stop.signal);
  // Nothing new from here on: what comes by connections that are open is answered 503 by the framework.
  const closed = app.close();
  // From before the clock was started there is nothing.
  const taken = service as OrderService | null;
  await taken?.settle();
  // Connections are kept alive: each is closed as soon as its answer is out.
  const closing = setInterval(() => app.server.closeIdleConnections(), idleMillis);
  await within(closed, answersMillis, null);
  clearInterval(closing);
  // What was still on its way in when the service ended.
  await taken?.settle();
});

async function listen(
  app: { listen(options: { host: string; port: number }): Promise<string> },
  port: number,
): Promise<void> {
  try {
    await app.listen({ host: loopback, port });
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw new LaunchpadError(
      'process-failed',
      isTaken
        ? `The order service can't listen: port ${port} is in use`
        : `The order service can't listen on port ${port}: ${messageOf(error)}`,
      { hint: 'Set orderService.port to 0 for a free one', cause: error },
    );
  }
}

function openService(setup: OrderServiceSetup, clock: Clock, broker: Broker, server: Server): OrderService {
  const header = { role: 'order-service', name: orderServiceName } as const;
  const ledger = new LedgerWriter(setup.ledgerDirectory, setup.ledgerFile, clock, header, (error) => {
    // Nobody is told anything that is not written down.
    server.closeAllConnections();
    server.close();
    fail(error);
  });
  return new OrderService({
    setup,
    ledger,
    clock,
    publish: (queue, messages) => broker.publish(queue, messages),
    callers: callersOf(setup),
    lookUp: askProvider,
    probe: async () => {
      await broker.ready(connectionSeconds);
      await broker.server();
    },
    onError: (error) => console.error(error),
  });
}

/** One caller for each provider; nobody is called in mode queue. */
function callersOf({ mode, steps }: OrderServiceSetup): Map<string, ProviderCaller> {
  const byProvider = new Map<string, ProviderCaller>();
  const byQueue = new Map<string, ProviderCaller>();
  for (const { queue, provider } of mode === 'sync' ? steps : []) {
    if (provider === null) continue;
    const caller = byProvider.get(provider.name) ?? new ProviderCaller(provider);
    byProvider.set(provider.name, caller);
    byQueue.set(queue.name, caller);
  }
  return byQueue;
}
