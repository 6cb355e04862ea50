import { describe, expect, it } from 'vitest';
import { defaultDrainSeconds, predict, predictedBacklogAt } from '../../../src/model/index.js';
import {
  byHands,
  capabilities,
  emails,
  fault,
  forecast,
  outage,
  phase,
  planOf,
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
      queue: emails(perSecond),
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
      wait: expected.wait === null ? null : expect.closeTo(expected.wait, 4),
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
        queue: emails(capacity),
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
    const cut = forecast({ phases: [phase(10, 100)], queue: emails(5), faults: [fault(20, 'stop')] });
    expect(cut.catchUpSeconds).toBeNull();
    expect(cut.catchUpReason).toBe('never: no worker of emails came back, 900 waiting at the end');
    expect(cut.drainedAtSeconds).toBeNull();
    expect(cut.pending).toBe(900);
  });

  it('stops where the scenario limits the drain', () => {
    const cut = forecast({ phases: [phase(10, 100)], queue: emails(5), drainSeconds: 10 });
    expect(cut).toMatchObject({
      pending: 900,
      drainedAtSeconds: null,
      settledAtSeconds: 20,
      emptyAtSeconds: null,
    });
    expect(cut.catchUpReason).toBe('never: still 900 waiting at the end');
  });

  it('grows at λ − μ', () => {
    const { all } = forecast({ phases: [phase(1000, 8)], queue: emails(5) });
    expect(predictedBacklogAt(all, 'emails', 100)).toBe(300);
    expect(predictedBacklogAt(all, 'emails', 1000)).toBe(3000);
    expect(predictedBacklogAt(all, 'emails', 1600)).toBe(0);
    expect(predictedBacklogAt(all, 'nobody', 100)).toBe(0);
  });

  it('serves by hands where these bind, and at once where nothing does', () => {
    const hands = forecast({ phases: [phase(20, 15)], queue: byHands(5) });
    expect(hands).toMatchObject({ peakBacklog: 100, catchUpSeconds: 10 });
    const unbound = forecast({
      phases: [phase(20, 15)],
      queue: byHands(5, { work: { kind: 'constant', meanSeconds: 0 }, acknowledgeSeconds: 0 }),
      faults: [fault(5, 'stop', { forSeconds: 4 })],
    });
    expect(unbound).toMatchObject({
      peakBacklog: 60,
      catchUpSeconds: 0,
      drainedAtSeconds: 20,
      utilisation: null,
    });
  });
});

describe('outage', () => {
  const predicted = forecast(outage);

  it('is killed at its first moment, with five in hand that all had their effect', () => {
    expect(predicted.all.faults).toEqual([
      { index: 0, doneAtSeconds: 1.3, workers: 1, held: { messages: 5, withEffect: 5 }, detail: null },
      { index: 1, doneAtSeconds: 8, workers: 1, held: null, detail: null },
    ]);
  });

  it('has 290 waiting and 5 repeated: 295 at 5/s are 59 s', () => {
    expect(predicted).toMatchObject({
      peakBacklog: 290,
      peakAtSeconds: 3,
      catchUpSeconds: 59,
      drainedAtSeconds: 67,
      redeliveries: 5,
      duplicateEffects: 5,
      deliveries: 305,
      effects: 305,
      pending: 0,
    });
    expect(predicted.withoutFaults).toMatchObject({
      drainedAtSeconds: 60,
      catchUpSeconds: 57,
      duplicateEffects: 0,
    });
  });

  it('is one trouble from the start, joined by the kill', () => {
    expect(predicted.troubles).toEqual([
      {
        causes: ['arrivals exceed capacity (100/s into 5/s)', 'emails killed at 1.3 s'],
        fromSeconds: 0,
        recoveryPointSeconds: 8,
        caughtUpAtSeconds: 67,
        catchUpSeconds: 59,
        reason: null,
        baseline: 0,
        peakBacklog: 290,
      },
    ]);
  });

  it('repeats before it goes on: the backlog stands still for a second', () => {
    const at = (seconds: number) => predictedBacklogAt(predicted.all, 'emails', seconds);
    // Restarted at 8 s: the first check marks at once, the second gives back at 9 s.
    expect([at(1.2), at(1.3), at(8), at(9), at(10), at(11)]).toEqual([114, 120, 290, 285, 285, 280]);
  });

  it('is written as JSON without loss', () => {
    expect(JSON.parse(JSON.stringify(predicted.all))).toEqual(predicted.all);
  });
});

