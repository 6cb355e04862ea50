import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analysePlayed } from '../../../../src/analysis/played.js';
import { simulateEvents } from '../../../../src/model/events/index.js';
import { whyNotFifo } from '../../../../src/model/fifo/plan.js';
import { fifoResult } from '../../../../src/model/fifo/result.js';
import { buildPlan } from '../../../../src/plan/build.js';
import type { Plan } from '../../../../src/plan/types.js';
import type {
  FaultSpec,
  Phase,
  ProducerSpec,
  QueueSpec,
  Rate,
  Scenario,
} from '../../../../src/scenario/types.js';
import { tinyFailure, tinyProducer, tinyQueue, tinyScenario } from '../../../fixtures/tiny.js';
import { capabilities, fault, phase } from '../fixtures.js';

const info = { launchpad: '0', node: 'v20' };

interface Parts {
  readonly producer?: Partial<ProducerSpec>;
  readonly queue?: Partial<QueueSpec>;
  readonly faults?: readonly FaultSpec[];
  readonly scenario?: Partial<Scenario>;
}

/** One queue `emails` with a limit of 5/s. */
function planned({ producer, queue, faults = [], scenario }: Parts): Plan {
  const producers = [tinyProducer(producer)];
  const queues = [tinyQueue({ redelivery: { afterSeconds: 5, checkSeconds: 1, limit: 1 }, ...queue })];
  return buildPlan(tinyScenario({ producers, queues, faults, ...scenario }), capabilities);
}

/** What both know of a plan. */
function compared(result: ReturnType<typeof fifoResult>): unknown {
  const [queue] = Object.values(result.queues);
  const { accounting, backlog, drainedAtSeconds, redeliveries, troubles, waitSeconds } = queue ?? {};
  const six = (seconds: number | null | undefined): number | null =>
    seconds == null ? null : Math.round(seconds * 1e6) / 1e6;
  return {
    ended: result.run.ended?.reason,
    durationSeconds: six(result.run.durationSeconds),
    accounting,
    backlog: { ...backlog, peakAtSeconds: six(backlog?.peakAtSeconds) },
    drainedAtSeconds: six(drainedAtSeconds),
    longest: six(waitSeconds?.max),
    slowest: six(queue?.endToEndSeconds.max),
    oldest: six(queue?.oldestAgeSeconds.peak),
    redeliveries: {
      count: redeliveries?.count,
      delays: [six(redeliveries?.delaySeconds.min), six(redeliveries?.delaySeconds.max)],
    },
    troubles: troubles?.map((trouble) => ({
      ...trouble,
      fromSeconds: six(trouble.fromSeconds),
      recoveryPointSeconds: six(trouble.recoveryPointSeconds),
      caughtUpAtSeconds: six(trouble.caughtUpAtSeconds),
      catchUpSeconds: six(trouble.catchUpSeconds),
    })),
    catchUpReason: queue?.catchUpReason,
    workers: queue?.workers.started,
    faults: result.faults.map(({ kind, doneAtSeconds, held }) => ({ kind, doneAtSeconds, held })),
  };
}

function played(plan: Plan): ReturnType<typeof fifoResult> {
  return analysePlayed(plan, (visit) => simulateEvents(plan, visit, { sampleSeconds: 0 }), {
    ...info,
    drainLimitSeconds: null,
  });
}

const millis = (least: number, most: number) =>
  fc.integer({ min: least, max: most }).map((value) => value / 1000);

const phases = fc.array(
  fc.record<Phase>({
    forSeconds: fc.integer({ min: 1, max: 20 }),
    fromPerSecond: fc.integer({ min: 0, max: 20 }),
    toPerSecond: fc.integer({ min: 0, max: 20 }),
  }),
  { minLength: 1, maxLength: 3 },
);

const limits = fc.option(
  fc.record<Rate>({ count: fc.integer({ min: 1, max: 12 }), perSeconds: fc.constantFrom(0.1, 0.7, 1) }),
);

/** Up to three absences of all workers, the last of which may be for good; one of them a kill. */
const absences = fc
  .record({
    gaps: fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 90 })), {
      maxLength: 3,
    }),
    killed: fc.integer({ min: 0, max: 3 }),
    forGood: fc.boolean(),
    // Exact in a double, so that a tie is one in seconds, too.
    step: fc.constantFrom(0.125, 0.25, 0.3125),
  })
  .map(({ gaps, killed, forGood, step }): FaultSpec[] => {
    let at = 0;
    return gaps.flatMap(([before, length], i) => {
      const from = at + before * step;
      at = from + length * step;
      const down = fault(from, i === killed ? 'kill' : 'stop');
      return forGood && i === gaps.length - 1 ? [down] : [down, fault(at, 'restart')];
    });
  });

const parts = fc.record({
  producer: fc.record({ phases, arrivals: fc.constantFrom<'constant' | 'poisson'>('constant', 'poisson') }),
  queue: fc.record({
    workers: fc.integer({ min: 1, max: 3 }),
    concurrency: fc.integer({ min: 1, max: 5 }),
    rate: limits,
    work: fc.oneof(
      fc
        .oneof(millis(1, 900), fc.constantFrom(0.1, 0.2, 0.5))
        .map((meanSeconds) => ({ kind: 'constant' as const, meanSeconds })),
      millis(10, 500).map((meanSeconds) => ({ kind: 'exponential' as const, meanSeconds })),
    ),
    acknowledgeSeconds: fc.oneof(fc.constant(0), fc.constant(0.1), millis(0, 300)),
    redelivery: fc.record({
      afterSeconds: fc.constantFrom(5, 6, 10),
      checkSeconds: fc.constantFrom(0.5, 1, 3),
      limit: fc.constant(1),
    }),
  }),
  faults: absences,
});

