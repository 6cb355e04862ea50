import { type Check, complete, Fields, oneOf } from './checks.js';
import { isFreeName, nameText } from './names.js';
import type { Problems } from './problems.js';
import { type Entry, type Place, type Tree, valueAt } from './tree.js';
import type { DeadLetterSpec, QueueSpec } from './types.js';

/** Reads where a queue's dead go; null: nowhere. */
export function checkDeadLetter(queue: string): Check<DeadLetterSpec | null> {
  return (tree, problems) => {
    if (tree.kind !== 'mapping') {
      if (tree.kind === 'leaf' && tree.text === 'none') return null;
      if (tree.kind === 'leaf' && tree.value === false) {
        problems.add(tree.place, 'is false, not a name', 'write none');
        return undefined;
      }
      const name = freeName(tree, problems);
      return name === undefined ? undefined : { queue: name, move: 'safe' };
    }
    const fields = Fields.open(tree, problems, { what: 'deadLetter', known: ['queue', 'move'] });
    if (fields === undefined) return undefined;
    return complete<DeadLetterSpec>({
      queue: fields.optional('queue', freeName, deadLetterOf(queue).queue),
      move: fields.optional('move', oneOf(['safe', 'on-failed']), 'safe' as const),
    });
  };
}

const freeName: Check<string> = (tree, problems) => {
  const name = nameText(tree, problems);
  return name === undefined || isFreeName(name, tree.place, problems) ? name : undefined;
};

/** Where a queue's dead go if it doesn't say. */
export function deadLetterOf(queue: string): DeadLetterSpec {
  return { queue: `${queue}-dead`, move: 'safe' };
}

/** Notes dead-letter queues that have the name of something else. */
export function checkDeadLetterNames(
  queues: readonly QueueSpec[],
  queueEntries: readonly Entry[],
  others: { readonly producers: readonly string[]; readonly providers: readonly string[] },
  problems: Problems,
): void {
  const names = queueEntries.map(({ key }) => key);
  const owners = new Map<string, string>();
  for (const { name, deadLetter } of queues) {
    const entry = queueEntries.find(({ key }) => key === name);
    if (deadLetter === null || entry === undefined) continue;
    const owner = owners.get(deadLetter.queue);
    const taken = names.includes(deadLetter.queue)
      ? `a queue of the scenario${deadLetter.queue === name ? ', this one' : ''}`
      : others.producers.includes(deadLetter.queue)
        ? 'a producer'
        : others.providers.includes(deadLetter.queue)
          ? 'a provider'
          : owner === undefined
            ? null
            : `the dead-letter queue of ${owner}`;
    owners.set(deadLetter.queue, name);
    if (taken === null) continue;
    problems.add(
      placeOf(entry),
      `its dead-letter queue is called ${deadLetter.queue}, and so is ${taken}`,
      'write another name behind deadLetter, or deadLetter: none',
    );
  }
}

/** Where the name is written; where it is the default, the queue's. */
function placeOf({ value, keyPlace }: Entry): Place {
  const written: Tree | undefined = valueAt(value, 'deadLetter');
  return (valueAt(written, 'queue') ?? written)?.place ?? keyPlace;
}
