import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Phase, QueueSpec } from '../../../../src/scenario/types.js';
import { tinyPlan, tinyProducer, tinyQueue } from '../../../fixtures/tiny.js';
import { play } from './play.js';

/** Seconds of the starts, in their order: nothing fails here, so the nth is the nth message's. */
function startsOf(phases: readonly Phase[], arrivals: 'constant' | 'poisson', queue: QueueSpec): number[] {
  const plan = tinyPlan({ producers: [tinyProducer({ phases, arrivals })], queues: [queue] });
  return play(plan).flatMap(({ e, t }) => (e === 'started' ? t / 1e6 : []));
}

const perSecond = fc.integer({ min: 0, max: 20 });
const phases = fc.array(
  fc.record<Phase>({
    forSeconds: fc.integer({ min: 1, max: 8 }),
    fromPerSecond: perSecond,
    toPerSecond: perSecond,
  }),
  { minLength: 1, maxLength: 4 },
);
const arrivals = fc.constantFrom('constant' as const, 'poisson' as const);
const millis = (min: number, max: number) => fc.integer({ min, max }).map((count) => count / 1000);

describe('more capacity', () => {
  // First come, first served: a message starts when it has come, the limit's one window after the start before it, and as soon as the one
  // that started as many places before it as there are hands is done. Less of either, or more hands, and none of the three is later.
  test('starts no message later, with a smooth limit or without one, where work is constant and nothing goes wrong', () => {
    const setting = fc.record({
      phases,
      arrivals,
      perSeconds: fc.option(millis(20, 500), { nil: null }),
      workers: fc.integer({ min: 1, max: 3 }),
      concurrency: fc.integer({ min: 1, max: 4 }),
      work: millis(0, 500),
      acknowledgeSeconds: millis(0, 200),
      /** How much more of what. */
      faster: fc.double({ min: 0, max: 1, noNaN: true }),
      quicker: fc.double({ min: 0, max: 1, noNaN: true }),
      moreWorkers: fc.integer({ min: 0, max: 2 }),
      moreHands: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(setting, (given) => {
        const { workers, concurrency, acknowledgeSeconds, perSeconds, faster, quicker } = given;
        const queue = (
          share: { window: number; work: number },
          hands: Pick<QueueSpec, 'workers' | 'concurrency'>,
        ) =>
          tinyQueue({
            rate: perSeconds === null ? null : { count: 1, perSeconds: perSeconds * share.window },
            work: { kind: 'constant', meanSeconds: given.work * share.work },
            acknowledgeSeconds,
            ...hands,
          });
        const less = queue({ window: 1, work: 1 }, { workers, concurrency });
        const more = queue(
          { window: faster, work: quicker },
          { workers: workers + given.moreWorkers, concurrency: concurrency + given.moreHands },
        );
        const late = startsOf(given.phases, given.arrivals, less);
        const early = startsOf(given.phases, given.arrivals, more);
        expect(early.length).toBe(late.length);
        // Windows and work are rounded to microseconds.
        expect(early.findIndex((seconds, i) => seconds > (late[i] as number))).toBe(-1);
      }),
      { numRuns: 100 },
    );
  });

  // A window begins with the first start after the one before. When that is depends on what was served when, and so a limit that lets more
  // start may have a message wait that comes between two windows of the lower one.
  test('may end later with windows of several messages', () => {
    const at = (forSeconds: number, rate: number) => ({ forSeconds, fromPerSecond: rate, toPerSecond: rate });
    // At 0, 0.5, 0.7, 0.9 and so on to 1.9 s.
    const nine = [at(0.5, 2), at(1.5, 5)];
    const work = { kind: 'constant', meanSeconds: 0 } as const;
    const limited = (count: number) =>
      startsOf(nine, 'constant', tinyQueue({ rate: { count, perSeconds: 1 }, concurrency: 9, work }));
    expect(limited(3)).toEqual([0, 0.5, 0.7, 1, 1.1, 1.3, 2, 2, 2]);
    expect(limited(4)).toEqual([0, 0.5, 0.7, 0.9, 1.1, 1.3, 1.5, 1.7, 2.1]);
  });
});
