import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/analysis/index.js';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import { drawOutcome } from '../../../src/plan/draws.js';
import type { Plan } from '../../../src/plan/types.js';
import type { Result } from '../../../src/result/types.js';
import {
  at,
  census,
  ended,
  type Files,
  fault,
  published,
  runDirectory,
  worker,
} from '../../fixtures/runs.js';
import { tinyPlan, tinyProducer, tinyQueue } from '../../fixtures/tiny.js';

/** Orders to intake; those that are reserved go on to emails. By the draws of seed 2, the second of four is sold out. */
const intake = tinyQueue({
  name: 'intake',
  outcomes: [
    { name: 'reserved', share: 0.75, to: [{ queue: 'emails' }] },
    { name: 'sold-out', share: 0.25, to: [] },
  ],
});

function chain(): Plan {
  return tinyPlan({
    seed: 2,
    producers: [tinyProducer({ to: [{ queue: 'intake' }] })],
    queues: [intake, tinyQueue()],
  });
}

const numbers = [1, 2, 3, 4];
const order = (n: number): string => `orders/${n}`;
const email = (n: number): string => `orders/${n}.intake`;
const onIntake = { q: 'intake' };
const first = { n: 1, r: false };
const reserved = (n: number): boolean => drawOutcome(intake, 2, order(n))?.name === 'reserved';

/** A delivery on intake that begins then: the effect, the publish behind it and the end. */
function taken(seconds: number, n: number, more: Readonly<Record<string, unknown>> = first): LedgerEvent[] {
  return [
    at(seconds, 'started', order(n), { ...onIntake, ...more }),
    at(seconds + 0.3, 'effect', order(n), onIntake),
    ...(reserved(n) ? published(seconds + 0.3, email(n)) : []),
    at(seconds + 0.3, 'settled', order(n), onIntake),
  ];
}

function mailed(seconds: number, n: number): LedgerEvent[] {
  return [
    at(seconds, 'started', email(n), first),
    at(seconds + 0.3, 'effect', email(n)),
    at(seconds + 0.3, 'settled', email(n)),
  ];
}

const lab: LedgerEvent = { t: 0, e: 'opened', role: 'lab', pid: 9 };
const own = { producer: numbers.flatMap((n) => published(n - 1, order(n), 'intake')) };
const end = [ended(40), ...census(41, {}, 'intake'), ...census(41)];

function run(files: Files, plan: Plan = chain()): Result {
  const result = analyse(runDirectory(plan, { ...own, lab: [lab, ...end], ...files }));
  for (const { accounting } of Object.values(result.queues)) expect(accounting.balanced).toBe(true);
  expect(result.producers.orders!.whole.balanced).toBe(true);
  return result;
}

const wentWell: Files = {
  intake: [worker(1, 21, 0, 'intake'), ...numbers.flatMap((n) => taken(n, n))],
  emails: [worker(1, 11), ...[1, 3, 4].flatMap((n) => mailed(n + 1, n))],
};