describe('faults', () => {
  const calm = { phases: [phase(60, 4)] };

  it('holds what a killed worker had in hand until the broker gives it back', () => {
    const killed = forecast({
      ...calm,
      queue: emails(5, { workers: 2 }),
      faults: [fault(10, 'kill', { workers: 1 })],
    });
    // In hand 4 × 0.5 = 2, one of them with effect; half of each is rounded up. The lock is over at 15 s, a check is due then.
    expect(killed.all.faults[0]?.held).toEqual({ messages: 1, withEffect: 1 });
    expect(killed).toMatchObject({
      redeliveries: 1,
      duplicateEffects: 1,
      redeliveryDelaySeconds: { min: 5, max: 5 },
    });
    expect(killed.troubles).toMatchObject([
      { causes: ['1 of 2 workers of emails killed at 10 s'], recoveryPointSeconds: 10, catchUpSeconds: 0 },
    ]);
  });

  it('counts messages without an effect in the backlog until they come back', () => {
    const queue = emails(5, {
      workers: 2,
      acknowledgeSeconds: 0,
      work: { kind: 'constant', meanSeconds: 1 },
    });
    const killed = forecast({ ...calm, queue, faults: [fault(10.5, 'kill', { workers: 1 })] });
    expect(killed.all.faults[0]?.held).toEqual({ messages: 2, withEffect: 0 });
    // Silent from 10.5 s, lock over at 15.5 s, given back by the check at 16 s; served at once, at 5/s.
    expect(predictedBacklogAt(killed.all, 'emails', 15)).toBe(2);
    expect(killed).toMatchObject({
      peakBacklog: 2,
      redeliveries: 2,
      duplicateEffects: 0,
      redeliveriesWithoutEffect: 2,
    });
    expect(killed.catchUpSeconds).toBeCloseTo(16 + 2 / 1 - 10.5, 5);
  });

  it('is bound by redelivery with the default settings: a minute', () => {
    const queue = emails(5, {
      redelivery: null,
      acknowledgeSeconds: 0,
      work: { kind: 'constant', meanSeconds: 0.5 },
    });
    const crash = forecast({ phases: [phase(20, 4)], queue, faults: [fault(10, 'kill', { forSeconds: 2 })] });
    expect(crash.redeliveryDelaySeconds).toEqual({ min: 62, max: 62 });
    expect(crash.drainedAtSeconds).toBeCloseTo(72.4, 5);
    const later = forecast({
      phases: [phase(60, 4)],
      queue,
      faults: [fault(10, 'kill', { forSeconds: 40 })],
    });
    // The last check is more than an interval ago: the new worker looks at once, and again 30 s later.
    expect(later.redeliveryDelaySeconds).toEqual({ min: 70, max: 70 });
  });

  it('finishes what is in hand when told to stop', () => {
    const stopped = forecast({ ...outage, faults: [fault(1.1, 'stop'), fault(8, 'restart')] });
    expect(stopped).toMatchObject({
      redeliveries: 0,
      duplicateEffects: 0,
      peakBacklog: 290,
      catchUpSeconds: 58,
    });
  });

  it('keeps on with the workers that are left', () => {
    const crew = byHands(5, { workers: 2 });
    const half = forecast({
      phases: [phase(60, 15)],
      queue: crew,
      faults: [fault(10, 'stop', { workers: 1 })],
    });
    // 20/s, then 10/s: the backlog grows at 5/s.
    expect(half).toMatchObject({ peakBacklog: 250, catchUpSeconds: 25 });
    expect(half.troubles[0]).toMatchObject({ fromSeconds: 10, recoveryPointSeconds: 60 });
    expect(half.troubles[0]?.causes).toEqual(['1 of 2 workers of emails stopped at 10 s']);
    const restarted = forecast({
      phases: [phase(60, 15)],
      queue: crew,
      faults: [
        fault(10, 'stop', { workers: 'all' }),
        fault(20, 'restart', { workers: 1 }),
        fault(30, 'restart'),
      ],
    });
    expect(restarted.troubles).toHaveLength(1);
    expect(restarted.troubles[0]).toMatchObject({
      recoveryPointSeconds: 30,
      peakBacklog: 200,
      // 50 are left of 200 when the arrivals end at 60 s, and 20/s take them.
      catchUpSeconds: 32.5,
    });
  });

  it('loses nothing in a freeze shorter than the lock, and repeats after a longer one', () => {
    const short = forecast({ ...calm, queue: emails(5), faults: [fault(10, 'freeze', { forSeconds: 4 })] });
    expect(short).toMatchObject({ redeliveries: 0, duplicateEffects: 0, catchUpSeconds: 16 });
    const long = forecast({ ...calm, queue: emails(5), faults: [fault(10, 'freeze', { forSeconds: 8 })] });
    // 2 in hand: both are finished by the thawed worker, which is not listened to, and done again.
    expect(long).toMatchObject({ redeliveries: 2, duplicateEffects: 2 });
    const other = forecast({
      ...calm,
      queue: emails(5, { workers: 2 }),
      faults: [fault(10, 'freeze', { workers: 1, forSeconds: 8 })],
    });
    expect(other).toMatchObject({ redeliveries: 1, duplicateEffects: 1 });
  });

  it('adds workers, which help hands and not limits', () => {
    const scale = [fault(10, 'scale', { workers: 2 })];
    expect(forecast({ phases: [phase(20, 15)], queue: byHands(5), faults: scale }).peakBacklog).toBe(50);
    expect(forecast({ phases: [phase(20, 15)], queue: emails(10), faults: scale }).peakBacklog).toBe(100);
    const fewer = forecast({
      phases: [phase(20, 15)],
      queue: byHands(5, { workers: 3 }),
      faults: [fault(10, 'scale', { workers: 1 })],
    });
    expect(fewer.troubles[0]?.causes).toEqual(['2 of 3 workers of emails scaled down at 10 s']);
  });

  it('joins troubles that follow before the last is caught up, and keeps others apart', () => {
    const queue = emails(5);
    const stops = (second: number) => [
      fault(10, 'stop', { forSeconds: 5 }),
      fault(second, 'stop', { forSeconds: 5 }),
    ];
    const joined = forecast({ phases: [phase(120, 4)], queue, faults: stops(20) });
    expect(joined.troubles).toMatchObject([
      { fromSeconds: 10, recoveryPointSeconds: 25, catchUpSeconds: 35 },
    ]);
    expect(joined.troubles[0]?.causes).toEqual(['emails stopped at 10 s', 'emails stopped at 20 s']);
    const apart = forecast({ phases: [phase(120, 4)], queue, faults: stops(60) });
    expect(apart.troubles).toMatchObject([
      { fromSeconds: 10, catchUpSeconds: 20 },
      { fromSeconds: 60, catchUpSeconds: 20 },
    ]);
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

  it('redelivers at once, and behind the others, where the broker does', () => {
    const defaults = { afterSeconds: 0, checkSeconds: 0, limit: 1 };
    const rabbit = { ...redelivery, on: 'disconnect' as const, checks: 0, needsWorker: false, defaults };
    const setting = { ...outage, queue: emails(5, { redelivery: null }) };
    const head = forecast({ ...setting, capabilities: { ...capabilities, redelivery: rabbit } });
    expect(head).toMatchObject({ redeliveries: 5, catchUpSeconds: 59 });
    expect(predictedBacklogAt(head.all, 'emails', 9)).toBe(290);
    const tail = forecast({
      ...setting,
      capabilities: { ...capabilities, redelivery: { ...rabbit, position: 'tail' } },
    });
    // The repeats are no part of the backlog: it is gone one second before the broker is empty.
    expect(tail).toMatchObject({ redeliveries: 5, catchUpSeconds: 58, emptyAtSeconds: 67 });
  });
});

describe('defaultDrainSeconds', () => {
  it.each([
    ['twice the drain and 30 s', outage, 2 * (67 - 8) + 30],
    ['nothing to drain', { phases: [phase(60, 4)], queue: emails(5) }, 30],
    ['nobody left', { ...outage, faults: [fault(1, 'kill')] }, 30],
  ])('%s', (_, setting, expected) => {
    const plan = planOf(setting);
    expect(defaultDrainSeconds(plan, predict(plan))).toBe(expected);
  });
});
