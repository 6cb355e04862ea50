import type { PlacedFault } from './faults.js';
import type { Problems } from './problems.js';
import { type Crewed, findNonsense, timelineOf } from './timeline.js';
import type { Place } from './tree.js';
import type { FaultSpec, QueueSpec } from './types.js';
import { formatDuration } from './units.js';

/** Whom faults strike: those of whom enough is known to judge them. */
export interface Stricken {
  readonly queues: readonly QueueSpec[];
  /** Queues that have no workers, because nothing comes to them. */
  readonly unserved: readonly string[];
  readonly services: readonly Crewed[];
}

/** Notes faults that find nothing to hit, or that the settings of their queue speak against. */
export function checkTimeline(
  faults: readonly PlacedFault[],
  { queues, unserved, services }: Stricken,
  problems: Problems,
): void {
  const judged = faults.filter(({ fault, place }) => {
    const queue = queues.find(({ name }) => name === fault.queue);
    if (queue === undefined) return true;
    const against = unserved.includes(queue.name) ? unservedBy(fault, queue) : settingAgainst(fault, queue);
    if (against !== null) problems.add(place, against.message, against.hint);
    return against === null;
  });
  const moments = timelineOf(judged.map(({ fault }) => fault));
  for (const crewed of [...queues.map(crewedQueue), ...services]) {
    const own = moments.filter((moment) => moment.queue === crewed.name);
    for (const { moment, message, hint } of findNonsense(crewed, own))
      problems.add(placeOf(judged, moment.fault), message, hint);
  }
}

/** Deaths that nobody ordered can't be known: where the work may crash, there may always be somebody to restart. */
function crewedQueue({ name, workers, superviseSeconds, failures }: QueueSpec): Crewed {
  const diesByItself = failures.some((failure) => failure.kind === 'crash');
  return { name, isService: false, workers, superviseSeconds, diesByItself };
}

function unservedBy({ kind }: FaultSpec, { name, provider }: QueueSpec): { message: string; hint: string } {
  const isOfService = kind !== 'scale' && kind !== 'redrive' && provider !== null;
  const other = isOfService ? `, or write ${kind}: ${provider}` : '';
  return {
    message: `in mode sync nothing is published to ${name}, so it has no workers and no dead letters`,
    hint: `leave the fault out${other}; with onFailure: {${name}: queue} it would have workers`,
  };
}

/** What a queue's settings have against a fault; null: nothing. */
function settingAgainst(fault: FaultSpec, queue: QueueSpec): { message: string; hint: string } | null {
  const { kind, when, forSeconds } = fault;
  const { name, deadLetter, superviseSeconds } = queue;
  if (kind === 'redrive' && deadLetter === null)
    return {
      message: `${name} has no dead-letter queue that anything could be put back from`,
      hint: 'give it one: leave `deadLetter: none` out',
    };
  if (kind === 'kill' && when === 'before-dead-letter' && deadLetter === null)
    return {
      message: `no message of ${name} is ever moved to a dead-letter queue: it has none`,
      hint: 'leave `deadLetter: none` out, or kill at another moment',
    };
  if (superviseSeconds === null) return null;
  if (kind === 'restart')
    return {
      message: `${name} is supervised: who died there is started again without being told`,
      hint: 'leave the restart out, or `supervise`; after a stop, write the `for` of the stop',
    };
  if (kind === 'kill' && forSeconds !== null)
    return {
      message: `${name} is supervised: who was killed is started again after ${formatDuration(superviseSeconds)}, whatever \`for\` says`,
      hint: 'leave `for` out, or `supervise`',
    };
  return null;
}

/** Notes faults that come when the run is surely over: later than the last message and the whole drain. */
export function checkWithinRun(
  faults: readonly PlacedFault[],
  producing: number,
  drain: number,
  problems: Problems,
): void {
  const end = producing + drain;
  for (const moment of timelineOf(faults.map(({ fault }) => fault))) {
    if (moment.atSeconds <= end) continue;
    const subject = moment.implied ? `the ${moment.kind} that \`for\` implies` : `the ${moment.kind}`;
    problems.add(
      placeOf(faults, moment.fault),
      `${subject} at ${formatDuration(moment.atSeconds)} comes after the end of the run`,
      `the last message is due by ${formatDuration(producing)}, and the drain lasts ${formatDuration(drain)}: let it happen before ${formatDuration(end)}, or write a longer drain`,
    );
  }
}

function placeOf(faults: readonly PlacedFault[], index: number): Place {
  const placed = faults[index];
  if (placed === undefined) throw new RangeError(`no fault ${index}`);
  return placed.place;
}
