import { describe, expect, test } from 'vitest';
import { drawWork } from '../../../../../src/plan/draws.js';
import { tinyProvider } from '../../../../fixtures/tiny.js';
import { fault, play } from '../play.js';
import { emails, orders, servicePlan, story } from './plans.js';

/** Five at once, one hand for each. */
const five = { producers: [orders(50, 0.1)], queues: [emails({ concurrency: 5 })] };

describe('a provider', () => {
  test('starts calls evenly spaced, and lets as many wait as its room holds', () => {
    const plan = servicePlan({ ...five, providers: [tinyProvider({ waitingRoom: 3 })] });
    const events = play(plan);
    expect(story(events, 'called', 'turned-away', 'effect')).toEqual([
      '0 called 1 behind 0',
      '0.02 called 2 behind 0',
      '0.04 called 3 behind 1',
      '0.06 called 4 behind 2',
      '0.08 turned-away 5',
      '0.1 effect 1',
      '0.3 effect 2',
      '0.5 effect 3',
      '0.7 effect 4',
    ]);
    expect(story(events, 'failed', 'dead')).toEqual(['0.08 failed 5 for good', '0.08 dead 5']);
    expect(events.find(({ e }) => e === 'failed')).toMatchObject({
      why: 'email answered 503: its waiting room is full',
      kind: 'error',
    });
  });

  test('draws the latency of a message’s nth call that it let in', () => {
    const latency = { kind: 'exponential' as const, meanSeconds: 0.5 };
    const queues = [
      emails({ timeoutSeconds: 0.2, attempts: 9, idempotency: { mode: 'none' }, concurrency: 1 }),
    ];
    const producers = [orders(1, 1)];
    const events = play(servicePlan({ queues, producers, providers: [tinyProvider({ latency })] }));
    const calls = events.flatMap(({ e, t }) => (e === 'called' ? t : []));
    expect(calls.length).toBeGreaterThan(1);
    const ends = calls
      .map((t, i) => t / 1e6 + drawWork(latency, 1, 'emails', 'orders/1', i + 1))
      .sort((a, b) => a - b);
    const effects = events.flatMap(({ e, t }) => (e === 'effect' ? t / 1e6 : []));
    for (const [i, effect] of effects.entries()) expect(effect).toBeCloseTo(ends[i] ?? 0, 5);
  });

  test('goes on with a call that nobody waits for any more, and does for a key once what it is called for', () => {
    const latency = { kind: 'constant' as const, meanSeconds: 1 };
    const queues = [emails({ timeoutSeconds: 0.6, attempts: 3 })];
    const events = play(
      servicePlan({ queues, producers: [orders(1, 1)], providers: [tinyProvider({ latency })] }),
    );
    // The second call waits for the first one's end, and is answered then.
    expect(story(events, 'started', 'called', 'failed', 'effect', 'suppressed', 'settled')).toEqual([
      '0 started 1',
      '0 called 1 behind 0',
      '0.6 failed 1 again in 0',
      '0.6 settled 1',
      '0.6 started 1',
      '1 effect 1',
      '1 suppressed 1',
      '1 settled 1',
    ]);
    const without = play(
      servicePlan({
        queues: [emails({ timeoutSeconds: 0.6, attempts: 3, idempotency: { mode: 'none' } })],
        producers: [orders(1, 1)],
        providers: [tinyProvider({ latency })],
      }),
    );
    expect(story(without, 'effect', 'dead')).toEqual([
      '1 effect 1',
      '1.6 effect 1',
      '1.8 dead 1',
      '2.2 effect 1',
    ]);
  });

  test('an answer at the very moment of the limit comes too late', () => {
    const events = play(
      servicePlan({ queues: [emails({ timeoutSeconds: 0.1 })], producers: [orders(1, 1)] }),
    );
    expect(story(events, 'failed', 'effect')).toEqual(['0.1 failed 1 for good', '0.1 effect 1']);
    expect(events.find(({ e }) => e === 'failed')).toMatchObject({
      why: 'email gave no answer in time (0.1 s)',
      kind: 'timeout',
    });
  });

  test('falls over when its room has been full for so long, and is back some time after that', () => {
    const fallOver = { afterSeconds: 0.5, backSeconds: 1 };
    const providers = [tinyProvider({ capacity: { count: 1, perSeconds: 1 }, waitingRoom: 1, fallOver })];
    const queues = [emails({ attempts: 3, backoff: fixed(1), concurrency: 5 })];
    const events = play(servicePlan({ ...five, queues, providers }));
    expect(story(events, 'fell-over', 'exited', 'supervised', 'ready').slice(3, 7)).toEqual([
      '0.08 exited orders 0',
      '0.52 fell-over',
      '0.52 exited email 1',
      '1.52 supervised email',
    ]);
    expect(events.find(({ e }) => e === 'fell-over')).toMatchObject({
      s: 'email',
      why: 'its waiting room was full for 0.5 s',
    });
    const died = events.find((event) => event.e === 'exited' && event.name === 'email');
    expect(died).toMatchObject({ role: 'provider', worker: 1, ordered: false, up: 0 });
    // The first was done; the second was waiting, and its call breaks.
    expect(story(events, 'effect', 'failed').slice(0, 5)).toEqual([
      '0.04 failed 3 again in 1',
      '0.06 failed 4 again in 1',
      '0.08 failed 5 again in 1',
      '0.1 effect 1',
      '0.52 failed 2 again in 1',
    ]);
    expect(events.filter(({ e }) => e === 'failed')[3]).toMatchObject({
      why: 'the connection to email broke: it was closed',
    });
  });
});

