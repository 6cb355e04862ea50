import { describe, expect, test } from 'vitest';
import { aimOf } from '../../../../src/lab/faults/aim.js';
import { tinyFailure, tinyPlan, tinyProducer, tinyQueue } from '../../../fixtures/tiny.js';
import { census, count, fault, ids, play, told } from './play.js';

const burst = (messages: number) =>
  tinyProducer({ phases: [{ forSeconds: 0.1, fromPerSecond: messages * 10, toPerSecond: messages * 10 }] });
const three = { rate: null, concurrency: 3, work: { kind: 'constant', meanSeconds: 2 } } as const;

describe('after a death', () => {
  const killed = (overrides = {}, when: 'now' | 'before-effect' = 'now') =>
    play(
      tinyPlan({
        producers: [burst(5)],
        queues: [tinyQueue({ ...three, ...overrides })],
        faults: [fault({ when }), fault({ atSeconds: 3.5, kind: 'restart' })],
      }),
    );

  test('what was in hand comes back at the second check behind its lock, first and reversed', () => {
    const again = killed().filter((event) => event.e === 'started' && event.t > 1e6);
    // Locks of 5 s, taken at 0 to 0.04 s; checks at 0, 1 and, since the restart, each second from 3.5 s.
    expect(told(again, 'started')).toEqual([
      '3.5 started orders/4',
      '3.5 started orders/5',
      '5.5 started orders/3 again, 2',
      '5.5 started orders/2 again, 2',
      '5.5 started orders/1 again, 2',
    ]);
  });

  test('it is ahead of what is ready', () => {
    const again = killed({ concurrency: 1, acknowledgeSeconds: 3 }).filter(({ t }) => t > 3e6);
    expect(ids(again, 'started')).toEqual(['orders/2', 'orders/1', 'orders/3', 'orders/4', 'orders/5']);
  });

  test('a message whose workers die once too often is given up without being started', () => {
    const events = killed({ redelivery: { afterSeconds: 5, checkSeconds: 1, limit: 0 } });
    const dead = events.filter(({ e }) => e === 'dead');
    expect(dead).toHaveLength(3);
    expect(dead[0]).toMatchObject({
      t: 5.5e6,
      why: 'killed under once: the broker gives up after 0 redeliveries',
    });
    expect(count(events, 'started')).toBe(5);
    expect(census(events, 'emails-dead').ready).toHaveLength(3);
  });

  test('a living worker renews its locks; work may last longer than one', () => {
    const queues = [tinyQueue({ ...three, work: { kind: 'constant', meanSeconds: 30 } })];
    const events = play(tinyPlan({ producers: [burst(3)], queues }));
    expect(told(events, 'started')).toHaveLength(3);
    expect(count(events, 'effect')).toBe(3);
  });

  test('the lock of a dead one counts from its last renewal', () => {
    const queues = [tinyQueue({ ...three, work: { kind: 'constant', meanSeconds: 30 } })];
    const faults = [fault({ atSeconds: 4 }), fault({ atSeconds: 4.5, kind: 'restart' })];
    const events = play(tinyPlan({ producers: [burst(1)], queues, faults }));
    // Taken at 0; looked at each 1.25 s, and renewed at 2.5 and 3.75 s: until 8.75 s. Checks at 4.5 s and each second from there.
    expect(told(events, 'started')[1]).toBe('9.5 started orders/1 again, 2');
  });

  test('the supervisor starts it again, and again', () => {
    const queues = [
      tinyQueue({
        superviseSeconds: 2,
        failures: [tinyFailure({ kind: 'crash', select: { kind: 'messages', messages: [2] } })],
      }),
    ];
    const events = play(tinyPlan({ queues }));
    expect(told(events, 'exited', 'supervised', 'dead').filter((line) => !line.startsWith('3 '))).toEqual([
      '1.3 exited ',
      '3.3 supervised emails',
      // Taken at 1 s, lock until 6 s, checks at 3.3, 4.3 …
      '6.6 exited ',
      '8.6 supervised emails',
      '11.6 dead orders/2',
      '11.600001 exited ',
    ]);
    expect(count(events, 'effect')).toBe(3);
  });
});

