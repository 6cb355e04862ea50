import type { ProducerSpec, QueueSpec, Redelivery, Scenario } from '../scenario/types.js';
import { formatRate } from '../scenario/units.js';
import { listed, phaseInWords, spaced } from './producer-words.js';
import { backoffInWords, idempotencyInWords, settingsOf } from './queue-settings.js';
import { latencyInWords, servicesOf } from './service-settings.js';

/** Settings in words, by what they are called, in the order in which they are told. */
type Settings = Readonly<Record<string, string>>;

/** What is set of a scenario's producers, queues and services, for a report; each by its name. */
export interface SettingsInWords {
  readonly producers: Readonly<Record<string, Settings>>;
  readonly queues: Readonly<Record<string, Settings>>;
  /** Each in a sentence. Empty: there is none. */
  readonly services: Settings;
}

/** As many phases of a producer are told one by one; a trace may have thousands. */
const mostPhases = 8;

/** The settings of a scenario in words. */
export function settingsInWords(scenario: Scenario): SettingsInWords {
  const byName = <T extends { readonly name: string }>(parts: readonly T[], words: (part: T) => Settings) =>
    Object.fromEntries(parts.map((part) => [part.name, words(part)]));
  return {
    producers: byName(scenario.producers, producerSettings),
    queues: byName(scenario.queues, queueSettings),
    services: servicesOf(scenario),
  };
}

function producerSettings(producer: ProducerSpec): Settings {
  const { arrivals, to, via, patienceSeconds, resubmitSeconds, giveUpSeconds } = producer;
  return {
    rate: rateOf(producer),
    arrivals: arrivals === 'poisson' ? 'at random (Poisson)' : 'evenly spaced',
    to: listed(to.map(({ queue }) => queue)),
    ...(via === 'http'
      ? { via: `HTTP, to the order service; a customer waits ${spaced(patienceSeconds)}` }
      : {}),
    ...(resubmitSeconds.length === 0 ? {} : { 'published again after': listed(resubmitSeconds.map(spaced)) }),
    ...(giveUpSeconds === null ? {} : { 'dropped when late by': spaced(giveUpSeconds) }),
  };
}

function rateOf({ phases, times }: ProducerSpec): string {
  if (times !== undefined) return `${times.length.toLocaleString('en')} at the times of a trace`;
  const told = phases.slice(0, mostPhases).map(phaseInWords).join(', then ');
  const more = phases.length - mostPhases;
  return more > 0 ? `${told}, and ${more} further phase${more === 1 ? '' : 's'}` : told;
}

function queueSettings(queue: QueueSpec): Settings {
  const { rate, workers, concurrency, work, provider, acknowledgeSeconds, redelivery } = queue;
  const { attempts, backoff, deadLetter } = queue;
  // What has a row of its own is not told again.
  const plain: QueueSpec = { ...queue, provider: null, attempts: 1, idempotency: { mode: 'none' } };
  const more = settingsOf({
    ...plain,
    deadLetter: deadLetter ?? { queue: `${queue.name}-dead`, move: 'safe' },
  });
  return {
    rate: rate === null ? 'no limit' : `${formatRate(rate)} over all workers`,
    workers: String(workers),
    concurrency: String(concurrency),
    ...(provider === null ? { work: latencyInWords(work) } : { provider }),
    acknowledge: spaced(acknowledgeSeconds),
    redelivery: redelivery === null ? "the broker's defaults" : redeliveryInWords(redelivery),
    attempts: attempts === 1 ? '1' : `${attempts},${backoffInWords(backoff, spaced)}`,
    idempotency: idempotencyInWords(queue)[0] ?? 'none',
    'dead letters': deadLetter === null ? 'no queue of their own' : `to ${deadLetter.queue}`,
    ...(more.length === 0 ? {} : { also: more.join('; ') }),
  };
}

function redeliveryInWords({ afterSeconds, checkSeconds, limit }: Redelivery): string {
  const times = limit === 1 ? 'once' : `${limit} times`;
  return `after ${spaced(afterSeconds)}, checked every ${spaced(checkSeconds)}, ${times} at most`;
}
