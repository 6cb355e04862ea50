import { reservedNames } from '../result/measures.js';
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
import { parseExpectation } from './expectation.js';
import { checkFault, checkTimeline, checkWithinRun, type PlacedFault, queueOfFault } from './faults.js';
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
    ],
  });
  if (fields === undefined) return undefined;
  const queueEntries = entries(fields, 'queues', queuesHint, problems);
  const producerEntries = entries(fields, 'producers', producersHint, problems);
  checkNames(queueEntries, producerEntries, problems);
  const queues = sectionOf(queueEntries, ({ key, value }) => checkQueue(key, value, problems));
  const producers = sectionOf(producerEntries, ({ key, value }) =>
    checkProducer(key, value, queues.names, problems),
  );
  if (producers.specs.length === producers.names.length)
    checkPublishedTo(queueEntries, producers.specs, problems);
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
    name: fields.optional('name', scenarioName, defaultName),
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

const namePattern = /^[a-z][a-z0-9-]*$/;

function checkNames(queues: readonly Entry[], producers: readonly Entry[], problems: Problems): void {
  for (const { key, keyPlace } of [...queues, ...producers]) {
    if (!namePattern.test(key) || key.length > 50)
      problems.add(keyPlace, `\`${key}\` is not a name`, nameHint(key));
    else if (reservedNames.has(key))
      problems.add(
        keyPlace,
        `\`${key}\` is a name that results use themselves`,
        `write another, such as ${key}-1`,
      );
  }
  for (const { key, keyPlace } of producers)
    if (queues.some((queue) => queue.key === key))
      problems.add(
        keyPlace,
        `\`${key}\` is the name of a queue too`,
        'names are unique over producers and queues',
      );
}

function nameHint(name: string): string {
  const better = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .replace(/-$/, '')
    .slice(0, 50);
  const rule = 'small letters, digits and hyphens, a letter first, up to 50';
  return better === '' ? `names are ${rule}` : `write ${better} (${rule})`;
}

const scenarioName: Check<string> = (tree, problems) => {
  const name = text(tree, problems);
  if (name === undefined || (namePattern.test(name) && name.length <= 50)) return name;
  problems.add(tree.place, `\`${name}\` is not a name`, nameHint(name));
  return undefined;
};

function checkPublishedTo(
  queues: readonly Entry[],
  producers: readonly ProducerSpec[],
  problems: Problems,
): void {
  const used = new Set(producers.flatMap((producer) => producer.to.map((target) => target.queue)));
  for (const { key, keyPlace } of queues) {
    if (used.has(key) || producers.length === 0) continue;
    const hint = `add it to the \`to\` of ${producers.map(({ name }) => name).join(' or ')}, or leave the queue out`;
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
    const placed = checkFault(queues.names)(tree, problems);
    if (placed === undefined) unreadable.add(queueOfFault(tree));
    return placed;
  };
  const placed = fields.optional('faults', listOf(check, '[{at: 1s, kill: QUEUE}]'), []);
  if (placed === undefined) return undefined;
  const judged = unreadable.has(undefined) ? [] : queues.specs.filter(({ name }) => !unreadable.has(name));
  checkTimeline(placed, judged, problems);
  return unreadable.size === 0 ? placed : undefined;
}
