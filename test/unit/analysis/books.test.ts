import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountFor } from '../../../src/analysis/books.js';
import type { CollectedQueue } from '../../../src/analysis/collect.js';
import { known } from '../../../src/analysis/tables.js';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import type { Accounting } from '../../../src/result/types.js';
import { at, census, collected, delivered, ended, type Files, published } from '../../fixtures/runs.js';

function books(files: Files): Accounting {
  const { table, tally } = collected(files).queues.get('emails')!;
  return accountFor(table, tally);
}

const all = ['orders/1', 'orders/2', 'orders/3', 'orders/4'];
const allPublished = all.flatMap((m, i) => published(i, m));

/** Four orders that went well, with the last one's story replaced. */
function lastOne(events: readonly LedgerEvent[], found: Parameters<typeof census>[1] = {}): Accounting {
  const others = all.slice(0, 3);
  return books({
    lab: [ended(20), ...census(21, found)],
    producer: [...others.flatMap((m, i) => published(i, m)), ...events],
    worker: others.flatMap((m, i) => delivered(i + 0.1, m)),
  });
}

const wentWell: Accounting = {
  scheduled: 4,
  attempted: 4,
  dropped: 0,
  acknowledged: 4,
  unknown: 0,
  refused: 0,
  recovered: 0,
  unexpected: 0,
  delivered: 4,
  effected: 4,
  deadLettered: 0,
  discarded: 0,
  merged: 0,
  pending: 0,
  lost: 0,
  undetermined: 0,
  duplicateDeliveries: 0,
  duplicateEffects: 0,
  suppressed: 0,
  republished: 0,
  deadAfterEffect: 0,
  redeliveryPending: 0,
  balanced: true,
};

const m = 'orders/4';
const attempted = at(3, 'attempted', m);
const sent = published(3, m);
const done = delivered(4, m);
const left = { delivered: 3, effected: 3 };

