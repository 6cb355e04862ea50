import { describe, expect, it } from 'vitest';
import { withDifferences } from '../../../../src/analysis/again/differences.js';
import { figuresOf, forecast } from '../../../../src/analysis/forecast.js';
import { analysePlayed } from '../../../../src/analysis/played.js';
import { type Measurements, type QueueMeasurements, simulateEvents } from '../../../../src/model/index.js';
import type { Plan } from '../../../../src/plan/types.js';
import type { Difference, Result } from '../../../../src/result/types.js';
import type { FaultSpec, Scenario } from '../../../../src/scenario/types.js';
import { tinyFailure, tinyPlan, tinyProducer, tinyQueue } from '../../../fixtures/tiny.js';

const program = { launchpad: '1', node: 'v20' };
const faultOf = (overrides: Partial<FaultSpec>): FaultSpec => ({
  atSeconds: 10,
  kind: 'stop',
  queue: 'emails',
  workers: 'all',
  forSeconds: 10,
  when: 'now',
  repaired: false,
  ...overrides,
});

/** 4/s for 120 s into 5/s, five at once each second; away from 10 s to 20 s. */
const steady = (overrides: Partial<Scenario> = {}): Plan =>
  tinyPlan({
    producers: [tinyProducer({ phases: [{ forSeconds: 120, fromPerSecond: 4, toPerSecond: 4 }] })],
    queues: [tinyQueue({ rate: { count: 5, perSeconds: 1 }, concurrency: 5 })],
    faults: [faultOf({})],
    ...overrides,
  });

/** A run that went as it does with these measurements, held against its prediction and what was measured of it. */
function compared(
  plan: Plan,
  really: Measurements,
  measured: Measurements = really,
  change: (result: Result) => Result = (result) => result,
): Readonly<Record<Difference['measure'], Difference>> {
  const played = analysePlayed(plan, (visit) => simulateEvents(plan, visit, { measured: really }), {
    ...program,
    drainLimitSeconds: null,
  });
  const result = change(played);
  const all = withDifferences({ plan, result, prediction: forecast(plan, program), measured });
  const entries = (all.queues.emails?.difference ?? []).map((each) => [each.measure, each]);
  return Object.fromEntries(entries) as Record<Difference['measure'], Difference>;
}

const ofQueue = (emails: QueueMeasurements): Measurements => ({ queues: { emails } });

