import type { ProducerSpec, QueueSpec } from '../scenario/types.js';
import { drawOutcome } from './draws.js';
import { idBehind, messageId } from './messages.js';
import type { Feeder, Source } from './types.js';

/** What comes of a message is drawn for each, at about 250 ns, up to so many; beyond that the shares are taken. */
export const mostOutcomes = 2_000_000;

/** The queues that publish on to a queue, in the scenario's order. */
export function feedersOf(queue: string, queues: readonly QueueSpec[]): Feeder[] {
  return queues.flatMap((feeder) =>
    feeder.outcomes
      .filter((outcome) => outcome.to.some((target) => target.queue === queue))
      .map((outcome) => ({ queue: feeder.name, outcome: outcome.name, share: outcome.share })),
  );
}

/**
 * Every way from a producer to a queue, by the producers in their order and then by length and names of the path.
 * How many messages can come by it is counted by the very draws that the workers make. Chains have no circles.
 */
export function sourcesOf(
  queue: string,
  queues: readonly QueueSpec[],
  producers: readonly { readonly spec: ProducerSpec; readonly scheduled: number }[],
  seed: number,
): Source[] {
  return producers.flatMap(({ spec, scheduled }) =>
    pathsTo(queue, spec, queues).map((path) => ({
      producer: spec.name,
      path,
      scheduled: path.length === 0 ? scheduled : passing(spec.name, scheduled, path, queue, queues, seed),
    })),
  );
}

function pathsTo(queue: string, producer: ProducerSpec, queues: readonly QueueSpec[]): string[][] {
  const paths: string[][] = producer.to.some((target) => target.queue === queue) ? [[]] : [];
  const feeders = new Set(feedersOf(queue, queues).map((feeder) => feeder.queue));
  for (const feeder of feeders) {
    for (const path of pathsTo(feeder, producer, queues)) paths.push([...path, feeder]);
  }
  return paths.sort((a, b) => a.length - b.length || a.join('.').localeCompare(b.join('.'), 'en'));
}

function passing(
  producer: string,
  scheduled: number,
  path: readonly string[],
  queue: string,
  queues: readonly QueueSpec[],
  seed: number,
): number {
  // Where nothing is drawn on the way, all of them pass.
  const share = shareAlong(path, queue, queues);
  if (share === 1 || scheduled > mostOutcomes) return Math.round(share * scheduled);
  let count = 0;
  for (let sequence = 1; sequence <= scheduled; sequence++) {
    if (leadsTo(messageId(producer, sequence), path, queue, queues, seed)) count++;
  }
  return count;
}

/** The share of messages that go all the way along a path to a queue: the product of their outcomes' shares. */
export function shareAlong(path: readonly string[], queue: string, queues: readonly QueueSpec[]): number {
  return path.reduce((product, name, i) => {
    const outcomes = queues.find((candidate) => candidate.name === name)?.outcomes ?? [];
    const next = path[i + 1] ?? queue;
    const leading = outcomes.filter(({ to }) => to.some((target) => target.queue === next));
    // The shares of all outcomes add up to 1 but for rounding.
    const share =
      leading.length > 0 && leading.length === outcomes.length
        ? 1
        : leading.reduce((sum, each) => sum + each.share, 0);
    return product * share;
  }, 1);
}

/**
 * Whether a producer's message goes all the way along a path to a queue, by what comes of its work on each queue of it.
 * @param root the message as the producer published it, `orders/142`
 */
export function leadsTo(
  root: string,
  path: readonly string[],
  queue: string,
  queues: readonly QueueSpec[],
  seed: number,
): boolean {
  let message = root;
  for (const [i, name] of path.entries()) {
    const spec = queues.find((candidate) => candidate.name === name);
    const next = path[i + 1] ?? queue;
    const outcome = spec === undefined ? null : drawOutcome(spec, seed, message);
    if (!outcome?.to.some((target) => target.queue === next)) return false;
    message = idBehind(message, name);
  }
  return true;
}
