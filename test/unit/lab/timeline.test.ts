import { describe, expect, it } from 'vitest';
import { FaultTimeline } from '../../../src/lab/faults/timeline.js';
import type { FaultEvent } from '../../../src/ledger/events.js';
import type { FaultSpec } from '../../../src/scenario/types.js';
import { tinyPlan, tinyProducer, tinyQueue } from '../../fixtures/tiny.js';
import { FakePool, labLedger, poolsOf } from './fakes.js';

function fault(atSeconds: number, kind: FaultSpec['kind'], more: Partial<FaultSpec> = {}): FaultSpec {
  return { atSeconds, kind, queue: 'emails', workers: 1, forSeconds: null, when: 'now', ...more };
}

/** A timeline over fake workers: two of emails, one of payments. At speed 100 a scenario's second is 10 ms. */
function timeline(...faults: readonly FaultSpec[]) {
  const plan = tinyPlan({
    speed: 100,
    producers: [tinyProducer({ to: [{ queue: 'emails' }, { queue: 'payments' }] })],
    queues: [tinyQueue({ redelivery: null }), tinyQueue({ name: 'payments', redelivery: null })],
    faults,
  });
  const emails = new FakePool('emails', ['up', 'up']);
  const payments = new FakePool('payments', ['up']);
  const { clock, ledger, events } = labLedger();
  const over = new AbortController();
  const subject = new FaultTimeline(plan, poolsOf(emails, payments), ledger, clock);
  return {
    emails,
    payments,
    subject,
    over,
    run: () => subject.run(over.signal),
    events: () => events() as FaultEvent[],
  };
}

const aimed = { when: 'after-effect' } as const;
const never = 'the moment never came: no worker held messages that all had their effect';

describe('the faults of a plan', () => {
  it('are done in order, none before its time, each written down with what it hit and who is up', async () => {
    const { emails, payments, run, events } = timeline(
      fault(3, 'restart'),
      fault(1, 'kill'),
      fault(2, 'freeze', { queue: 'payments' }),
    );
    await run();
    expect(emails.done).toEqual(['SIGKILL 1', 'restart 1']);
    expect(payments.done).toEqual(['SIGSTOP 1']);
    const [killed, frozen, restarted] = events();
    expect(killed).toMatchObject({ q: 'emails', kind: 'kill', index: 0, workers: [1], pids: [101], up: 1 });
    expect(frozen).toMatchObject({ q: 'payments', kind: 'freeze', index: 1, workers: [1], up: 0 });
    expect(restarted).toMatchObject({ q: 'emails', kind: 'restart', index: 2, pids: [201], up: 2 });
    for (const [i, event] of events().entries()) expect(event.t).toBeGreaterThanOrEqual((i + 1) * 10_000);
  });

  it('say why nobody was hit', async () => {
    const { run, events } = timeline(fault(0, 'thaw'), fault(0, 'restart'));
    await run();
    expect(events()).toMatchObject([
      { kind: 'thaw', workers: [], pids: [], skipped: 'no worker of emails was frozen', up: 2 },
      { kind: 'restart', workers: [], pids: [], skipped: 'no worker of emails was down', up: 2 },
    ]);
  });

  it('are not done any more when the run is over', async () => {
    const { emails, over, run, events } = timeline(fault(0, 'kill'), fault(3600, 'restart'));
    const done = run();
    expect(emails.done).toEqual(['SIGKILL 1']);
    over.abort();
    await done;
    expect(emails.done).toEqual(['SIGKILL 1']);
    expect(events()).toHaveLength(1);
  });
});

describe('an aimed kill', () => {
  it('kills a worker when it announces the moment, once', async () => {
    const { emails, subject, run, events } = timeline(fault(0, 'kill', aimed));
    await run();
    const child = emails.childOf(1);
    expect(child.told).toEqual(['aim']);
    expect(emails.childOf(2).told).toEqual([]);
    child.say({ type: 'ready' });
    expect(emails.done).toEqual([]);
    child.say({ type: 'moment' });
    child.say({ type: 'moment' });
    expect(emails.done).toEqual(['SIGKILL 1']);
    subject.callOff();
    expect(events()).toMatchObject([{ kind: 'kill', index: 0, workers: [1], pids: [101], up: 1 }]);
    expect(child.told).toEqual(['aim']);
  });

  it('of several workers is a fault for each, at the moment of each', async () => {
    const { emails, run, events } = timeline(fault(0, 'kill', { ...aimed, workers: 'all' }));
    await run();
    emails.childOf(2).say({ type: 'moment' });
    emails.childOf(1).say({ type: 'moment' });
    expect(events().map(({ workers, up }) => ({ workers, up }))).toEqual([
      { workers: [2], up: 1 },
      { workers: [1], up: 0 },
    ]);
  });

  it('is called off by the next fault on its queue, and by none on another', async () => {
    const { emails, run, events } = timeline(
      fault(0, 'kill', aimed),
      fault(1, 'freeze', { queue: 'payments' }),
      fault(2, 'scale', { workers: 3 }),
    );
    await run();
    expect(emails.childOf(1).told).toEqual(['aim', 'disarm']);
    emails.childOf(1).say({ type: 'moment' });
    expect(emails.done).toEqual(['add 3']);
    expect(events()).toMatchObject([
      { kind: 'freeze', q: 'payments', workers: [1] },
      { kind: 'kill', index: 0, workers: [], pids: [], skipped: never, up: 2 },
      { kind: 'scale', workers: [3], up: 3 },
    ]);
  });

  it('is called off at the end of the run', async () => {
    const { emails, subject, run, events } = timeline(fault(0, 'kill', aimed));
    await run();
    subject.callOff();
    subject.callOff();
    expect(emails.childOf(1).told).toEqual(['aim', 'disarm']);
    expect(events()).toMatchObject([{ skipped: never }]);
  });

  it('has nobody to aim at where no worker is up', async () => {
    const { emails, run, events } = timeline(fault(0, 'stop', { workers: 'all' }), fault(1, 'kill', aimed));
    await run();
    expect(events()[1]).toMatchObject({
      kind: 'kill',
      workers: [],
      skipped: 'no worker of emails was running',
    });
    expect(emails.done).toEqual(['SIGTERM 1', 'SIGTERM 2']);
  });
});
