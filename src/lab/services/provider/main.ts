import type { FastifyInstance } from 'fastify';
import { LaunchpadError } from '../../../errors.js';
import { Clock, LedgerWriter } from '../../../ledger/write.js';
import { loopback } from '../../ports.js';
import { channel, exitFailed, fail, runChild } from '../../process.js';
import type { ProviderSetup } from '../../protocol.js';
import { openStore } from '../../stores.js';
import { within } from '../../timers.js';
import { providerApp } from './app.js';
import { Provider } from './provider.js';
import { type ProviderRecord, readRecord } from './record.js';

/** How long the last answers may take to leave, in real milliseconds. */
const farewellMillis = 1000;

void runChild(async () => {
  process.on('uncaughtException', fail);
  const stop = new Promise<void>((resolve) => process.once('SIGTERM', () => resolve()));
  const clock = channel.next('clock');
  let provider: Provider | null = null;
  channel.on(({ type }) => {
    if (type !== 'busy?') return;
    channel.send({ type: 'busy', count: provider === null ? 0 : provider.waiting + provider.inService });
  });
  const { setup } = (await channel.next('setup')) as { setup: ProviderSetup };

  const opened = clock.then(({ zero }) => {
    provider = open(setup, new Clock(BigInt(zero)));
    channel.send({ type: 'armed' });
    return provider;
  });
  opened.catch(fail);
  const app = providerApp({ opened, onError: fail });
  await listen(app, setup);
  channel.send({ type: 'ready' });

  await stop;
  // No new connection from here on; the calls on those that there are get their answers.
  const closed = app.close();
  await (provider as Provider | null)?.stop();
  await within(closed, farewellMillis, null);
});

function open(setup: ProviderSetup, clock: Clock): Provider {
  const { provider: spec, ledgerDirectory, ledgerFile, storesDirectory, speed, seed } = setup;
  const readAgain = (): ProviderRecord => readRecord(ledgerDirectory, spec.name);
  const record = readAgain();
  const ledger = new LedgerWriter(ledgerDirectory, ledgerFile, clock, { role: 'provider', name: spec.name });
  const keys = openStore(storesDirectory, spec.name, 'provider');
  return new Provider({ spec, speed, seed, clock, ledger, keys, record, readAgain, fallOver: exitFailed });
}

async function listen(app: FastifyInstance, { provider, port }: ProviderSetup): Promise<void> {
  try {
    await app.listen({ host: loopback, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    const message = `${provider.name} can't listen on ${loopback}:${port}: another process has that port`;
    throw new LaunchpadError('process-failed', message, { cause: error });
  }
}