describe('each measured cause alone', () => {
  it('is a worker that took a second to start: a second later, and a second of arrivals more, with μ/(μ−λ) of it to catch up', () => {
    const { drainedAtSeconds, catchUpSeconds, peakBacklog } = compared(
      steady(),
      ofQueue({ workerStartSeconds: [1] }),
    );
    expect(peakBacklog.causes).toEqual([{ cause: 'worker start', seconds: null, amount: 4 }]);
    expect(catchUpSeconds.causes).toEqual([{ cause: 'worker start', seconds: 5, amount: 5 }]);
    expect(catchUpSeconds).toMatchObject({ unexplained: 0, verdict: 'explained', remark: null });
    expect(catchUpSeconds.again).toBe(catchUpSeconds.measured);
    // It had caught up before the last message came.
    expect(drainedAtSeconds).toMatchObject({ causes: [], unexplained: 0 });
  });

  it("is the limiter's windows, one by one", () => {
    const burst = tinyPlan({
      producers: [tinyProducer({ phases: [{ forSeconds: 1, fromPerSecond: 100, toPerSecond: 100 }] })],
      queues: [tinyQueue({ rate: { count: 5, perSeconds: 1 }, concurrency: 5 })],
    });
    const { drainedAtSeconds } = compared(burst, ofQueue({ windowExtraSeconds: 0.002 }));
    // 100 messages: the last window is the twentieth.
    expect(drainedAtSeconds.causes).toEqual([
      { cause: "the limiter's true window", seconds: 0.038, amount: 0.038 },
    ]);
  });

  it('is hands that take longer, where messages wait for them', () => {
    const bound = tinyPlan({
      producers: [tinyProducer({ phases: [{ forSeconds: 1, fromPerSecond: 100, toPerSecond: 100 }] })],
      queues: [tinyQueue({ rate: null, concurrency: 2 })],
    });
    const { drainedAtSeconds } = compared(bound, ofQueue({ workExtraSeconds: 0.001, handSeconds: 0.002 }));
    // 50 works, and 49 times from one message to the next.
    expect(drainedAtSeconds.causes).toEqual([
      { cause: 'hands', seconds: expect.closeTo(0.148, 6), amount: expect.closeTo(0.148, 6) },
    ]);
  });

  it('is what the broker and the network took', () => {
    const calm = tinyPlan({ queues: [tinyQueue({ rate: null })] });
    const { maxWaitSeconds, drainedAtSeconds } = compared(calm, ofQueue({ publishSeconds: 0.005 }));
    const cause = { cause: 'broker and network time', seconds: 0.005, amount: 0.005 };
    expect(maxWaitSeconds.causes).toEqual([cause]);
    expect(drainedAtSeconds.causes).toEqual([cause]);
  });

  it('is messages that were attempted late; those that never were are missing', () => {
    const calm = tinyPlan({ queues: [tinyQueue({ rate: null })] });
    const { drainedAtSeconds } = compared(calm, { lagSeconds: { orders: [0, 0, 0, 0.25] } });
    expect(drainedAtSeconds.causes).toEqual([{ cause: 'producer lag', seconds: 0.25, amount: 0.25 }]);
    const cut = compared(calm, { lagSeconds: { orders: [0, 0, 0, null] } });
    expect(cut.drainedAtSeconds.causes).toEqual([{ cause: 'producer lag', seconds: -1, amount: -1 }]);
  });

  it('is a fault that was done late', () => {
    const { peakBacklog } = compared(steady(), { faultSeconds: new Map([[1, 21]]) });
    expect(peakBacklog.causes).toEqual([{ cause: 'when the fault was done', seconds: null, amount: 4 }]);
  });

  it('is when workers look for what a dead one held', () => {
    const plan = tinyPlan({
      queues: [tinyQueue({ rate: null, redelivery: { afterSeconds: 1, checkSeconds: 4, limit: 1 } })],
      faults: [faultOf({ kind: 'kill', atSeconds: 3.2, forSeconds: 0.4 })],
    });
    // The restarted worker's look at 3.6 s counts where the last one was 4 s ago: it marks, and the one at 7.6 s gives back.
    const { drainedAtSeconds, redeliveries } = compared(plan, ofQueue({ readyAtSeconds: [-0.5] }));
    expect(drainedAtSeconds).toMatchObject({
      predicted: 11.9,
      measured: 7.9,
      causes: [{ cause: 'redelivery delay', seconds: -4, amount: -4 }],
    });
    expect(redeliveries).toMatchObject({ predicted: 1, causes: [], unexplained: 0, verdict: 'explained' });
  });

  it('is how late what waits for its next attempt is noticed', () => {
    const failures = [tinyFailure({ select: { kind: 'messages', messages: [4] }, times: 1 })];
    const retried = {
      attempts: 2,
      failures,
      backoff: { kind: 'fixed', delaySeconds: 1, maxSeconds: null, jitter: 0 },
    } as const;
    const plan = tinyPlan({ queues: [tinyQueue({ rate: null, ...retried })] });
    const { drainedAtSeconds } = compared(plan, ofQueue({ dueExtraSeconds: 0.05 }));
    expect(drainedAtSeconds.causes).toEqual([
      { cause: 'broker and network time', seconds: 0.05, amount: 0.05 },
    ]);
  });
});

describe('several causes', () => {
  const really: Measurements = {
    faultSeconds: new Map([[1, 20.5]]),
    queues: { emails: { workerStartSeconds: [1], windowExtraSeconds: 0.01, publishSeconds: 0.002 } },
  };

  it('are added in a fixed order, and leave nothing', () => {
    const { catchUpSeconds } = compared(steady(), really);
    const { causes, predicted, measured, again, unexplained } = catchUpSeconds;
    expect(causes.map(({ cause }) => cause).slice(0, 3)).toEqual([
      'when the fault was done',
      'worker start',
      "the limiter's true window",
    ]);
    const sum = causes.reduce((total, { amount }) => total + (amount ?? 0), 0);
    expect(sum).toBeCloseTo((measured ?? 0) - (predicted ?? 0), 6);
    expect({ again, unexplained }).toEqual({ again: measured, unexplained: 0 });
  });

  it('that were not measured stay unexplained, and it is said so', () => {
    const measured: Measurements = { queues: { emails: { windowExtraSeconds: 0.01 } } };
    const { catchUpSeconds, duplicateEffects } = compared(steady(), really, measured);
    expect(catchUpSeconds).toMatchObject({ verdict: 'unexplained', remark: 'more than 2 % or two messages' });
    expect(catchUpSeconds.unexplained).toBeGreaterThan(5);
    expect(duplicateEffects).toMatchObject({ verdict: 'explained', unexplained: 0 });
  });

  it('of a time may leave what two messages take, of a count two, and of both 2 %', () => {
    const plan = tinyPlan({ queues: [tinyQueue({ rate: null, concurrency: 3 })] });
    // 10/s: two take 0.2 s. The last effect is at 3.3 s.
    const later = (seconds: number) => compared(plan, { lagSeconds: { orders: [0, 0, 0, seconds] } }, {});
    expect(later(0.199).drainedAtSeconds.verdict).toBe('explained');
    expect(later(0.201).drainedAtSeconds.verdict).toBe('unexplained');
    const longer = (peak: number) =>
      compared(steady(), {}, {}, (result) => {
        const emails = result.queues.emails as Result['queues'][string];
        return { ...result, queues: { emails: { ...emails, backlog: { ...emails.backlog, peak } } } };
      }).peakBacklog;
    const predicted = longer(0).predicted as number;
    expect(longer(predicted + 2).verdict).toBe('explained');
    expect(longer(predicted + 3)).toMatchObject({ verdict: 'unexplained', unexplained: 3, again: predicted });
  });

  it('make no difference where nothing was measured', () => {
    for (const each of Object.values(compared(steady(), {}))) {
      expect(each).toMatchObject({
        causes: [],
        unexplained: each.measured === null ? null : 0,
        remark: null,
      });
    }
  });
});

