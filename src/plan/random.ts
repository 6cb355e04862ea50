import type { Distribution, FailureSpec, QueueSpec } from '../scenario/types.js';
import type { Plan } from './types.js';

/**
 * What of a plan is drawn from its seed, each as a noun phrase: `the arrivals of orders`. Empty: every seed gives the same. Which of
 * several workers that all wait gets a message is drawn by the engine alone, and not counted.
 */
export function whatIsRandom({ scenario, producers, faults }: Plan): readonly string[] {
  const { queues, providers, orderService, mode } = scenario;
  const isCallingAgain = mode === 'sync' && orderService !== null && orderService.retries > 0;
  return [
    ...producers
      .filter(({ arrivals, times }) => arrivals === 'poisson' && times === undefined)
      .map(({ name }) => `the arrivals of ${name}`),
    ...queues.flatMap(drawnOf),
    ...providers.filter(({ latency }) => isDrawn(latency)).map(({ name }) => `the latency of ${name}`),
    ...(isCallingAgain && (orderService.backoff?.jitter ?? 0) > 0
      ? ['the jitter of the backoff of the order service']
      : []),
    ...[...new Set(faults.filter(({ when }) => when === 'random').map(({ queue }) => queue))].map(
      (queue) => `where the kill of ${queue} strikes`,
    ),
  ];
}

/** A queue whose work a provider does has no work and no failures of its own. */
function drawnOf(queue: QueueSpec): string[] {
  const { name, provider, work, failures, attempts, backoff, outcomes, timeoutSeconds } = queue;
  const own = provider === null ? failures : [];
  const mayFail = own.length > 0 || provider !== null || timeoutSeconds !== null;
  return [
    ...(provider === null && isDrawn(work) ? [`the work of ${name}`] : []),
    ...(own.some(isShare) ? [`the failures of ${name}`] : []),
    ...(mayFail && attempts > 1 && (backoff?.jitter ?? 0) > 0
      ? [`the jitter of the backoff of ${name}`]
      : []),
    ...(outcomes.filter(({ share }) => share > 0).length > 1 ? [`the outcomes of ${name}`] : []),
  ];
}

function isDrawn({ kind }: Distribution): boolean {
  return kind !== 'constant';
}

function isShare({ select }: FailureSpec): boolean {
  return select.kind === 'share' && select.share < 1;
}
