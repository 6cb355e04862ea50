import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LedgerEvent } from '../../../../src/ledger/events.js';
import { type QueueMeasurements, simulateEvents } from '../../../../src/model/events/index.js';
import { handsOf } from '../../../../src/plan/capacity.js';
import type { Plan } from '../../../../src/plan/types.js';
import type { QueueSpec } from '../../../../src/scenario/types.js';
import { tinyPlan } from '../../../fixtures/tiny.js';
import { maybe, scenario, seconds } from './plans.js';

/** What an event is about: a message on a queue. */
const keyOf = (q: string, m: string): string => `${q} ${m}`;

function check(plan: Plan, events: readonly [LedgerEvent, number][], brokerSeconds: number): void {
  const deadOf = new Map(
    plan.scenario.queues.flatMap(({ name, deadLetter }) =>
      deadLetter === null ? [] : [[deadLetter.queue, name]],
    ),
  );
  const attempted = new Set<string>();
  const accounted = new Set<string>();
  const answered = new Set<string>();
  const live = new Set<string>();
  const inHand = new Map<number, number>();
  const starts = new Map<string, number[]>();
  let last = Number.NEGATIVE_INFINITY;
  let reason = '';
  for (const [event, file] of events) {
    expect(event.t).toBeGreaterThanOrEqual(last);
    last = event.t;
    if (event.e === 'attempted') attempted.add(keyOf(event.q, event.m));
    if (event.e === 'acknowledged' || event.e === 'merged') answered.add(keyOf(event.q, event.m));
    if (event.e === 'effect' || event.e === 'suppressed' || event.e === 'dead')
      accounted.add(keyOf(event.q, event.m));
    if (event.e === 'started') {
      expect(attempted.has(keyOf(event.q, event.m))).toBe(true);
      inHand.set(file, (inHand.get(file) ?? 0) + 1);
      starts.set(event.q, [...(starts.get(event.q) ?? []), event.t]);
      const spec = plan.scenario.queues.find(({ name }) => name === event.q) as QueueSpec;
      // A polling worker that sleeps after an error takes a further batch while the last is still in hand.
      if (spec.polling === null) expect(inHand.get(file)).toBeLessThanOrEqual(handsOf(spec));
    }
    if (event.e === 'settled' || event.e === 'lost-lock') {
      inHand.set(file, (inHand.get(file) ?? 0) - 1);
      expect(inHand.get(file)).toBeGreaterThanOrEqual(0);
    }
    if (event.e === 'depth')
      for (const depth of [event.ready, event.inFlight, event.delayed, event.dead])
        expect(depth).toBeGreaterThanOrEqual(0);
    if (event.e === 'ended') reason = event.reason;
    if (event.e === 'census') {
      const isDead = event.state === 'dead' || deadOf.has(event.q);
      for (const m of event.m) {
        accounted.add(keyOf(deadOf.get(event.q) ?? event.q, m));
        if (!isDead) live.add(m);
      }
    }
  }
  // A publish that was under way when its process ended is unknown, and need be nowhere.
  const decided = brokerSeconds > 0 ? answered : attempted;
  const lost = [...decided].filter((key) => !accounted.has(key));
  const mayLose = plan.scenario.queues.filter(
    ({ idempotency }) => idempotency.mode === 'delivery-log' && idempotency.record === 'before',
  );
  expect(lost.filter((key) => !mayLose.some(({ name }) => key.startsWith(`${name} `)))).toEqual([]);
  expect(reason).not.toBe('');
  if (reason === 'drained') expect([...live]).toEqual([]);
  for (const { name, rate } of plan.scenario.queues) {
    const times = starts.get(name) ?? [];
    if (rate === null) continue;
    // Each window lets so many start; what is twice as many later is at least one whole window later.
    for (let i = 2 * rate.count; i < times.length; i++)
      expect((times[i] as number) - (times[i - 2 * rate.count] as number)).toBeGreaterThanOrEqual(
        Math.round(rate.perSeconds * 1e6),
      );
  }
}

/** Everything takes its time. */
const measuredOf = (publishSeconds: number): QueueMeasurements => ({
  publishSeconds,
  workerStartSeconds: [10 * publishSeconds, null],
  readyAtSeconds: [-2 * publishSeconds],
  windowExtraSeconds: publishSeconds / 10,
  workExtraSeconds: publishSeconds / 2,
  settleSeconds: publishSeconds / 3,
  handSeconds: publishSeconds / 7,
});

/** More than any of these plans has. */
const mostEvents = 100_000;

describe('random plans', () => {
  test('every message is accounted for; nothing is below zero, over its hands or over its limit', () => {
    fc.assert(
      fc.property(
        scenario,
        maybe(seconds(1, 20)),
        seconds(0, 0.1),
        (overrides, drainLimit, brokerSeconds) => {
          const plan = tinyPlan(overrides);
          const options = {
            ...(drainLimit === null ? {} : { drainLimitSeconds: drainLimit }),
            measured: {
              queues: Object.fromEntries(plan.queues.map(({ name }) => [name, measuredOf(brokerSeconds)])),
            },
          };
          const events: [LedgerEvent, number][] = [];
          const note = (event: LedgerEvent, file: number): void => {
            events.push([event, file]);
            if (events.length > mostEvents) throw new Error('it has no end');
          };
          simulateEvents(plan, note, options);
          check(plan, events, brokerSeconds);
          const again: [LedgerEvent, number][] = [];
          simulateEvents(plan, (event, file) => again.push([event, file]), options);
          expect(again).toEqual(events);
        },
      ),
      { numRuns: 300 },
    );
  });
});
