import { type Check, Fields, listOf, text } from './checks.js';
import { suggest } from './nearest.js';
import type { Problems } from './problems.js';
import { type Tree, valueAt } from './tree.js';
import type { Target } from './types.js';

/** The queues that something publishes to, each once. `queues` are those that there are; a producer needs `least` one. */
export function targets(queues: readonly string[], least: 0 | 1): Check<Target[]> {
  return (tree, problems) => {
    const list = listOf(target(queues), `a list: [${queues.join(', ')}]`)(tree, problems);
    if (tree.kind !== 'list' || list === undefined) return undefined;
    if (tree.items.length < least)
      problems.add(tree.place, 'names no queue', `known here: ${queues.join(', ')}`);
    list.forEach(({ queue }, i) => {
      if (list.findIndex((other) => other.queue === queue) < i)
        problems.add(
          tree.place,
          `names ${queue} twice`,
          'name it once: each message goes to each queue once',
        );
    });
    return list.length === tree.items.length ? list : undefined;
  };
}

function target(queues: readonly string[]): Check<Target> {
  const queueName: Check<string> = (tree, problems) => existing(tree, queues, 'queue', problems);
  return (tree, problems) => {
    if (tree.kind !== 'mapping') {
      const queue = queueName(tree, problems);
      return queue === undefined ? undefined : { queue };
    }
    const fields = Fields.open(tree, problems, {
      what: 'a target',
      known: ['queue'],
      notYet: ['priority', 'delay'],
    });
    const queue = fields?.required('queue', queueName, 'write {queue: NAME}');
    return queue === undefined ? undefined : { queue };
  };
}

/** The name of something of this scenario; `what` that is, in messages: `queue`. */
export function existing(
  tree: Tree,
  known: readonly string[],
  what: string,
  problems: Problems,
): string | undefined {
  const name = text(tree, problems);
  // Without any, that is what is wrong.
  if (name === undefined || known.includes(name) || known.length === 0) return name;
  problems.add(tree.place, `there is no ${what} \`${name}\``, suggest(name, known));
  return undefined;
}

/** The queues that an unchecked `to` names, whatever else is wrong with it. */
export function namedIn(tree: Tree | undefined): string[] {
  if (tree?.kind !== 'list') return [];
  return tree.items.flatMap((item) => {
    const name = item.kind === 'mapping' ? valueAt(item, 'queue') : item;
    return name?.kind === 'leaf' ? [name.text] : [];
  });
}
