import { describe, expect, it } from 'vitest';
import { backlogAt } from '../../../src/model/index.js';
import {
  byHands,
  capabilities,
  emails,
  fault,
  forecast,
  outage,
  phase,
  plain,
  redelivery,
} from './fixtures.js';

describe('the fluid prediction against closed forms', () => {
  it.each([
    [
      'overload: (λ−μ)T, then (λ−μ)T/μ',
      [phase(10, 100)],
      5,
      { peak: 950, catchUp: 190, drained: 200, wait: 190 },
    ],
    ['overload of payments', [phase(10, 100)], 10, { peak: 900, catchUp: 90, drained: 100, wait: 90 }],
    ['a thousand at once', [phase(1, 1000)], 10, { peak: 990, catchUp: 99, drained: 100, wait: 99 }],
    [
      'a spike between calm: back at (λ−μ)T/(μ−calm)',
      [phase(30, 2), phase(60, 1000 / 60), phase(90, 2)],
      10,
      { peak: 400, catchUp: 50, drained: 180, wait: 40 },
    ],
    ['less than the capacity', [phase(60, 4)], 5, { peak: 0, catchUp: 0, drained: 60, wait: 0 }],
    ['exactly the capacity', [phase(60, 5)], 5, { peak: 0, catchUp: 0, drained: 60, wait: 0 }],
    // Over for t > 5 s; (μ−λ)²/2/slope = 5·5/2 = 12.5 gather, and 12.5/5 s later they are gone.
    ['a ramp up', [phase(10, 0, 10)], 5, { peak: 12.5, catchUp: 2.5, drained: 12.5, wait: 2.5 }],
    // 10 → 0 in 10 s: over until 5 s, back at zero when the integral of λ−μ is: 10 s. The longest wait lies where the
    // arrivals have fallen to the capacity: 37.5 have arrived at 5 s, and are served at 7.5 s.
    ['a ramp down', [phase(10, 10, 0)], 5, { peak: 12.5, catchUp: 5, drained: 10, wait: 2.5 }],
    // Up to 20 and down again: over from 2.5 to 17.5 s, 7.5·15 above. 193.75 of the 200 arrive after 2.5 s and need 38.75 s.
    [
      'a ramp up and down',
      [phase(10, 0, 20), phase(10, 20, 0)],
      5,
      { peak: 112.5, catchUp: 23.75, drained: 41.25, wait: 22.5 },
    ],
    ['nothing arrives', [phase(10, 0)], 5, { peak: 0, catchUp: 0, drained: 0, wait: null }],
  ])('%s', (_, phases, perSecond, expected) => {
    const { peakBacklog, catchUpSeconds, drainedAtSeconds, maxWaitSeconds, pending } = forecast({
      phases,
      queue: plain(perSecond),
    });
    expect({
      peak: peakBacklog,
      catchUp: catchUpSeconds,
      drained: drainedAtSeconds,
      wait: maxWaitSeconds,
    }).toEqual({
      peak: expect.closeTo(expected.peak, 5),
      catchUp: expect.closeTo(expected.catchUp, 5),
      drained: expect.closeTo(expected.drained, 5),
      // To a message: the last of a ramp up comes a little before its end.
      wait: expected.wait === null ? null : expect.closeTo(expected.wait, 0.7),
    });
    expect(pending).toBe(0);
  });

  it.each([
    [4, 5, 30, 120],
    [3, 5, 30, 45],
    [4, 5, 15, 60],
    [4, 6, 30, 60],
  ])(
    'catches up on an outage at %d/s of %d/s after λT/(μ−λ): %d s → %d s',
    (arrivals, capacity, length, catchUp) => {
      const outage = forecast({
        phases: [phase(300, arrivals)],
        queue: plain(capacity),
        faults: [fault(30, 'stop', { forSeconds: length })],
      });
      expect(outage.peakBacklog).toBeCloseTo(arrivals * length, 5);
      expect(outage.catchUpSeconds).toBeCloseTo(catchUp, 5);
      // The first that finds nobody waits for the whole outage; no other waits longer.
      expect(outage.maxWaitSeconds).toBeCloseTo(length, 4);
      expect(outage.troubles).toHaveLength(1);
      expect(outage.troubles[0]?.causes).toEqual(['emails stopped at 30 s']);
    },
  );

  it('never catches up while more arrive than leave, and says how fast it grows', () => {
    const cut = forecast({ phases: [phase(10, 100)], queue: plain(5), faults: [fault(20, 'stop')] });
    expect(cut.catchUpSeconds).toBeNull();
    expect(cut.catchUpReason).toBe('never: no worker of emails came back, 900 waiting at the end');
    expect(cut.drainedAtSeconds).toBeNull();
    expect(cut.pending).toBe(900);
  });

  it('stops where the scenario limits the drain', () => {
    const cut = forecast({ phases: [phase(10, 100)], queue: plain(5), drainSeconds: 10 });
    expect(cut).toMatchObject({
      pending: 900,
      drainedAtSeconds: null,
      settledAtSeconds: 20,
      emptyAtSeconds: null,
    });
    expect(cut.catchUpReason).toBe('never: still 900 waiting at the end');
  });

  it('grows at λ − μ', () => {
    const queue = forecast({ phases: [phase(1000, 8)], queue: plain(5) });
    expect(backlogAt(queue, 100)).toBe(300);
    expect(backlogAt(queue, 1000)).toBe(3000);
    expect(backlogAt(queue, 1600)).toBe(0);
  });

  it('serves by hands where these bind, and at once where nothing does', () => {
    const instant = { work: { kind: 'constant', meanSeconds: 0 }, acknowledgeSeconds: 0.5 } as const;
    const hands = forecast({ phases: [phase(20, 15)], queue: byHands(5, instant) });
    expect(hands).toMatchObject({ peakBacklog: 100, catchUpSeconds: 10 });
    const unbound = forecast({
      phases: [phase(20, 15)],
      queue: byHands(5, { work: { kind: 'constant', meanSeconds: 0 }, acknowledgeSeconds: 0 }),
      faults: [fault(5, 'stop', { forSeconds: 4 })],
    });
    expect(unbound).toMatchObject({ peakBacklog: 60, catchUpSeconds: 0, drainedAtSeconds: 20 });
  });
});

