import { type Check, complete, Fields, limit, positiveDuration, text, wholeNumber } from './checks.js';
import { suggest } from './nearest.js';
import type { Problems } from './problems.js';
import { type Entry, type Tree, valueAt } from './tree.js';
import type { ProviderSpec, QueueSpec, Rate } from './types.js';
import { durationOrDrawn } from './work.js';

/** Most calls that may wait for their turn. */
const mostWaiting = 1_000_000;

/** Time limit of a call to a provider, where the scenario doesn't say; in seconds. */
export const usualCallTimeoutSeconds = 3;

const capacityHint = 'write what it can do, such as capacity: 5/s';
const fallOverExample = '{after: 2s, back: 5s}';
const fallOverHint = `write ${fallOverExample}`;

/** Reads one provider. */
export function checkProvider(name: string, tree: Tree, problems: Problems): ProviderSpec | undefined {
  const known = ['capacity', 'latency', 'waitingRoom', 'fallOver'];
  const fields = Fields.open(tree, problems, { what: 'a provider', known });
  if (fields === undefined) return undefined;
  const waitingRoom = fields.optional('waitingRoom', wholeNumber(0, mostWaiting), 10);
  const fallOver = fields.optional('fallOver', checkFallOver, null);
  if (waitingRoom === 0 && fields.node('fallOver') !== undefined)
    problems.add(
      fields.node('waitingRoom')?.place ?? tree.place,
      'a waiting room without a place is always full, and `fallOver` waits for that',
      'write waitingRoom: 1 or more, or leave `fallOver` out',
    );
  return complete<ProviderSpec>({
    name,
    capacity: fields.required('capacity', checkCapacity, capacityHint),
    latency: fields.optional('latency', durationOrDrawn('latency'), {
      kind: 'constant',
      meanSeconds: 0,
    } as const),
    waitingRoom,
    fallOver,
  });
}

const checkCapacity: Check<Rate> = (tree, problems) => {
  // What a limit of 0 is for on a queue, it is not for here.
  if (tree.kind === 'leaf' && /^0+(\.0+)?\//.test(tree.text.trim())) {
    const hint = 'write a rate above 0; a provider that is down is a fault: {at: 0s, freeze: NAME} or kill';
    problems.add(tree.place, `${tree.text.trim()} would let nothing through`, hint);
    return undefined;
  }
  return limit(tree, problems);
};

const checkFallOver: Check<NonNullable<ProviderSpec['fallOver']>> = (tree, problems) => {
  const fields = Fields.open(tree, problems, {
    what: 'fallOver',
    known: ['after', 'back'],
    example: fallOverExample,
  });
  if (fields === undefined) return undefined;
  return complete<NonNullable<ProviderSpec['fallOver']>>({
    afterSeconds: fields.required('after', positiveDuration, fallOverHint),
    backSeconds: fields.required('back', positiveDuration, fallOverHint),
  });
};

/** The name of a provider of this scenario. */
export function existingProvider(providers: readonly string[]): Check<string> {
  return (tree, problems) => {
    const name = text(tree, problems);
    if (name === undefined || providers.includes(name)) return name;
    const hint =
      providers.length > 0
        ? suggest(name, providers)
        : `write it into the scenario: providers: {${name}: {capacity: 5/s}}`;
    problems.add(tree.place, `there is no provider \`${name}\``, hint);
    return undefined;
  };
}

/** Notes what a queue can't have beside its provider, which does the work. */
export function checkBesideProvider(fields: Fields, problems: Problems): void {
  if (fields.node('provider') === undefined) return;
  const hints = {
    work: "leave it out: the provider's latency is what the work takes",
    failures: 'leave them out, and let the provider fail: {at: 5s, kill: PROVIDER}, or a small capacity',
    polling: 'leave one of them out: only workers that are handed messages call a provider',
  };
  for (const [key, hint] of Object.entries(hints)) {
    const node = fields.node(key);
    const isNone = node === undefined || (node.kind === 'list' && node.items.length === 0);
    if (!isNone) problems.add(node.place, `\`${key}\` and \`provider\` don't go together`, hint);
  }
}

/** Notes providers that no queue uses. */
export function checkUsed(providers: readonly Entry[], queues: readonly Entry[], problems: Problems): void {
  const used = new Set(queues.flatMap(({ value }) => providerNamedIn(value) ?? []));
  for (const { key, keyPlace } of providers) {
    if (used.has(key)) continue;
    problems.add(
      keyPlace,
      `no queue uses ${key}`,
      `write provider: ${key} into a queue, or leave the provider out`,
    );
  }
}

/** The provider that an unchecked queue names, whatever else is wrong with it. */
export function providerNamedIn(queue: Tree): string | undefined {
  const node = valueAt(queue, 'provider');
  return node?.kind === 'leaf' && node.value !== null ? node.text.trim() : undefined;
}

/** The time limit of a queue's work where the scenario doesn't say. */
export function usualTimeout(fields: Fields): QueueSpec['timeoutSeconds'] {
  return fields.node('provider') === undefined ? null : usualCallTimeoutSeconds;
}
