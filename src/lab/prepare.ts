import { hostname } from 'node:os';
import { findRedis, loadDriver } from '../broker/index.js';
import type { Broker, BrokerServer, FoundServer } from '../broker/types.js';
import { exitCodes, LaunchpadError } from '../errors.js';
import { brokerQueues } from './broker-queues.js';
import { type RunDirectory, saveJson } from './directory.js';
import type { DrainEnd } from './drain.js';
import type { Guard } from './guard/guard.js';
import { unlessInterrupted } from './interruption.js';
import type { LabOptions, ServiceUrl } from './options.js';
import type { ServiceAddress } from './ports.js';
import { Processes } from './processes.js';
import { within } from './timers.js';

/** All that a run needs before its clock is started. */
export interface Prepared {
  readonly directory: RunDirectory;
  readonly found: FoundServer;
  readonly broker: Broker;
  readonly processes: Processes;
  /** Resolves when a process can't write its ledger any more. */
  readonly diskFull: Promise<DrainEnd>;
  readonly reportFull: (end: DrainEnd) => void;
}

/** What the processes may take to be ready, in real milliseconds. */
const startLimitMillis = 20_000;

/** What closes a part of a run; to be called in reverse order. */
export type Closer = () => Promise<void>;

/**
 * A server, a connection to it, the run's queues, and processes that are ready. Each is closed by its closer.
 * @param addresses where the services are to listen
 * @throws LaunchpadError `process-failed` where a process doesn't get ready; InterruptedBeforeStart
 */
export async function prepare(
  options: LabOptions,
  addresses: readonly ServiceAddress[],
  directory: RunDirectory,
  guard: Guard,
  closers: Closer[],
): Promise<Prepared> {
  const { plan, signal, watch } = options;
  const connection = { namespace: `launchpad:${directory.id}`, queues: brokerQueues(plan) };
  const found = await findServer(options, guard);
  closers.push(() => found.close());

  const driver = await loadDriver(plan.capabilities.driver);
  const broker = await driver.connect({ url: found.url, ...connection, role: 'observer' });
  closers.push(async () => broker[Symbol.asyncDispose]());
  await unlessInterrupted(signal, broker.ready(5));
  const server = await broker.server();
  const services = addresses.map(({ name, url }) => ({ name, url }));
  saveRun(directory, options, found, server, services);
  await broker.create();
  // A private server takes its keys with it.
  if (!found.isPrivate) closers.push(() => broker.remove());
  watch({ type: 'prepared', directory, server, found, namespace: connection.namespace, services });

  let reportFull: (end: DrainEnd) => void = () => undefined;
  const diskFull = new Promise<DrainEnd>((resolve) => {
    reportFull = resolve;
  });
  const setup = {
    driver: plan.capabilities.driver,
    url: found.url,
    ...connection,
    ledgerDirectory: directory.ledger,
    storesDirectory: directory.stores,
    seed: plan.seed,
    speed: plan.speed,
  };
  const onFailure = (detail: string, full: boolean): void => {
    if (full) reportFull({ reason: 'disk-full', detail });
  };
  const processes = new Processes(
    { plan, setup, addresses },
    { logDirectory: directory.logs, guard, onFailure },
  );
  closers.push(() => processes.stopAll(0));
  await untilReady(processes, found, options, directory);
  return { directory, found, broker, processes, diskFull, reportFull };
}

function findServer(options: LabOptions, guard: Guard): Promise<FoundServer> {
  const { signal, watch } = options;
  const finding = findRedis({
    url: options.redisUrl,
    allowDownload: options.allowDownload,
    signal,
    log: (text) => watch({ type: 'note', text }),
    onSpawn: (pid, path) => {
      guard.watch(pid, path);
      // A server that comes up after the interruption has nobody to serve.
      if (signal.aborted) process.kill(-pid, 'SIGKILL');
    },
  });
  return unlessInterrupted(signal, finding);
}

async function untilReady(
  processes: Processes,
  found: FoundServer,
  { signal }: LabOptions,
  directory: RunDirectory,
): Promise<void> {
  const ready = Promise.race([processes.ready(), found.died.then((why) => `the server is gone: ${why}`)]);
  const answer = await unlessInterrupted(signal, within(ready, startLimitMillis, 'late' as const));
  const problem =
    answer === 'late'
      ? `${processes.notReady().join(', ')} not ready after ${startLimitMillis / 1000} s`
      : answer;
  if (problem === null) return;
  throw new LaunchpadError('process-failed', `The run could not start: ${problem}`, {
    hint: `What it printed is in ${directory.logs}.`,
    exitCode: exitCodes.internal,
  });
}

function saveRun(
  directory: RunDirectory,
  options: LabOptions,
  found: FoundServer,
  server: BrokerServer,
  services: readonly ServiceUrl[],
): void {
  saveJson(directory, 'run.json', {
    id: directory.id,
    startedAt: new Date().toISOString(),
    launchpad: options.launchpad,
    node: process.version,
    pid: process.pid,
    host: hostname(),
    broker: {
      driver: options.plan.capabilities.driver,
      server: server.product,
      version: server.version,
      source: found.source,
      warnings: server.warnings,
    },
    services,
    drainLimitSeconds: options.drainLimitSeconds,
  });
}
