import { describe, expect, it } from 'vitest';
import { describeDriver } from '../../../../src/broker/index.js';
import { theoryOf } from '../../../../src/model/theory/index.js';
import { buildPlan } from '../../../../src/plan/build.js';
import type { Plan } from '../../../../src/plan/types.js';
import type { QueueTheory, TheoryFormula } from '../../../../src/result/theory.js';
import { listScenarios, loadVariants } from '../../../../src/scenario/index.js';
import { tinyProducer, tinyQueue, tinyScenario } from '../../../fixtures/tiny.js';
import {
  byHands,
  capabilities,
  emails,
  failing,
  fault,
  ofShare,
  phase,
  planOf,
  type Setting,
} from '../fixtures.js';

/** The plan of a built-in scenario, or of one of its variants. */
async function builtIn(name: string, variant: string | null = null): Promise<Plan> {
  const { variants } = await loadVariants(name);
  const found = variants.find((each) => each.name === variant);
  if (found === undefined) throw new Error(`${name} has no variant ${variant}`);
  return buildPlan(found.scenario, describeDriver('bullmq'));
}

function only(setting: Setting): QueueTheory {
  const theory = theoryOf(planOf(setting))[setting.queue.name];
  if (theory === undefined) throw new Error('no theory');
  return theory;
}

/** As a report would say it, without its unit. */
const said = ({ name, general, filled, value }: TheoryFormula): string =>
  `${name}: ${general} = ${filled} = ${value === null ? 'never' : Number(value.toFixed(3))}`;

