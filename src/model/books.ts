import { asItArrives } from '../plan/entry.js';
import type { Plan, PlannedProducer } from '../plan/types.js';
import type { DeadLettersResult, FailuresResult, OrderResult, WholeBooks } from '../result/failures.js';
import type { Accounting } from '../result/types.js';
import type { QueueSpec } from '../scenario/types.js';
import type { Prediction, QueuePrediction } from './predict.js';
import { whyUnpredicted } from './unpredicted.js';

/**
 * A queue's messages by how they end: pending, dead, lost, or effected. A fluid's parts of a message count as none or
 * one; the classes add up.
 */
export function accountingOf(queue: QueuePrediction): Accounting {
  const { scheduled, republished, attempts } = queue;
  const pending = Math.min(scheduled, Math.round(queue.pending));
  const deadLettered = Math.min(scheduled - pending, Math.round(queue.dead));
  const lost = Math.min(scheduled - pending - deadLettered, Math.round(queue.lost));
  const effected = scheduled - pending - deadLettered - lost;
  const again = Math.round(attempts.retried) + Math.round(attempts.copies) + Math.round(attempts.redriven);
  return {
    scheduled,
    attempted: scheduled,
    dropped: 0,
    acknowledged: scheduled,
    unknown: 0,
    refused: 0,
    recovered: 0,
    unexpected: 0,
    delivered: effected + deadLettered + lost,
    effected,
    deadLettered,
    discarded: 0,
    merged: 0,
    pending,
    lost,
    undetermined: 0,
    duplicateDeliveries: queue.redeliveries + again,
    duplicateEffects: queue.duplicateEffects,
    suppressed: Math.round(queue.suppressed),
    republished,
    deadAfterEffect: Math.round(queue.deadAfterEffect),
    redeliveryPending: Math.round(queue.redeliveryPending),
    balanced: true,
  };
}

/** Of a queue that is not predicted: nobody knows beforehand how its messages end. */
export function unknownAccounting(scheduled: number): Accounting {
  const none = Object.fromEntries(classes.map((name) => [name, 0])) as Record<
    (typeof classes)[number],
    number
  >;
  const known = { scheduled, attempted: scheduled, acknowledged: scheduled, undetermined: scheduled };
  return { ...none, ...known, pending: null, lost: null, balanced: true };
}

const classes = [
  'dropped',
  'unknown',
  'refused',
  'recovered',
  'unexpected',
  'delivered',
  'effected',
  'deadLettered',
  'discarded',
  'merged',
  'duplicateDeliveries',
  'duplicateEffects',
  'suppressed',
  'republished',
  'deadAfterEffect',
  'redeliveryPending',
] as const;

/** What goes wrong with the work; what the errors say is not predicted. */
export function failuresOf({ attempts }: QueuePrediction): FailuresResult {
  return {
    failed: Math.round(attempts.failed),
    retried: Math.round(attempts.retried),
    timedOut: Math.round(attempts.timedOut),
    messages: Math.round(attempts.failedMessages),
    recovered: Math.round(attempts.recovered),
    reasons: [],
  };
}

/** A queue's dead; which messages they are is not predicted. Without a queue for them it has no depth. */
export function deadLettersOf(queue: QueuePrediction, spec: QueueSpec): DeadLettersResult {
  const { attempts } = queue;
  const name = spec.deadLetter?.queue ?? null;
  const final = Math.round(queue.dead + queue.deadAfterEffect);
  // A move that happens once, in one process, may not happen: that is not predicted.
  const moved = spec.deadLetter?.move === 'safe';
  return {
    queue: name,
    depth: {
      peak: moved ? Math.round(Math.max(attempts.deadPeak, queue.dead + queue.deadAfterEffect)) : null,
      peakAtSeconds: null,
      final: moved ? final : null,
    },
    given: Math.round(attempts.given),
    final,
    stranded: name === null || moved ? 0 : null,
    redriven: Math.round(attempts.redriven),
    reasons: [],
    list: [],
  };
}

/** A fluid has no single messages, and so no order. */
export const orderUnknown: OrderResult = { outOfOrder: null, maxDisplacement: null };

/**
 * The books of a producer's messages over all their queues. Which messages the pending, dead and lost ones of a queue are is
 * not known: along a way through queues they are taken for different ones, and of two ways the one with more counts. What comes to a
 * queue that is not predicted is undetermined as a whole.
 */
export function wholeOf(plan: Plan, prediction: Prediction, producer: PlannedProducer): WholeBooks {
  const { scheduled } = producer;
  const comesTo = plan.queues.filter((queue) => queue.producers.includes(producer.name));
  const isUnknown = comesTo.some((queue) => whyUnpredicted(plan, queue) !== null);
  let left = isUnknown ? 0 : Math.min(scheduled, asItArrives(plan, producer).scheduled);
  const unpublished = isUnknown ? 0 : scheduled - left;
  const part = (of: 'lost' | 'pending' | 'deadLettered'): number => {
    const count = Math.min(left, worstWay(plan, prediction, producer.name, of));
    left -= count;
    return count;
  };
  const lost = part('lost');
  const pending = part('pending');
  const deadLettered = part('deadLettered');
  return {
    scheduled,
    lost,
    undetermined: isUnknown ? scheduled : 0,
    pending,
    deadLettered,
    unpublished,
    notPassedOn: 0,
    completed: left,
    routes: [],
    balanced: true,
  };
}

function worstWay(
  plan: Plan,
  prediction: Prediction,
  producer: string,
  of: 'lost' | 'pending' | 'deadLettered',
): number {
  const ofQueue = new Map<string, number>();
  for (const { name, sources, scheduled } of plan.queues) {
    const queue = prediction.queues.find((candidate) => candidate.name === name);
    const own = sources.reduce((sum, s) => sum + (s.producer === producer ? s.scheduled : 0), 0);
    const count = queue === undefined ? 0 : (accountingOf(queue)[of] ?? 0);
    ofQueue.set(name, scheduled === 0 ? 0 : (count * own) / scheduled);
  }
  const ways = plan.queues.flatMap(({ name, sources }) =>
    sources.filter((source) => source.producer === producer).map(({ path }) => [...path, name]),
  );
  const counts = ways.map((way) => way.reduce((sum, name) => sum + (ofQueue.get(name) ?? 0), 0));
  return Math.round(Math.max(0, ...counts));
}
