import type { Plan, PlannedProducer } from '../plan/types.js';
import type { DeadLettersResult, FailuresResult, OrderResult, WholeBooks } from '../result/failures.js';
import type { Accounting } from '../result/types.js';
import type { QueueSpec } from '../scenario/types.js';
import type { FluidPrediction, QueuePrediction } from './predict.js';

/** What can happen to messages of which every one arrives, and has its effect or is left. */
type PlainCounts = Pick<
  Accounting,
  | 'scheduled'
  | 'delivered'
  | 'effected'
  | 'pending'
  | 'duplicateDeliveries'
  | 'duplicateEffects'
  | 'redeliveryPending'
>;

/** The books of messages that all arrive, and of which none dies, is lost or ends otherwise. */
export function plainAccounting(counts: PlainCounts): Accounting {
  const { scheduled, effected, pending } = counts;
  return {
    ...counts,
    attempted: scheduled,
    dropped: 0,
    acknowledged: scheduled,
    unknown: 0,
    refused: 0,
    recovered: 0,
    unexpected: 0,
    deadLettered: 0,
    discarded: 0,
    merged: 0,
    lost: 0,
    undetermined: 0,
    suppressed: 0,
    republished: 0,
    deadAfterEffect: 0,
    balanced: scheduled === effected + (pending ?? 0),
  };
}

/** The same over all queues of a producer. */
export function plainWhole(counts: Pick<WholeBooks, 'scheduled' | 'pending' | 'completed'>): WholeBooks {
  const { scheduled, pending, completed } = counts;
  return {
    ...counts,
    lost: 0,
    undetermined: 0,
    deadLettered: 0,
    unpublished: 0,
    notPassedOn: 0,
    routes: [],
    balanced: scheduled === completed + pending,
  };
}

/** A queue's messages: each is effected, or pending. A fluid's parts of a message count as none or one; the classes add up. */
export function accountingOf(queue: QueuePrediction): Accounting {
  const { scheduled, redeliveries, duplicateEffects } = queue;
  const pending = Math.max(0, Math.min(scheduled, Math.round(queue.pending)));
  const effected = scheduled - pending;
  return plainAccounting({
    scheduled,
    delivered: effected,
    effected,
    pending,
    duplicateDeliveries: redeliveries,
    duplicateEffects,
    redeliveryPending: Math.round(queue.redeliveryPending),
  });
}

/** Nothing goes wrong with the work of a fluid. */
export const noFailures: FailuresResult = {
  failed: 0,
  retried: 0,
  timedOut: 0,
  messages: 0,
  recovered: 0,
  reasons: [],
};

/** And nothing dies. Without a queue for the dead there is no depth. */
export function noDeadLetters({ deadLetter }: QueueSpec): DeadLettersResult {
  const count = deadLetter === null ? null : 0;
  return {
    queue: deadLetter?.queue ?? null,
    depth: { peak: count, peakAtSeconds: null, final: count },
    given: 0,
    final: 0,
    stranded: 0,
    redriven: 0,
    reasons: [],
    list: [],
  };
}

/** A fluid has no single messages, and so no order. */
export const orderUnknown: OrderResult = { outOfOrder: null, maxDisplacement: null };

/**
 * The books of a producer's messages over all their queues. Which messages the pending ones of a queue are is
 * not known: along a way through queues they are taken for different ones, and of two ways the one with more counts.
 */
export function wholeOf(
  plan: Plan,
  prediction: FluidPrediction,
  { name, scheduled }: PlannedProducer,
): WholeBooks {
  const pending = Math.min(scheduled, pendingOnWorstWay(plan, prediction, name));
  return plainWhole({ scheduled, pending, completed: scheduled - pending });
}

function pendingOnWorstWay(plan: Plan, prediction: FluidPrediction, producer: string): number {
  const ofQueue = new Map<string, number>();
  for (const { name, sources, scheduled } of plan.queues) {
    const pending = prediction.queues.find((queue) => queue.name === name)?.pending ?? 0;
    const own = sources.reduce((sum, s) => sum + (s.producer === producer ? s.scheduled : 0), 0);
    ofQueue.set(name, scheduled === 0 ? 0 : (Math.round(pending) * own) / scheduled);
  }
  const ways = plan.queues.flatMap(({ name, sources }) =>
    sources.filter((source) => source.producer === producer).map(({ path }) => [...path, name]),
  );
  const counts = ways.map((way) => way.reduce((sum, name) => sum + (ofQueue.get(name) ?? 0), 0));
  return Math.round(Math.max(0, ...counts));
}
