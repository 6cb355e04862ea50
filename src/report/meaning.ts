import { boundsInWords } from '../result/bounds.js';
import { findMeasure, type Measure } from '../result/measures.js';

/** What each measure is, in plain words that go on with a colon; docs/words.md has the exact ones. */
const words: Readonly<Record<Measure['of'], Readonly<Record<string, string>>>> = {
  queue: {
    'accounting.scheduled': 'messages that the plan has for it',
    'accounting.attempted': 'messages that were tried to be published',
    'accounting.dropped': 'messages that were due and never tried',
    'accounting.acknowledged': 'messages that the broker confirmed',
    'accounting.unknown': 'messages of which it was never learnt whether they arrived',
    'accounting.refused': 'messages that are known not to have arrived',
    'accounting.recovered': 'messages of unknown outcome that had arrived all the same',
    'accounting.unexpected': 'messages that were refused or never tried, and arrived all the same',
    'accounting.delivered': 'messages that a worker started on',
    'accounting.effected': 'messages that had their effect',
    'accounting.deadLettered': 'messages that were given up',
    'accounting.discarded': 'messages that were ended on purpose',
    'accounting.merged': 'messages that were dropped as copies of one that was there already',
    'accounting.pending': 'messages that are still waiting at the end',
    'accounting.lost': 'messages that the broker confirmed and nobody has any more',
    'accounting.undetermined': 'messages of which nobody knows what became of them',
    'accounting.duplicateDeliveries': "starts beyond a message's first",
    'accounting.duplicateEffects': "effects beyond a message's first: things done twice",
    'accounting.suppressed': 'repeated effects that idempotency prevented',
    'accounting.republished': "publishes beyond a message's first",
    'accounting.deadAfterEffect': 'messages that were given up although they had had their effect',
    'accounting.redeliveryPending': 'messages that had their effect and are on the broker again',
    'depth.peak': 'most messages on the broker at once',
    'depth.peakAtSeconds': 'when most messages were on the broker',
    'depth.final': 'messages on the broker at the end',
    'backlog.peak': 'most messages waiting at once',
    'backlog.peakAtSeconds': 'when most messages were waiting',
    'backlog.final': 'messages waiting at the end',
    'rate.configuredPerSecond': 'the limit',
    'rate.achievedPerSecond': 'how fast it was served while workers were up',
    'rate.busiestSecond': 'most starts in any second',
    waitSeconds: 'from arrival to the first start',
    workSeconds: 'from a start to its effect',
    endToEndSeconds: 'from arrival to the effect',
    'oldestAgeSeconds.peak': 'the longest that any message was waiting',
    catchUpSeconds: 'from the recovery point (the restart, the end of the overload) until it has caught up',
    drainedAtSeconds: 'when the last message was done',
    'redeliveries.count': 'messages that the broker handed out again',
    'redeliveries.neverStarted': 'of these, messages that no worker had started on before',
    'redeliveries.delaySeconds.min':
      "the shortest time from a worker's death until what it held was handed out again",
    'redeliveries.delaySeconds.max':
      "the longest time from a worker's death until what it held was handed out again",
    'failures.failed': 'attempts that failed',
    'failures.retried': 'failed attempts that were to be tried again',
    'failures.timedOut': 'attempts that ran into the time limit',
    'failures.messages': 'messages with at least one failed attempt',
    'failures.recovered': 'messages that failed, and had their effect later',
    'deadLetters.given': 'times that a message was given up',
    'deadLetters.final': 'messages that are dead at the end',
    'deadLetters.stranded': 'dead messages that are not in the dead-letter queue, where somebody would look',
    'deadLetters.redriven': 'times that a dead message was put back',
    'deadLetters.depth.peak': 'most messages in the dead-letter queue at once',
    'deadLetters.depth.final': 'messages in the dead-letter queue at the end',
    'order.outOfOrder': 'messages that a later one overtook',
    'order.maxDisplacement': 'how many places a message was from its own at most',
    'workers.started': 'worker processes that were started',
    'workers.died': 'worker processes that died without having been told to',
    'workers.startRealSeconds.max': 'the longest start of a worker, in real time',
  },
  producer: {
    scheduled: 'messages that the plan has',
    attempted: 'messages that were tried to be published',
    dropped: 'messages that were due and never tried',
    'whole.completed': 'messages that are done on every queue',
    'whole.lost': 'messages that are lost on a queue',
    'whole.undetermined': 'messages of which nobody knows what became of them on a queue',
    'whole.pending': 'messages that are still waiting on a queue at the end',
    'whole.deadLettered': 'messages that were given up on a queue',
    'whole.unpublished': 'messages that were never published on a queue',
    'whole.notPassedOn': 'messages that were done on a queue and not passed on',
    'rate.configuredPerSecond': 'the rate that the plan has',
    'rate.achievedPerSecond': 'the rate that was held',
    lagSeconds: 'how late messages were tried',
    lagRealSeconds: 'how late messages were tried, in real time',
    confirmSeconds: 'from when a message was due until the broker confirmed it',
    confirmRealSeconds: 'from when a message was due until the broker confirmed it, in real time',
    'orderBooks.posted': 'orders that customers posted',
    'orderBooks.accepted': 'orders that were accepted (201 or 202)',
    'orderBooks.notAccepted': 'orders that were not accepted',
    'orderBooks.rejected': 'orders that were turned down (4xx)',
    'orderBooks.failed': 'orders that were answered with an error (5xx)',
    'orderBooks.timedOut': 'orders whose customer lost patience',
    'orderBooks.unreached': 'orders for which there was no connection',
    'orderBooks.broken': 'orders whose connection broke before the answer',
    'orderBooks.done': 'accepted orders that are done in every step',
    'orderBooks.doneUnaccepted': 'orders that are done, though their customer was not told so',
    'orderBooks.halfDone': 'orders that are done in some steps and never will be in the others',
    'orderBooks.leftOut': 'accepted orders of which a step was left out, as the answer said',
    'orderBooks.pending': 'accepted orders that are still waiting at the end',
    'orderBooks.deadLettered': 'accepted orders of which a step was given up',
    'orderBooks.lost': 'accepted orders of which a step is lost',
    'orderBooks.undetermined': 'accepted orders of which nobody knows what became of them',
    'orderBooks.responseSeconds': 'from when an order was due to its answer',
    'orderBooks.acceptedSeconds': 'from when an order was due to its acceptance',
    'orderBooks.unfinishedSeconds': 'from the answer until the order is done',
    'orderBooks.wellAgainAtSeconds': 'from when on all was well again',
  },
  service: {
    calls: 'calls that it had',
    turnedAway: 'calls that it turned away, its waiting room being full',
    effects: 'things that it did',
    replayed: 'calls with a key that it had seen, answered without doing it again',
    fellOver: 'times that it fell over',
    breakerOpened: 'times that the circuit breaker opened',
    received: 'orders that it took up',
    guests: 'orders of strangers among them',
    started: 'processes that were started',
    died: 'processes that died without having been told to',
    peakWaiting: 'most calls that waited at once',
  },
};