describe('what is in hand', () => {
  it('is part of the backlog until its effect', () => {
    const calm = forecast({ phases: [phase(60, 4)], queue: emails(5) });
    expect([backlogAt(calm, 0.1), backlogAt(calm, 30), backlogAt(calm, 60.2)]).toEqual([0.4, 1.2, 0.4]);
    expect(calm).toMatchObject({ drainedAtSeconds: 60.3, emptyAtSeconds: 60.5, troubles: [] });
  });

  it('is finished by workers that are told to stop', () => {
    const faults = [fault(30, 'stop', { forSeconds: 10 })];
    const stopped = forecast({ phases: [phase(60, 4)], queue: emails(5), faults });
    expect(stopped.curves.waiting.at(-1)?.value).toBe(0);
    expect([30, 30.2, 30.3, 40].map((at) => backlogAt(stopped, at))).toEqual([1.2, 1.2, 1.2, 40]);
    expect(stopped.redeliveries).toBe(0);
  });

  it('stands still with workers that do, and has its effects at the thaw', () => {
    const faults = [fault(30, 'freeze', { forSeconds: 2 })];
    const frozen = forecast({ phases: [phase(60, 4)], queue: emails(5), faults });
    // 1.2 in hand, and 4/s more; at the thaw all of the 1.2 is done.
    expect([31, 31.9, 32].map((at) => backlogAt(frozen, at))).toEqual([5.2, 8.8, 8]);
    expect(frozen).toMatchObject({ redeliveries: 0, duplicateEffects: 0 });
    expect(frozen.all.byChance).toBeNull();
  });
});

