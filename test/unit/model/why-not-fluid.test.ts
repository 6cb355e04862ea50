import { describe, expect, it } from 'vitest';
import { whyNotFluid } from '../../../src/model/index.js';
import { buildPlan } from '../../../src/plan/build.js';
import type { FaultSpec, Phase, QueueSpec, Scenario } from '../../../src/scenario/types.js';
import { tinyOrderService, tinyProducer, tinyProvider, tinyScenario } from '../../fixtures/tiny.js';
import { byHands, capabilities, emails, failing, fault, phase, redelivery } from './fixtures.js';

const plan = (scenario: Partial<Scenario>) =>
  buildPlan(
    tinyScenario({ producers: [tinyProducer({ phases: [phase(60, 4)] })], ...scenario }),
    capabilities,
  );
const of = (queue: QueueSpec, ...faults: readonly FaultSpec[]) => plan({ queues: [queue], faults });
const killed = (more: Partial<QueueSpec> = {}, ...faults: readonly FaultSpec[]) =>
  of(emails(5, more), fault(10.1, 'kill', { forSeconds: 2 }), ...faults);
const exponential = { kind: 'exponential', meanSeconds: 0.3 } as const;
const to = (...queues: string[]) => queues.map((queue) => ({ queue }));

describe('what a fluid represents', () => {
  it.each([
    ['rates, limits and hands', plan({ queues: [emails(5)] })],
    [
      'random arrivals and work, by their means',
      plan({
        producers: [tinyProducer({ arrivals: 'poisson' })],
        queues: [emails(5, { work: exponential })],
      }),
    ],
    [
      'stops, restarts and scaling',
      of(
        byHands(5, { workers: 2 }),
        fault(1, 'stop', { workers: 1 }),
        fault(2, 'restart'),
        fault(3, 'scale', { workers: 4 }),
      ),
    ],
    ['kills of all workers', killed({ workers: 3 })],
    ['supervised workers that are killed', of(emails(5, { superviseSeconds: 1 }), fault(10.1, 'kill'))],
    ['a kill that is aimed at one worker', of(emails(5), fault(10.1, 'kill', { when: 'before-effect' }))],
    ['short freezes', of(emails(5), fault(10, 'freeze', { forSeconds: 2 }))],
    [
      'idempotency where nothing is done again',
      of(emails(5, { idempotency: { mode: 'effect-key' } }), fault(10, 'stop', { forSeconds: 5 })),
    ],
    [
      'deduplication and a time limit that nothing comes to',
      of(emails(5, { deduplication: { kind: 'until-finished' }, timeoutSeconds: 1 })),
    ],
    [
      'chains that every message takes',
      plan({
        queues: [
          emails(5, {
            outcomes: [
              { name: 'a', share: 0.5, to: to('notes') },
              { name: 'b', share: 0.5, to: to('notes') },
            ],
          }),
          emails(5, { name: 'notes' }),
        ],
      }),
    ],
  ])('%s', (_, given) => {
    expect(whyNotFluid(given)).toBeNull();
  });

  it.each([
    [{ orderService: tinyOrderService() }, 'its orders come through an order service'],
    [
      { queues: [emails(5, { provider: 'email' })], providers: [tinyProvider()] },
      'the work of emails is done by a provider',
    ],
    [{ producers: [tinyProducer({ resubmitSeconds: [1] })] }, 'orders publishes messages again'],
    [
      { queues: [emails(5, { rate: null, polling: { batch: 5, sleepSeconds: 1, errorSleepSeconds: 1 } })] },
      'emails is polled',
    ],
    [{ queues: [emails(5, { failures: [failing()] })] }, 'the work of emails may fail'],
    [{ queues: [emails(5, { timeoutSeconds: 0.3 })] }, 'the work of emails may come to its time limit'],
    [
      { queues: [emails(5, { timeoutSeconds: 9, work: exponential })] },
      'the work of emails may come to its time limit',
    ],
    [
      { queues: [emails(5, { deduplication: { kind: 'debounce', seconds: 1 } })] },
      'the messages of emails wait for a further publish',
    ],
    [
      {
        queues: [
          emails(5, {
            outcomes: [
              { name: 'a', share: 0.5, to: to('notes') },
              { name: 'b', share: 0.5, to: [] },
            ],
          }),
          emails(5, { name: 'notes' }),
        ],
      },
      'what follows the work of emails is drawn for each message',
    ],
    [{ faults: [fault(1, 'redrive')] }, 'the dead of emails are put back'],
    [
      { queues: [emails(5)], faults: [fault(1, 'freeze', { forSeconds: 3 })] },
      'emails is frozen for longer than half of its redelivery’s time',
    ],
    [
      { queues: [emails(5)], faults: [fault(1, 'freeze')] },
      'emails is frozen for longer than half of its redelivery’s time',
    ],
  ] as [Partial<Scenario>, string][])('refuses what decides over single messages: %#', (scenario, clause) => {
    expect(whyNotFluid(plan(scenario))).toBe(clause.replace('’', "'"));
  });

  const chance = 'what emails has in hand when it is taken away is a matter of chance:';

  it.each([
    [killed({ work: exponential }), `${chance} its work is drawn`],
    [
      plan({
        queues: [emails(5)],
        producers: [tinyProducer({ arrivals: 'poisson' })],
        faults: [fault(1, 'kill')],
      }),
      `${chance} orders is not sent at a rate`,
    ],
    [of(emails(5), fault(1, 'kill', { when: 'random' })), `${chance} its moment is drawn`],
    [of(emails(5), fault(1, 'kill', { when: 'before-dead-letter' })), 'emails is killed at a dead letter'],
    [
      killed({ redelivery: { afterSeconds: 5, checkSeconds: 1, limit: 0 } }),
      'what emails holds when it is killed is given up',
    ],
    [
      killed({ idempotency: { mode: 'memory' } }),
      'emails is killed, and its idempotency decides what is done again',
    ],
    [
      of(byHands(5, { workers: 2 }), fault(1, 'kill', { workers: 1 })),
      'only some of the workers of emails are killed, and chance decides what they hold',
    ],
    [
      of(emails(5, { workers: 2 }), fault(1, 'freeze', { workers: 1 }), fault(2, 'thaw')),
      'only some of the workers of emails are frozen, and chance decides what they hold',
    ],
    [
      of(emails(5, { workers: 2 }), fault(1, 'kill', { when: 'after-effect' })),
      'when the aimed kill of emails strikes depends on chance',
    ],
    [
      killed(
        { redelivery: { afterSeconds: 9, checkSeconds: 1.7, limit: 1 } },
        fault(12.9, 'kill'),
        fault(15, 'restart'),
      ),
      null,
    ],
    // Killed while what came back is in hand again.
    [
      killed({}, fault(15.3, 'kill'), fault(20, 'restart')),
      'what emails has in hand at 15.3 s does not follow from rates alone',
    ],
  ])('and what workers had in hand, where rates do not say it: %#', (given, clause) => {
    expect(whyNotFluid(given)).toBe(clause);
  });

  it('knows the windows of the limiter only if they begin with a backlog', () => {
    const spike = (...phases: Phase[]) =>
      plan({
        producers: [tinyProducer({ phases })],
        queues: [emails(5)],
        faults: [fault(30.1, 'kill', { forSeconds: 1 })],
      });
    expect(whyNotFluid(spike(phase(60, 20)))).toBeNull();
    expect(whyNotFluid(spike(phase(25, 4), phase(10, 20), phase(30, 0)))).toMatch(
      /does not follow from rates/,
    );
  });

  it('knows a broker that gives back the last one first', () => {
    const tail = { ...capabilities, redelivery: { ...redelivery, position: 'tail' as const } };
    const { scenario } = killed();
    expect(whyNotFluid(buildPlan(scenario, tail))).toMatch(/its broker gives messages back in another way/);
    expect(whyNotFluid(buildPlan({ ...scenario, faults: [] }, tail))).toBeNull();
  });
});
