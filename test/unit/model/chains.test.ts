import { describe, expect, it } from 'vitest';
import { inOrderOfFlow, passedOn } from '../../../src/model/chains.js';
import { backlogAt, predict, predictedResult, whyNotFluid } from '../../../src/model/index.js';
import { buildPlan } from '../../../src/plan/build.js';
import { cumulativeAt } from '../../../src/plan/curve.js';
import type { Plan } from '../../../src/plan/types.js';
import type { FaultSpec, Outcome, QueueSpec } from '../../../src/scenario/types.js';
import { tinyProducer, tinyScenario } from '../../fixtures/tiny.js';
import { capabilities, emails, fault, phase } from './fixtures.js';

const on = (...to: string[]): Outcome => ({ name: 'done', share: 1, to: to.map((queue) => ({ queue })) });

/** Orders at 10/s for 20 s to intake, on to stock, and on to notes; in the file the other way round. */
function chain(intake: Partial<QueueSpec> = {}, faults: FaultSpec[] = []): Plan {
  const hands = { acknowledgeSeconds: 0, work: { kind: 'constant', meanSeconds: 0.1 } } as const;
  return buildPlan(
    tinyScenario({
      producers: [tinyProducer({ phases: [phase(20, 10)], to: [{ queue: 'intake' }] })],
      queues: [
        emails(20, { ...hands, name: 'notes' }),
        emails(20, { ...hands, name: 'stock', outcomes: [on('notes')] }),
        emails(20, { ...hands, name: 'intake', outcomes: [on('stock')], ...intake }),
      ],
      faults,
    }),
    capabilities,
  );
}

function predicted(plan: Plan) {
  const prediction = predict(plan);
  const of = (name: string) => {
    const found = prediction.queues.find((queue) => queue.name === name);
    if (found === undefined) throw new Error(`No ${name} was predicted`);
    return found;
  };
  return { intake: of('intake'), stock: of('stock'), notes: of('notes'), prediction };
}

describe('chains', () => {
  it('are gone through from the first queue to the last', () => {
    expect(inOrderOfFlow(chain().queues).map(({ name }) => name)).toEqual(['intake', 'stock', 'notes']);
    expect(predict(chain()).queues.map(({ name }) => name)).toEqual(['notes', 'stock', 'intake']);
  });

  it('bring each message on, one work later each', () => {
    const plan = chain();
    expect(whyNotFluid(plan)).toBeNull();
    const { stock, notes } = predicted(plan);
    expect(stock).toMatchObject({ scheduled: 200, pending: 0, arrived: 200, maxWaitSeconds: 0 });
    expect(notes).toMatchObject({ scheduled: 200, pending: 0, arrived: 200, maxWaitSeconds: 0 });
    expect([backlogAt(stock, 10), backlogAt(notes, 10)]).toEqual([1, 1]);
    expect(stock.drainedAtSeconds).toBeCloseTo(20.2, 5);
    expect(notes.drainedAtSeconds).toBeCloseTo(20.3, 5);
  });

  it('show a feeder’s fault further on: nothing comes, and then all at once', () => {
    const { intake, stock } = predicted(chain({}, [fault(5, 'stop', { queue: 'intake', forSeconds: 5 })]));
    // 50 wait at 10 s, and one more is in hand 0.1 s later. Then 20/s go through, which the next can just take.
    expect(intake.peakBacklog).toBeCloseTo(51, 5);
    expect(stock.peakBacklog).toBeCloseTo(2, 5);
    expect(stock.maxWaitSeconds).toBeCloseTo(0, 5);
    expect(stock.arrived).toBeCloseTo(200, 4);
    expect(intake.withoutFaults.peakBacklog).toBeCloseTo(1, 6);
  });

  it('overload the next where the first is faster', () => {
    const plan = chain({ rate: { count: 40, perSeconds: 1 }, concurrency: 10 }, [
      fault(5, 'stop', { queue: 'intake', forSeconds: 5 }),
    ]);
    const { stock } = predicted(plan);
    // 50 gathered, and 10/s more, go through at 40/s: 5/3 s of 40/s into 20/s; and two are in hand.
    expect(stock.peakBacklog).toBeCloseTo((20 * 50) / 30 + 2, 5);
    expect(stock.pending).toBe(0);
  });

  it('burst where nothing bounds a queue that is back', () => {
    const unbound = { rate: null, work: { kind: 'constant', meanSeconds: 0 } } as const;
    const { stock } = predicted(chain(unbound, [fault(5, 'stop', { queue: 'intake', forSeconds: 5 })]));
    expect(stock.arrived).toBeCloseTo(200, 3);
    // 50 at once.
    expect(backlogAt(stock, 10.001)).toBeCloseTo(50, 1);
  });

  it('add up', () => {
    const plan = chain({}, [fault(5, 'stop', { queue: 'stock' })]);
    const result = predictedResult(plan, predict(plan), { launchpad: '1', node: '20' });
    expect(result.queues.stock?.accounting).toMatchObject({ scheduled: 200, effected: 49, pending: 151 });
    expect(result.queues.notes?.accounting).toMatchObject({ scheduled: 49, effected: 49 });
    expect(result.producers.orders?.whole).toMatchObject({ scheduled: 200, completed: 49, pending: 151 });
  });

  it('stop with a queue that nobody serves', () => {
    const { stock, notes } = predicted(chain({ workers: 0 }));
    expect(stock).toMatchObject({ scheduled: 0, arrived: 0, pending: 0, maxWaitSeconds: null });
    expect(notes).toMatchObject({ scheduled: 0, arrived: 0 });
  });

  it('pass on what a curve rises by, and its jumps at once', () => {
    const flat = { toSeconds: 3, slopePerSecond: 0, bend: 0 };
    const rates = passedOn([
      { fromSeconds: 0, toSeconds: 2, value: 0, slopePerSecond: 10, bend: 0 },
      { ...flat, fromSeconds: 2, value: 50 },
    ]);
    expect(cumulativeAt(rates, 2)).toBeCloseTo(20, 9);
    expect(cumulativeAt(rates, 2.001)).toBeCloseTo(50, 3);
    expect(cumulativeAt(rates, 3)).toBeCloseTo(50, 3);
  });
});
