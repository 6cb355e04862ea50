import { describe, expect, test } from 'vitest';
import { analysePlayed } from '../../../../../src/analysis/index.js';
import type { LedgerEvent } from '../../../../../src/ledger/events.js';
import { simulateEvents } from '../../../../../src/model/events/index.js';
import type { Plan } from '../../../../../src/plan/types.js';
import { tinyOrderService, tinyProducer, tinyQueue } from '../../../../fixtures/tiny.js';
import { fault, play } from '../play.js';
import { emails, orders, servicePlan, story, writers } from './plans.js';

function booksOf(plan: Plan) {
  const info = { launchpad: '0', node: 'v20', drainLimitSeconds: null };
  const result = analysePlayed(plan, (visit) => simulateEvents(plan, visit), info);
  return { result, books: result.producers.orders?.orderBooks };
}

describe('an order service with queues', () => {
  test('is told as its ledger would tell it: publishes, then answers; a worker calls, the provider has the effect', () => {
    const all: [LedgerEvent, number][] = [];
    const plan = servicePlan({ producers: [orders(1, 1)] });
    simulateEvents(plan, (event, file) => all.push([event, file]), { sampleSeconds: 0 });
    const message = { q: 'emails', m: 'orders/1' };
    const pids = new Map(all.flatMap(([event]) => (event.e === 'opened' ? [[event.role, event.pid]] : [])));
    const about = all.filter(([event]) => 'm' in event && event.e !== 'census').map(([event]) => event);
    expect(about).toEqual([
      { t: 0, e: 'posted', m: 'orders/1', due: 0 },
      { t: 0, e: 'received', m: 'orders/1' },
      { t: 0, e: 'attempted', ...message, due: 0 },
      { t: 0, e: 'acknowledged', ...message },
      { t: 0, e: 'responded', m: 'orders/1', status: 202 },
      { t: 0, e: 'answered', m: 'orders/1', status: 202 },
      { t: 0, e: 'started', ...message, n: 1, r: false },
      { t: 0, e: 'called', s: 'email', ...message, waiting: 0, pid: pids.get('worker') },
      { t: 100_000, e: 'effect', ...message, s: 'email', pid: pids.get('worker') },
      { t: 100_000, e: 'settled', ...message },
    ]);
    expect(writers(all, 'posted')).toEqual(['producer orders']);
    expect(writers(all, 'attempted')).toEqual(['order-service order-service']);
    expect(writers(all, 'started')).toEqual(['worker emails']);
    expect(writers(all, 'effect')).toEqual(['provider email']);
    expect(
      story(
        all.map(([event]) => event),
        'ready',
        'exited',
      ),
    ).toEqual([
      '0 ready order-service',
      '0 ready email',
      '0 ready emails',
      '0 exited orders 0',
      '0.100001 exited order-service 0',
      '0.100001 exited emails 0',
      '0.100001 exited email 0',
    ]);
  });

  test('answers once the broker has all steps; killed before, its customer learns nothing, and the steps get there', () => {
    const queues = [emails(), tinyQueue({ name: 'payments', rate: null })];
    const producers = [orders(1, 1, { to: [{ queue: 'payments' }, { queue: 'emails' }] })];
    const measured = { queues: { emails: { publishSeconds: 0.2 }, payments: { publishSeconds: 0.1 } } };
    const plan = servicePlan({ queues, producers });
    expect(story(play(plan, { measured }), 'acknowledged', 'responded', 'answered')).toEqual([
      '0.1 acknowledged 1',
      '0.2 acknowledged 1',
      '0.2 responded 1 202',
      '0.2 answered 1 202',
    ]);
    const faults = [fault({ queue: 'order-service', atSeconds: 0.15 })];
    const killed = play(servicePlan({ queues, producers, faults }), { measured });
    expect(story(killed, 'acknowledged', 'responded', 'unanswered', 'effect')).toEqual([
      '0.1 acknowledged 1',
      '0.15 unanswered 1 broken',
      '0.3 effect 1',
      '0.4 effect 1',
    ]);
  });

  test('while it is down nobody is reached', () => {
    const faults = [fault({ queue: 'order-service', atSeconds: 0.5, forSeconds: 1.5 })];
    const { books, result } = booksOf(servicePlan({ faults }));
    expect(books).toMatchObject({ posted: 4, accepted: 2, unreached: 2, done: 2, balanced: true });
    expect(result.queues.emails?.accounting).toMatchObject({ scheduled: 2, effected: 2 });
    expect(result.services?.['order-service']).toMatchObject({ started: 2, received: 2, died: 0 });
    // It listens when it has started.
    const measured = { services: { 'order-service': { startSeconds: [1.2] } } };
    const later = play(servicePlan({ faults }), { measured });
    expect(story(later, 'unanswered', 'fault')).toEqual([
      '0.5 fault kill order-service up 0',
      '1 unanswered 2 unreached',
      '2 fault restart order-service up 1',
      '2 unanswered 3 unreached',
      '3 unanswered 4 unreached',
    ]);
  });

  test('answering first, a kill loses what was promised, and a stop publishes it', () => {
    const orderService = tinyOrderService({ publishAfterAnswerSeconds: 0.5 });
    const dies = (kind: 'kill' | 'stop') =>
      servicePlan({
        orderService,
        producers: [orders(10, 1)],
        faults: [fault({ kind, queue: 'order-service', atSeconds: 0.95 })],
      });
    expect(booksOf(dies('kill')).books).toMatchObject({ accepted: 10, done: 5, lost: 5, balanced: true });
    const stopped = play(dies('stop'));
    expect(story(stopped, 'attempted').map((line) => line.split(' ')[0])).toEqual([
      ...['0.5', '0.6', '0.7', '0.8', '0.9'],
      ...Array.from({ length: 5 }, () => '0.95'),
    ]);
    expect(story(stopped, 'exited')[1]).toBe('0.95 exited order-service 0');
  });

  test('frozen, it takes at the thaw what it was sent, also from those who have left', () => {
    const faults = [fault({ kind: 'freeze', queue: 'order-service', atSeconds: 0.5, forSeconds: 2.4 })];
    const plan = servicePlan({ faults, producers: [orders(1, 4, { patienceSeconds: 1.5 })] });
    const events = play(plan);
    expect(story(events, 'received', 'unanswered', 'answered')).toEqual([
      '0 received 1',
      '0 answered 1 202',
      '2.5 unanswered 2 timeout',
      '2.9 received 2',
      '2.9 received 3',
      '2.9 answered 3 202',
      '3 received 4',
      '3 answered 4 202',
    ]);
    expect(booksOf(plan).books).toMatchObject({
      accepted: 3,
      timedOut: 1,
      doneUnaccepted: 1,
      balanced: true,
    });
    const killed = [
      fault({ kind: 'freeze', queue: 'order-service', atSeconds: 0.5 }),
      fault({ kind: 'kill', queue: 'order-service', atSeconds: 2.2 }),
    ];
    expect(story(play(servicePlan({ faults: killed })), 'unanswered')).toEqual([
      '2.2 unanswered 2 broken',
      '2.2 unanswered 3 broken',
      '3 unanswered 4 unreached',
    ]);
  });

  test('frozen, it holds so many connections; of the others those that still wait are taken at the thaw', () => {
    const faults = [fault({ kind: 'freeze', queue: 'order-service', atSeconds: 0, forSeconds: 3 })];
    const plan = servicePlan({ faults, producers: [orders(700, 1, { patienceSeconds: 2.5 })] });
    const events = play(plan);
    const received = story(events, 'received').length;
    // Those of the first half second have left by then; 511 of all 700 are held anyway, and the rest came after that.
    expect(received).toBe(700);
    const impatient = servicePlan({ faults, producers: [orders(700, 1, { patienceSeconds: 1 })] });
    expect(story(play(impatient), 'received')).toHaveLength(511);
    expect(booksOf(impatient).books).toMatchObject({ timedOut: 700, doneUnaccepted: 511, balanced: true });
  });

  test('an answer at the very moment of the patience comes too late, and a bound of orders in flight shows as lag', () => {
    const measured = { queues: { emails: { publishSeconds: 0.5 } } };
    const plan = servicePlan({ producers: [orders(1, 1, { patienceSeconds: 0.5 })] });
    expect(story(play(plan, { measured }), 'unanswered', 'responded')).toEqual([
      '0.5 unanswered 1 timeout',
      '0.5 responded 1 202',
    ]);
    const faults = [fault({ kind: 'freeze', queue: 'order-service', atSeconds: 0, forSeconds: 3 })];
    const many = play(servicePlan({ faults, producers: [orders(10_050, 1, { patienceSeconds: 10 })] }));
    const late = many.flatMap((event) => (event.e === 'posted' && event.t > event.due ? event.t : []));
    expect(late).toEqual(Array.from({ length: 50 }, () => 3e6));
  });

  test('what publishes by itself comes beside it', () => {
    const producers = [orders(1, 2), tinyProducer({ name: 'imports' })];
    const { result } = booksOf(servicePlan({ producers }));
    expect(result.queues.emails?.accounting).toMatchObject({ scheduled: 6, effected: 6, balanced: true });
  });
});

