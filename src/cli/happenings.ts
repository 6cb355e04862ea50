import type { PlannedFault } from '../plan/types.js';
import type { CrashPoint, Phase, ProducerSpec, Scenario } from '../scenario/types.js';
import { formatDuration } from '../scenario/units.js';

/** What a producer does, in words: `100/s for 3s; each message to emails and payments`. */
export function producerInWords(producer: ProducerSpec): string {
  const { phases, times, arrivals, to, via, resubmitSeconds, giveUpSeconds, patienceSeconds } = producer;
  const what = via === 'http' ? 'order' : 'message';
  const targets = to.map(({ queue }) => queue);
  return [
    times === undefined
      ? phases.map(phaseInWords).join(', then ')
      : `${times.length.toLocaleString('en')} ${what}s at the times of a trace`,
    ...(arrivals === 'poisson' ? ['at random (Poisson)'] : []),
    via === 'http'
      ? `each posted to the order service, whose customer waits ${spaced(patienceSeconds)} for the answer; its steps are ${listed(targets)}`
      : `each ${what} to ${listed(targets)}`,
    ...(resubmitSeconds.length === 0 ? [] : [`each again after ${listed(resubmitSeconds.map(spaced))}`]),
    ...(giveUpSeconds === null ? [] : [`what is ${spaced(giveUpSeconds)} late is dropped`]),
  ].join('; ');
}

function phaseInWords({ forSeconds, fromPerSecond, toPerSecond }: Phase): string {
  const span = spaced(forSeconds);
  if (fromPerSecond === toPerSecond) {
    return fromPerSecond === 0 ? `nothing for ${span}` : `${perSecond(fromPerSecond)} for ${span}`;
  }
  return `from ${perSecond(fromPerSecond)} to ${perSecond(toPerSecond)} over ${span}`;
}

const moments: Readonly<Record<CrashPoint, string>> = {
  now: '',
  'before-effect':
    'at the first moment from then on when all that it holds is at the end of its work, and nothing has had its effect',
  'after-effect':
    'at the first moment from then on when all that it holds has had its effect, and the broker knows of none',
  'before-acknowledge':
    'at the first moment from then on when all that it holds is done and recorded, and the broker knows of none',
  'before-dead-letter':
    'at the first moment from then on when a message was given up, and is not in the dead-letter queue yet',
  random: 'at a moment that is drawn',
};

/** What a fault does, in words: `kill the workers of emails, at the first moment …`. */
export function faultInWords(fault: PlannedFault, { queues }: Pick<Scenario, 'queues'>): string {
  const { kind, queue, workers, when, repaired } = fault;
  const crew = queues.find(({ name }) => name === queue)?.workers;
  if (kind === 'scale') return `${queue} is to have ${workers === 'all' ? 'all its' : workers} workers`;
  if (kind === 'redrive') {
    return `what is in the dead-letter queue of ${queue} is put back${repaired ? ', repaired' : ' as it is'}`;
  }
  // A service is one process.
  const whom =
    crew === undefined
      ? queue
      : workers === 'all'
        ? crew === 1
          ? `the worker of ${queue}`
          : `all workers of ${queue}`
        : `${workers} of the ${crew} workers of ${queue}`;
  const how = { kill: 'kill', stop: 'stop', restart: 'restart', freeze: 'freeze', thaw: 'thaw' }[kind];
  return `${how} ${whom}${when === 'now' ? '' : `, ${moments[when]}`}`;
}

function perSecond(rate: number): string {
  return `${Number(rate.toPrecision(4))}/s`;
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** `100 ms` */
export function spaced(seconds: number): string {
  return formatDuration(seconds).replace(/(?<=\d)(?=[a-z])/, ' ');
}
