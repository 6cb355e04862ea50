import { type Check, complete, entriesOf, Fields, share } from './checks.js';
import { isName } from './names.js';
import type { Problems } from './problems.js';
import { namedIn, targets } from './targets.js';
import { type Entry, type Tree, valueAt } from './tree.js';
import type { Outcome, QueueSpec } from './types.js';
import { formatShare } from './units.js';

/** What comes of every message's work where a queue only has a `to`. */
const only = 'done';

/** Most ways that messages can take to a queue: each makes messages of its own. */
const mostWays = 100;

const example = '{reserved: {share: 90%, to: [notification]}, failed: 10%}';

/** What comes of a queue's work: its `to`, or its `outcomes`; neither: nothing. */
export function checkOutcomes(
  fields: Fields,
  queues: readonly string[],
  problems: Problems,
): readonly Outcome[] | undefined {
  const to = fields.node('to');
  const outcomes = fields.node('outcomes');
  if (to !== undefined && outcomes !== undefined) {
    const hint = 'write the queues of `to` into the `to` of its outcomes';
    problems.add(to.place, "`to` and `outcomes` don't go together", hint);
  }
  if (outcomes !== undefined) return fields.optional('outcomes', outcomesOf(queues), []);
  const list = fields.optional('to', targets(queues, 0), []);
  if (list === undefined) return undefined;
  return list.length === 0 ? [] : [{ name: only, share: 1, to: list }];
}

function outcomesOf(queues: readonly string[]): Check<Outcome[]> {
  return (tree, problems) => {
    const entries = entriesOf(tree, problems, example);
    if (tree.kind !== 'mapping') return undefined;
    if (entries.length === 0) problems.add(tree.place, 'names no outcome', `write ${example}`);
    const list = entries.flatMap((entry) => checkOutcome(entry, queues, problems) ?? []);
    if (list.length < entries.length || list.length === 0) return undefined;
    const sum = list.reduce((total, outcome) => total + outcome.share, 0);
    if (Math.abs(sum - 1) < 1e-9) return list;
    const last = list.at(-1);
    const rest = last === undefined ? 0 : last.share + 1 - sum;
    problems.add(
      tree.place,
      `the shares add up to ${formatShare(sum)}, not 100%`,
      last !== undefined && rest > 1e-9
        ? `write ${last.name}: ${formatShare(rest)}, or change the others`
        : 'write shares that add up to 100%',
    );
    return undefined;
  };
}

function checkOutcome(
  { key, keyPlace, value }: Entry,
  queues: readonly string[],
  problems: Problems,
): Outcome | undefined {
  const named = isName(key, keyPlace, problems);
  if (value.kind !== 'mapping') {
    const part = positiveShare(value, problems);
    return part === undefined || !named ? undefined : { name: key, share: part, to: [] };
  }
  const fields = Fields.open(value, problems, { what: 'an outcome', known: ['share', 'to'] });
  if (fields === undefined) return undefined;
  const outcome = complete<Outcome>({
    name: key,
    share: fields.required('share', positiveShare, 'write the share of all messages, such as share: 90%'),
    to: fields.optional('to', targets(queues, 0), []),
  });
  return named ? outcome : undefined;
}

const positiveShare: Check<number> = (tree, problems) => {
  const part = share(tree, problems);
  if (part !== 0) return part;
  problems.add(tree.place, 'is the share of no message', 'write a share above 0, or leave the outcome out');
  return undefined;
};

/** The queues that a queue publishes on to. */
export function nextOf(queue: QueueSpec): string[] {
  return [...new Set(queue.outcomes.flatMap((outcome) => outcome.to.map((target) => target.queue)))];
}

/** The queues that an unchecked queue publishes on to, whatever else is wrong with it. */
export function nextNamedIn(queue: Tree): string[] {
  const outcomes = valueAt(queue, 'outcomes');
  const all = outcomes?.kind === 'mapping' ? outcomes.entries.map(({ value }) => valueAt(value, 'to')) : [];
  return [valueAt(queue, 'to'), ...all].flatMap(namedIn);
}

/** Notes queues that publish to themselves, directly or through others, and those that can be reached in absurdly many ways. */
export function checkChains(
  queues: readonly QueueSpec[],
  entries: readonly Entry[],
  producers: readonly (readonly string[])[],
  problems: Problems,
): void {
  const circles = circlesOf(queues);
  for (const circle of circles) {
    const [first = ''] = circle;
    const place = placeOf(first, entries);
    if (place === undefined) continue;
    if (circle.length === 1)
      problems.add(place, `${first} publishes to itself`, 'leave it out: its messages would never end');
    else
      problems.add(
        place,
        `is a chain in a circle: ${[...circle, first].join(' → ')}`,
        'take one of these steps out: its messages would never end',
      );
  }
  if (circles.length > 0) return;
  const ways = new Map<string, number>();
  const waysTo = (name: string): number => {
    const known = ways.get(name);
    if (known !== undefined) return known;
    const direct = producers.filter((to) => to.includes(name)).length;
    const feeders = queues.filter((queue) => nextOf(queue).includes(name));
    const sum = feeders.reduce((total, feeder) => total + waysTo(feeder.name), direct);
    ways.set(name, sum);
    return sum;
  };
  for (const { key, keyPlace } of entries)
    if (waysTo(key) > mostWays)
      problems.add(
        keyPlace,
        `there are ${waysTo(key).toLocaleString('en')} ways for messages to come to ${key}`,
        `at most ${mostWays}: each way makes messages of its own; let fewer queues publish on`,
      );
}

/** Where a queue says what follows. */
function placeOf(name: string, entries: readonly Entry[]): Tree['place'] | undefined {
  const entry = entries.find(({ key }) => key === name);
  const said = valueAt(entry?.value, 'outcomes') ?? valueAt(entry?.value, 'to');
  return said?.place ?? entry?.keyPlace;
}

/** The circles, each from where one gets into it in the file's order. */
function circlesOf(queues: readonly QueueSpec[]): string[][] {
  const circles: string[][] = [];
  const finished = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    const from = path.indexOf(name);
    if (from !== -1) {
      circles.push(path.slice(from));
      return;
    }
    const queue = queues.find((candidate) => candidate.name === name);
    if (finished.has(name) || queue === undefined) return;
    for (const next of nextOf(queue)) visit(next, [...path, name]);
    finished.add(name);
  };
  for (const queue of queues) visit(queue.name, []);
  return circles;
}