describe('a plan on the fast path', () => {
  it('has the very figures that the discrete-event engine has', () => {
    let eligible = 0;
    fc.assert(
      fc.property(parts, (given) => {
        const plan = planned(given);
        if (plan.queues[0]?.scheduled === 0 || whyNotFifo(plan) !== null) return;
        eligible++;
        expect(compared(fifoResult(plan, info))).toEqual(compared(played(plan)));
      }),
      { numRuns: 150 },
    );
    expect(eligible).toBeGreaterThan(50);
  });

  it('knows quantiles to 0.2 %, and what would be without the faults', () => {
    const plan = planned({
      producer: { phases: [phase(200, 16)], arrivals: 'poisson' },
      queue: { rate: null, concurrency: 2, work: { kind: 'exponential', meanSeconds: 0.1 } },
      faults: [fault(50, 'stop'), fault(55, 'restart')],
    });
    const [fast, slow] = [fifoResult(plan, info).queues.emails, played(plan).queues.emails];
    for (const of of ['waitSeconds', 'endToEndSeconds'] as const)
      for (const share of ['p50', 'p95', 'p99'] as const) {
        const exact = slow?.[of][share] ?? 0;
        expect(exact).toBeGreaterThan(0);
        expect(Math.abs((fast?.[of][share] ?? 0) - exact)).toBeLessThanOrEqual(exact / 500);
      }
    const calm = played({ ...plan, faults: [] }).queues.emails;
    expect(fast?.predicted?.withoutFaults).toMatchObject({
      peakBacklog: calm?.backlog.peak,
      drainedAtSeconds: calm?.drainedAtSeconds,
      maxWaitSeconds: calm?.waitSeconds.max,
    });
    expect(fast?.predicted?.peakBacklog).toBeGreaterThan(calm?.backlog.peak ?? Number.POSITIVE_INFINITY);
  });

  it('has a curve of a few hundred points, with its peak and its end', () => {
    const plan = planned({
      producer: { phases: [phase(100, 100)] },
      faults: [fault(20, 'stop'), fault(40, 'restart')],
    });
    const { curve, backlog } = fifoResult(plan, info).queues.emails ?? {};
    expect(curve?.atSeconds.length).toBeGreaterThan(100);
    expect(curve?.atSeconds.length).toBeLessThan(300);
    expect(curve?.atSeconds).toEqual([...(curve?.atSeconds ?? [])].sort((a, b) => a - b));
    expect(Math.max(...(curve?.backlog ?? []))).toBe(backlog?.peak);
    expect(curve?.backlog.at(-1)).toBe(0);
    expect(curve?.predictedWithoutFaults).toHaveLength(curve?.atSeconds.length ?? 0);
  });

  it.each<[string, Parts]>([
    ['orders publishes its messages again', { producer: { resubmitSeconds: [1] } }],
    ['its drain has a limit', { scenario: { drainSeconds: 60 } }],
    ['attempts of emails may fail', { queue: { failures: [tinyFailure()] } }],
    ['attempts of emails may fail', { queue: { timeoutSeconds: 1 } }],
    [
      'the workers of emails poll',
      { queue: { rate: null, polling: { batch: 5, sleepSeconds: 1, errorSleepSeconds: 1 } } },
    ],
    ['emails has a memory of what was done', { queue: { idempotency: { mode: 'memory' } } }],
    [
      'messages of emails wait before they are served',
      { queue: { deduplication: { kind: 'debounce', seconds: 1 } } },
    ],
    ['the workers of emails are supervised', { queue: { superviseSeconds: 1 } }],
    ['the work of emails takes no time', { queue: { work: { kind: 'constant', meanSeconds: 0 } } }],
    ['it has a freeze', { faults: [fault(1, 'freeze'), fault(2, 'thaw')] }],
    ['its faults are not whole outages', { faults: [fault(1, 'kill', { when: 'after-effect' })] }],
    [
      'its faults are not whole outages',
      { queue: { workers: 2 }, faults: [fault(1, 'stop', { workers: 1 })] },
    ],
    ['its faults are not whole outages', { faults: [fault(1, 'stop'), fault(2, 'stop')] }],
    [
      'a message may be given back more often than 1 times',
      { faults: [fault(1, 'kill'), fault(2, 'restart'), fault(3, 'kill'), fault(4, 'restart')] },
    ],
    [
      'its locks are renewed while the work lasts',
      { queue: { work: { kind: 'constant', meanSeconds: 2 } }, faults: [fault(1, 'kill')] },
    ],
    [
      'its work is drawn, and its workers are killed',
      { queue: { work: { kind: 'exponential', meanSeconds: 0.1 } }, faults: [fault(1, 'kill')] },
    ],
  ])('is refused where it is more than one queue, first come, first served: %s', (why, given) => {
    const plan = planned(given);
    expect(whyNotFifo(plan)).toBe(why);
    expect(() => fifoResult(plan, info)).toThrow(why);
  });

  it('is refused with several producers or queues', () => {
    const queues = [tinyQueue(), tinyQueue({ name: 'payments' })];
    const both = [{ queue: 'emails' }, { queue: 'payments' }];
    const two = { queues, producers: [tinyProducer({ to: both })] };
    expect(whyNotFifo(buildPlan(tinyScenario(two), capabilities))).toBe('it has several queues');
    const producers = [tinyProducer(), tinyProducer({ name: 'more' })];
    expect(whyNotFifo(buildPlan(tinyScenario({ producers }), capabilities))).toBe('it has several producers');
  });
});