const fixed = (delaySeconds: number) => ({
  kind: 'fixed' as const,
  delaySeconds,
  jitter: 0,
  maxSeconds: null,
});

describe('a provider with a fault', () => {
  const latency = { kind: 'constant' as const, meanSeconds: 1 };
  const plan = (kind: 'kill' | 'stop' | 'freeze', queue = {}) =>
    servicePlan({
      queues: [emails({ attempts: 5, backoff: fixed(1), ...queue })],
      providers: [tinyProvider({ latency })],
      faults: [fault({ kind, queue: 'email', atSeconds: 1.5, forSeconds: 2 })],
    });

  test('killed: what it was at breaks, and nobody reaches it until it is back', () => {
    const events = play(plan('kill'));
    expect(story(events, 'fault', 'exited', 'ready').slice(3, 7)).toEqual([
      '1.5 fault kill email up 0',
      '1.5 exited email SIGKILL',
      '3 exited orders 0',
      '3.5 fault restart email up 1',
    ]);
    expect(story(events, 'failed', 'effect')).toEqual([
      '1 effect 1',
      '1.5 failed 2 again in 1',
      '2 failed 3 again in 1',
      '2.5 failed 2 again in 1',
      '3 failed 4 again in 1',
      '3 failed 3 again in 1',
      // At the very time of the restart a call comes before the process listens.
      '3.5 failed 2 again in 1',
      '5 effect 4',
      '5.2 effect 3',
      '5.5 effect 2',
    ]);
    const whys = events.flatMap((event) => (event.e === 'failed' ? event.why : []));
    expect(whys.slice(0, 2)).toEqual([
      'the connection to email broke: it was closed',
      'email could not be reached: connection refused',
    ]);
  });

  test('stopped: it finishes what it is at, and sends away who waits', () => {
    const slow = tinyProvider({ capacity: { count: 1, perSeconds: 1 }, latency });
    const events = play(
      servicePlan({
        ...five,
        queues: [emails({ concurrency: 5 })],
        providers: [slow],
        faults: [fault({ kind: 'stop', queue: 'email', atSeconds: 0.5 })],
      }),
    );
    expect(story(events, 'fault', 'effect', 'failed', 'exited').slice(1, 8)).toEqual([
      '0.5 fault stop email up 0',
      '0.5 failed 2 for good',
      '0.5 failed 3 for good',
      '0.5 failed 4 for good',
      '0.5 failed 5 for good',
      '1 effect 1',
      '1 exited email 0',
    ]);
    expect(events.find(({ e }) => e === 'failed')).toMatchObject({
      why: 'email answered 503: it is stopping',
    });
  });

  test('frozen: it takes at the thaw what it was sent, also from whoever has left', () => {
    const events = play(plan('freeze', { timeoutSeconds: 1.2, attempts: 2, idempotency: { mode: 'none' } }));
    expect(story(events, 'fault', 'called', 'failed', 'effect')).toEqual([
      '0 called 1 behind 0',
      '1 called 2 behind 0',
      '1 effect 1',
      '1.5 fault freeze email up 0',
      '2.2 failed 2 again in 1',
      '3.2 failed 3 again in 1',
      '3.5 fault thaw email up 1',
      '3.5 effect 2',
      '3.5 called 3 behind 0',
      '3.5 called 4 behind 0',
      '3.5 called 2 behind 1',
      '4.2 failed 4 again in 1',
      '4.2 called 3 behind 0',
      '4.4 failed 2 for good',
      '4.5 effect 3',
      '4.7 effect 4',
      '4.9 effect 2',
      '5.2 effect 3',
      '5.2 called 4 behind 0',
      '6.2 effect 4',
    ]);
  });

  test('what a fault does not find is said', () => {
    const faults = (['thaw', 'restart', 'kill', 'stop', 'freeze', 'kill'] as const).map((kind, i) =>
      fault({ kind, queue: 'email', atSeconds: 1 + i }),
    );
    expect(story(play(servicePlan({ faults })), 'fault')).toEqual([
      '1 fault thaw email email was not frozen',
      '2 fault restart email email was not down',
      '3 fault kill email up 0',
      '4 fault stop email email was not running',
      '5 fault freeze email email was not running',
      '6 fault kill email email was not running',
    ]);
  });
});