describe('outage', () => {
  const predicted = forecast(outage);

  it('is killed at its first moment, with five in hand that all had their effect', () => {
    expect(predicted.all).toMatchObject({
      byChance: null,
      faults: [
        { index: 0, doneAtSeconds: 1.3, workers: 1, held: { messages: 5, withEffect: 5 }, detail: null },
        { index: 1, doneAtSeconds: 8, workers: 1, held: null, detail: null },
      ],
    });
  });

  it('has 290 waiting and 5 repeated: 295 at 5/s are 59 s, and the last of them works 0.3 s', () => {
    expect(predicted).toMatchObject({
      peakBacklog: 290,
      peakAtSeconds: 3,
      catchUpSeconds: 59.3,
      drainedAtSeconds: 67.3,
      emptyAtSeconds: 67.5,
      redeliveries: 5,
      duplicateEffects: 5,
      pending: 0,
      maxWaitSeconds: 64,
      oldestAgeSeconds: 64.3,
    });
    expect(predicted.withoutFaults).toMatchObject({
      drainedAtSeconds: 60.3,
      catchUpSeconds: 57.3,
      duplicateEffects: 0,
    });
  });

  it('is one trouble from the start, joined by the kill', () => {
    expect(predicted.troubles).toEqual([
      {
        causes: ['arrivals exceed capacity (100/s into 5/s)', 'emails killed at 1.3 s'],
        fromSeconds: 0,
        recoveryPointSeconds: 8,
        caughtUpAtSeconds: 67.3,
        catchUpSeconds: 59.3,
        reason: null,
        baseline: 0,
        peakBacklog: 290,
      },
    ]);
  });

  it('repeats before it goes on: for a second nothing new is started', () => {
    // Restarted at 8 s: the first look marks at once, the second gives back at 9.5 s.
    const at = [1.3, 8, 8.3, 9.5, 9.8, 10.5, 10.8, 11.8].map((seconds) => backlogAt(predicted, seconds));
    expect(at).toEqual([120, 290, 290, 284, 282.5, 282.5, 282.5, 277.5]);
  });
});