const quantiles: Readonly<Record<string, string>> = {
  p50: 'half of them within it',
  p95: '95 % of them within it',
  p99: '99 % of them within it',
  max: 'the longest',
};

/** What a measure is, in words; null: there are none. */
export function measureInWords({ of, path }: Measure): string | null {
  const own = words[of][path];
  if (own !== undefined) return own;
  const dot = path.lastIndexOf('.');
  const base = words[of][path.slice(0, dot)];
  const which = quantiles[path.slice(dot + 1)];
  return base === undefined || which === undefined ? null : `${base}, ${which}`;
}

const bounds: Readonly<Record<string, string>> = boundsInWords;

/** What an expectation means, `emails.catchUp <= 70s`: `from the recovery point … until it has caught up: at most 70s`; empty: not known. */
export function expectationInWords(expression: string): string {
  const [, name = '', rest = ''] = /^([^<>=!\s]+)\s*(.*)$/.exec(expression.trim()) ?? [];
  // A measure of several words begins like one that has the name of a queue before it.
  const measure = findMeasure(name) ?? findMeasure(name.slice(name.indexOf('.') + 1));
  const what = measure === undefined ? null : measureInWords(measure);
  return measure === undefined || what === null ? '' : `${what}: ${boundInWords(rest, measure)}`;
}

function boundInWords(rest: string, { unit }: Measure): string {
  const [, operator = '', value = ''] = /^(<=|>=|==|!=|<|>)\s*(.*)$/.exec(rest) ?? [];
  if (operator === '') return rest;
  if (operator === '==' && value === '0' && unit === 'count') return 'none';
  return `${bounds[operator] ?? operator} ${value}`;
}