describe('the books of four orders of which the last one', () => {
  it.each<[string, readonly LedgerEvent[], Parameters<typeof census>[1], Partial<Accounting>]>([
    ['went well', [...sent, ...done], {}, {}],
    ['was dropped', [], {}, { ...left, attempted: 3, dropped: 1, acknowledged: 3 }],
    ['was refused', [attempted, at(3, 'refused', m)], {}, { ...left, acknowledged: 3, refused: 1 }],
    [
      'was refused, then acknowledged',
      [attempted, at(3, 'refused', m), ...published(3.5, m), ...done],
      {},
      { republished: 1 },
    ],
    [
      'is unknown and never arrived',
      [attempted, at(3, 'unknown', m)],
      {},
      { ...left, acknowledged: 3, unknown: 1 },
    ],
    ['has no outcome', [attempted], {}, { ...left, acknowledged: 3, unknown: 1 }],
    [
      'has no outcome, and a second attempt was refused',
      [attempted, at(3.1, 'attempted', m), at(3.1, 'refused', m)],
      {},
      { ...left, acknowledged: 3, unknown: 1, republished: 1 },
    ],
    [
      'is unknown, yet was done',
      [attempted, at(3, 'unknown', m), ...done],
      {},
      { acknowledged: 3, unknown: 1, recovered: 1 },
    ],
    [
      'is unknown, yet is on the broker',
      [attempted, at(3, 'unknown', m)],
      { ready: [m] },
      { ...left, acknowledged: 3, unknown: 1, recovered: 1, pending: 1 },
    ],
    [
      'was refused, yet was done',
      [attempted, at(3, 'refused', m), ...done],
      {},
      { acknowledged: 3, refused: 1, unexpected: 1 },
    ],
    [
      'was never attempted, yet was done',
      done,
      {},
      { attempted: 3, dropped: 1, acknowledged: 3, unexpected: 1 },
    ],
    ['was lost', sent, {}, { ...left, lost: 1 }],
    [
      'was lost after a second publish that was merged with the first',
      [...sent, at(3.1, 'attempted', m), at(3.1, 'merged', m)],
      {},
      { ...left, lost: 1, republished: 1 },
    ],
    [
      'was merged, after a refusal',
      [attempted, at(3, 'refused', m), at(3.1, 'attempted', m), at(3.1, 'merged', m)],
      {},
      { ...left, merged: 1, republished: 1 },
    ],
    [
      'was dead, redriven, and is nowhere',
      [...sent, at(5, 'dead', m), at(6, 'redriven', m, { repaired: false })],
      {},
      { ...left, lost: 1 },
    ],
    [
      'is in the dead-letter queue, and nobody said so',
      sent,
      { deadLettered: [m] },
      { ...left, deadLettered: 1 },
    ],
    [
      'had its effect, and is in the dead-letter queue',
      [...sent, ...done, at(5, 'dead', m)],
      { deadLettered: [m] },
      { deadAfterEffect: 1 },
    ],
    ['was started and then lost', [...sent, at(4, 'started', m)], {}, { effected: 3, lost: 1 }],
    ['is still ready', sent, { ready: [m] }, { ...left, pending: 1 }],
    ['is still in flight', [...sent, at(4, 'started', m)], { inFlight: [m] }, { effected: 3, pending: 1 }],
    ['is still delayed', sent, { delayed: [m] }, { ...left, pending: 1 }],
    ['is dead by the census', sent, { dead: [m] }, { ...left, deadLettered: 1 }],
    [
      'is dead by the worker',
      [...sent, at(4, 'started', m), at(5, 'dead', m)],
      {},
      { effected: 3, deadLettered: 1 },
    ],
    ['was dead, and is ready again', [...sent, at(5, 'dead', m)], { ready: [m] }, { ...left, pending: 1 }],
    ['was dead, and was then done', [...sent, at(3.5, 'dead', m), ...done], {}, {}],
    ['is dead after its effect', [...sent, ...done, at(6, 'dead', m)], {}, { deadAfterEffect: 1 }],
    ['was done, and is on the broker again', [...sent, ...done], { ready: [m] }, { redeliveryPending: 1 }],
    ['was merged', [attempted, at(3, 'merged', m)], {}, { ...left, merged: 1 }],
    [
      'was merged into its own first copy',
      [attempted, at(3, 'merged', m)],
      { ready: [m] },
      { ...left, pending: 1 },
    ],
    ['was published twice', [...sent, ...published(3.5, m), ...done], {}, { republished: 1 }],
    ['was delivered twice', [...sent, at(3.5, 'started', m), ...done], {}, { duplicateDeliveries: 1 }],
    [
      'was done twice',
      [...sent, ...done, ...delivered(6, m)],
      {},
      { duplicateDeliveries: 1, duplicateEffects: 1 },
    ],
    [
      'was delivered twice and done once',
      [...sent, ...done, at(6, 'started', m), at(6.1, 'suppressed', m, { by: 'memory' })],
      {},
      { duplicateDeliveries: 1, suppressed: 1 },
    ],
    [
      'failed once and was done at the second start',
      [...sent, at(3.2, 'started', m), at(3.3, 'failed', m), ...done],
      {},
      { duplicateDeliveries: 1 },
    ],
  ])('%s', (_, events, found, expected) => {
    const inOrder = [...events].sort((a, b) => a.t - b.t);
    expect(lastOne(inOrder, found)).toEqual({ ...wentWell, ...expected });
  });
});

describe('the books', () => {
  it('count what is not in the plan as unexpected, once it arrived', () => {
    const strangers = ['orders/5', 'orders/0', 'orders/01', 'orders/x', 'invoices/1', 'stray'];
    const accounting = books({
      lab: [ended(20), ...census(21, { ready: ['orders/6'] })],
      producer: [...allPublished, ...published(5, 'orders/7')],
      worker: [...all, ...strangers].flatMap((id, i) => delivered(i + 0.1, id)),
    });
    const arrived = strangers.length + 1;
    expect(accounting).toEqual({
      ...wentWell,
      unexpected: arrived,
      delivered: 4 + strangers.length,
      effected: 4 + strangers.length,
      pending: 1,
    });
  });

  it('know without a census that nothing is lost where all that the broker had was done', () => {
    const accounting = books({
      lab: [ended(20, 'disk-full', 'no space')],
      producer: [...published(0, 'orders/1'), at(1, 'attempted', 'orders/2')],
      worker: delivered(0.1, 'orders/1'),
    });
    expect(accounting).toMatchObject({
      acknowledged: 1,
      unknown: 1,
      effected: 1,
      undetermined: 0,
      lost: 0,
      pending: null,
      balanced: true,
    });
  });

  it('determine nothing without a complete census', () => {
    const accounting = books({
      lab: [ended(20, 'broker-lost', 'gone'), census(21, { ready: ['orders/3'] })[0]!],
      producer: allPublished,
      worker: [...delivered(0.1, 'orders/1'), at(1.5, 'dead', 'orders/2')],
    });
    expect(accounting).toEqual({
      ...wentWell,
      delivered: 1,
      effected: 1,
      deadLettered: 1,
      pending: null,
      lost: null,
      undetermined: 2,
    });
  });
});

