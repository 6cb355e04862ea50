import { describe, expect, it } from 'vitest';
import type { Surroundings } from '../../../src/analysis/causes.js';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import type { DuplicateEffect, Redeliveries } from '../../../src/result/types.js';
import { at, collected, delivered, fault, micros, published, worker } from '../../fixtures/runs.js';

const seconds = (t: number): number => t / 1e6;
const lab: LedgerEvent = { t: 0, e: 'opened', role: 'lab', pid: 9 };
const again = { n: 2, r: true };

function repeats(files: Record<string, LedgerEvent[]>): {
  redeliveries: Redeliveries;
  duplicates: readonly DuplicateEffect[];
} {
  const { queues, story } = collected({ producer: published(0, 'orders/1'), ...files });
  const log = queues.get('emails')!.redeliveries;
  const surroundings: Omit<Surroundings, 'failedAfter'> = {
    queue: 'emails',
    provider: null,
    absences: story.absences(),
    idempotency: { mode: 'none' },
    deduplication: { kind: 'none' },
    republished: () => null,
    putBackBetween: () => null,
  };
  return { redeliveries: log.result(seconds), duplicates: log.duplicates(seconds, surroundings) };
}

describe('redeliveries', () => {
  it('are none where the broker flags none', () => {
    const { redeliveries, duplicates } = repeats({ one: [worker(1, 11), ...delivered(1, 'orders/1')] });
    expect(redeliveries).toEqual({ count: 0, neverStarted: 0, delaySeconds: { min: null, max: null } });
    expect(duplicates).toEqual([]);
  });

  it('are duplicate deliveries or taken and never started; the delay is from the death of who held them', () => {
    const { redeliveries } = repeats({
      lab: [lab, fault(2, 'kill', [11], 0)],
      one: [
        worker(1, 11),
        at(1, 'started', 'orders/1', { n: 1, r: false }),
        at(1.5, 'started', 'orders/2', { n: 1, r: false }),
      ],
      two: [
        worker(1, 12, 5),
        ...delivered(8, 'orders/1', again),
        ...delivered(9, 'orders/2', again),
        ...delivered(10, 'orders/3', { n: 1, r: true }),
      ],
    });
    expect(redeliveries).toEqual({ count: 3, neverStarted: 1, delaySeconds: { min: 6, max: 7 } });
  });

  it('go by the count of deliveries where the broker has no flag', () => {
    const { redeliveries } = repeats({
      one: [worker(1, 11), at(1, 'started', 'orders/1', { n: 1 }), at(2, 'started', 'orders/2')],
      two: [worker(2, 12), at(3, 'started', 'orders/1', { n: 2 })],
    });
    expect(redeliveries.count).toBe(1);
  });

  it('have no delay where nobody died', () => {
    const { redeliveries } = repeats({
      one: [worker(1, 11), at(1, 'started', 'orders/1')],
      two: [worker(2, 12), at(3, 'started', 'orders/1', again)],
    });
    expect(redeliveries).toEqual({ count: 1, neverStarted: 0, delaySeconds: { min: null, max: null } });
  });

  it('count from the freeze of a frozen worker', () => {
    const { redeliveries } = repeats({
      lab: [lab, fault(2, 'freeze', [11], 1)],
      one: [worker(1, 11), at(1, 'started', 'orders/1')],
      two: [worker(2, 12), at(9, 'started', 'orders/1', again)],
    });
    expect(redeliveries.delaySeconds).toEqual({ min: 7, max: 7 });
  });
});

