import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import type { Accounting, QueueResult, Result } from '../../../src/result/types.js';
import type { QueueSpec } from '../../../src/scenario/types.js';
import { parts } from '../../fixtures/parts.js';
import { books, deadLetters, whole } from '../../fixtures/results.js';
import { at, census, delivered, ended, fault, published, worker } from '../../fixtures/runs.js';
import { tinyPlan, tinyQueue } from '../../fixtures/tiny.js';
import { check, type Outcome } from '../../soak/check.js';
import type { ScenarioFile } from '../../soak/scenario-file.js';

const messages = ['orders/1', 'orders/2', 'orders/3', 'orders/4'];

const scenario: ScenarioFile = {
  name: 'tiny',
  speed: 1,
  seed: 1,
  drain: '10s',
  producers: { orders: { rate: '1/s', for: '4s', to: ['emails'] } },
  queues: { emails: { workers: 1, concurrency: 1 } },
  faults: [],
};

interface Made {
  readonly lab?: readonly LedgerEvent[];
  readonly workers?: readonly (readonly LedgerEvent[])[];
  readonly accounting?: Partial<Accounting>;
  readonly emails?: Partial<QueueResult>;
  readonly queue?: Partial<QueueSpec>;
  readonly other?: Partial<Outcome>;
}

const ready: LedgerEvent = { t: 0, e: 'ready', q: 'emails', worker: 1, pid: 100 };

/** A run of four messages, with its ledger and a result that agrees with it, but for what is said otherwise. */
function outcome({ lab = [], workers, accounting, emails, queue, other }: Made = {}): Outcome {
  const plan = tinyPlan({ queues: [tinyQueue(queue)] });
  const { run } = parts();
  const { orders } = parts({ orders: { scheduled: 4, attempted: 4, whole: whole(4) } }).producers;
  const base = parts({
    emails: {
      accounting: books(4, accounting),
      deadLetters: deadLetters({ queue: 'emails-dead' }),
      ...emails,
    },
  }).queues.emails;
  const files = [
    [ready, ...lab, ended(9), ...census(10)],
    messages.flatMap((message, i) => published(i, message)),
    ...(workers ?? [[worker(1, 100), ...messages.flatMap((message, i) => delivered(i + 0.1, message))]]),
  ];
  const ledger = files
    .flatMap((events, file) => events.map((event) => ({ event, file })))
    .sort((a, b) => a.event.t - b.event.t);
  return {
    scenario,
    code: 0,
    signal: null,
    hung: false,
    stderr: '',
    result: { run, producers: { orders }, queues: { emails: base }, faults: [] } as unknown as Result,
    plan,
    ledger,
    left: { processes: [], keys: [] },
    ...other,
  };
}

const kinds = (made: Made = {}): string[] =>
  [...new Set(check(outcome(made)).map(({ kind }) => kind))].sort();

/** Worker 1 does messages 1 to 3 and has message 4 in hand; worker 2 is handed it afterwards. */
function twoWorkers(first: readonly LedgerEvent[], second: readonly LedgerEvent[]): LedgerEvent[][] {
  return [
    [
      worker(1, 100),
      ...messages.slice(0, 3).flatMap((message, i) => delivered(i + 0.1, message)),
      at(3.1, 'started', 'orders/4', { n: 1, r: false }),
      ...first,
    ],
    [worker(2, 200, 4), at(6, 'started', 'orders/4', { n: 2, r: true }), ...second],
  ];
}

const kill = fault(3.6, 'kill', [100], 1);
const twice = twoWorkers(
  [at(3.4, 'effect', 'orders/4')],
  [at(6.3, 'effect', 'orders/4'), at(6.4, 'settled', 'orders/4')],
);
const doubled = { duplicateDeliveries: 1, duplicateEffects: 1 };