describe('a worker that a provider works for', () => {
  const one = { producers: [orders(1, 1)] };

  test('is killed before its call, or after the effect that it learnt of', () => {
    const queues = [emails({ superviseSeconds: 0.5, idempotency: { mode: 'none' } })];
    const before = play(
      servicePlan({ ...one, queues, faults: [fault({ when: 'before-effect', atSeconds: 0 })] }),
    );
    expect(story(before, 'fault', 'called', 'effect').slice(0, 3)).toEqual([
      '0 fault kill emails up 0',
      '5.5 called 1 behind 0',
      '5.6 effect 1',
    ]);
    const after = play(
      servicePlan({ ...one, queues, faults: [fault({ when: 'after-effect', atSeconds: 0 })] }),
    );
    expect(story(after, 'fault', 'called', 'effect')).toEqual([
      '0 called 1 behind 0',
      '0.1 effect 1',
      '0.1 fault kill emails up 0',
      '5.6 called 1 behind 0',
      '5.7 effect 1',
    ]);
  });

  test('killed, its call is done all the same', () => {
    const queues = [emails({ superviseSeconds: 0.5 })];
    const events = play(servicePlan({ ...one, queues, faults: [fault({ atSeconds: 0.05 })] }));
    expect(story(events, 'effect', 'suppressed', 'settled')).toEqual([
      '0.1 effect 1',
      '5.55 suppressed 1',
      '5.55 settled 1',
    ]);
  });

  test('frozen, it learns at its thaw what came meanwhile, before its own limit', () => {
    const queues = [emails({ timeoutSeconds: 0.3 })];
    const faults = [fault({ kind: 'freeze', atSeconds: 0.05, forSeconds: 1 })];
    const events = play(servicePlan({ ...one, queues, faults }));
    expect(story(events, 'effect', 'settled', 'failed')).toEqual(['0.1 effect 1', '1.05 settled 1']);
  });
});