describe('a duplicate effect', () => {
  const held = [worker(1, 4711), at(1, 'started', 'orders/1'), at(1.3, 'effect', 'orders/1')];
  const second = [worker(2, 12), ...delivered(8, 'orders/1', again)];
  const exited = (code: number | null, signal: string | null): LedgerEvent => ({
    t: micros(1.5),
    e: 'exited',
    role: 'worker',
    name: 'emails',
    worker: 1,
    pid: 4711,
    code,
    signal,
    ordered: false,
    up: 0,
  });

  it.each<[string, LedgerEvent[], LedgerEvent[], LedgerEvent[], string]>([
    [
      'a kill',
      [lab, fault(1.32, 'kill', [4711], 0)],
      held,
      second,
      'worker 1 (pid 4711) was killed 0.02 s after the effect, before the broker was told',
    ],
    [
      'a kill whose victim recorded the effect while it died',
      [lab, fault(1.291, 'kill', [4711], 0)],
      held,
      second,
      'worker 1 (pid 4711) was killed 0.00 s after the effect, before the broker was told',
    ],
    [
      'nothing where an effect came long after the kill',
      [lab, fault(1.28, 'kill', [4711], 0)],
      held,
      second,
      'not known: worker 1 (pid 4711) was neither killed nor frozen when it held the message, and the broker was there',
    ],
    [
      'an exit',
      [lab, exited(1, null)],
      held,
      second,
      'worker 1 (pid 4711) exited with code 1 0.20 s after the effect, before the broker was told',
    ],
    [
      'a stranger',
      [lab, exited(null, 'SIGKILL')],
      held,
      second,
      'worker 1 (pid 4711) was ended by SIGKILL 0.20 s after the effect, before the broker was told',
    ],
    [
      'a freeze before the effect',
      [lab, fault(1.2, 'freeze', [4711], 1), fault(9, 'thaw', [4711], 2)],
      [...held.slice(0, 2), at(9.1, 'effect', 'orders/1'), at(9.2, 'lost-lock', 'orders/1')],
      second,
      'worker 1 (pid 4711) was frozen for 7.80 s while it held the message, so the broker gave it out again',
    ],
    [
      'a freeze after the effect that never ended',
      [lab, fault(1.4, 'freeze', [4711], 1)],
      held,
      second,
      'worker 1 (pid 4711) was frozen while it held the message, so the broker gave it out again',
    ],
    [
      'a broker that was away',
      [lab, { t: micros(1.4), e: 'broker-lost', why: 'x' }, { t: micros(6.4), e: 'broker-back', why: 'y' }],
      [...held, at(7, 'lost-lock', 'orders/1')],
      second,
      'the broker was away for 5.00 s while worker 1 (pid 4711) held the message',
    ],
    [
      'a death after the broker was told',
      [lab, fault(5, 'kill', [4711], 0)],
      [...held, at(1.4, 'settled', 'orders/1')],
      second,
      'not known: worker 1 (pid 4711) was neither killed nor frozen when it held the message, and the broker was there',
    ],
  ])('is explained by %s', (_, story, one, two, why) => {
    const { duplicates } = repeats({ lab: story, one, two });
    expect(duplicates).toHaveLength(1);
    expect(duplicates[0]).toMatchObject({ message: 'orders/1', why });
    expect(duplicates[0]!.effects).toHaveLength(2);
  });

  it('lists every effect with its time and pid', () => {
    const { duplicates } = repeats({
      one: held,
      two: second,
      three: [worker(3, 13), ...delivered(20, 'orders/1', again)],
    });
    expect(duplicates[0]!.effects).toEqual([
      { atSeconds: 1.3, pid: 4711 },
      { atSeconds: 8.3, pid: 12 },
      { atSeconds: 20.3, pid: 13 },
    ]);
  });

  it('is listed for the first hundred messages', () => {
    const ids = Array.from({ length: 120 }, (_, i) => `stray/${i}`);
    const { duplicates } = repeats({
      one: [worker(1, 11), ...ids.map((m, i) => at(1 + i / 1000, 'effect', m))],
      two: [worker(2, 12), ...ids.map((m, i) => at(2 + i / 1000, 'effect', m))],
    });
    expect(duplicates.map((entry) => entry.message)).toEqual(ids.slice(0, 100));
  });
});