describe('a measure that never comes', () => {
  const plan = steady({ faults: [faultOf({ forSeconds: null })] });

  it('is explained where it was predicted so', () => {
    expect(compared(plan, {}).drainedAtSeconds).toMatchObject({
      predicted: null,
      measured: null,
      again: null,
      unexplained: null,
      verdict: 'explained',
    });
  });

  it('has no amount where a cause decides whether it comes', () => {
    const lag = Array.from({ length: 480 }, (_, i) => (i < 32 ? 0 : null));
    const { drainedAtSeconds } = compared(plan, { lagSeconds: { orders: lag } });
    expect(drainedAtSeconds.causes).toEqual([{ cause: 'producer lag', seconds: null, amount: null }]);
    expect(drainedAtSeconds.verdict).toBe('explained');
  });
});

describe('a run that is not predicted again', () => {
  it('was cut off', () => {
    const { catchUpSeconds, duplicateEffects } = compared(
      steady(),
      ofQueue({ workerStartSeconds: [1] }),
      {},
      (result) => ({
        ...result,
        run: { ...result.run, ended: { reason: 'interrupted', detail: 'Ctrl-C', signal: 'SIGINT' } },
      }),
    );
    expect(catchUpSeconds).toMatchObject({
      causes: [],
      again: null,
      unexplained: 5,
      verdict: 'not-compared',
      remark: 'not predicted again: the run was cut off',
    });
    expect(duplicateEffects.remark).toBeNull();
  });

  it('has too many messages', () => {
    const plan = steady();
    const prediction = { ...forecast(plan, program), by: 'fluid' as const };
    const result = prediction.result;
    const later = { ...(result.queues.emails as Result['queues'][string]), drainedAtSeconds: 100 };
    const { queues } = withDifferences({
      plan,
      result: { ...result, queues: { emails: later } },
      prediction,
      measured: {},
    });
    const drained = queues.emails?.difference.find(({ measure }) => measure === 'drainedAtSeconds');
    expect(drained).toMatchObject({
      verdict: 'not-compared',
      remark: 'not predicted again: it has more than 200,000 messages',
    });
    expect(figuresOf(later).drainedAtSeconds).toBe(100);
  });
});

describe('a plan in which something is drawn', () => {
  const plan = steady({
    producers: [
      tinyProducer({ arrivals: 'poisson', phases: [{ forSeconds: 120, fromPerSecond: 4, toPerSecond: 4 }] }),
    ],
  });
  const peak = (value: number): Difference =>
    compared(plan, {}, {}, (result) => {
      const emails = result.queues.emails as Result['queues'][string];
      return { ...result, queues: { emails: { ...emails, backlog: { ...emails.backlog, peak: value } } } };
    }).peakBacklog;

  it('is explained within the band over other seeds, too', () => {
    const { predicted } = peak(0);
    expect(peak((predicted as number) + 4)).toMatchObject({
      verdict: 'explained',
      remark: 'within what other seeds give',
    });
  });

  it('is not outside of it', () => {
    expect(peak(300)).toMatchObject({
      verdict: 'unexplained',
      remark: 'more than 2 % or two messages, and outside the 95 % band over many seeds',
    });
  });
});
