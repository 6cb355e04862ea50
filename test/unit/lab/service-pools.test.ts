import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProcessPool } from '../../../src/lab/pool.js';
import { Processes } from '../../../src/lab/processes.js';
import { servicePools } from '../../../src/lab/service-pools.js';
import type { Plan } from '../../../src/plan/types.js';
import { tinyOrderService, tinyPlan, tinyProducer, tinyProvider, tinyQueue } from '../../fixtures/tiny.js';
import { type FakeProcess, fakeProcesses, labLedger, runSetup } from './fakes.js';

const fallOver = { afterSeconds: 2, backSeconds: 4 };

/** Orders by HTTP, with a step that email does and one without a provider. */
function shop(): Plan {
  return tinyPlan({
    speed: 2,
    producers: [
      tinyProducer({ via: 'http', to: [{ queue: 'emails' }, { queue: 'audit' }] }),
      tinyProducer({ name: 'imports', to: [{ queue: 'audit' }] }),
    ],
    queues: [tinyQueue({ provider: 'email' }), tinyQueue({ name: 'audit' }), tinyQueue({ name: 'other' })],
    providers: [tinyProvider({ fallOver }), tinyProvider({ name: 'payment' })],
    orderService: tinyOrderService(),
  });
}

/** The services run, and the clock was given. */
async function started() {
  const { options, processes, process: process1 } = fakeProcesses();
  const { ledger, events } = labLedger();
  const pools = servicePools(runSetup(shop()), options);
  for (const pool of pools) await pool.startAll();
  for (const pool of pools) await pool.arm(process.hrtime.bigint(), ledger);
  const [orders, email, payment] = pools as [ProcessPool, ProcessPool, ProcessPool];
  return { orders, email, payment, processes, process: process1, events };
}

const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the services of a run', () => {
  it('are the order service and the providers, a process each', async () => {
    const { processes } = await started();
    expect(processes.map(({ entry, output }) => [entry, output])).toEqual([
      ['services/order-service/main', 'order-service.log'],
      ['services/provider/main', 'provider-email.log'],
      ['services/provider/main', 'provider-payment.log'],
    ]);
    expect(processes.map(({ told }) => told)).toEqual([
      ['setup', 'clock'],
      ['setup', 'clock'],
      ['setup', 'clock'],
    ]);
  });

  it('are told where to listen and what to do', async () => {
    const { process } = await started();
    expect(process(1).setup).toMatchObject({
      role: 'provider',
      provider: { name: 'email', fallOver },
      port: 20_002,
      generation: 1,
      ledgerFile: 'provider-email',
      speed: 2,
    });
    expect(process(0).setup).toMatchObject({
      role: 'order-service',
      mode: 'queue',
      port: 20_001,
      generation: 1,
      ledgerFile: 'order-service',
      producers: [{ name: 'orders', scheduled: 4, to: ['emails', 'audit'] }],
      steps: [
        { queue: { name: 'emails' }, provider: { name: 'email', url: 'http://127.0.0.1:20002' } },
        { queue: { name: 'audit' }, provider: null },
      ],
    });
  });

  it('are none where the scenario has none', () => {
    const { options, processes } = fakeProcesses();
    expect(servicePools(runSetup(tinyPlan()), options)).toEqual([]);
    expect(processes).toEqual([]);
  });

  it('are named when they are not ready', async () => {
    const { orders, email } = await started();
    expect([...orders.notReady(), ...email.notReady()]).toEqual(['the order service', 'the provider email']);
  });
});

describe('a service that is gone', () => {
  it('is started again where it fell over, so long after it, on its port', async () => {
    const { email, processes, process, events } = await started();
    process(1).end({ code: 1 });
    await pass(1999);
    expect(processes).toHaveLength(3);
    expect(email).toMatchObject({ up: 0, pending: 1, working: [] });
    await pass(1);
    expect(process(3).setup).toMatchObject({ port: 20_002, generation: 2, ledgerFile: 'provider-email.2' });
    expect(process(3).output).toBe('provider-email.2.log');
    process(3).say({ type: 'ready' });
    expect(events()).toMatchObject([
      { e: 'exited', role: 'provider', name: 'email', worker: 1, pid: 102, code: 1, ordered: false, up: 0 },
      { e: 'supervised', q: 'email', worker: 1, pid: 104, up: 1 },
      { e: 'ready', q: 'email', worker: 1, pid: 104 },
    ]);
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'stays down after an ordered %s, until its restart',
    async (signal) => {
      const { email, processes, process } = await started();
      email.signal(1, signal);
      process(1).end({ code: 0 });
      await pass(60_000);
      expect(processes).toHaveLength(3);
      expect(email).toMatchObject({ up: 0, pending: 0 });
      email.restart(1);
      expect(process(3).setup).toMatchObject({ port: 20_002, generation: 2 });
      // What it has come back from does not count any more.
      process(3).end({ code: 1 });
      await pass(2000);
      expect(processes).toHaveLength(5);
    },
  );

  it('stays down where nobody brings it back', async () => {
    const { orders, payment, processes, process } = await started();
    process(0).end({ code: 1 });
    process(2).end({ signal: 'SIGKILL' });
    await pass(60_000);
    expect(processes).toHaveLength(3);
    expect([orders, payment]).toMatchObject([
      { up: 0, pending: 0 },
      { up: 0, pending: 0 },
    ]);
    orders.restart(1);
    expect(process(3).setup).toMatchObject({ port: 20_001, generation: 2, ledgerFile: 'order-service.2' });
  });

  it('does not work while it is frozen', async () => {
    const { email, process } = await started();
    expect(email.working).toEqual([process(1)]);
    email.signal(1, 'SIGSTOP');
    expect(email.working).toEqual([]);
    email.signal(1, 'SIGCONT');
    expect(email.working).toEqual([process(1)]);
  });
});

describe('the end of all processes', () => {
  it('comes last for the providers: whoever calls them finishes first', async () => {
    const { options, process, processes } = fakeProcesses();
    const subject = new Processes(runSetup({ ...shop(), producers: [] }), options);
    const ended = subject.stopAll(1000);
    const signals = (): string[][] => processes.map((child) => child.signals);
    expect(processes).toHaveLength(6);
    expect(signals()).toEqual([['SIGTERM'], [], [], ['SIGTERM'], ['SIGTERM'], ['SIGTERM']]);
    const finish = (child: FakeProcess): void => child.end({ code: 0 });
    for (const index of [0, 3, 4, 5]) finish(process(index));
    await pass(1);
    expect(signals().slice(1, 3)).toEqual([['SIGTERM'], ['SIGTERM']]);
    finish(process(1));
    // What does not go is killed when the grace is over.
    await pass(1000);
    await ended;
    expect(signals().slice(1, 3)).toEqual([['SIGTERM'], ['SIGTERM', 'SIGKILL']]);
  });

  it('brings back nobody who falls over meanwhile', async () => {
    const { options, process, processes } = fakeProcesses();
    const subject = new Processes(runSetup({ ...shop(), producers: [] }), options);
    const { ledger } = labLedger();
    await subject.arm(globalThis.process.hrtime.bigint(), ledger);
    const ended = subject.stopAll(100);
    process(1).end({ code: 1 });
    await pass(60_000);
    await ended;
    await pass(60_000);
    expect(processes).toHaveLength(6);
  });
});
