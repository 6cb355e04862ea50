import type { Phase, ProducerSpec } from '../scenario/types.js';
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

/** `100/s for 3 s` */
export function phaseInWords({ forSeconds, fromPerSecond, toPerSecond }: Phase): string {
  const span = spaced(forSeconds);
  if (fromPerSecond === toPerSecond) {
    return fromPerSecond === 0 ? `nothing for ${span}` : `${perSecond(fromPerSecond)} for ${span}`;
  }
  return `from ${perSecond(fromPerSecond)} to ${perSecond(toPerSecond)} over ${span}`;
}

function perSecond(rate: number): string {
  return `${Number(rate.toPrecision(4))}/s`;
}

/** `a, b and c` */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** `100 ms` */
export function spaced(seconds: number): string {
  return formatDuration(seconds).replace(/(?<=\d)(?=[a-z])/, ' ');
}
