import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analysePlayed } from '../../../src/analysis/played.js';
import { predict, predictedResult, simulateEvents, whyNotFluid } from '../../../src/model/index.js';
import { buildPlan } from '../../../src/plan/build.js';
import { capacityOf } from '../../../src/plan/capacity.js';
import type { Plan } from '../../../src/plan/types.js';
import type { QueueResult } from '../../../src/result/types.js';
import type { FaultSpec, Phase, QueueSpec, Rate } from '../../../src/scenario/types.js';
import { tinyProducer, tinyQueue, tinyScenario } from '../../fixtures/tiny.js';
import { capabilities, fault, phase } from './fixtures.js';

/** Times in milliseconds and a bit, so that hardly two things are due at the same moment: then an order that nobody knows decides. */
const odd = (min: number, max: number, bit: number): fc.Arbitrary<number> =>
  fc.integer({ min, max }).map((millis) => millis / 1000 + bit);

const rates = fc.integer({ min: 20, max: 150 });

const phases = fc.array(
  fc
    .record({ forSeconds: fc.integer({ min: 1, max: 12 }), from: rates, to: rates, ramp: fc.boolean() })
    .map(({ forSeconds, from, to, ramp }): Phase => phase(forSeconds, from, ramp ? to : from)),
  { minLength: 1, maxLength: 3 },
);

const limits = fc.oneof(
  fc.constant<Rate | null>(null),
  fc.record<Rate>({ count: fc.integer({ min: 10, max: 100 }), perSeconds: fc.constantFrom(0.5, 1, 2) }),
  fc.constantFrom(50, 100).map((perSecond): Rate => ({ count: 1, perSeconds: 1 / perSecond })),
);

const queues: fc.Arbitrary<QueueSpec> = fc
  .record({
    rate: limits,
    workers: fc.integer({ min: 1, max: 3 }),
    concurrency: fc.integer({ min: 1, max: 40 }),
    workSeconds: odd(1, 600, 0.00003),
    acknowledgeSeconds: fc.constantFrom(0, 0.1, 0.25),
    afterSeconds: fc.constantFrom(2, 5),
    checkSeconds: fc.constantFrom(1.1, 2.3, 5.7),
  })
  .map(({ workSeconds, afterSeconds, checkSeconds, ...more }) =>
    tinyQueue({
      ...more,
      work: { kind: 'constant', meanSeconds: workSeconds },
      redelivery: { afterSeconds, checkSeconds, limit: 3 },
    }),
  );

/** All workers go away and come back, by one way or the other; or there are more or fewer of them. */
const faults: fc.Arbitrary<FaultSpec[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('kill', 'kill', 'stop', 'freeze', 'scale'),
      gap: odd(500, 6000, 0.000137),
      away: odd(200, 6000, 0.00031),
      when: fc.constantFrom<FaultSpec['when']>(
        'now',
        'now',
        'after-effect',
        'before-effect',
        'before-acknowledge',
      ),
      workers: fc.integer({ min: 1, max: 4 }),
    }),
    { maxLength: 3 },
  )
  .map((list) => {
    let at = 0;
    return list.map(({ kind, gap, away, when, workers }): FaultSpec => {
      at += gap;
      const begin = at;
      if (kind === 'scale') return fault(begin, 'scale', { workers });
      // An aimed kill needs time for its moment.
      const seconds = kind === 'freeze' ? Math.min(away, 0.9) : when === 'now' ? away : away + 2;
      at += seconds;
      if (kind === 'freeze') return fault(begin, 'freeze', { forSeconds: seconds });
      if (kind === 'stop') return fault(begin, 'stop', { forSeconds: seconds });
      return fault(begin, 'kill', { forSeconds: seconds, when });
    });
  });

const plans = fc.record({ phases, queue: queues, faults }).map((given) =>
  buildPlan(
    tinyScenario({
      producers: [tinyProducer({ phases: given.phases })],
      queues: [given.queue],
      faults: given.faults,
    }),
    capabilities,
  ),
);

function bothOf(plan: Plan): {
  readonly fluid: QueueResult;
  readonly played: QueueResult;
  readonly held: unknown[][];
} {
  const info = { launchpad: '1', node: '20' };
  const fluid = predictedResult(plan, predict(plan), info);
  const played = analysePlayed(plan, (visit) => simulateEvents(plan, visit), {
    ...info,
    drainLimitSeconds: null,
  });
  const held = fluid.faults.map((each, i) => [each.held, played.faults[i]?.held ?? null]);
  return { fluid: fluid.queues.emails as QueueResult, played: played.queues.emails as QueueResult, held };
}

interface Grain {
  readonly messages: number;
  /** The same for the time of a single message, which may just come in before an outage, or wait for its end. */
  readonly singleSeconds: number;
}

/** What is started at once, a window of the limiter or a round of all hands, and its time; each crew that comes back begins with one. */
function grainOf({ scenario, faults: done }: Plan): Grain {
  const [{ rate, concurrency, workers, work, acknowledgeSeconds, ...rest }] = scenario.queues as [QueueSpec];
  const most = Math.max(workers, ...done.map((each) => (each.kind === 'scale' ? Number(each.workers) : 0)));
  const messages = 3 + Math.max(rate?.count ?? 0, concurrency * most) * (1 + done.length);
  const spec = { rate, concurrency, workers, work, acknowledgeSeconds, ...rest };
  const round = (rate?.perSeconds ?? 0) + work.meanSeconds + acknowledgeSeconds;
  const seconds = 0.25 + round + messages / capacityOf(spec, workers);
  const longest = Math.max(0, ...scenario.faults.map(({ forSeconds }) => forSeconds ?? 0));
  return { messages, singleSeconds: seconds + longest };
}

describe('the fluid and the engine agree on every plan that both represent', () => {
  it('on what workers had in hand, what comes back and is done twice, to the message; on all else to what is served at once', () => {
    let represented = 0;
    fc.assert(
      fc.property(plans, (plan) => {
        if (whyNotFluid(plan) !== null) return;
        represented++;
        const { fluid, played, held } = bothOf(plan);
        for (const [one, other] of held) expect(one).toEqual(other);
        expect(fluid.redeliveries.count).toBe(played.redeliveries.count);
        expect(fluid.accounting).toEqual(played.accounting);
        const grain = grainOf(plan);
        const near = (one: number | null, other: number | null, within: number, what: string): void => {
          if (one === null || other === null) expect([what, one]).toEqual([what, other]);
          else expect(Math.abs(one - other), `${what}: ${one} and ${other}`).toBeLessThanOrEqual(within);
        };
        near(fluid.backlog.peak, played.backlog.peak, grain.messages, 'peak');
        near(fluid.drainedAtSeconds, played.drainedAtSeconds, grain.singleSeconds, 'drained');
        for (const part of ['p50', 'p95', 'p99', 'max'] as const) {
          const within = grain.singleSeconds;
          near(fluid.waitSeconds[part], played.waitSeconds[part], within, `wait ${part}`);
          near(fluid.endToEndSeconds[part], played.endToEndSeconds[part], within, `end to end ${part}`);
        }
        near(fluid.oldestAgeSeconds.peak, played.oldestAgeSeconds.peak, grain.singleSeconds, 'oldest');
      }),
      { numRuns: 150 },
    );
    expect(represented).toBeGreaterThan(40);
  });
});
