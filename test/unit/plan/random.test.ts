import { describe, expect, it } from 'vitest';
import { whatIsRandom } from '../../../src/plan/random.js';
import type { Scenario } from '../../../src/scenario/types.js';
import {
  tinyFailure,
  tinyOrderService,
  tinyPlan,
  tinyProducer,
  tinyProvider,
  tinyQueue,
} from '../../fixtures/tiny.js';

const exponential = { kind: 'exponential', meanSeconds: 0.3 } as const;
const jittered = { kind: 'fixed', delaySeconds: 1, jitter: 0.5, maxSeconds: null } as const;
const share = (of: number) => tinyFailure({ select: { kind: 'share', share: of, per: 'attempt' } });
const outcome = (name: string, of: number) => ({ name, share: of, to: [] });
const kill = (when: 'now' | 'random') =>
  ({
    atSeconds: 1,
    kind: 'kill',
    queue: 'emails',
    workers: 'all',
    forSeconds: null,
    when,
    repaired: false,
  }) as const;

describe('what is random of a plan', () => {
  const cases: [string, Partial<Scenario>, string[]][] = [
    ['regular arrivals and constant work', {}, []],
    ['several workers', { queues: [tinyQueue({ workers: 3 })] }, []],
    ['Poisson arrivals', { producers: [tinyProducer({ arrivals: 'poisson' })] }, ['the arrivals of orders']],
    ['times of a trace', { producers: [tinyProducer({ arrivals: 'poisson', times: [0, 1] })] }, []],
    ['work that is drawn', { queues: [tinyQueue({ work: exponential })] }, ['the work of emails']],
    ['failures of a share', { queues: [tinyQueue({ failures: [share(0.5)] })] }, ['the failures of emails']],
    ['failures of all', { queues: [tinyQueue({ failures: [share(1), tinyFailure()] })] }, []],
    [
      'jitter of what fails',
      { queues: [tinyQueue({ failures: [tinyFailure()], attempts: 2, backoff: jittered })] },
      ['the jitter of the backoff of emails'],
    ],
    ['jitter where nothing fails', { queues: [tinyQueue({ attempts: 2, backoff: jittered })] }, []],
    [
      'outcomes by share',
      { queues: [tinyQueue({ outcomes: [outcome('a', 0.9), outcome('b', 0.1)] })] },
      ['the outcomes of emails'],
    ],
    ['one outcome', { queues: [tinyQueue({ outcomes: [outcome('a', 1), outcome('b', 0)] })] }, []],
    ['a kill somewhere', { faults: [kill('random'), kill('random')] }, ['where the kill of emails strikes']],
    ['a kill at a time', { faults: [kill('now')] }, []],
    [
      "a provider's latency, in place of the work",
      {
        queues: [tinyQueue({ work: exponential, failures: [share(0.5)], provider: 'email' })],
        providers: [tinyProvider({ latency: exponential })],
      },
      ['the latency of email'],
    ],
    [
      "the order service's backoff",
      { mode: 'sync', orderService: tinyOrderService({ retries: 1, backoff: jittered }) },
      ['the jitter of the backoff of the order service'],
    ],
  ];

  it.each(cases)('%s', (_, overrides, expected) => {
    expect(whatIsRandom(tinyPlan(overrides))).toEqual(expected);
  });
});
