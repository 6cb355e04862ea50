import { describe, expect, it } from 'vitest';
import { areaOf, inOrderOfFlow } from '../../../src/model/chains.js';
import { predict, predictedResult } from '../../../src/model/index.js';
import { buildPlan } from '../../../src/plan/build.js';
import type { Plan } from '../../../src/plan/types.js';
import type { FaultSpec, Outcome, QueueSpec } from '../../../src/scenario/types.js';
import { tinyProducer, tinyScenario } from '../../fixtures/tiny.js';
import { capabilities, emails, failing, fault, ofShare, phase } from './fixtures.js';

const on = (...to: string[]): Outcome => ({ name: 'done', share: 1, to: to.map((queue) => ({ queue })) });

/** Orders at 10/s for 20 s to intake, on to stock, and 90 % of these to notes; in the file the other way round. */
function chain(intake: Partial<QueueSpec> = {}, faults: FaultSpec[] = []): Plan {
  const hands = { acknowledgeSeconds: 0, work: { kind: 'constant', meanSeconds: 0.1 } } as const;
  const reserved = { name: 'reserved', share: 0.9, to: [{ queue: 'notes' }] };
  const failed = { name: 'failed', share: 0.1, to: [] };
  return buildPlan(
    tinyScenario({
      producers: [tinyProducer({ phases: [phase(20, 10)], to: [{ queue: 'intake' }] })],
      queues: [
        emails(20, { ...hands, name: 'notes' }),
        emails(20, { ...hands, name: 'stock', outcomes: [reserved, failed] }),
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

  it('bring what was drawn to come, one work later each', () => {
    const plan = chain();
    const { stock, notes } = predicted(plan);
    const drawn = plan.queues.find(({ name }) => name === 'notes')?.scheduled ?? 0;
    expect(stock).toMatchObject({ scheduled: 200, pending: 0, peakBacklog: 0 });
    expect(notes).toMatchObject({ scheduled: drawn, pending: 0 });
    expect(stock.arrived).toBeCloseTo(200, 4);
    expect(notes.arrived).toBeCloseTo(drawn, 4);
    expect(stock.drainedAtSeconds).toBeCloseTo(20.1, 5);
    expect(notes.drainedAtSeconds).toBeCloseTo(20.2, 5);
  });

  it('show a feeder’s fault further on: nothing comes, and then all at once', () => {
    const { intake, stock } = predicted(chain({}, [fault(5, 'stop', { queue: 'intake', forSeconds: 5 })]));
    // 50 wait at 10 s. Then 20/s go through, which the next can just take.
    expect(intake).toMatchObject({ peakBacklog: 50, catchUpSeconds: 5 });
    expect(stock.peakBacklog).toBeCloseTo(0, 6);
    expect(stock.arrived).toBeCloseTo(200, 4);
    expect(intake.withoutFaults.peakBacklog).toBe(0);
  });

  it('overload the next where the first is faster', () => {
    const plan = chain({ rate: { count: 40, perSeconds: 1 }, concurrency: 10 }, [
      fault(5, 'stop', { queue: 'intake', forSeconds: 5 }),
    ]);
    const { stock } = predicted(plan);
    // 50 gathered, and 10/s more, go through at 40/s: 5/3 s of 40/s into 20/s.
    expect(stock.peakBacklog).toBeCloseTo((20 * 50) / 30, 0);
    expect(stock.pending).toBe(0);
  });

  it('pass on only what had its effect, and the whole adds up', () => {
    const failures = [failing({ select: ofShare(0.25, 'message'), retryable: false })];
    const plan = chain({ failures });
    const { prediction, intake, stock, notes } = predicted(plan);
    expect(intake.dead).toBeCloseTo(50, 3);
    expect(stock.scheduled).toBe(150);
    expect(stock.arrived).toBeCloseTo(150, 1);
    const result = predictedResult(plan, prediction, { launchpad: '1', node: '20' });
    expect(result.queues.stock?.accounting).toMatchObject({ scheduled: 150, effected: 150, pending: 0 });
    expect(result.queues.notes?.accounting.scheduled).toBe(notes.scheduled);
    expect(result.producers.orders?.whole).toMatchObject({
      scheduled: 200,
      deadLettered: 50,
      completed: 150,
      pending: 0,
      lost: 0,
      balanced: true,
    });
  });

  it('stop with a queue that nobody serves', () => {
    const { stock, notes } = predicted(chain({ workers: 0 }));
    expect(stock).toMatchObject({ scheduled: 0, arrived: 0, pending: 0, maxWaitSeconds: null });
    expect(notes).toMatchObject({ scheduled: 0, arrived: 0 });
  });

  it('measure messages by the area under a curve', () => {
    const segment = { startSeconds: 1, endSeconds: 3, fromPerSecond: 10, toPerSecond: 20 };
    expect(areaOf([segment, { ...segment, fromPerSecond: 0, toPerSecond: 0 }])).toBe(30);
  });
});
