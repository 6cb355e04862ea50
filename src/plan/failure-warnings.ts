import type { FailureSpec, QueueSpec } from '../scenario/types.js';
import { handsOf, limitPerSecond } from './capacity.js';
import { messageId } from './messages.js';
import { leadsTo } from './sources.js';
import type { Plan, PlannedQueue } from './types.js';
import { inMillis, round } from './words.js';

/** Below these, in real time, what happens is decided by timers and by the machine. */
const coarse = { timeoutRealSeconds: 0.1, backoffRealSeconds: 0.01, attemptsPerRealSecond: 5000 };

/** What a user should know beforehand of how a queue's work fails, is tried again and is passed on, a sentence each. */
export function failureWarnings(plan: Plan, spec: QueueSpec): string[] {
  const planned = plan.queues.find(({ name }) => name === spec.name);
  const all = [
    ...(planned === undefined
      ? []
      : [...absentWarnings(plan, planned, spec), hangWarning(plan, planned, spec)]),
    ...timeoutWarnings(plan, spec),
    backoffWarning(plan, spec),
    stormWarning(plan, spec),
    ...(planned === undefined ? [] : [keyWarning(planned, spec)]),
  ];
  return all.flatMap((warning) => (warning === null ? [] : [`${spec.name}: ${warning}`]));
}

/** Failures of single messages that never come to the queue. */
function absentWarnings(plan: Plan, planned: PlannedQueue, spec: QueueSpec): string[] {
  const named = new Set(
    spec.failures.flatMap(({ select }) => (select.kind === 'messages' ? select.messages : [])),
  );
  const absent = [...named].filter((sequence) => comingAs(plan, planned, spec, sequence) === 0);
  if (absent.length === 0) return [];
  const numbers = absent.slice(0, 5).join(', ') + (absent.length > 5 ? ', …' : '');
  return [
    `no message ${numbers} ever comes to it, so what is to befall ${absent.length === 1 ? 'it' : 'them'} befalls nobody.`,
  ];
}

/** How many messages of a sequence number come to the queue: one for each way on which its outcomes lead here. */
function comingAs(plan: Plan, planned: PlannedQueue, spec: QueueSpec, sequence: number): number {
  return planned.sources.filter(({ producer, path }) => {
    const scheduled = plan.producers.find(({ name }) => name === producer)?.scheduled ?? 0;
    if (sequence > scheduled) return false;
    return leadsTo(messageId(producer, sequence), path, spec.name, plan.scenario.queues, plan.seed);
  }).length;
}

/** Hangs without an end keep hands for good. */
function hangWarning(plan: Plan, planned: PlannedQueue, spec: QueueSpec): string | null {
  const endless = spec.failures.filter(({ kind, forSeconds }) => kind === 'hang' && forSeconds === null);
  if (spec.timeoutSeconds !== null || endless.length === 0) return null;
  const befallen = endless.reduce((sum, failure) => sum + befallenBy(failure, plan, planned, spec), 0);
  const messages = Math.min(planned.scheduled, Math.round(befallen));
  if (messages === 0) return null;
  const certain = endless.every(isCertain);
  const count = `${certain ? '' : 'up to '}${messages.toLocaleString('en')} of its messages ${messages === 1 ? 'hangs' : 'hang'} for ever`;
  // A polling worker waits for the whole of its batch.
  const places = Math.max(1, spec.workers) * (spec.polling === null ? handsOf(spec) : 1);
  const what = spec.polling === null ? 'hand' : 'polling worker';
  const taken = Math.min(messages, places);
  const still = certain && messages >= places ? ', and then the queue stands still' : '';
  return `${count}, and it has no time limit: each such message takes a ${what} away for good, ${taken} of ${places} ${what}${places === 1 ? '' : 's'}${still}.`;
}

/** How many messages a failure befalls, roughly: what is drawn for each attempt is counted once. */
function befallenBy({ select }: FailureSpec, plan: Plan, planned: PlannedQueue, spec: QueueSpec): number {
  if (select.kind === 'all') return planned.scheduled;
  if (select.kind === 'share') return select.share * planned.scheduled;
  return select.messages.reduce((sum, sequence) => sum + comingAs(plan, planned, spec, sequence), 0);
}

function isCertain({ select, fromSeconds, toSeconds }: FailureSpec): boolean {
  return select.kind !== 'share' && fromSeconds === 0 && toSeconds === null;
}

function timeoutWarnings(plan: Plan, spec: QueueSpec): string[] {
  const { timeoutSeconds, work } = spec;
  if (timeoutSeconds === null) return [];
  const warnings: string[] = [];
  if (work.kind === 'constant' && work.meanSeconds >= timeoutSeconds)
    warnings.push(
      `its work takes ${round(work.meanSeconds)} s and its time limit is ${round(timeoutSeconds)} s: no attempt can succeed.`,
    );
  const real = timeoutSeconds / plan.speed;
  if (real < coarse.timeoutRealSeconds)
    warnings.push(
      `its time limit lasts ${inMillis(real)} of real time at speed ${plan.speed}: an attempt may meet it only because the machine was busy.`,
    );
  return warnings;
}

function backoffWarning(plan: Plan, { backoff }: QueueSpec): string | null {
  if (backoff === null) return null;
  const real = backoff.delaySeconds / plan.speed;
  if (real >= coarse.backoffRealSeconds) return null;
  return `its first backoff lasts ${inMillis(real)} of real time at speed ${plan.speed}: the broker's own time for a retry is about as long.`;
}

/** Retries at once, while everything fails: every hand asks again as soon as it was refused. */
function stormWarning(plan: Plan, spec: QueueSpec): string | null {
  if (spec.attempts < 2 || spec.backoff !== null || spec.polling !== null) return null;
  const refusals = spec.failures
    .filter(({ kind, retryable, select }) => kind === 'fail' && retryable && select.kind === 'all')
    .map(({ afterSeconds }) => afterSeconds ?? spec.work.meanSeconds);
  if (refusals.length === 0) return null;
  const hands = Math.max(1, spec.workers) * handsOf(spec);
  const perSecond = Math.min(hands / Math.min(...refusals), limitPerSecond(spec)) * plan.speed;
  if (perSecond <= coarse.attemptsPerRealSecond) return null;
  const rate = Number.isFinite(perSecond)
    ? `up to ${Math.round(perSecond).toLocaleString('en')} attempts per second of real time`
    : 'as many attempts as the machine can make';
  return `while all its work fails it is retried at once: ${rate}. Above 5,000 the machine is what is measured.`;
}

/** Keys that are held for a time meet what is passed on a second time, after a crash, too late or too often. */
function keyWarning({ feeders }: PlannedQueue, { deduplication }: QueueSpec): string | null {
  if (feeders.length === 0) return null;
  const names = [...new Set(feeders.map(({ queue }) => queue))].join(' and ');
  if (deduplication.kind === 'throttle' || deduplication.kind === 'extend')
    return `its ${deduplication.kind} holds a key for ${round(deduplication.seconds)} s, and what a dead worker of ${names} has passed on is passed on again after its redelivery: if that takes longer, it comes twice.`;
  if (deduplication.kind === 'debounce' || deduplication.kind === 'reschedule')
    return `with its ${deduplication.kind} everything that ${names} passes on waits ${round(deduplication.seconds)} s before it is served, and longer if it is passed on again.`;
  return null;
}