describe('the books of two tellings', () => {
  const told = (): CollectedQueue =>
    collected({
      lab: [ended(20), ...census(21, { ready: ['orders/3'], dead: ['orders/4'] })],
      producer: [...allPublished, at(5, 'attempted', 'orders/1'), at(5, 'acknowledged', 'orders/1')],
      worker: [...delivered(0.1, 'orders/1'), ...delivered(1.1, 'orders/2'), at(3, 'effect', 'stray')],
    }).queues.get('emails')!;

  it('balance while the two agree', () => {
    const { table, tally } = told();
    expect(accountFor(table, tally)).toMatchObject({ balanced: true, pending: 1, deadLettered: 1 });
  });

  const flip = ({ table }: CollectedQueue, m: string, bit: number): void => {
    table.flags[table.slot(m)]! ^= bit;
  };

  it.each<[string, (queue: CollectedQueue) => void]>([
    ['an attempt is gone', (queue) => flip(queue, 'orders/2', known.attempted)],
    ['a confirmation is gone', (queue) => flip(queue, 'orders/2', known.acknowledged)],
    ['a start is gone', (queue) => flip(queue, 'orders/2', known.started)],
    ['an effect is gone', (queue) => flip(queue, 'orders/2', known.effected)],
    ['an effect was made up', (queue) => flip(queue, 'orders/3', known.effected)],
    ['a message is no longer on the broker', (queue) => flip(queue, 'orders/3', known.censusLive)],
    ['a message is no longer dead', (queue) => flip(queue, 'orders/4', known.censusDead)],
    ['a message was not to come', ({ table }) => table.clear(table.slot('orders/2'), known.due)],
    ['a witness was made up', (queue) => flip(queue, 'orders/3', known.witnessed)],
    [
      'the table missed a witness',
      ({ tally }) => tally.visit(at(6, 'suppressed', 'orders/3', { by: 'provider' })),
    ],
    [
      'the table missed a message in the dead-letter queue',
      ({ tally }) => {
        tally.visit(
          { t: 0, e: 'census', q: 'emails-dead', state: 'ready', m: ['orders/1'] },
          'dead-letter queue',
        );
      },
    ],
    ['all of a message is gone', ({ table }) => table.flags.fill(0, 0, 1)],
    ['a message has the story of another', ({ table }) => table.flags.copyWithin(0, 4, 5)],
    [
      'a stranger came only into the table',
      ({ table }) => table.set(table.slot('stray/2'), known.censusLive),
    ],
    ['the table missed a start', ({ tally }) => tally.visit(at(6, 'started', 'orders/1'))],
    ['the table missed an effect', ({ tally }) => tally.visit(at(6, 'effect', 'orders/1'))],
    ['the table missed an attempt', ({ tally }) => tally.visit(at(6, 'attempted', 'orders/1'))],
    ['the table missed a dead message', ({ tally }) => tally.visit(at(6, 'dead', 'stray/2'))],
    ['an effect was counted twice', ({ table }) => table.effects++],
    ['an attempt was counted twice', ({ table }) => table.republished++],
    ['a start was counted twice', ({ table }) => table.starts.push(1)],
  ])('do not balance where %s', (_, damage) => {
    const queue = told();
    damage(queue);
    expect(accountFor(queue.table, queue.tally).balanced).toBe(false);
  });

  it('do not balance where two messages were taken for one', () => {
    const { table, tally } = told();
    const state = 'ready';
    const m = ['orders/1', 'orders/2'];
    const first = table.slot('orders/1');
    table.slot = () => first;
    for (const message of m) table.set(table.slot(message), known.censusLive);
    tally.visit({ t: 0, e: 'census', q: 'emails', state, m });
    expect(accountFor(table, tally).balanced).toBe(false);
  });
});