describe('the built-in scenarios, worked by hand', () => {
  it.each<[string, string | null, string, readonly string[]]>([
    [
      'outage',
      null,
      'emails',
      [
        'μ = min(5/s, 1 × 5 / (0.3 s + 0.2 s) = 10/s) = 5 (limit), ρ = 20, unstable while orders come: +95/s',
        'backlog: arrived − served = 300 − 5/s × 1 s = 295',
        'catch-up: backlog/μ = 295 / (5/s) = 59',
        'drained: N/μ + T = 300 / (5/s) + 7 s = 67',
        'hands in use: L = μ × (work + acknowledge) = 5/s × 0.5 s = 2.5',
        'no band: ρ is not below 1',
      ],
    ],
    [
      'outage',
      null,
      'payments',
      [
        'μ = min(10/s, 1 × 1 / 0.05 s = 20/s) = 10 (limit), ρ = 10, unstable while orders come: +90/s',
        'backlog: (λ − μ)T = (100/s − 10/s) × 3 s = 270',
        'catch-up: (λ − μ)T/μ = 270 / (10/s) = 27',
        'drained: N/μ = 300 / (10/s) = 30',
        'hands in use: L = μ × work = 10/s × 0.05 s = 0.5',
        'no band: ρ is not below 1',
      ],
    ],
    [
      'steady-outage',
      null,
      'emails',
      [
        'μ = min(5/s, 1 × 5 / (0.3 s + 0.2 s) = 10/s) = 5 (limit), ρ = 0.8, stable',
        'backlog: λT = 4/s × 30 s = 120',
        'catch-up: ρ/(1−ρ) = 4 × the outage of 30 s = 120',
        'hands in use: L = λ × (work + acknowledge) = 4/s × 0.5 s = 2',
        'no band: a fault befalls it',
      ],
    ],
    [
      'overload',
      null,
      'emails',
      [
        'μ = min(5/s, 1 × 5 / (0.3 s + 0.2 s) = 10/s) = 5 (limit), ρ = 20, unstable while orders come: +95/s',
        'backlog: (λ − μ)T = (100/s − 5/s) × 10 s = 950',
        'catch-up: (λ − μ)T/μ = 950 / (5/s) = 190',
        'drained: N/μ = 1,000 / (5/s) = 200',
        'hands in use: L = μ × (work + acknowledge) = 5/s × 0.5 s = 2.5',
        'no band: ρ is not below 1',
      ],
    ],
    [
      'spike',
      null,
      'fulfilment',
      [
        'μ = min(10/s, 1 × 10 / 0.1 s = 100/s) = 10 (limit), ρ = 0.689, stable in the calm, unstable at the peak: +6.67/s',
        'backlog: (λ − μ)T = (16.67/s − 10/s) × 60 s = 400',
        'catch-up: (λ − μ)T/(μ − λ₀) = 400 / (10/s − 2/s) = 50',
        'hands in use: L = λ × work = 6.89/s × 0.1 s = 0.689',
        'no band: bound by the limit, not by hands',
      ],
    ],
    [
      'retry-storm',
      'at-once',
      'payments',
      [
        'μ = 1 × 20 / 0.05 s = 400 (hands), ρ = 0.025, stable',
        'retry storm: hands / time to fail = 20 / 0.2 s = 100',
        'backlog: λT = 10/s × 10 s = 100',
        'catch-up: ρ/(1−ρ) = 0.0256 × the outage of 10 s = 0.256',
        'reach: (A − 1) × time to fail + backoffs = 999 × 0.2 s + 0 s = 199.8',
        'no band: its work may fail',
      ],
    ],
    [
      'flaky-dependency',
      'at-once',
      'emails',
      [
        'μ = 1 × 10 / 0.1 s = 100 (hands), ρ = 0.04, stable',
        'retry storm: λ × attempts = 4/s × 5 = 20',
        // All are given up meanwhile, so none is left to catch up with.
        'reach: (A − 1) × time to fail + backoffs = 4 × 0.05 s + 0 s = 0.2',
        'no band: its work may fail',
      ],
    ],
    [
      'scale-out',
      null,
      'thumbnails',
      [
        'μ = 1 × 5 / 0.5 s = 10 (hands), ρ = 1.5, unstable while uploads come: +5/s; from 10 s on 20/s, ρ = 0.75',
        'backlog: (λ − μ)T = (15/s − 10/s) × 10 s = 50',
        'catch-up: (λ − μ)T/(μ − λ₀) = 50 / (20/s − 15/s) = 10',
        'no band: ρ is not below 1',
      ],
    ],
    [
      // 10/s come for 6 s, and inventory is away from 2 to 4 s: 20 wait, 20 more come, 40 at 15/s.
      'order-flow',
      null,
      'inventory',
      [
        'μ = min(15/s, 1 × 5 / (0.2 s + 0.1 s) = 16.67/s) = 15 (limit), ρ = 0.667, stable',
        'backlog: λT = 10/s × 2 s = 20',
        'catch-up: (backlog + what still comes)/μ = (20 + 20) / (15/s) = 2.667',
        'hands in use: L = λ × (work + acknowledge) = 10/s × 0.3 s = 3',
        'no band: a fault befalls it',
      ],
    ],
  ])('%s %s: %s', async (name, variant, queue, lines) => {
    const theory = theoryOf(await builtIn(name, variant))[queue] as QueueTheory;
    const { capacity, utilisation, stability, formulas, waitBand, whyNoBand } = theory;
    expect([
      `μ = ${capacity.filled} = ${capacity.perSecond} (${capacity.boundBy}), ρ = ${Number(utilisation.mean?.toFixed(3))}, ${stability}`,
      ...formulas.map(said),
      `no band: ${whyNoBand}`,
    ]).toEqual(lines);
    expect(waitBand).toBeNull();
  });

  it('have a theory of each queue that something comes to, in numbers that JSON can hold', async () => {
    const all = await listScenarios();
    expect(all.length).toBeGreaterThan(20);
    for (const { name } of all) {
      for (const { scenario } of (await loadVariants(name)).variants) {
        const plan = buildPlan(scenario, describeDriver('bullmq'));
        const theory = theoryOf(plan);
        if (scenario.mode === 'queue') expect(Object.keys(theory), name).not.toEqual([]);
        expect(JSON.parse(JSON.stringify(theory)), name).toEqual(theory);
      }
    }
  });
});

