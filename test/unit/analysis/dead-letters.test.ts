import { describe, expect, it } from 'vitest';
import { accountFor } from '../../../src/analysis/books.js';
import { analyse } from '../../../src/analysis/index.js';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import type { Plan } from '../../../src/plan/types.js';
import type { DeadLettersResult } from '../../../src/result/failures.js';
import type { QueueResult } from '../../../src/result/types.js';
import {
  at,
  census,
  collected,
  delivered,
  ended,
  type Found,
  fault,
  micros,
  published,
  runDirectory,
} from '../../fixtures/runs.js';
import { tinyPlan, tinyQueue } from '../../fixtures/tiny.js';

const all = ['orders/1', 'orders/2', 'orders/3', 'orders/4'];
const error = { why: 'no such address', kind: 'error' };

/** An attempt that fails 0.3 s after its start, and what the worker and the broker make of it. */
function attempt(seconds: number, m: string, again?: number): LedgerEvent[] {
  const retry = again === undefined ? {} : { again: micros(again) };
  return [
    at(seconds, 'started', m, { n: 1, r: false }),
    at(seconds + 0.3, 'failed', m, { ...error, ...retry }),
    ...(again === undefined
      ? [at(seconds + 0.3, 'dead', m, { why: 'no such address' }), at(seconds + 0.4, 'dead-lettered', m)]
      : [at(seconds + 0.3, 'settled', m)]),
  ];
}

const redriven = (seconds: number, m: string, repaired = true): LedgerEvent =>
  at(seconds, 'redriven', m, { repaired });

/** Four orders, of which the last one's story is told. */
function result(
  story: readonly LedgerEvent[],
  found: Found = {},
  lab: readonly LedgerEvent[] = [],
  plan: Plan = tinyPlan(),
): QueueResult {
  const others = all.slice(0, 3);
  const directory = runDirectory(plan, {
    lab: [...lab, ended(40), ...census(41, found)],
    producer: all.flatMap((m, i) => published(i, m)),
    worker: others.flatMap((m, i) => delivered(i + 0.1, m)),
    other: story,
  });
  const { emails } = analyse(directory).queues;
  expect(emails!.accounting.balanced).toBe(true);
  return emails!;
}

const m = 'orders/4';
const none: DeadLettersResult = {
  queue: 'emails-dead',
  depth: { peak: null, peakAtSeconds: null, final: null },
  given: 0,
  final: 0,
  stranded: 0,
  redriven: 0,
  reasons: [],
  list: [],
};

