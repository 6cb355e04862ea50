import { describe, expect, it, vi } from 'vitest';
import type { DeadLetter } from '../../../src/broker/types.js';
import { LaunchpadError } from '../../../src/errors.js';
import type { DeadLetterBroker } from '../../../src/lab/faults/redrive.js';
import { FaultTimeline } from '../../../src/lab/faults/timeline.js';
import type { FaultEvent, LedgerEvent } from '../../../src/ledger/events.js';
import type { FaultSpec } from '../../../src/scenario/types.js';
import { tinyPlan, tinyProducer, tinyProvider, tinyQueue } from '../../fixtures/tiny.js';
import { FakePool, labLedger, poolsOf } from './fakes.js';

function fault(atSeconds: number, kind: FaultSpec['kind'], more: Partial<FaultSpec> = {}): FaultSpec {
  return {
    atSeconds,
    kind,
    queue: 'emails',
    workers: 1,
    forSeconds: null,
    when: 'now',
    repaired: false,
    ...more,
  };
}

const noDead: DeadLetterBroker = { deadLetters: async () => [], redrive: async () => [] };

/** A timeline over fake workers: two of emails, one of payments. At speed 100 a scenario's second is 10 ms. */
function timeline(...faults: readonly FaultSpec[]) {
  return timelineOver(noDead, ...faults);
}