describe('arrivals and stability', () => {
  it.each<[string, Setting, readonly [number, number, number], boolean, string]>([
    ['steady', { phases: [phase(60, 4)], queue: emails(5) }, [4, 4, 4], true, 'stable'],
    [
      'as much as can be served',
      { phases: [phase(60, 5)], queue: emails(5) },
      [5, 5, 5],
      false,
      'full: nothing is left for a backlog',
    ],
    [
      'too much',
      { phases: [phase(60, 8)], queue: emails(5) },
      [8, 8, 8],
      false,
      'unstable while orders come: +3/s',
    ],
    [
      'too much always, and more at the peak',
      { phases: [phase(30, 6), phase(30, 8)], queue: emails(5) },
      [7, 6, 8],
      false,
      'unstable while orders come: +1/s in the calm, +3/s at the peak',
    ],
    [
      'a pause between, which is no calm',
      { phases: [phase(10, 4), phase(80, 0), phase(10, 2)], queue: emails(5) },
      [3, 2, 4],
      true,
      'stable',
    ],
    [
      'a ramp',
      { phases: [phase(10, 0, 8)], queue: emails(5) },
      [4, 4, 8],
      false,
      'stable in the calm, unstable at the peak: +3/s',
    ],
    [
      'nobody there',
      { phases: [phase(10, 4)], queue: emails(5, { workers: 0 }) },
      [4, 4, 4],
      false,
      'nobody serves it',
    ],
    [
      'published again',
      { phases: [phase(10, 4)], queue: emails(5), resubmitSeconds: [1] },
      [4, 4, 4],
      true,
      'stable; further publishes are not counted',
    ],
    [
      'for ever in hand',
      {
        phases: [phase(10, 4)],
        queue: emails(5, { failures: [failing({ kind: 'hang', select: ofShare(0.1) })] }),
      },
      [4, 4, 4],
      true,
      'stable; work that hangs or crashes is not counted',
    ],
  ])('%s', (_, setting, [mean, calm, peak], isStable, stability) => {
    const theory = only(setting);
    expect(theory.arrivals).toEqual({ meanPerSecond: mean, calmPerSecond: calm, peakPerSecond: peak });
    expect([theory.isStable, theory.stability]).toEqual([isStable, stability]);
  });

  it('has no utilisation where nothing bounds the capacity, or there is none', () => {
    const endless = only({
      phases: [phase(10, 4)],
      queue: byHands(1, { work: { kind: 'constant', meanSeconds: 0 }, acknowledgeSeconds: 0 }),
    });
    expect(endless.capacity).toEqual({ perSecond: null, boundBy: 'nothing', filled: '1 × 1 / 0 s' });
    expect(endless.utilisation).toEqual({ mean: null, calm: null, peak: null });
    expect(endless.stability).toBe('stable');
    const nobody = only({ phases: [phase(10, 4)], queue: emails(5, { workers: 0 }) });
    expect(nobody.capacity).toMatchObject({ perSecond: 0, boundBy: 'nobody' });
    expect(nobody.utilisation.mean).toBeNull();
    expect(nobody.formulas.find(({ name }) => name === 'catch-up')).toMatchObject({ value: null });
  });

  it('says nothing of a queue that nothing comes to', () => {
    const plan = buildPlan(
      tinyScenario({ queues: [tinyQueue(), tinyQueue({ name: 'idle' })] }),
      capabilities,
    );
    expect(Object.keys(theoryOf(plan))).toEqual(['emails']);
  });

  it('counts what another queue passes on: no more than it can serve, and its share', () => {
    const first = emails(5, {
      name: 'first',
      outcomes: [
        { name: 'done', share: 0.5, to: [{ queue: 'second' }] },
        { name: 'failed', share: 0.5, to: [] },
      ],
    });
    const producers = [tinyProducer({ phases: [phase(1000, 20)], to: [{ queue: 'first' }] })];
    const scenario = tinyScenario({ producers, queues: [first, emails(4, { name: 'second' })] });
    const { second } = theoryOf(buildPlan(scenario, capabilities));
    // 20,000 at 5/s are 4,000 s; the draws of this seed make the share.
    expect(second?.arrivals.meanPerSecond).toBeCloseTo(2.5, 1);
    expect(second?.arrivals.peakPerSecond).toBeCloseTo(2.5, 1);
    expect(second?.whyNoBand).toBe('bound by the limit, not by hands');
  });
});