describe('faults', () => {
  const calm = { phases: [phase(60, 4)] };

  it('holds what killed workers had in hand until the broker gives it back', () => {
    const queue = emails(5, { workers: 2, redelivery: { afterSeconds: 5, checkSeconds: 1.5, limit: 1 } });
    const killed = forecast({ ...calm, queue, faults: [fault(10.1, 'kill', { forSeconds: 2 })] });
    // Started at 9.75 and 10 s. The restarted workers look at 12.1, 13.6 and 15.1 s; just then the last lock is over.
    expect(killed.all).toMatchObject({
      byChance: null,
      faults: [{ held: { messages: 2, withEffect: 1 } }, {}],
    });
    expect(killed).toMatchObject({
      redeliveries: 2,
      duplicateEffects: 1,
      redeliveryDelaySeconds: { min: 5, max: 5 },
    });
  });

  it('counts messages without an effect in the backlog until they come back', () => {
    const queue = emails(5, { acknowledgeSeconds: 0, work: { kind: 'constant', meanSeconds: 1 } });
    const killed = forecast({ ...calm, queue, faults: [fault(10.6, 'kill', { forSeconds: 1 })] });
    // Started at 9.75, 10, 10.25 and 10.5 s; silent from 10.6 s, given back by the look at 16 s or 16.5 s, which is a look late.
    expect(killed.all.faults[0]?.held).toEqual({ messages: 4, withEffect: 0 });
    expect(killed).toMatchObject({ redeliveries: 4, duplicateEffects: 0, pending: 0 });
    expect(killed.endToEndSeconds.max).toBeGreaterThan(6);
    expect(killed.maxWaitSeconds).toBeLessThan(2);
  });

  it('is bound by redelivery with the default settings: a minute', () => {
    const work = { kind: 'constant', meanSeconds: 0.5 } as const;
    const queue = emails(5, { redelivery: null, acknowledgeSeconds: 0, work });
    const crash = forecast({ phases: [phase(20, 4)], queue, faults: [fault(10, 'kill', { forSeconds: 2 })] });
    expect(crash.redeliveryDelaySeconds).toEqual({ min: 62, max: 62 });
    // Two at 5/s, and the last of them works 0.5 s.
    expect(crash.drainedAtSeconds).toBeCloseTo(72 + 0.4 + 0.5, 5);
    const later = forecast({
      phases: [phase(60, 4)],
      queue,
      faults: [fault(10, 'kill', { forSeconds: 40 })],
    });
    // The last check is more than an interval ago: the new worker looks at once, and again 30 s later.
    expect(later.redeliveryDelaySeconds).toEqual({ min: 70, max: 70 });
  });

  it('gives back in two parts what was in hand before the last look, and what was not', () => {
    const work = { kind: 'constant', meanSeconds: 0.6 } as const;
    const redelivery = { afterSeconds: 4, checkSeconds: 2, limit: 1 };
    const queue = emails(5, { acknowledgeSeconds: 0, work, redelivery });
    const killed = forecast({ ...calm, queue, faults: [fault(10.3, 'kill', { forSeconds: 6 })] });
    // Started at 9.75, 10 and 10.25 s; a look at 10 s has seen the first two. At the restart they come back, the third two seconds later.
    expect(killed.all.byChance).toBeNull();
    expect(killed.redeliveryDelaySeconds).toEqual({ min: 6, max: 8 });
    expect(killed.redeliveries).toBe(3);
  });

  it('finishes what is in hand when told to stop', () => {
    const stopped = forecast({ ...outage, faults: [fault(1.1, 'stop'), fault(8, 'restart')] });
    expect(stopped).toMatchObject({
      redeliveries: 0,
      duplicateEffects: 0,
      peakBacklog: 290,
      catchUpSeconds: 58.3,
    });
  });

  it('keeps on with the workers that are left', () => {
    const crew = byHands(5, {
      workers: 2,
      work: { kind: 'constant', meanSeconds: 0.5 },
      acknowledgeSeconds: 0,
    });
    const half = forecast({
      phases: [phase(60, 15)],
      queue: crew,
      faults: [fault(10, 'stop', { workers: 1 })],
    });
    // 20/s, then 10/s: the backlog grows at 5/s, and five are in hand.
    expect(half).toMatchObject({ peakBacklog: 255, catchUpSeconds: 25.5 });
    expect(half.troubles[0]).toMatchObject({ fromSeconds: 10, recoveryPointSeconds: 60 });
    expect(half.troubles[0]?.causes).toEqual(['1 of 2 workers of emails stopped at 10 s']);
  });

  it('adds workers, which help hands and not limits', () => {
    const scale = [fault(10, 'scale', { workers: 2 })];
    const instant = { work: { kind: 'constant', meanSeconds: 0 }, acknowledgeSeconds: 0.5 } as const;
    expect(forecast({ phases: [phase(20, 15)], queue: byHands(5, instant), faults: scale }).peakBacklog).toBe(
      50,
    );
    expect(forecast({ phases: [phase(20, 15)], queue: plain(10), faults: scale }).peakBacklog).toBe(100);
    const fewer = forecast({
      phases: [phase(20, 15)],
      queue: byHands(5, { workers: 3 }),
      faults: [fault(10, 'scale', { workers: 1 })],
    });
    expect(fewer.troubles[0]?.causes).toEqual(['2 of 3 workers of emails scaled down at 10 s']);
  });

  it('joins troubles that follow before the last is caught up, and keeps others apart', () => {
    const stops = (second: number) => [
      fault(10, 'stop', { forSeconds: 5 }),
      fault(second, 'stop', { forSeconds: 5 }),
    ];
    const joined = forecast({ phases: [phase(120, 4)], queue: plain(5), faults: stops(20) });
    expect(joined.troubles).toMatchObject([
      { fromSeconds: 10, recoveryPointSeconds: 25, catchUpSeconds: 35 },
    ]);
    expect(joined.troubles[0]?.causes).toEqual(['emails stopped at 10 s', 'emails stopped at 20 s']);
    const apart = forecast({ phases: [phase(120, 4)], queue: plain(5), faults: stops(60) });
    expect(apart.troubles).toMatchObject([
      { fromSeconds: 10, catchUpSeconds: 20 },
      { fromSeconds: 60, catchUpSeconds: 20 },
    ]);
  });

  it('lets a supervisor start again what was killed', () => {
    const queue = emails(5, { superviseSeconds: 1 });
    const killed = forecast({ ...calm, queue, faults: [fault(10.1, 'kill')] });
    expect(killed).toMatchObject({ workersStarted: 2, pending: 0 });
    expect(killed.troubles).toMatchObject([{ fromSeconds: 10.1, recoveryPointSeconds: 11.1 }]);
  });

  it('says what was not done', () => {
    const { all } = forecast({
      phases: [phase(10, 4)],
      queue: emails(5),
      faults: [fault(20, 'kill', { when: 'after-effect' })],
    });
    expect(all.faults[0]).toMatchObject({ doneAtSeconds: null, workers: 0 });
    expect(all.faults[0]?.detail).toMatch(/the moment never came/);
  });

  it('redelivers at once where the broker does', () => {
    const defaults = { afterSeconds: 0, checkSeconds: 0, limit: 1 };
    const rabbit = { ...redelivery, on: 'disconnect' as const, checks: 0, needsWorker: false, defaults };
    const setting = { ...outage, queue: emails(5, { redelivery: null }) };
    const head = forecast({ ...setting, capabilities: { ...capabilities, redelivery: rabbit } });
    expect(head).toMatchObject({ redeliveries: 5, catchUpSeconds: 59.3 });
    expect(head.redeliveryDelaySeconds.min).toBeCloseTo(6.7, 9);
  });
});