describe('the dead of a queue', () => {
  it('are none where all went well', () => {
    const { deadLetters, failures } = result(delivered(4, m));
    expect(deadLetters).toEqual(none);
    expect(failures).toEqual({
      failed: 0,
      retried: 0,
      timedOut: 0,
      messages: 0,
      recovered: 0,
      reasons: [],
    });
  });

  it('are those given up after the last attempt; given up and dead-lettered are one death', () => {
    const { deadLetters, accounting, failures } = result([...attempt(4, m, 1), ...attempt(6, m)], {
      deadLettered: [m],
    });
    expect(deadLetters).toEqual({
      ...none,
      given: 1,
      final: 1,
      reasons: [{ why: 'no such address', count: 1 }],
      list: [
        {
          message: m,
          atSeconds: 6.3,
          why: 'no such address',
          attempts: 2,
          redrivenAtSeconds: null,
          ended: 'dead',
        },
      ],
    });
    expect(accounting).toMatchObject({ effected: 3, deadLettered: 1, lost: 0, duplicateDeliveries: 1 });
    expect(failures).toEqual({
      failed: 2,
      retried: 1,
      timedOut: 0,
      messages: 1,
      recovered: 0,
      reasons: [{ why: 'no such address', count: 2 }],
    });
  });

  it('have the depth of their own queue, whose events are no strangers', () => {
    const depth = (seconds: number, ready: number, q: string): LedgerEvent => ({
      t: micros(seconds),
      e: 'depth',
      q,
      ready,
      inFlight: 0,
      delayed: 0,
      dead: 0,
    });
    const directory = runDirectory(tinyPlan(), {
      'producer-orders': published(0, m),
      lab: [
        depth(1, 0, 'emails-dead'),
        depth(2, 7, 'emails'),
        depth(5, 2, 'emails-dead'),
        depth(6, 1, 'emails-dead'),
        ended(40),
        ...census(41, { deadLettered: [m] }),
      ],
    });
    const { queues, warnings } = analyse(directory);
    expect(queues.emails!.deadLetters.depth).toEqual({ peak: 2, peakAtSeconds: 5, final: 1 });
    expect(queues.emails!.depth.peak).toBe(7);
    expect(warnings).toEqual([]);
  });

  it.each<[string, readonly LedgerEvent[], Found, number, string]>([
    ['in the dead-letter queue: not', attempt(4, m), { deadLettered: [m] }, 0, 'dead'],
    ['on the queue alone: stranded', attempt(4, m).slice(0, 3), { dead: [m] }, 1, 'stranded'],
    ['in both: not', attempt(4, m).slice(0, 3), { dead: [m], deadLettered: [m] }, 0, 'dead'],
    ['nowhere: stranded', attempt(4, m), {}, 1, 'stranded'],
  ])('that are %s', (_, story, found, stranded, end) => {
    const { deadLetters, accounting } = result(story, found);
    expect(accounting).toMatchObject({ deadLettered: 1, lost: 0 });
    expect(deadLetters).toMatchObject({ given: 1, final: 1, stranded });
    expect(deadLetters.list.map(({ ended: end }) => end)).toEqual([end]);
  });

  it('are not stranded where there is no dead-letter queue', () => {
    const plan = tinyPlan({ queues: [tinyQueue({ deadLetter: null })] });
    const { deadLetters, accounting } = result(attempt(4, m).slice(0, 3), { dead: [m] }, [], plan);
    expect(accounting.deadLettered).toBe(1);
    expect(deadLetters).toMatchObject({ queue: null, final: 1, stranded: 0 });
  });

  it('may be known by the census alone: a kill between the last failure and its record', () => {
    const failed = attempt(4, m).slice(0, 2);
    const { deadLetters, accounting } = result(failed, { deadLettered: [m] });
    expect(accounting.deadLettered).toBe(1);
    expect(deadLetters).toMatchObject({ given: 1, final: 1, stranded: 0 });
    expect(deadLetters.list[0]).toMatchObject({ atSeconds: 4.3, why: 'no such address', attempts: 1 });
    const silent = result([at(4, 'started', m)], { dead: [m] }).deadLetters;
    expect(silent.list[0]).toMatchObject({ atSeconds: 40, why: 'not known: nobody said why' });
  });

  it('without a complete census of the dead-letter queue are not known to be stranded, nor what is gone to be lost', () => {
    const { queues } = collected({
      lab: [ended(40), ...census(41).slice(0, 1)],
      producer: all.flatMap((id, i) => published(i, id)),
      worker: [...delivered(0.1, 'orders/1'), at(2, 'dead', 'orders/2', { why: 'x' })],
    });
    const { table, tally, deaths } = queues.get('emails')!;
    expect(accountFor(table, tally)).toMatchObject({
      deadLettered: 1,
      undetermined: 2,
      lost: null,
      balanced: true,
    });
    const dead = deaths.result('emails-dead', none.depth, (t) => t / 1e6);
    expect(dead).toMatchObject({ final: 1, stranded: null });
    expect(dead.list[0]?.ended).toBe('dead');
  });
});