describe('the formulas', () => {
  const named = (theory: QueueTheory, name: TheoryFormula['name']): string[] =>
    theory.formulas.filter((formula) => formula.name === name).map(said);

  it('are filled in for each outage, and say which', () => {
    const faults = [fault(100, 'stop', { forSeconds: 10 }), fault(400, 'stop', { forSeconds: 20 })];
    const { formulas } = only({ phases: [phase(1000, 4)], queue: emails(5), faults });
    const catchUps = formulas.filter(({ name }) => name === 'catch-up');
    expect(catchUps.map(({ value, note }) => [value, note])).toEqual([
      [40, 'from 100 s on'],
      [80, 'from 400 s on'],
    ]);
  });

  it('take outages that meet as one', () => {
    // 40 wait at 110 s; 20 s later 20 are left, and 10 s away add 40: 60 at 1/s.
    const faults = [fault(100, 'stop', { forSeconds: 10 }), fault(130, 'stop', { forSeconds: 10 })];
    const theory = only({ phases: [phase(1000, 4)], queue: emails(5), faults });
    expect(named(theory, 'backlog')).toEqual(['backlog: arrived − served = 160 − 5/s × 20 s = 60']);
    expect(named(theory, 'catch-up')).toEqual(['catch-up: backlog/(μ − λ₀) = 60 / (5/s − 4/s) = 60']);
  });

  it('take an outage of some of the workers as less capacity', () => {
    // Ten hands of 0.5 s each serve 20/s, five of them 10/s.
    const queue = byHands(5, { workers: 2 });
    const faults = [fault(100, 'stop', { workers: 1, forSeconds: 20 })];
    const theory = only({ phases: [phase(1000, 15)], queue, faults });
    expect(named(theory, 'backlog')).toEqual(['backlog: (λ − μ)T = (15/s − 10/s) × 20 s = 100']);
    expect(named(theory, 'catch-up')).toEqual(['catch-up: (λ − μ)T/(μ − λ₀) = 100 / (20/s − 15/s) = 20']);
  });

  it('know that a supervisor brings workers back', () => {
    const queue = emails(5, { superviseSeconds: 8 });
    const theory = only({ phases: [phase(1000, 4)], queue, faults: [fault(100, 'kill')] });
    expect(named(theory, 'catch-up')).toEqual(['catch-up: ρ/(1−ρ) = 4 × the outage of 8 s = 32']);
  });

  it('say never where nobody comes back', () => {
    const theory = only({ phases: [phase(100, 4)], queue: emails(5), faults: [fault(50, 'kill')] });
    expect(named(theory, 'backlog')).toEqual(['backlog: λT = 4/s × 50 s = 200']);
    expect(named(theory, 'catch-up')).toEqual(['catch-up: backlog/μ = ∞: no worker comes back = never']);
  });

  it('leave out what whole messages decide', () => {
    const faults = [fault(50, 'stop', { forSeconds: 1 })];
    const theory = only({ phases: [phase(100, 4)], queue: emails(5), faults });
    expect(named(theory, 'backlog')).toEqual([]);
  });

  it('count retries as load', () => {
    const failures = [failing({ select: ofShare(0.2) })];
    const setting = { phases: [phase(100, 8)], queue: byHands(5, { failures, attempts: 3 }) };
    const theory = only(setting);
    expect(named(theory, 'retries')).toEqual(['retries: (1 − p^A)/(1 − p) = (1 − 0.2^3)/(1 − 0.2) = 1.24']);
    expect(theory.utilisation.mean).toBeCloseTo(0.992);
    const endless = only({ ...setting, queue: byHands(5, { failures, attempts: 1000 }) });
    // 8/s are 10 attempts/s, and five hands of 0.5 s do just that.
    expect(named(endless, 'retries')).toEqual(['retries: 1/(1 − p) = 1/(1 − 0.2) = 1.25']);
    expect(endless.stability).toBe('full: nothing is left for a backlog');
    expect(named(only({ ...setting, queue: byHands(5, { failures }) }), 'retries')).toEqual([]);
  });

  it('know backoffs: whether messages outlast what they wait for', () => {
    const failures = [failing({ fromSeconds: 10, toSeconds: 40, afterSeconds: 0 })];
    const backoff = { kind: 'exponential', delaySeconds: 1, jitter: 0, maxSeconds: 8 } as const;
    const reachOf = (attempts: number): TheoryFormula | undefined =>
      only({
        phases: [phase(200, 4)],
        queue: byHands(5, { failures, attempts, backoff }),
      }).formulas.find(({ name }) => name === 'reach');
    // 1 + 2 + 4 + 8 + 8 = 23 s, and another 8 make 31.
    expect(reachOf(6)).toMatchObject({ value: 23, note: expect.stringContaining('messages are given up') });
    expect(reachOf(7)).toMatchObject({ value: 31, note: expect.stringContaining('nobody is given up') });
  });

  it('know polling workers', () => {
    const polling = { batch: 5, sleepSeconds: 1, errorSleepSeconds: 5 };
    const theory = only({ phases: [phase(1, 500)], queue: byHands(1, { polling, acknowledgeSeconds: 0 }) });
    expect(theory.capacity).toMatchObject({ filled: '1 × 5 / (0.3 s + 1 s)', boundBy: 'hands' });
    expect(named(theory, 'drained')).toEqual(['drained: N/μ = 500 / (3.85/s) = 130']);
    expect(theory.whyNoBand).toBe('ρ is not below 1');
  });
});