type Story = readonly (readonly [LedgerEvent['e'], number])[];

/** The books of a random ledger, by sets and lists. */
function byHand(
  story: Story,
  live: ReadonlySet<number>,
  dead: ReadonlySet<number>,
  complete: boolean,
): Partial<Accounting> {
  const count = (kind: string): number => story.filter(([e]) => e === kind).length;
  const having = (kind: string): Set<number> => new Set(story.filter(([e]) => e === kind).map(([, n]) => n));
  const [starts, effects, attempts] = [having('started'), having('effect'), having('attempted')];
  const result = { recovered: 0, unexpected: 0, deadLettered: 0, pending: 0, lost: 0, undetermined: 0 };
  for (let n = 1; n <= 6; n++) {
    const own = story.filter(([, of]) => of === n).map(([e]) => e);
    const isDead = dead.has(n) || (own.lastIndexOf('dead') > own.lastIndexOf('started') && !live.has(n));
    const wasDead = own.lastIndexOf('dead') > own.lastIndexOf('started');
    const suppressed = own.includes('suppressed');
    const arrived = starts.has(n) || effects.has(n) || suppressed || wasDead || live.has(n) || dead.has(n);
    const publishes = own.filter((e) => ['attempted', 'acknowledged', 'refused', 'unknown'].includes(e));
    const isIn = n <= 4 && attempts.has(n);
    const confirmed = isIn && publishes.includes('acknowledged');
    const refused = publishes.every(
      (e, i) =>
        e !== 'unknown' &&
        (e !== 'attempted' || (i + 1 < publishes.length && publishes[i + 1] !== 'attempted')),
    );
    if (!confirmed && isIn && !refused && arrived) result.recovered++;
    if (!confirmed && (!isIn || refused) && arrived) result.unexpected++;
    if (!confirmed && !arrived) continue;
    if (effects.has(n)) continue;
    if (isDead) result.deadLettered++;
    else if (!complete) result.undetermined++;
    else if (live.has(n)) result.pending++;
    else result.lost++;
  }
  return {
    ...result,
    pending: complete ? result.pending : null,
    lost: complete || result.undetermined === 0 ? result.lost : null,
    effected: effects.size,
    delivered: starts.size,
    duplicateDeliveries: count('started') - starts.size,
    duplicateEffects: count('effect') - effects.size,
    suppressed: count('suppressed'),
  };
}

describe('the books of any ledger', () => {
  const kinds = [
    'attempted',
    'acknowledged',
    'refused',
    'unknown',
    'started',
    'effect',
    'suppressed',
    'settled',
    'dead',
  ] as const;
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 6 })).map((list) => new Set(list));
  const story = fc.array(fc.tuple(fc.constantFrom(...kinds), fc.integer({ min: 1, max: 6 })), {
    minLength: 1,
    maxLength: 60,
  });

  it('balance, and say what counting by hand says', () => {
    fc.assert(
      fc.property(story, numbers, numbers, fc.boolean(), (events, live, dead, complete) => {
        const ids = (set: ReadonlySet<number>): string[] => [...set].map((n) => `orders/${n}`);
        const lab = census(200, { ready: ids(live), dead: ids(dead) });
        const accounting = books({
          lab: complete ? lab : lab.slice(0, -1),
          // All in one file, and no two at one time: the order is what was drawn.
          other: events.map(([e, n], i) =>
            at(i, e, `orders/${n}`, e === 'suppressed' ? { by: 'memory' } : {}),
          ),
        });
        expect(accounting.balanced).toBe(true);
        expect(accounting).toMatchObject(byHand(events, live, dead, complete));
        expect(accounting.attempted + accounting.dropped).toBe(4);
      }),
      { numRuns: 300 },
    );
  });
});