describe('a chain', () => {
  it('has the draws that these tests are about', () => {
    expect(numbers.filter(reserved)).toEqual([1, 3, 4]);
    expect(chain().queues[1]).toMatchObject({ scheduled: 3 });
  });

  it('that went well has books for each queue and for the whole', () => {
    const { queues, producers, verdict } = run(wentWell);
    expect(queues.intake!.accounting).toMatchObject({ scheduled: 4, effected: 4, unexpected: 0 });
    expect(queues.emails!.accounting).toMatchObject({
      scheduled: 3,
      attempted: 3,
      dropped: 0,
      acknowledged: 3,
      unexpected: 0,
      effected: 3,
      lost: 0,
    });
    expect(producers.orders).toMatchObject({ scheduled: 4, attempted: 4, dropped: 0 });
    expect(producers.orders!.whole).toEqual({
      scheduled: 4,
      lost: 0,
      undetermined: 0,
      pending: 0,
      deadLettered: 0,
      unpublished: 0,
      notPassedOn: 0,
      completed: 4,
      routes: [
        { route: 'intake (reserved) → emails', messages: 3 },
        { route: 'intake (sold-out)', messages: 1 },
      ],
      balanced: true,
    });
    expect(verdict.outcome).toBe('pass');
    expect(queues.emails!.waitSeconds.max).toBeCloseTo(0.7, 6);
  });

  it('with a crash in the middle: published on, and not yet acknowledged', () => {
    const { queues, producers } = run({
      lab: [lab, fault(5, 'kill', [21], 0, onIntake), ...end],
      intake: [
        worker(1, 21, 0, 'intake'),
        ...[1, 2, 3].flatMap((n) => taken(n, n)),
        ...taken(4, 4).slice(0, -1),
      ],
      'intake.2': [worker(1, 22, 8, 'intake'), ...taken(10, 4, { n: 2, r: true })],
      emails: [worker(1, 11), ...[1, 3, 4].flatMap((n) => mailed(n + 1, n))],
    });
    expect(queues.intake!.accounting).toMatchObject({ effected: 4, duplicateEffects: 1, lost: 0 });
    expect(queues.emails!.accounting).toMatchObject({
      scheduled: 3,
      attempted: 3,
      effected: 3,
      republished: 1,
      duplicateDeliveries: 0,
      duplicateEffects: 0,
    });
    expect(producers.orders!.whole).toMatchObject({ completed: 4, notPassedOn: 0 });
  });

  it('with a crash before the answer to the publish: its outcome is unknown, and it arrived', () => {
    const { queues } = run({
      ...wentWell,
      intake: [
        worker(1, 21, 0, 'intake'),
        ...[1, 2, 3].flatMap((n) => taken(n, n)),
        ...taken(4, 4).slice(0, 3),
      ],
    });
    expect(queues.emails!.accounting).toMatchObject({
      acknowledged: 2,
      unknown: 1,
      recovered: 1,
      effected: 3,
    });
  });

  it('with a crash between the effect and the publish, and nobody after it: dropped, and not passed on', () => {
    const { queues, producers, verdict } = run({
      intake: [
        worker(1, 21, 0, 'intake'),
        ...[1, 2, 3].flatMap((n) => taken(n, n)),
        ...taken(4, 4).slice(0, 2),
      ],
      emails: [worker(1, 11), ...[1, 3].flatMap((n) => mailed(n + 1, n))],
    });
    expect(queues.emails!.accounting).toMatchObject({ scheduled: 3, attempted: 2, dropped: 1, lost: 0 });
    expect(producers.orders!.rate.held).toBe(true);
    expect(producers.orders!.whole).toMatchObject({ completed: 3, notPassedOn: 1 });
    expect(verdict.reasons.join()).not.toContain('did not hold its rate');
  });

  it('goes on after a suppressed effect: passed on once, and lost where it never happened', () => {
    const suppressed = [
      at(4, 'started', order(4), { ...onIntake, ...first }),
      at(4.3, 'suppressed', order(4), { ...onIntake, by: 'delivery-log' }),
      ...published(4.3, email(4)),
      at(4.3, 'settled', order(4), onIntake),
    ];
    const { queues, producers } = run({
      ...wentWell,
      intake: [worker(1, 21, 0, 'intake'), ...[1, 2, 3].flatMap((n) => taken(n, n)), ...suppressed],
    });
    expect(queues.intake!.accounting).toMatchObject({ effected: 3, suppressed: 1, lost: 1 });
    expect(queues.emails!.accounting).toMatchObject({ scheduled: 3, effected: 3, unexpected: 0 });
    expect(producers.orders!.whole).toMatchObject({ completed: 3, lost: 1 });
  });

  it('does not expect what an outcome does not lead to', () => {
    const { queues } = run({
      ...wentWell,
      stray: [...published(6, email(2)), ...mailed(7, 2), at(8, 'effect', 'orders/1.elsewhere')],
    });
    expect(queues.emails!.accounting).toMatchObject({
      scheduled: 3,
      attempted: 3,
      acknowledged: 3,
      unexpected: 2,
      effected: 5,
    });
  });

  it('has arrivals that were measured: more than the queue behind can serve is a trouble', () => {
    const plan = tinyPlan({
      producers: [tinyProducer({ to: [{ queue: 'intake' }] })],
      queues: [
        tinyQueue({
          name: 'intake',
          rate: null,
          concurrency: 10,
          outcomes: [{ name: 'done', share: 1, to: [{ queue: 'emails' }] }],
        }),
        tinyQueue({ rate: { count: 1, perSeconds: 2 } }),
      ],
    });
    const { queues } = run(
      {
        intake: [
          worker(1, 21, 0, 'intake'),
          ...numbers.flatMap((n) => [
            at(n - 1, 'started', order(n), onIntake),
            at(n - 0.5, 'effect', order(n), onIntake),
            ...published(n - 0.5, email(n)),
            at(n - 0.5, 'settled', order(n), onIntake),
          ]),
        ],
        emails: [worker(1, 11), ...numbers.flatMap((n) => mailed(2 * n, n))],
      },
      plan,
    );
    expect(queues.emails!.troubles).toMatchObject([
      {
        causes: ['arrivals exceed capacity (1/s into 0.5/s)'],
        fromSeconds: 0,
        recoveryPointSeconds: 4,
        caughtUpAtSeconds: 8.3,
      },
    ]);
  });

  it('without a complete census does not know what is lost', () => {
    const { producers } = run({
      ...wentWell,
      lab: [lab, ended(40)],
      emails: [worker(1, 11), ...mailed(2, 1)],
    });
    expect(producers.orders!.whole).toMatchObject({ completed: 2, undetermined: 2, lost: 0, pending: 0 });
  });
});