describe('the band of the mean wait', () => {
  const random = byHands(10, {
    work: { kind: 'exponential', meanSeconds: 1 },
    acknowledgeSeconds: 0,
  });

  it('is exact for M/M/c', () => {
    const { waitBand, whyNoBand } = only({ phases: [phase(600, 9)], queue: random, arrivals: 'poisson' });
    expect(whyNoBand).toBeNull();
    expect(waitBand).toMatchObject({
      label: 'analytic sanity band, mean wait in the calm',
      arrivalsPerSecond: 9,
      servers: 10,
      arrivalCvSquared: 1,
      serviceCvSquared: 1,
    });
    // docs/formulas.md: mmc(9, 1, 10).
    expect(waitBand?.erlangCSeconds).toBeCloseTo(0.6687, 4);
    expect(waitBand?.allenCunneenSeconds).toBeCloseTo(0.6687, 4);
  });

  it('is lower for regular arrivals, and counts that the acknowledgement is constant', () => {
    const regular = only({ phases: [phase(600, 9)], queue: random }).waitBand;
    expect(regular?.erlangCSeconds).toBeCloseTo(0.6687, 4);
    expect(regular?.allenCunneenSeconds).toBeCloseTo(0.6687 / 2, 4);
    const work = { kind: 'lognormal', meanSeconds: 0.3, cv: 2 } as const;
    const queue = byHands(10, { work, acknowledgeSeconds: 0.1 });
    // Deviation 0.6 s over a mean of 0.4 s.
    expect(only({ phases: [phase(600, 9)], queue }).waitBand?.serviceCvSquared).toBeCloseTo(2.25);
  });

  it('is that of the calm', () => {
    const { waitBand } = only({
      phases: [phase(600, 9), phase(60, 20)],
      queue: random,
      arrivals: 'poisson',
    });
    expect(waitBand?.arrivalsPerSecond).toBe(9);
  });

  const poisson = tinyProducer({ name: 'sparks', phases: [phase(100, 3)], arrivals: 'poisson' });

  it('counts each of several producers by its share', () => {
    const producers = [tinyProducer({ phases: [phase(100, 1)] }), poisson];
    const plan = buildPlan(tinyScenario({ producers, queues: [random] }), capabilities);
    const ca2 = theoryOf(plan)[random.name]?.waitBand?.arrivalCvSquared;
    expect(ca2).toBeGreaterThan(0.65);
    expect(ca2).toBeLessThan(0.85);
  });

  it.each<[string, Partial<Setting>]>([
    ['ρ is not below 1', { phases: [phase(100, 20)] }],
    ['a fault befalls it', { faults: [fault(10, 'stop', { forSeconds: 5 })] }],
    ['bound by the limit, not by hands', { queue: emails(5, { concurrency: 50 }) }],
    ['its work may fail', { queue: { ...random, failures: [failing({ select: ofShare(0.1) })] } }],
    ['its work may fail', { queue: { ...random, timeoutSeconds: 5 } }],
    ['messages are published again', { resubmitSeconds: [1] }],
    ['nobody serves it at the start', { queue: { ...random, workers: 0 } }],
  ])('is not shown: %s', (why, more) => {
    const { waitBand, whyNoBand } = only({ phases: [phase(100, 4)], queue: random, ...more });
    expect([waitBand, whyNoBand]).toEqual([null, why]);
  });
});
