import { type Check, complete, Fields, listOf, oneOf, perSecond, positiveDuration, text } from './checks.js';
import { suggest } from './nearest.js';
import type { Problems } from './problems.js';
import { type Tree, valueAt } from './tree.js';
import type { Phase, ProducerSpec, Target } from './types.js';
import { parseDuration } from './units.js';

/** Most messages of a producer: every one is accounted for, in memory. */
const mostMessages = 100_000_000;

const rateHint = 'write rate and for, such as rate: 100/s and for: 3s, or phases';

/** Reads one producer. `queues` are the names that its messages may go to. */
export function checkProducer(
  name: string,
  tree: Tree,
  queues: readonly string[],
  problems: Problems,
): ProducerSpec | undefined {
  const fields = Fields.open(tree, problems, {
    what: 'a producer',
    known: ['rate', 'for', 'phases', 'arrivals', 'to', 'giveUp'],
    notYet: ['trace'],
  });
  if (fields === undefined) return undefined;
  const phases = checkPhases(fields, tree, problems);
  if (phases !== undefined && messagesOf(phases) > mostMessages)
    problems.add(
      tree.place,
      `${name} publishes ${Math.round(messagesOf(phases)).toLocaleString('en')} messages, more than a run can keep account of`,
      `at most ${mostMessages.toLocaleString('en')}: write a lower rate or a shorter time`,
    );
  return complete<ProducerSpec>({
    name,
    phases,
    arrivals: fields.optional('arrivals', oneOf(['constant', 'poisson']), 'constant'),
    to: fields.required(
      'to',
      targets(queues),
      `name the queues that it publishes to: to: [${queues.join(', ')}]`,
    ),
    giveUpSeconds: fields.optional('giveUp', positiveDuration, null),
  });
}

/** The messages of phases: the area under the rate. */
function messagesOf(phases: readonly Phase[]): number {
  return phases.reduce(
    (sum, phase) => sum + (phase.forSeconds * (phase.fromPerSecond + phase.toPerSecond)) / 2,
    0,
  );
}

/** Either `rate` with `for`, which is one phase, or `phases`. */
function checkPhases(fields: Fields, tree: Tree, problems: Problems): Phase[] | undefined {
  const phases = fields.node('phases');
  const rate = fields.node('rate');
  const length = fields.node('for');
  if (phases === undefined) {
    // A trace has been answered already: it is not supported yet.
    if (rate === undefined && length === undefined && valueAt(tree, 'trace') !== undefined) return undefined;
    const rateRead = fields.required('rate', positiveRate, rateHint);
    const forSeconds = fields.required('for', positiveDuration, rateHint);
    if (rateRead === undefined || forSeconds === undefined) return undefined;
    return [{ forSeconds, fromPerSecond: rateRead, toPerSecond: rateRead }];
  }
  const extra = rate ?? length;
  if (extra !== undefined) {
    const key = rate === undefined ? 'for' : 'rate';
    problems.add(
      extra.place,
      `\`${key}\` and \`phases\` don't go together`,
      'keep either rate and for, or phases',
    );
  }
  const list = fields.optional('phases', listOf(checkPhase, '[{for: 30s, rate: 4/s}]'), undefined);
  if (phases.kind !== 'list' || list === undefined || list.length < phases.items.length) return undefined;
  if (list.every((phase) => phase.fromPerSecond === 0 && phase.toPerSecond === 0)) {
    problems.add(phases.place, 'nothing is ever published: no phase has a rate above 0', rateHint);
    return undefined;
  }
  return list;
}

const positiveRate: Check<number> = (tree, problems) => {
  const rate = perSecond(tree, problems);
  if (rate !== 0) return rate;
  problems.add(
    tree.place,
    'nothing is ever published at 0/s',
    'write a rate above 0; calm is a phase with rate: 0/s',
  );
  return undefined;
};

const checkPhase: Check<Phase> = (tree, problems) => {
  const fields = Fields.open(tree, problems, { what: 'a phase', known: ['for', 'rate', 'from', 'to'] });
  if (fields === undefined) return undefined;
  const hint = 'write {for: 30s, rate: 4/s} or {for: 10s, from: 4/s, to: 100/s}';
  const forSeconds = fields.required('for', positiveDuration, hint);
  const ramp = fields.node('from') ?? fields.node('to');
  if (fields.node('rate') === undefined && ramp !== undefined)
    return complete<Phase>({
      forSeconds,
      fromPerSecond: fields.required('from', perSecond, hint),
      toPerSecond: fields.required('to', perSecond, hint),
    });
  if (ramp !== undefined)
    problems.add(ramp.place, "`rate` and a ramp (`from`, `to`) don't go together", hint);
  const rate = fields.required('rate', perSecond, hint);
  return ramp === undefined
    ? complete<Phase>({ forSeconds, fromPerSecond: rate, toPerSecond: rate })
    : undefined;
};

/** The queues that a producer publishes to, each once. */
function targets(queues: readonly string[]): Check<Target[]> {
  return (tree, problems) => {
    const list = listOf(target(queues), `a list: [${queues.join(', ')}]`)(tree, problems);
    if (tree.kind !== 'list' || list === undefined) return undefined;
    if (tree.items.length === 0)
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
  const queueName: Check<string> = (tree, problems) => existingQueue(tree, queues, problems);
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

/** The name of a queue of this scenario. */
export function existingQueue(tree: Tree, queues: readonly string[], problems: Problems): string | undefined {
  const name = text(tree, problems);
  // Without any queue, that is what is wrong.
  if (name === undefined || queues.includes(name) || queues.length === 0) return name;
  problems.add(tree.place, `there is no queue \`${name}\``, suggest(name, queues));
  return undefined;
}

/** How long a producer publishes, in seconds. */
export function producingSeconds(producer: ProducerSpec): number {
  return producer.phases.reduce((sum, phase) => sum + phase.forSeconds, 0);
}

/** The total length of phases in an unchecked tree, in seconds; undefined where it can't be read. */
export function totalOfPhases(tree: Tree): number | undefined {
  if (tree.kind !== 'list' || tree.items.length === 0) return undefined;
  let total = 0;
  for (const item of tree.items) {
    const length = valueAt(item, 'for');
    const seconds = length?.kind === 'leaf' ? parseDuration(length.text) : undefined;
    if (!seconds?.ok) return undefined;
    total += seconds.value;
  }
  return total;
}
