import type { Capabilities, RedeliveryCapability } from '../../../src/broker/types.js';
import { type FluidPrediction, predict, type QueuePrediction } from '../../../src/model/index.js';
import { buildPlan } from '../../../src/plan/build.js';
import type { Plan } from '../../../src/plan/types.js';
import type { FailureSpec, FaultSpec, Phase, ProducerSpec, QueueSpec } from '../../../src/scenario/types.js';
import { tinyFailure, tinyProducer, tinyQueue, tinyScenario } from '../../fixtures/tiny.js';

/** As BullMQ is. */
export const redelivery: RedeliveryCapability = {
  on: 'lock-expiry',
  position: 'head',
  order: 'reversed',
  defaults: { afterSeconds: 30, checkSeconds: 30, limit: 1 },
  checks: 2,
  needsWorker: true,
};

export const capabilities: Capabilities = {
  driver: 'test',
  depthIsExact: true,
  rateScope: 'queue',
  redelivery,
  priorities: 'native',
  delays: 'native',
  deliveryLimit: 'native',
  deadLettering: 'native',
  largestBatch: 500,
};

export function phase(forSeconds: number, fromPerSecond: number, toPerSecond = fromPerSecond): Phase {
  return { forSeconds, fromPerSecond, toPerSecond };
}

/** A queue `emails` that serves so many per second, all at once each second, with enough hands for it. */
export function emails(perSecond: number, more: Partial<QueueSpec> = {}): QueueSpec {
  return tinyQueue({
    rate: { count: perSecond, perSeconds: 1 },
    concurrency: Math.max(1, perSecond),
    work: { kind: 'constant', meanSeconds: 0.3 },
    acknowledgeSeconds: 0.2,
    redelivery: { afterSeconds: 5, checkSeconds: 1, limit: 1 },
    ...more,
  });
}

/** The same without a limit: bound by its hands. */
export function byHands(concurrency: number, more: Partial<QueueSpec> = {}): QueueSpec {
  return emails(1, { rate: null, concurrency, ...more });
}

export function fault(
  atSeconds: number,
  kind: FaultSpec['kind'],
  more: Partial<Omit<FaultSpec, 'atSeconds' | 'kind'>> = {},
): FaultSpec {
  const usual = { queue: 'emails', workers: 'all', forSeconds: null, when: 'now', repaired: false } as const;
  return { atSeconds, kind, ...usual, ...more };
}

export interface Setting {
  readonly phases: readonly Phase[];
  readonly queue: QueueSpec;
  readonly faults?: readonly FaultSpec[];
  readonly drainSeconds?: number;
  readonly arrivals?: ProducerSpec['arrivals'];
  readonly resubmitSeconds?: readonly number[];
  readonly capabilities?: Capabilities;
}

/** A plan of one producer, `orders`, and one queue. */
export function planOf(setting: Setting): Plan {
  const { phases, queue, faults = [] } = setting;
  const scenario = tinyScenario({
    name: 'test',
    drainSeconds: setting.drainSeconds ?? null,
    producers: [
      tinyProducer({
        phases,
        arrivals: setting.arrivals ?? 'constant',
        to: [{ queue: queue.name }],
        resubmitSeconds: setting.resubmitSeconds ?? [],
      }),
    ],
    queues: [queue],
    faults,
  });
  return buildPlan(scenario, setting.capabilities ?? capabilities);
}

/** The prediction of a setting's one queue, and the whole. */
export function forecast(setting: Setting): QueuePrediction & { readonly all: FluidPrediction } {
  const all = predict(planOf(setting));
  return { ...(all.queues[0] as QueuePrediction), all };
}

/** The same with work that takes no time, as textbooks have it. */
export function plain(perSecond: number, more: Partial<QueueSpec> = {}): QueueSpec {
  return emails(perSecond, { work: { kind: 'constant', meanSeconds: 0 }, acknowledgeSeconds: 0, ...more });
}

/**
 * Five each second, killed between effect and acknowledgement at 1.3 s, back at 8 s. The broker doesn't look when a window begins, so that
 * it is sure what it sees.
 */
export const outage: Setting = {
  phases: [phase(3, 100)],
  queue: emails(5, { redelivery: { afterSeconds: 5, checkSeconds: 1.5, limit: 1 } }),
  faults: [fault(1, 'kill', { when: 'after-effect' }), fault(8, 'restart')],
};

/** A failure of every attempt, for good. */
export function failing(more: Partial<FailureSpec> = {}): FailureSpec {
  return tinyFailure({ error: 'failed', ...more });
}

/** Of a share of all attempts, or of all messages. */
export function ofShare(share: number, per: 'attempt' | 'message' = 'attempt'): FailureSpec['select'] {
  return { kind: 'share', share, per };
}

/** Of the messages of these numbers. */
export function ofMessages(...messages: readonly number[]): FailureSpec['select'] {
  return { kind: 'messages', messages };
}