describe('check', () => {
  it('finds nothing in a run that kept its promises', () => {
    expect(check(outcome())).toEqual([]);
    expect(check(outcome({ other: { code: 3 } }))).toEqual([]);
  });

  it.each([
    [{ code: 1 }, 'exit'],
    [{ code: 2 }, 'exit'],
    [{ code: 99 }, 'exit'],
    [{ code: null, signal: 'SIGSEGV' }, 'exit'],
    [{ hung: true, code: null }, 'hung'],
    [{ stderr: 'Internal error: TypeError: x' }, 'internal-error'],
    [{ result: null }, 'no-result'],
    [{ left: { processes: ['17 node worker'], keys: [] } }, 'process-left'],
    [{ left: { processes: [], keys: ['{launchpad:x}:emails:id'] } }, 'key-left'],
  ])('finds how it ended: %j', (other, kind) => {
    expect(kinds({ other })).toEqual([kind]);
  });

  it('finds a run that ended for no reason', () => {
    const made = outcome();
    const run = { ...(made.result as Result).run, ended: null };
    expect(check({ ...made, result: { ...(made.result as Result), run } })).toMatchObject([
      { kind: 'ended' },
    ]);
  });

  it('finds books that do not balance or do not add up', () => {
    expect(kinds({ accounting: { balanced: false } })).toEqual(['unbalanced']);
    expect(kinds({ accounting: { discarded: 1 } })).toEqual(['equation']);
    expect(kinds({ accounting: { dropped: 1 } })).toEqual(['equation']);
    const made = outcome();
    const producers = {
      orders: { ...(made.result as Result).producers.orders, whole: whole(4, { lost: 1 }) },
    };
    expect(check({ ...made, result: { ...(made.result as Result), producers } as Result })).toMatchObject([
      { kind: 'equation' },
    ]);
  });

  it('counts again', () => {
    expect(kinds({ accounting: { suppressed: 1 } })).toEqual(['recount']);
    expect(kinds({ accounting: { duplicateDeliveries: 2 } })).toEqual(['recount']);
    expect(kinds({ accounting: { effected: 3, lost: 1 } })).toEqual(['recount']);
  });

  it('lets a death make a duplicate effect, and nothing else', () => {
    expect(kinds({ lab: [kill], workers: twice, accounting: doubled })).toEqual([]);
    expect(kinds({ workers: twice, accounting: doubled })).toEqual(['duplicate']);
  });

  it('lets a frozen worker make a duplicate effect', () => {
    const freeze = fault(3.2, 'freeze', [100], 1);
    expect(kinds({ lab: [freeze], workers: twice, accounting: doubled })).toEqual([]);
  });

  it('does not let a death make one where a key or a record prevents it', () => {
    for (const idempotency of [{ mode: 'effect-key' }, { mode: 'delivery-log', record: 'before' }] as const)
      expect(kinds({ lab: [kill], workers: twice, accounting: doubled, queue: { idempotency } })).toEqual([
        'duplicate',
      ]);
  });

  it('knows that a settled message is not given back', () => {
    const settled = twoWorkers(
      [at(3.4, 'effect', 'orders/4'), at(3.5, 'settled', 'orders/4')],
      [at(6.3, 'effect', 'orders/4'), at(6.4, 'settled', 'orders/4')],
    );
    expect(kinds({ lab: [kill], workers: settled, accounting: doubled })).toEqual(['duplicate']);
  });

  it('knows copies that nothing keeps out', () => {
    const again = { republished: 1, ...doubled };
    const made = (queue: Partial<QueueSpec>): Made => ({
      lab: published(3.5, 'orders/4'),
      workers: twice,
      accounting: again,
      queue,
    });
    expect(kinds(made({ deduplication: { kind: 'none' } }))).toEqual([]);
    expect(kinds(made({}))).toEqual(['duplicate']);
    const log = { mode: 'delivery-log', record: 'after' } as const;
    expect(kinds(made({ deduplication: { kind: 'none' }, idempotency: log }))).toEqual(['duplicate']);
  });

  it('lets only a record that was made too early lose a message', () => {
    const gone = twoWorkers(
      [],
      [at(6, 'suppressed', 'orders/4', { by: 'delivery-log' }), at(6.1, 'settled', 'orders/4')],
    );
    const accounting = { effected: 3, lost: 1, duplicateDeliveries: 1, suppressed: 1 };
    const idempotency = { mode: 'delivery-log', record: 'before' } as const;
    expect(kinds({ lab: [kill], workers: gone, accounting, queue: { idempotency } })).toEqual([]);
    expect(kinds({ workers: gone, accounting, queue: { idempotency } })).toEqual(['lost']);
    expect(
      kinds({
        lab: [kill],
        workers: gone,
        accounting,
        queue: { idempotency: { mode: 'delivery-log', record: 'after' } },
      }),
    ).toEqual(['lost']);
    const silent = twoWorkers([], []).slice(0, 1);
    expect(kinds({ workers: silent, accounting: { effected: 3, lost: 1 } })).toEqual(['lost']);
  });

  it('finds events that cannot have happened', () => {
    const [first = []] = outcome().ledger.length > 0 ? [[worker(1, 100)]] : [];
    const rest = messages.slice(1).flatMap((message, i) => delivered(i + 1.1, message));
    const unstarted = [[...first, ...delivered(0.1, 'orders/1'), at(5, 'effect', 'orders/1'), ...rest]];
    expect(kinds({ workers: unstarted, accounting: { duplicateEffects: 1 } })).toContain('story');
    const early = [[...first, ...delivered(-1, 'orders/1'), ...rest]];
    expect(kinds({ workers: early })).toEqual(['story']);
    const stranger = [[...first, ...delivered(0.1, 'orders/1'), ...rest, at(7, 'started', 'orders/5')]];
    expect(kinds({ workers: stranger })).toContain('story');
  });

  it('finds what was done and not published on', () => {
    const queue = { outcomes: [{ name: 'done', share: 1, to: [{ queue: 'invoices' }] }] };
    const made = outcome({ queue });
    const plan = tinyPlan({ queues: [tinyQueue(queue), tinyQueue({ name: 'invoices' })] });
    expect(check({ ...made, plan }).map(({ kind }) => kind)).toContain('story');
  });

  it('finds the dead that the safe move left behind', () => {
    const stranded = { emails: { deadLetters: deadLetters({ queue: 'emails-dead', stranded: 1 }) } };
    expect(kinds(stranded)).toEqual(['stranded']);
    expect(kinds({ ...stranded, lab: [fault(5, 'kill', [100], 0)] })).toEqual([]);
    expect(
      kinds({ ...stranded, queue: { deadLetter: { queue: 'emails-dead', move: 'on-failed' } } }),
    ).toEqual([]);
  });

  it('finds deaths that nobody caused, and order that nothing broke', () => {
    expect(kinds({ emails: { workers: { started: 2, startRealSeconds: { max: null }, died: 1 } } })).toEqual([
      'died',
    ]);
    const order = { outOfOrder: 2, maxDisplacement: 1 };
    expect(kinds({ emails: { order } })).toEqual(['order']);
    const many = { ...scenario, queues: { emails: { workers: 1, concurrency: 5 } } };
    expect(kinds({ emails: { order }, other: { scenario: many } })).toEqual([]);
  });

  it('finds a sampled depth that has nothing to do with the ledger', () => {
    const littlesLaw = { sampledMessageSeconds: 500, ledgerMessageSeconds: 100, differencePercent: 400 };
    expect(kinds({ emails: { littlesLaw } })).toEqual(['littles-law']);
    const few = { sampledMessageSeconds: 5, ledgerMessageSeconds: 1, differencePercent: 400 };
    expect(kinds({ emails: { littlesLaw: few } })).toEqual([]);
  });

  it('finds a queue that stands still with workers there', () => {
    const made = outcome({
      workers: [
        [worker(1, 100), ...messages.slice(0, 3).flatMap((message, i) => delivered(i + 0.1, message))],
      ],
      accounting: { delivered: 3, effected: 3, pending: 1 },
    });
    const ledger = [
      ...made.ledger.filter(({ event }) => !['ended', 'census', 'census-complete'].includes(event.e)),
      ...[ended(60, 'drain-limit'), ...census(61, { ready: ['orders/4'] })].map((event) => ({
        event,
        file: 0,
      })),
    ];
    const result = made.result as Result;
    const run = { ...result.run, ended: { reason: 'drain-limit', detail: '', signal: null } as const };
    const stuck = { ...made, ledger, result: { ...result, run } };
    expect(check(stuck).map(({ kind }) => kind)).toEqual(['stuck']);
  });
});
