import {
  type Check,
  complete,
  duration,
  entriesOf,
  Fields,
  listOf,
  reading,
  speed,
  text,
  wholeNumber,
} from './checks.js';
import { checkDeadLetterNames } from './dead-letters.js';
import { parseExpectation } from './expectation.js';
import { checkFault, checkTimeline, checkWithinRun, type PlacedFault, queueOfFault } from './faults.js';
import { checkNames, nameText } from './names.js';
import { checkChains, nextNamedIn } from './outcomes.js';
import type { Problems } from './problems.js';
import { checkProducer, producingSeconds } from './producer.js';
import { checkQueue } from './queue.js';
import type { Entry, Tree } from './tree.js';
import type { CheckedScenario, ProducerSpec, QueueSpec } from './types.js';

const producersHint = 'write producers: {orders: {rate: 100/s, for: 3s, to: [emails]}}';
const queuesHint = 'write queues: {emails: {rate: 5/s}}';

/** A section of named things: all names that are written, and those of its entries that could be read. */
interface Section<T> {
  readonly names: readonly string[];
  readonly specs: readonly T[];
}

/**
 * Checks a scenario as a whole and fills in defaults. Notes every problem; undefined where there is one.
 * @param defaultName used where the scenario has no `name`.
 */
export function checkScenario(
  tree: Tree,
  defaultName: string,
  problems: Problems,
): CheckedScenario | undefined {
  const fields = Fields.open(tree, problems, {
    what: 'a scenario',
    known: [
      'name',
      'summary',
      'lesson',
      'try',
      'speed',
      'seed',
      'drain',
      'producers',
      'queues',
      'faults',
      'expect',
      'variants',
    ],
  });
  if (fields === undefined) return undefined;
  const queueEntries = entries(fields, 'queues', queuesHint, problems);
  const producerEntries = entries(fields, 'producers', producersHint, problems);
  checkNames(queueEntries, producerEntries, problems);
  const queueNames = queueEntries.map(({ key }) => key);
  const queues = sectionOf(queueEntries, ({ key, value }) => checkQueue(key, value, queueNames, problems));
  const producers = sectionOf(producerEntries, ({ key, value }) =>
    checkProducer(key, value, queues.names, problems),
  );
  if (producers.specs.length === producers.names.length)
    checkPublishedTo(queueEntries, producers.specs, problems);
  checkDeadLetterNames(queues.specs, queueEntries, producers.names, problems);
  const publishedTo = producers.specs.map(({ to }) => to.map(({ queue }) => queue));
  checkChains(queues.specs, queueEntries, publishedTo, problems);
  const drainSeconds = fields.optional('drain', duration, null);
  const placed = checkFaults(fields, queues, problems);
  if (
    producers.specs.length > 0 &&
    producers.specs.length === producers.names.length &&
    typeof drainSeconds === 'number'
  ) {
    const producing = Math.max(...producers.specs.map(producingSeconds));
    checkWithinRun(placed ?? [], producing, drainSeconds, problems);
  }
  const scopes = { queues: queues.names, producers: producers.names };
  const expectation = reading(
    (expression) => parseExpectation(expression, scopes),
    'an expectation',
    'an expectation such as lost == 0',
  );
  const scenario = complete<CheckedScenario>({
    name: fields.optional('name', nameText, defaultName),
    summary: fields.optional('summary', text, ''),
    lesson: fields.optional('lesson', text, ''),
    try: fields.optional('try', listOf(text, '["--set queues.emails.rate=10/s"]'), []),
    speed: fields.optional('speed', speed, 1),
    seed: fields.optional('seed', wholeNumber(0, Number.MAX_SAFE_INTEGER), 1),
    drainSeconds,
    producers: producers.specs,
    queues: queues.specs,
    faults: placed?.map(({ fault }) => fault).sort((a, b) => a.atSeconds - b.atSeconds),
    expect: fields.optional('expect', listOf(expectation, 'a list: ["lost == 0"]'), []),
  });
  return problems.count === 0 ? scenario : undefined;
}

function entries(fields: Fields, key: string, hint: string, problems: Problems): readonly Entry[] {
  const list = fields.required(key, (node) => entriesOf(node, problems, hint.replace(/^write /, '')), hint);
  if (list?.length === 0 && fields.node(key)?.kind === 'mapping') fields.missing(key, hint);
  return list ?? [];
}

function sectionOf<T>(list: readonly Entry[], check: (entry: Entry) => T | undefined): Section<T> {
  return { names: list.map(({ key }) => key), specs: list.flatMap((entry) => check(entry) ?? []) };
}

/** Notes queues that neither a producer nor another queue publishes to. */
function checkPublishedTo(
  queues: readonly Entry[],
  producers: readonly ProducerSpec[],
  problems: Problems,
): void {
  const used = new Set([
    ...producers.flatMap((producer) => producer.to.map((target) => target.queue)),
    ...queues.flatMap(({ key, value }) => nextNamedIn(value).filter((next) => next !== key)),
  ]);
  for (const { key, keyPlace } of queues) {
    if (used.has(key) || producers.length === 0) continue;
    const hint = `add it to the \`to\` of ${producers.map(({ name }) => name).join(' or ')}, or of a queue, or leave the queue out`;
    problems.add(keyPlace, `nobody publishes to ${key}`, hint);
  }
}

/** All faults, where every one can be read. A queue's timeline is judged as soon as all that concerns it can be read. */
function checkFaults(
  fields: Fields,
  queues: Section<QueueSpec>,
  problems: Problems,
): readonly PlacedFault[] | undefined {
  const unreadable = new Set<string | undefined>();
  const check: Check<PlacedFault> = (tree) => {
    const placed = checkFault(queues)(tree, problems);
    if (placed === undefined) unreadable.add(queueOfFault(tree));
    return placed;
  };
  const placed = fields.optional('faults', listOf(check, '[{at: 1s, kill: QUEUE}]'), []);
  if (placed === undefined) return undefined;
  const judged = unreadable.has(undefined) ? [] : queues.specs.filter(({ name }) => !unreadable.has(name));
  checkTimeline(placed, judged, problems);
  return unreadable.size === 0 ? placed : undefined;
}