function timelineOver(broker: DeadLetterBroker, ...faults: readonly FaultSpec[]) {
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
  const subject = new FaultTimeline(plan, { pools: poolsOf(emails, payments), broker }, ledger, clock);
  return {
    emails,
    payments,
    subject,
    over,
    run: () => subject.run(over.signal),
    events: () => events() as FaultEvent[],
    all: (): LedgerEvent[] => events(),
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

  it('befall services as they do workers', async () => {
    const faults = [fault(1, 'kill', { queue: 'email' }), fault(2, 'restart', { queue: 'email' })];
    const email = new FakePool('email', ['up'], 'provider');
    const { clock, ledger, events } = labLedger();
    const pools = poolsOf(new FakePool('emails', ['up']), email);
    const plan = tinyPlan({ speed: 20, providers: [tinyProvider()], faults });
    await new FaultTimeline(plan, { pools, broker: noDead }, ledger, clock).run(new AbortController().signal);
    expect(email.done).toEqual(['SIGKILL 1', 'restart 1']);
    expect(events()).toMatchObject([
      { e: 'fault', q: 'email', kind: 'kill', workers: [1], pids: [101], up: 0 },
      { e: 'fault', q: 'email', kind: 'restart', workers: [1], pids: [201], up: 1 },
    ]);
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
    child.say({ type: 'moment', fault: 0 });
    child.say({ type: 'moment', fault: 0 });
    expect(emails.done).toEqual(['SIGKILL 1']);
    subject.callOff();
    expect(events()).toMatchObject([{ kind: 'kill', index: 0, workers: [1], pids: [101], up: 1 }]);
    expect(child.told).toEqual(['aim']);
  });

  it('of several workers is a fault for each, at the moment of each', async () => {
    const { emails, run, events } = timeline(fault(0, 'kill', { ...aimed, workers: 'all' }));
    await run();
    emails.childOf(2).say({ type: 'moment', fault: 0 });
    emails.childOf(1).say({ type: 'moment', fault: 0 });
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
    emails.childOf(1).say({ type: 'moment', fault: 0 });
    expect(emails.done).toEqual(['add 3']);
    expect(events()).toMatchObject([
      { kind: 'freeze', q: 'payments', workers: [1] },
      { kind: 'kill', index: 0, workers: [], pids: [], skipped: never, up: 2 },
      { kind: 'scale', workers: [3], up: 3 },
    ]);
  });

  it('does not take the moment of the one before it for its own', async () => {
    const { emails, run, events } = timeline(fault(0, 'kill', aimed), fault(1, 'kill', aimed));
    await run();
    emails.childOf(1).say({ type: 'moment', fault: 0 });
    expect(emails.done).toEqual([]);
    emails.childOf(1).say({ type: 'moment', fault: 1 });
    expect(emails.done).toEqual(['SIGKILL 1']);
    expect(events()).toMatchObject([
      { kind: 'kill', index: 0, workers: [], skipped: never },
      { kind: 'kill', index: 1, workers: [1] },
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

  it.each([
    ['before-effect', 'no worker held messages that were all at the end of their work'],
    ['before-acknowledge', 'no worker held messages that were all to be acknowledged next'],
    ['before-dead-letter', 'no worker gave a message up'],
    ['random', 'there were fewer passages than the drawn one'],
  ] as const)('%s says so to the worker, and what did not come when it is called off', async (when, why) => {
    const { emails, subject, run, events } = timeline(fault(0, 'kill', { when }));
    await run();
    expect(emails.childOf(1).aims).toMatchObject([{ point: when }]);
    subject.callOff();
    expect(events()).toMatchObject([{ workers: [], skipped: `the moment never came: ${why}` }]);
  });

  it('at random draws a passage for each worker, from 1 to 12, the same with the same seed', async () => {
    const passages = async (): Promise<number[]> => {
      const random = (at: number): FaultSpec => fault(at, 'kill', { when: 'random', workers: 'all' });
      const { emails, run } = timeline(...Array.from({ length: 40 }, (_, i) => random(i / 100)));
      await run();
      return emails.children
        .flatMap(({ aims }) => aims)
        .map((aim) => (aim.point === 'random' ? aim.passage : 0));
    };
    const drawn = await passages();
    expect(drawn).toHaveLength(80);
    expect([...new Set(drawn)].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(await passages()).toEqual(drawn);
  });
});

describe('a redrive', () => {
  const letter = (id: string, payload: unknown = { order: 1 }): DeadLetter => ({
    id,
    payload,
    reason: 'no such address',
    attempts: 1,
    at: '2026-01-02T03:04:05.000Z',
  });

  /** A broker that holds these dead, answers when it is told to, and notes what it puts back. */
  function holding(...dead: readonly DeadLetter[]) {
    const back: unknown[] = [];
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const broker: DeadLetterBroker = {
      deadLetters: async () => [...dead],
      redrive: async (_queue, messages, payload) => {
        await answered;
        back.push(...messages.map((message) => payload(message)));
        return messages.map(() => ({ outcome: 'acknowledged' }));
      },
    };
    return { broker, back, answer };
  }

  it('puts back all that is dead, each written down before, and says how many', async () => {
    const { broker, back, answer } = holding(letter('orders/7'), letter('orders/13'));
    const { run, all } = timelineOver(broker, fault(0, 'redrive'));
    const done = run();
    await Promise.resolve();
    expect(all()).toMatchObject([
      { e: 'redriven', q: 'emails', m: 'orders/7', repaired: false },
      { e: 'redriven', q: 'emails', m: 'orders/13', repaired: false },
    ]);
    answer();
    await done;
    expect(back).toEqual([{ order: 1 }, { order: 1 }]);
    expect(all()[2]).toMatchObject({ e: 'fault', kind: 'redrive', workers: [], messages: 2, up: 2 });
  });

  it('marks what was repaired, and keeps the rest of its payload', async () => {
    const { broker, back, answer } = holding(letter('orders/7', { order: 7, correlation: 'orders/7' }));
    answer();
    const { run, all } = timelineOver(broker, fault(0, 'redrive', { repaired: true }));
    await run();
    expect(back).toEqual([{ order: 7, correlation: 'orders/7', repaired: true }]);
    expect(all()[0]).toMatchObject({ e: 'redriven', repaired: true });
  });

  it('keeps no later fault waiting, calls no aimed kill off, and is waited for at the end', async () => {
    const { broker, answer } = holding(letter('orders/7'));
    const { emails, run, events, payments } = timelineOver(
      broker,
      fault(0, 'kill', aimed),
      fault(1, 'redrive'),
      fault(2, 'kill', { queue: 'payments' }),
    );
    let isDone = false;
    const done = run().then(() => {
      isDone = true;
    });
    await vi.waitFor(() => expect(payments.done).toEqual(['SIGKILL 1']));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isDone).toBe(false);
    expect(emails.childOf(1).told).toEqual(['aim']);
    answer();
    await done;
    expect(events().at(-1)).toMatchObject({ kind: 'redrive', index: 1, messages: 1 });
  });

  it('says why nothing was put back', async () => {
    const away: DeadLetterBroker = {
      ...noDead,
      deadLetters: async () => {
        throw new LaunchpadError('broker-unreachable', 'Redis is away');
      },
    };
    for (const [broker, skipped] of [
      [noDead, 'emails had no dead letters'],
      [away, 'Redis is away'],
    ] as const) {
      const { run, events } = timelineOver(broker, fault(0, 'redrive'));
      await run();
      expect(events()).toMatchObject([{ kind: 'redrive', workers: [], messages: 0, skipped }]);
    }
  });

  it('counts what the broker took, and says why it took none', async () => {
    const dead = [letter('orders/7'), letter('orders/8')];
    const refused = { outcome: 'refused', reason: 'out of memory' } as const;
    const broker = { deadLetters: async () => dead, redrive: async () => [refused, refused] };
    const { run, events } = timelineOver(broker, fault(0, 'redrive'));
    await run();
    expect(events().at(-1)).toMatchObject({ messages: 0, skipped: 'out of memory' });
    const half = { ...broker, redrive: async () => [refused, { outcome: 'acknowledged' } as const] };
    const second = timelineOver(half, fault(0, 'redrive'));
    await second.run();
    expect(second.events().at(-1)).toMatchObject({ messages: 1 });
    expect(second.events().at(-1)).not.toHaveProperty('skipped');
  });

  it('that goes wrong in the lab itself ends the run', async () => {
    const broken = { ...noDead, deadLetters: () => Promise.reject(new Error('a mistake')) };
    await expect(timelineOver(broken, fault(0, 'redrive')).run()).rejects.toThrow('a mistake');
  });
});