describe('an aimed kill', () => {
  const aimed = (when: Parameters<typeof fault>[0], overrides = {}) => {
    const queue = tinyQueue({ ...three, acknowledgeSeconds: 1, ...overrides });
    const faults = [fault({ ...when, atSeconds: 1 }), fault({ atSeconds: 20, kind: 'restart' })];
    return play(tinyPlan({ producers: [burst(3)], queues: [queue], faults }));
  };

  test('waits until all that is in hand is at its point', () => {
    expect(told(aimed({ when: 'before-effect' }), 'fault')[0]).toBe('2.066667 fault emails');
    const after = aimed({ when: 'after-effect' });
    expect(told(after, 'fault')[0]).toBe('2.066667 fault emails');
    expect(count(after, 'effect')).toBe(6);
    const before = aimed(
      { when: 'before-acknowledge' },
      { idempotency: { mode: 'delivery-log', record: 'after' } },
    );
    expect(told(before, 'fault')[0]).toBe('3.066667 fault emails');
    expect(ids(before, 'suppressed')).toHaveLength(3);
    expect(count(before, 'effect')).toBe(3);
  });

  test('is called off by the next fault, and what was held goes on', () => {
    // Only two of the three get there: the other is being worked on for longer.
    const failures = [
      tinyFailure({ kind: 'hang', select: { kind: 'messages', messages: [1] }, forSeconds: 30 }),
    ];
    const events = aimed({ when: 'before-effect' }, { failures });
    expect(events.find(({ e }) => e === 'fault')).toMatchObject({ t: 20e6, kind: 'kill', workers: [] });
    expect(told(events, 'effect')).toEqual([
      '20 effect orders/2',
      '20 effect orders/3',
      '32 effect orders/1',
    ]);
  });

  test('what was past the point is let through, with all that was in hand', () => {
    const queue = tinyQueue({ ...three, rate: null, concurrency: 1, acknowledgeSeconds: 1 });
    const faults = [
      fault({ atSeconds: 2.5, when: 'before-effect' }),
      fault({ atSeconds: 9, kind: 'restart' }),
    ];
    const events = play(tinyPlan({ producers: [burst(2)], queues: [queue], faults }));
    expect(told(events, 'effect', 'settled', 'fault').slice(0, 3)).toEqual([
      '2 effect orders/1',
      '3 settled orders/1',
      '5 fault emails',
    ]);
  });

  test('at random: the drawn passage, as the lab draws it', () => {
    const passages = [1, 2, 3, 4, 5].map((seed) => {
      const aim = aimOf({ when: 'random', queue: 'emails', index: 0 }, 1, seed);
      const queue = tinyQueue({ ...three, concurrency: 1, work: { kind: 'constant', meanSeconds: 1 } });
      const faults = [fault({ atSeconds: 0, when: 'random' })];
      const events = play(tinyPlan({ seed, producers: [burst(9)], queues: [queue], faults }));
      const at = events.findIndex(({ e }) => e === 'fault');
      const before = events.slice(0, at);
      // Each passes its start, two points at its effect's sides, and the acknowledgement: nothing is to be seen of three of them.
      const seen = count(before, 'started') + 2 * count(before, 'effect') + count(before, 'settled');
      return { seen, drawn: aim !== null && 'passage' in aim ? aim.passage : 0 };
    });
    for (const { seen, drawn } of passages) expect([drawn - 1, drawn]).toContain(seen);
  });

  test('between a death and its move: another worker moves it, or nobody', () => {
    const failures = [tinyFailure({ select: { kind: 'messages', messages: [2] }, retryable: false })];
    const moved = (move: 'safe' | 'on-failed') =>
      aimed({ when: 'before-dead-letter' }, { failures, deadLetter: { queue: 'emails-dead', move } });
    const safe = moved('safe');
    expect(told(safe, 'dead', 'dead-lettered')).toEqual([
      '2.033333 dead orders/2',
      '20 dead orders/2',
      '20 dead-lettered orders/2',
    ]);
    const stranded = moved('on-failed');
    expect(count(stranded, 'dead-lettered')).toBe(0);
    expect(census(stranded, 'emails').dead).toEqual(['orders/2']);
  });
});

describe('other faults', () => {
  test('stop finishes what is in hand, and takes nothing more', () => {
    const faults = [fault({ kind: 'stop', forSeconds: 5 })];
    const events = play(tinyPlan({ producers: [burst(4)], queues: [tinyQueue(three)], faults }));
    expect(told(events, 'fault', 'started', 'effect').slice(3)).toEqual([
      '1 fault emails',
      '2 effect orders/1',
      '2.025 effect orders/2',
      '2.05 effect orders/3',
      '6 fault emails',
      '6 started orders/4',
      '8 effect orders/4',
    ]);
    expect(events.filter(({ e }) => e === 'exited')[1]).toMatchObject({
      t: 2_050_000,
      code: 0,
      ordered: true,
      up: 0,
    });
  });

  test('a frozen worker ends what it holds right after the thaw, and has lost what was given to another', () => {
    const queue = tinyQueue({
      ...three,
      concurrency: 1,
      workers: 2,
      redelivery: { afterSeconds: 2, checkSeconds: 1, limit: 1 },
    });
    const faults = [fault({ kind: 'freeze', workers: 1, forSeconds: 10 })];
    const events = play(tinyPlan({ producers: [burst(2)], queues: [queue], faults }));
    expect(count(events, 'effect')).toBe(3);
    expect(count(events, 'lost-lock')).toBe(1);
    expect(told(events, 'lost-lock')[0]).toMatch(/^11 /);
    expect(events.filter((event) => event.e === 'started' && event.r === true)).toHaveLength(1);
  });

  test('a short freeze is only a delay', () => {
    const faults = [fault({ kind: 'freeze', forSeconds: 2 })];
    const events = play(tinyPlan({ producers: [burst(1)], queues: [tinyQueue(three)], faults }));
    expect(told(events, 'effect', 'settled')).toEqual(['3 effect orders/1', '3 settled orders/1']);
  });

  test('scale starts and stops; who has nothing to do is told why', () => {
    const faults = [
      fault({ kind: 'scale', workers: 3 }),
      fault({ kind: 'scale', workers: 3, atSeconds: 2 }),
      fault({ kind: 'scale', workers: 1, atSeconds: 3 }),
    ];
    const told = play(tinyPlan({ faults })).filter(({ e }) => e === 'fault');
    expect(told).toMatchObject([
      { workers: [2, 3], up: 3 },
      { workers: [], up: 3, skipped: 'emails had 3 workers already' },
      { workers: [3, 2], up: 1 },
    ]);
  });

  test('a started worker takes its time', () => {
    const faults = [fault({ atSeconds: 0.5, forSeconds: 1 })];
    const events = play(tinyPlan({ faults }), {
      measured: { queues: { emails: { workerStartSeconds: [0.25] } } },
    });
    expect(told(events, 'fault', 'ready')).toEqual([
      '0 ready emails',
      '0.5 fault emails',
      '1.5 fault emails',
      '1.75 ready emails',
    ]);
    const opened = events.filter((event) => event.e === 'opened' && event.role === 'worker');
    expect(opened).toMatchObject([
      { t: 0, pid: 102 },
      { t: 1_750_000, pid: 103 },
    ]);
  });
});