describe('the whole books of any ledger', () => {
  const kinds = [
    'attempted',
    'acknowledged',
    'merged',
    'refused',
    'unknown',
    'started',
    'effect',
    'suppressed',
    'failed',
    'settled',
    'dead',
    'dead-lettered',
    'redriven',
  ] as const;
  const more = { by: 'provider', why: 'x', kind: 'error', repaired: true };
  const event = fc.tuple(
    fc.constantFrom(...kinds),
    fc.integer({ min: 1, max: 6 }),
    fc.boolean(),
    fc.constantFrom('provider', 'memory'),
  );
  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { maxLength: 4 });

  it('add up, and those of each queue balance', () => {
    fc.assert(
      fc.property(
        fc.array(event, { minLength: 1, maxLength: 80 }),
        ids,
        ids,
        ids,
        fc.boolean(),
        (events, live, dead, lettered, complete) => {
          const lab = [
            ...census(200, { ready: live.map(order), dead: dead.map(order) }, 'intake'),
            ...census(200, { delayed: live.map(email), deadLettered: lettered.map(email) }),
          ];
          const { queues, producers } = analyse(
            runDirectory(chain(), {
              lab: complete ? lab : lab.slice(0, -1),
              other: events.map(([e, n, behind, by], i) =>
                at(i, e, behind ? email(n) : order(n), { ...more, by, q: behind ? 'emails' : 'intake' }),
              ),
            }),
          );
          for (const { accounting, deadLetters } of Object.values(queues)) {
            expect(accounting.balanced).toBe(true);
            expect(deadLetters.final).toBe(accounting.deadLettered + accounting.deadAfterEffect);
            expect(deadLetters.given).toBeGreaterThanOrEqual(deadLetters.redriven);
          }
          const { whole } = producers.orders!;
          expect(whole.balanced).toBe(true);
          const sum =
            whole.lost +
            whole.undetermined +
            whole.pending +
            whole.deadLettered +
            whole.unpublished +
            whole.notPassedOn +
            whole.completed;
          expect(sum).toBe(4);
          expect(whole.routes.reduce((total, { messages }) => total + messages, 0)).toBe(whole.completed);
        },
      ),
      { numRuns: 300 },
    );
  });
});
