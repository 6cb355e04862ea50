import { type Check, complete, Fields, listOf, oneOf, perSecond, positiveDuration, text } from './checks.js';
import type { Problems } from './problems.js';
import { targets } from './targets.js';
import { readTrace, type Trace } from './traces.js';
import { type Tree, valueAt } from './tree.js';
import type { Phase, ProducerSpec } from './types.js';
import { parseDuration } from './units.js';

/** Most messages of a producer: whole numbers are exact in a double up to here. How many a run may have is another question (plan/run-limits.ts). */
const mostMessages = Number.MAX_SAFE_INTEGER;

/** How long a customer waits for an answer where the scenario doesn't say, in seconds. */
const usualPatienceSeconds = 30;

const rateHint = 'write rate and for, such as rate: 100/s and for: 3s, or phases, or trace: FILE.csv';

/** Reads one producer. `queues` are the names that its messages may go to. */
export function checkProducer(
  name: string,
  tree: Tree,
  queues: readonly string[],
  problems: Problems,
): ProducerSpec | undefined {
  const fields = Fields.open(tree, problems, {
    what: 'a producer',
    known: ['rate', 'for', 'phases', 'trace', 'arrivals', 'to', 'giveUp', 'resubmit', 'via', 'patience'],
  });
  if (fields === undefined) return undefined;
  const trace = checkTrace(fields, problems);
  const phases = fields.node('trace') === undefined ? checkPhases(fields, problems) : trace?.phases;
  const resubmits = fields.optional('resubmit', checkResubmits, []);
  const via = fields.optional('via', oneOf<ProducerSpec['via']>(['queue', 'http']), 'queue' as const);
  checkBesideVia(fields, via, problems);
  const publishes = phases === undefined ? 0 : messagesOf(phases) * (1 + (resubmits?.length ?? 0));
  if (publishes > mostMessages)
    problems.add(
      tree.place,
      `${name} publishes ${Math.round(publishes).toLocaleString('en')} messages, more than can be counted to the last one`,
      `at most ${mostMessages.toLocaleString('en')}: write a lower rate${resubmits?.length ? ', a shorter time or fewer resubmits' : ' or a shorter time'}`,
    );
  return complete<ProducerSpec>({
    name,
    phases,
    ...(trace?.times == null ? {} : { times: trace.times }),
    arrivals: fields.optional('arrivals', oneOf(['constant', 'poisson']), 'constant'),
    to: fields.required(
      'to',
      targets(queues, 1),
      `name the queues that it publishes to: to: [${queues.join(', ')}]`,
    ),
    giveUpSeconds: fields.optional('giveUp', positiveDuration, null),
    resubmitSeconds: resubmits,
    via,
    patienceSeconds: fields.optional('patience', positiveDuration, usualPatienceSeconds),
  });
}

/** Notes what a producer can't have beside the way by which it comes. */
function checkBesideVia(fields: Fields, via: ProducerSpec['via'] | undefined, problems: Problems): void {
  const resubmit = fields.node('resubmit');
  const resubmits = resubmit?.kind !== 'list' || resubmit.items.length > 0;
  if (via === 'http' && resubmit !== undefined && resubmits) {
    const hint = 'leave it out, or let the producer publish to its queues itself: via: queue';
    problems.add(resubmit.place, '`resubmit` is not possible with via: http', hint);
  }
  const patience = fields.node('patience');
  if (via === 'queue' && patience !== undefined) {
    const hint = 'write via: http beside it, or leave it out: nobody waits for an answer from a queue';
    problems.add(patience.place, '`patience` means nothing with via: queue', hint);
  }
}

const checkResubmits: Check<readonly number[]> = (tree, problems) => {
  const list = listOf(positiveDuration, 'the times after which each message is published again: [100ms, 3s]')(
    tree,
    problems,
  );
  if (tree.kind !== 'list' || list?.length !== tree.items.length) return undefined;
  return list.sort((a, b) => a - b);
};

/** The messages of phases: the area under the rate. */
function messagesOf(phases: readonly Phase[]): number {
  return phases.reduce(
    (sum, phase) => sum + (phase.forSeconds * (phase.fromPerSecond + phase.toPerSecond)) / 2,
    0,
  );
}

/** The arrivals of a file, in place of `rate`, `for` and `phases`; undefined: there is none, or it can't be read. */
function checkTrace(fields: Fields, problems: Problems): Trace | undefined {
  const node = fields.node('trace');
  if (node === undefined) return undefined;
  for (const key of ['rate', 'for', 'phases'] as const) {
    const extra = fields.node(key);
    if (extra === undefined) continue;
    const hint = `the file says when messages are due: leave ${key} out, or trace`;
    problems.add(extra.place, `\`${key}\` and \`trace\` don't go together`, hint);
    return undefined;
  }
  const written = fields.optional('trace', text, undefined);
  const trace = written === undefined ? undefined : readTrace(written, node.place, problems);
  const arrivals = fields.node('arrivals');
  if (trace?.times == null || arrivals?.kind !== 'leaf' || arrivals.text !== 'poisson') return trace;
  const hint = 'leave it out, or count the messages per second: second,count';
  problems.add(arrivals.place, 'timestamps say when each message is due, so nothing is drawn', hint);
  return undefined;
}

/** Either `rate` with `for`, which is one phase, or `phases`. */
function checkPhases(fields: Fields, problems: Problems): readonly Phase[] | undefined {
  const phases = fields.node('phases');
  const rate = fields.node('rate');
  const length = fields.node('for');
  if (phases === undefined) {
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

/** How long a producer publishes, in seconds: its phases, and the last resubmit of what is due at their end. */
export function producingSeconds({ phases, resubmitSeconds }: ProducerSpec): number {
  return phases.reduce((sum, phase) => sum + phase.forSeconds, 0) + Math.max(0, ...resubmitSeconds);
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
