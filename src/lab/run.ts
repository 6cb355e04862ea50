import { readdirSync, rmSync } from 'node:fs';
import { findRedis, loadDriver } from '../broker/index.js';
import type { Broker, BrokerServer, FoundServer } from '../broker/types.js';
import { exitCodes, LaunchpadError, messageOf } from '../errors.js';
import { Clock, LedgerWriter } from '../ledger/write.js';
import type { Plan } from '../plan/types.js';
import { takeCensus } from './census.js';
import { makeRunDirectory, type RunDirectory, saveJson } from './directory.js';
import { type DrainEnd, drain } from './drain.js';
import { FaultTimeline } from './faults/timeline.js';
import { Guard } from './guard/guard.js';
import { aborted, InterruptedBeforeStart, unlessInterrupted } from './interruption.js';
import { Processes } from './processes.js';
import { Sampler } from './sampler.js';
import { sleep, within } from './timers.js';

/** What a run is made of. */
export interface LabOptions {
  readonly plan: Plan;
  /** Written into the run directory beside the plan. */
  readonly prediction: unknown;
  readonly drainLimitSeconds: number;
  /** Where runs are kept. */
  readonly out: string;
  /** A Redis to use; undefined: one is found or started. */
  readonly redisUrl: string | undefined;
  readonly allowDownload: boolean;
  readonly launchpad: string;
  /** Aborted: the run ends in order. Its reason is the signal's name. */
  readonly signal: AbortSignal;
  readonly watch: (event: LabEvent) => void;
}

/** What a watcher hears. All else is in the ledger, which can be followed while the run goes on. */
export type LabEvent =
  | { readonly type: 'note'; readonly text: string }
  /** Something of the run could not be removed. */
  | { readonly type: 'left'; readonly text: string }
  | {
      readonly type: 'prepared';
      readonly directory: RunDirectory;
      readonly server: BrokerServer;
      readonly found: FoundServer;
      readonly namespace: string;
    }
  | { readonly type: 'started'; readonly clock: Clock }
  | { readonly type: 'draining' }
  | { readonly type: 'ended'; readonly end: DrainEnd };

/** What became of a run. The rest is in its directory. */
export interface LabOutcome {
  readonly directory: RunDirectory;
  /** Null: interrupted before the clock was started. */
  readonly end: DrainEnd | null;
  /** What kept the census from being complete; null: nothing. */
  readonly censusError: unknown;
}

interface Prepared {
  readonly directory: RunDirectory;
  readonly found: FoundServer;
  readonly broker: Broker;
  readonly processes: Processes;
  /** Resolves when a process can't write its ledger any more. */
  readonly diskFull: Promise<DrainEnd>;
  readonly reportFull: (end: DrainEnd) => void;
}

/** Between the workers' readiness and the zero, so that every process has the clock by then (real nanoseconds). */
const leadNanos = 50_000_000n;

/** What the processes may take to be ready, in real milliseconds. */
const startLimitMillis = 20_000;

/** What the processes may take to end, in real milliseconds, before they are killed. */
const grace = { drained: 5000, otherwise: 500 };

/**
 * The whole life of a run (docs/how-a-run-works.md): a server, processes, the clock, messages and faults at their times,
 * the drain, the census. Whatever happens in it, nothing of it is left running, and none of its keys is left on a
 * broker that is not its own.
 */
export async function runLab(options: LabOptions): Promise<LabOutcome> {
  const directory = makeRunDirectory(options.out, options.plan.scenario.name, new Date());
  saveJson(directory, 'plan.json', options.plan);
  saveJson(directory, 'prediction.json', options.prediction);
  const guard = new Guard();
  const closers: (() => Promise<void>)[] = [];
  try {
    const prepared = await prepare(options, directory, guard, closers);
    return await conduct(options, prepared);
  } catch (error) {
    // A directory without a process's log has nothing to tell.
    if (readdirSync(directory.logs).length === 0) rmSync(directory.path, { recursive: true, force: true });
    if (!(error instanceof InterruptedBeforeStart)) throw error;
    // What was being started when the interruption came is known to the guard alone.
    guard.killAll();
    rmSync(directory.path, { recursive: true, force: true });
    return { directory, end: null, censusError: null };
  } finally {
    await closeAll(closers, options.watch);
    await guard.dismiss();
  }
}

/** Closes in reverse order. What can't be closed any more (a broker that is gone still has the run's keys) is said, and keeps nothing else from being closed. */
async function closeAll(
  closers: readonly (() => Promise<void>)[],
  watch: LabOptions['watch'],
): Promise<void> {
  for (const close of [...closers].reverse()) {
    try {
      await close();
    } catch (error) {
      watch({ type: 'left', text: `Not all of the run could be cleaned up: ${messageOf(error)}` });
    }
  }
}

