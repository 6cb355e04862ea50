import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { workerPool } from '../../../src/lab/workers.js';
import { tinyPlan, tinyProducer, tinyProvider, tinyQueue } from '../../fixtures/tiny.js';
import { fakeProcesses, labLedger, runSetup } from './fakes.js';

/** The clock was given; so many workers run. */
async function pool(superviseSeconds: number | null, workers = 1, speed = 1) {
  const plan = tinyPlan({ speed, queues: [tinyQueue({ superviseSeconds, workers })] });
  const { options, processes, process: process1, startedAt } = fakeProcesses();
  const { ledger, events } = labLedger();
  const subject = workerPool(runSetup(plan), 'emails', options);
  await subject.startAll();
  const zero = process.hrtime.bigint();
  await subject.arm(zero, ledger);
  /** When each process was made, in microseconds since the zero. */
  const starts = (): number[] => startedAt.map((at) => Number((at - zero) / 1000n));
  return { subject, processes, process: process1, events, starts };
}

const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

describe('a pool whose workers are supervised', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('starts a worker again that died by itself, so long after its death', async () => {
    const { subject, processes, process, events } = await pool(2, 1, 2);
    process(0).end({ signal: 'SIGKILL' });
    await pass(999);
    expect(processes).toHaveLength(1);
    expect(subject).toMatchObject({ up: 0, running: 0, pending: 1, isServed: true });
    await pass(1);
    expect(processes).toHaveLength(2);
    expect(process(1).told).toEqual(['setup', 'clock']);
    expect(subject).toMatchObject({ up: 1, running: 1, pending: 0, isServed: true });
    expect(events()).toMatchObject([
      { e: 'exited', worker: 1, pid: 101, signal: 'SIGKILL', ordered: false, up: 0 },
      { e: 'supervised', q: 'emails', worker: 1, pid: 102, up: 1 },
    ]);
  });

  it('does so as often as it dies', async () => {
    const { processes, process } = await pool(1);
    for (let i = 0; i < 5; i++) {
      process(i).end({ signal: 'SIGKILL' });
      await pass(1000);
    }
    expect(processes).toHaveLength(6);
  });

  it('does so after a kill that was ordered, a frozen worker’s too', async () => {
    const { subject, process, events } = await pool(1, 2);
    subject.signal(1, 'SIGKILL');
    subject.signal(2, 'SIGSTOP');
    subject.signal(2, 'SIGKILL');
    expect(subject.isServed).toBe(true);
    await pass(1000);
    expect(subject.up).toBe(2);
    expect(process(2).pid).toBe(103);
    expect(events().filter((event) => event.e === 'exited')).toMatchObject([
      { ordered: true, up: 0 },
      { ordered: true, up: 0 },
    ]);
    expect(events().filter((event) => event.e === 'supervised')).toMatchObject([{ up: 1 }, { up: 2 }]);
  });

  it('leaves down who was told to stop, however it ends', async () => {
    const { subject, processes, process } = await pool(1, 2);
    subject.signal(1, 'SIGTERM');
    subject.signal(2, 'SIGTERM');
    process(0).end({ code: 0 });
    process(1).end({ signal: 'SIGKILL' });
    await pass(5000);
    expect(processes).toHaveLength(2);
    expect(subject.isServed).toBe(false);
  });

  it('does not start one that a restart has started meanwhile', async () => {
    const { subject, processes, process } = await pool(1);
    process(0).end({ signal: 'SIGKILL' });
    await pass(500);
    subject.restart(1);
    await pass(5000);
    expect(processes).toHaveLength(2);
    expect(subject.up).toBe(1);
  });

  it('leaves down who was killed before a scaling, though it exits after it', async () => {
    const { subject, processes } = await pool(1, 2);
    subject.signal(1, 'SIGKILL');
    subject.leaveDown();
    await pass(5000);
    expect(processes).toHaveLength(2);
    expect(subject).toMatchObject({ up: 1, pending: 0 });
  });

  it('notes the start with the time of the command, from before the process is made', async () => {
    const { subject, process, events, starts } = await pool(1);
    process(0).end({ signal: 'SIGKILL' });
    await pass(1000);
    expect(subject.up).toBe(1);
    expect(events().find((event) => event.e === 'supervised')?.t).toBeLessThanOrEqual(starts()[1] as number);
  });

  it('leaves down who died before a scaling, and at the end of the run', async () => {
    const scaled = await pool(1, 2);
    scaled.process(0).end({ signal: 'SIGKILL' });
    await pass(500);
    scaled.subject.leaveDown();
    await pass(5000);
    expect(scaled.processes).toHaveLength(2);

    const ended = await pool(1, 2);
    ended.process(0).end({ signal: 'SIGKILL' });
    await pass(500);
    const stopped = ended.subject.stopAll(100);
    await pass(5000);
    await stopped;
    expect(ended.processes).toHaveLength(2);
    expect(ended.process(1).signals).toEqual(['SIGTERM', 'SIGKILL']);
  });
});

describe('a pool that nobody supervises', () => {
  it('leaves the dead down', async () => {
    const { subject, process, processes } = await pool(null);
    process(0).end({ signal: 'SIGKILL' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(subject).toMatchObject({ up: 0, pending: 0, isServed: false });
    expect(processes).toHaveLength(1);
  });
});

describe('the workers of a queue', () => {
  it('are told where the provider listens that does the work', async () => {
    const plan = tinyPlan({
      queues: [tinyQueue({ provider: 'email', workers: 2 })],
      providers: [tinyProvider({ name: 'payment' }), tinyProvider()],
    });
    const { options, processes } = fakeProcesses();
    await workerPool(runSetup(plan), 'emails', options).startAll();
    expect(processes.map(({ entry }) => entry)).toEqual(['worker/main', 'worker/main']);
    const provider = { name: 'email', url: 'http://127.0.0.1:20002' };
    expect(processes.map(({ setup }) => setup)).toMatchObject([
      { role: 'worker', worker: 1, ledgerFile: 'worker-emails-1', provider },
      { role: 'worker', worker: 2, ledgerFile: 'worker-emails-2', provider },
    ]);
  });

  it('do simulated work where there is no provider', async () => {
    const { options, process } = fakeProcesses();
    await workerPool(runSetup(tinyPlan()), 'emails', options).startAll();
    expect(process(0).setup).toMatchObject({ role: 'worker', provider: null });
  });

  it('are none where nothing comes to it on the broker', async () => {
    const plan = tinyPlan({
      mode: 'sync',
      producers: [tinyProducer({ via: 'http' })],
      queues: [tinyQueue({ provider: 'email', workers: 3 })],
      providers: [tinyProvider()],
    });
    const { options, processes } = fakeProcesses();
    const subject = workerPool(runSetup(plan), 'emails', options);
    expect(await subject.startAll()).toBeNull();
    expect(processes).toEqual([]);
    expect(subject).toMatchObject({ up: 0, running: 0, isServed: false });
    await subject.stopAll(0);
  });

  it('say which of them was not ready, and why', async () => {
    const { options, process } = fakeProcesses();
    const subject = workerPool(
      runSetup(tinyPlan({ queues: [tinyQueue({ workers: 2 })] })),
      'emails',
      options,
    );
    const ready = subject.startAll();
    process(0).failure = 'it is too late';
    expect(subject.notReady()).toEqual(['worker 1 of emails', 'worker 2 of emails']);
    expect(await ready).toBe('worker 1 of emails exited before it was ready: it is too late');
  });
});
