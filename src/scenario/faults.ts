import { type Check, duration, Fields, oneOf, positiveDuration, wholeNumber } from './checks.js';
import type { Problems } from './problems.js';
import { existingQueue } from './producer.js';
import { mostWorkers } from './queue.js';
import { findNonsense, timelineOf } from './timeline.js';
import { type Place, type Tree, valueAt } from './tree.js';
import type { FaultKind, FaultSpec, QueueSpec } from './types.js';
import { formatDuration } from './units.js';

/** The kinds of fault, as keys of the file. */
export const faultKinds: readonly FaultKind[] = ['kill', 'stop', 'restart', 'freeze', 'thaw', 'scale'];

/** A fault and where it stands. */
export interface PlacedFault {
  readonly fault: FaultSpec;
  readonly place: Place;
}

const example = 'write {at: 1s, kill: QUEUE} (or stop, restart, freeze, thaw, scale)';

/** Reads one fault. */
export function checkFault(queues: readonly string[]): Check<PlacedFault> {
  return (tree, problems) => {
    const fields = Fields.open(tree, problems, {
      what: 'a fault',
      known: ['at', ...faultKinds, 'workers', 'for', 'when'],
    });
    if (fields === undefined) return undefined;
    const atSeconds = fields.required('at', duration, example);
    const kinds = faultKinds.filter((kind) => fields.node(kind) !== undefined);
    const [kind] = kinds;
    if (kind === undefined || kinds.length > 1) {
      // A mistyped kind has been answered as an unknown key.
      if (kind !== undefined)
        problems.add(
          tree.place,
          `is ${kinds.join(' and ')} at once`,
          'write one fault for each, at the same time',
        );
      else if (onlyKnownKeys(tree)) problems.add(tree.place, 'does not say what is to happen', example);
      return undefined;
    }
    const queue = fields.required(kind, (node) => existingQueue(node, queues, problems), example);
    const workers =
      kind === 'scale'
        ? fields.required(
            'workers',
            wholeNumber(0, mostWorkers),
            'write how many there are to be, such as workers: 3',
          )
        : fields.optional('workers', someOrAll, 'all' as const);
    const forSeconds = fields.optional('for', positiveDuration, null);
    if (fields.node('for') !== undefined && !['kill', 'stop', 'freeze'].includes(kind)) {
      const place = fields.node('for')?.place ?? tree.place;
      problems.add(place, `\`for\` means nothing with ${kind}`, 'use it with kill, stop or freeze');
      return undefined;
    }
    const when = fields.optional('when', oneOf<FaultSpec['when']>(['after-effect', 'now']), 'now' as const);
    if (when === 'after-effect' && kind !== 'kill') {
      const place = fields.node('when')?.place ?? tree.place;
      problems.add(place, `\`when: after-effect\` means nothing with ${kind}`, 'use it with kill');
      return undefined;
    }
    if (atSeconds === undefined || queue === undefined || workers === undefined) return undefined;
    if (forSeconds === undefined || when === undefined) return undefined;
    return { fault: { atSeconds, kind, queue, workers, forSeconds, when }, place: tree.place };
  };
}

function onlyKnownKeys(tree: Tree): boolean {
  const known: readonly string[] = ['at', 'workers', 'for', 'when', ...faultKinds];
  return tree.kind === 'mapping' && tree.entries.every((entry) => known.includes(entry.key));
}

const someOrAll: Check<number | 'all'> = (tree, problems) => {
  if (tree.kind === 'leaf' && tree.value === 'all') return 'all';
  if (tree.kind === 'leaf' && typeof tree.value === 'number')
    return wholeNumber(1, mostWorkers)(tree, problems);
  problems.add(tree.place, 'is not a number of workers', 'write a whole number, or all');
  return undefined;
};

/** The queue that a fault of an unchecked tree is about; undefined where it doesn't say. */
export function queueOfFault(tree: Tree): string | undefined {
  for (const kind of faultKinds) {
    const queue = valueAt(tree, kind);
    if (queue?.kind === 'leaf' && queue.value !== null) return queue.text;
  }
  return undefined;
}

/** Notes faults that find nothing to hit. */
export function checkTimeline(
  faults: readonly PlacedFault[],
  queues: readonly QueueSpec[],
  problems: Problems,
): void {
  const moments = timelineOf(faults.map(({ fault }) => fault));
  for (const queue of queues) {
    const own = moments.filter((moment) => moment.queue === queue.name);
    for (const { moment, message, hint } of findNonsense(queue.workers, own))
      problems.add(placeOf(faults, moment.fault), message, hint);
  }
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