/** A server, a connection to it, the run's queues, and processes that are ready. Each is closed by its closer. */
async function prepare(
  options: LabOptions,
  directory: RunDirectory,
  guard: Guard,
  closers: (() => Promise<void>)[],
): Promise<Prepared> {
  const { plan, signal, watch } = options;
  const queues = plan.queues.map((queue) => queue.name);
  const namespace = `launchpad:${directory.id}`;

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
  const found = await unlessInterrupted(signal, finding);
  closers.push(() => found.close());

  const driver = await loadDriver(plan.capabilities.driver);
  const broker = await driver.connect({ url: found.url, namespace, role: 'observer' });
  closers.push(async () => broker[Symbol.asyncDispose]());
  await unlessInterrupted(signal, broker.ready(5));
  const server = await broker.server();
  saveRun(directory, options, found, server);
  await broker.create(queues);
  // A private server takes its keys with it.
  if (!found.isPrivate) closers.push(() => broker.remove(queues));
  watch({ type: 'prepared', directory, server, found, namespace });

  let reportFull: (end: DrainEnd) => void = () => undefined;
  const diskFull = new Promise<DrainEnd>((resolve) => {
    reportFull = resolve;
  });
  const processes = new Processes({
    plan,
    setup: {
      driver: plan.capabilities.driver,
      url: found.url,
      namespace,
      ledgerDirectory: directory.ledger,
      seed: plan.seed,
      speed: plan.speed,
    },
    logDirectory: directory.logs,
    guard,
    onFailure: (detail, full) => {
      if (full) reportFull({ reason: 'disk-full', detail });
    },
  });
  closers.push(() => processes.stopAll(0));
  const ready = Promise.race([processes.ready(), found.died.then((why) => `the server is gone: ${why}`)]);
  const answer = await unlessInterrupted(signal, within(ready, startLimitMillis, 'late' as const));
  const problem =
    answer === 'late'
      ? `${processes.notReady().join(', ')} not ready after ${startLimitMillis / 1000} s`
      : answer;
  if (problem !== null) {
    throw new LaunchpadError('process-failed', `The run could not start: ${problem}`, {
      hint: `What it printed is in ${directory.logs}.`,
      exitCode: exitCodes.internal,
    });
  }
  return { directory, found, broker, processes, diskFull, reportFull };
}

/** From the zero to the census. */
async function conduct(options: LabOptions, prepared: Prepared): Promise<LabOutcome> {
  const { plan, signal, watch } = options;
  const { directory, found, broker, processes, diskFull, reportFull } = prepared;
  const queues = plan.queues.map((queue) => queue.name);

  const clock = new Clock(process.hrtime.bigint() + leadNanos);
  const wall = new Date(Date.now() + Number(leadNanos / 1_000_000n)).toISOString();
  const ledger = new LedgerWriter(directory.ledger, 'lab', clock, { role: 'lab' }, (error) =>
    reportFull({ reason: 'disk-full', detail: messageOf(error) }),
  );
  await processes.arm(clock.zero, ledger);
  ledger.write({ e: 'run', wall }, 0);
  const sampler = new Sampler(broker, queues, ledger);
  sampler.start();
  watch({ type: 'started', clock });

  const faults = new FaultTimeline(plan, processes.pools, ledger, clock);
  const over = new AbortController();
  const course = async (): Promise<DrainEnd> => {
    const limit = ((plan.lastMomentSeconds + options.drainLimitSeconds) * 1e6) / plan.speed;
    const planned = Promise.all([processes.produce(clock.zero, ledger), faults.run(over.signal)]);
    // A producer that was frozen by a stranger never says that it is done.
    await Promise.race([planned, sleep((limit - clock.now()) / 1000, over.signal)]);
    watch({ type: 'draining' });
    return drain(sampler, processes.pools, clock, limit, over.signal);
  };
  const brokerLost = (detail: string): DrainEnd => ({ reason: 'broker-lost', detail });
  const end = await Promise.race([
    course(),
    diskFull,
    found.died.then(brokerLost),
    sampler.gaveUp.then(brokerLost),
    aborted(signal).then(() => interruptedBy(signal)),
  ]);
  over.abort();
  faults.callOff();
  ledger.write({ e: 'ended', ...end });
  watch({ type: 'ended', end });

  await sampler.end();
  await processes.stopAll(end.reason === 'drained' ? grace.drained : grace.otherwise);
  const censusError = end.reason === 'broker-lost' ? null : await takeCensus(broker, queues, ledger);
  return { directory, end, censusError };
}

function saveRun(
  directory: RunDirectory,
  options: LabOptions,
  found: FoundServer,
  server: BrokerServer,
): void {
  saveJson(directory, 'run.json', {
    id: directory.id,
    startedAt: new Date().toISOString(),
    launchpad: options.launchpad,
    node: process.version,
    broker: {
      driver: options.plan.capabilities.driver,
      server: server.product,
      version: server.version,
      source: found.source,
      warnings: server.warnings,
    },
    drainLimitSeconds: options.drainLimitSeconds,
  });
}

function interruptedBy(signal: AbortSignal): DrainEnd {
  const name = String(signal.reason);
  return { reason: 'interrupted', detail: `ended by ${name}`, signal: name };
}