describe('a redrive', () => {
  const putBack = [redriven(20, m), fault(20.1, 'redrive', [], 1, { messages: 1, workers: [] })];

  it('of the repaired has its effect', () => {
    const { deadLetters, accounting, backlog, endToEndSeconds, failures } = result(
      [...attempt(4, m), ...delivered(21, m)],
      {},
      putBack,
    );
    expect(accounting).toMatchObject({ effected: 4, deadLettered: 0, deadAfterEffect: 0, lost: 0 });
    expect(deadLetters).toMatchObject({ given: 1, final: 0, stranded: 0, redriven: 1 });
    expect(deadLetters.list).toEqual([
      {
        message: m,
        atSeconds: 4.3,
        why: 'no such address',
        attempts: 1,
        redrivenAtSeconds: 20,
        ended: 'effected',
      },
    ]);
    expect(failures).toMatchObject({ messages: 1, recovered: 1 });
    expect(backlog.final).toBe(0);
    expect(endToEndSeconds.max).toBeCloseTo(18.3, 9);
  });

  it('of the unrepaired fails again, and is one more death', () => {
    const { deadLetters, accounting } = result(
      [...attempt(4, m), ...attempt(21, m)],
      { deadLettered: [m] },
      putBack,
    );
    expect(accounting).toMatchObject({ effected: 3, deadLettered: 1 });
    expect(deadLetters).toMatchObject({ given: 2, final: 1, stranded: 0, redriven: 1 });
    expect(deadLetters.reasons).toEqual([{ why: 'no such address', count: 2 }]);
    expect(deadLetters.list).toEqual([
      {
        message: m,
        atSeconds: 21.3,
        why: 'no such address',
        attempts: 2,
        redrivenAtSeconds: null,
        ended: 'dead',
      },
    ]);
  });

  it('after which it died without a word keeps it in the backlog until that death', () => {
    const { deadLetters, accounting, curve, drainedAtSeconds } = result(
      [...attempt(4, m), ...attempt(21, m).slice(0, 2)],
      { deadLettered: [m] },
      putBack,
    );
    expect(accounting).toMatchObject({ effected: 3, deadLettered: 1 });
    expect(deadLetters).toMatchObject({ given: 2, final: 1, redriven: 1 });
    expect(drainedAtSeconds).toBeCloseTo(21.3, 6);
    expect(Math.max(...curve.backlog.filter((_, i) => curve.atSeconds[i]! > 20))).toBe(1);
  });

  it('that is not served any more is pending, and in the backlog again', () => {
    const { deadLetters, accounting, backlog } = result(attempt(4, m), { ready: [m] }, putBack);
    expect(accounting).toMatchObject({ pending: 1, deadLettered: 0, lost: 0 });
    expect(deadLetters).toMatchObject({ given: 1, final: 0, redriven: 1 });
    expect(deadLetters.list[0]?.ended).toBe('pending');
    expect(backlog.final).toBe(1);
  });

  it('that failed leaves the message among the dead, and is none', () => {
    const { deadLetters, accounting } = result(attempt(4, m), { deadLettered: [m] }, putBack);
    expect(accounting).toMatchObject({ pending: 0, deadLettered: 1 });
    expect(deadLetters).toMatchObject({ given: 1, final: 1, stranded: 0, redriven: 0 });
    expect(deadLetters.list[0]).toMatchObject({ redrivenAtSeconds: null, ended: 'dead' });
  });

  it('that was done, and died before it took the message out, leaves it in both', () => {
    const { deadLetters, accounting } = result(
      [...attempt(4, m), ...delivered(21, m)],
      { deadLettered: [m] },
      putBack,
    );
    expect(accounting).toMatchObject({ effected: 4, deadLettered: 0, deadAfterEffect: 1 });
    expect(deadLetters).toMatchObject({ given: 1, final: 1, redriven: 1 });
  });

  it('of a message whose death nobody recorded is one death', () => {
    const { deadLetters } = result([...attempt(4, m).slice(0, 2), ...delivered(21, m)], {}, putBack);
    expect(deadLetters).toMatchObject({ given: 1, redriven: 1, final: 0 });
    expect(deadLetters.list[0]).toMatchObject({ atSeconds: 4.3, attempts: 1, redrivenAtSeconds: 20 });
  });

  it('takes the message off the backlog and off the queue while it was dead', () => {
    const depth = (seconds: number, ready: number): LedgerEvent => ({
      t: micros(seconds),
      e: 'depth',
      q: 'emails',
      ready,
      inFlight: 0,
      delayed: 0,
      dead: 0,
    });
    const samples = [depth(0, 1), depth(30, 1)];
    const { littlesLaw, curve, oldestAgeSeconds } = result([...attempt(4, m), ...delivered(21, m)], {}, [
      samples[0]!,
      ...putBack,
      samples[1]!,
    ]);
    // 0.4 s each of the first three; 1.3 s until its death and 1.3 s from the redrive.
    expect(littlesLaw!.ledgerMessageSeconds).toBeCloseTo(3 * 0.4 + 1.3 + 1.3, 6);
    expect(
      Math.max(...curve.backlog.filter((_, i) => curve.atSeconds[i]! > 5 && curve.atSeconds[i]! < 19)),
    ).toBe(0);
    expect(Math.max(...curve.backlog.filter((_, i) => curve.atSeconds[i]! > 20))).toBe(1);
    expect(oldestAgeSeconds.peak).toBeCloseTo(1.3, 6);
  });
});
