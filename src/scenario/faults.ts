import {
  type Check,
  duration,
  Fields,
  inWords,
  oneOf,
  positiveDuration,
  wholeNumber,
  yesOrNo,
} from './checks.js';
import { suggest } from './nearest.js';
import type { Problems } from './problems.js';
import { mostWorkers } from './queue.js';
import { existingQueue } from './targets.js';
import { findNonsense, timelineOf } from './timeline.js';
import { type Place, type Tree, valueAt } from './tree.js';
import type { CrashPoint, FaultKind, FaultSpec, QueueSpec } from './types.js';
import { formatDuration } from './units.js';

/** The kinds of fault, as keys of the file. */
export const faultKinds: readonly FaultKind[] = [
  'kill',
  'stop',
  'restart',
  'freeze',
  'thaw',
  'scale',
  'redrive',
];

/** A fault and where it stands. */
export interface PlacedFault {
  readonly fault: FaultSpec;
  readonly place: Place;
}

/** The queues that a fault may be about. */
export interface FaultTargets {
  readonly names: readonly string[];
  /** Those that could be read. */
  readonly specs: readonly QueueSpec[];
}

const example = 'write {at: 1s, kill: QUEUE} (or stop, restart, freeze, thaw, scale, redrive)';
const settings = ['workers', 'for', 'when', 'repaired'] as const;
type Setting = (typeof settings)[number];

/** Which kinds a setting means something with. */
const meantFor: Readonly<Record<Setting, readonly FaultKind[]>> = {
  workers: ['kill', 'stop', 'restart', 'freeze', 'thaw', 'scale'],
  for: ['kill', 'stop', 'freeze'],
  when: ['kill'],
  repaired: ['redrive'],
};

const crashPoints: readonly CrashPoint[] = [
  'now',
  'before-effect',
  'after-effect',
  'before-acknowledge',
  'before-dead-letter',
  'random',
];

/** Reads one fault. */
export function checkFault(queues: FaultTargets): Check<PlacedFault> {
  return (tree, problems) => {
    const known = ['at', ...faultKinds, ...settings];
    const fields = Fields.open(tree, problems, { what: 'a fault', known });
    if (fields === undefined) return undefined;
    const atSeconds = fields.required('at', duration, example);
    const kinds = faultKinds.filter((kind) => fields.node(kind) !== undefined);
    const [kind] = kinds;
    if (kind === undefined || kinds.length > 1) {
      if (kind !== undefined)
        problems.add(
          tree.place,
          `is ${kinds.join(' and ')} at once`,
          'write one fault for each, at the same time',
        );
      // A mistyped kind has been answered as an unknown key.
      else if (tree.kind === 'mapping' && tree.entries.every(({ key }) => known.includes(key)))
        problems.add(tree.place, 'does not say what is to happen', example);
      return undefined;
    }
    const queue = queueNamed(fields, kind, queues, problems);
    const meant = settings.filter((setting) => {
      const node = fields.node(setting);
      if (node === undefined || meantFor[setting].includes(kind) || isUsual(setting, node)) return true;
      const hint = `use it with ${inWords(meantFor[setting])}`;
      const written = setting === 'when' && node.kind === 'leaf' ? `when: ${node.text}` : setting;
      problems.add(node.place, `\`${written}\` means nothing with ${kind}`, hint);
      return false;
    });
    const workers =
      kind === 'scale'
        ? fields.required(
            'workers',
            wholeNumber(0, mostWorkers),
            'write how many there are to be, such as workers: 3',
          )
        : fields.optional('workers', someOrAll, 'all' as const);
    const forSeconds = fields.optional('for', positiveDuration, null);
    const when = fields.optional('when', oneOf(crashPoints), 'now' as const);
    const repaired = fields.optional('repaired', yesOrNo, false);
    if (atSeconds === undefined || queue === undefined || workers === undefined) return undefined;
    if (forSeconds === undefined || when === undefined || repaired === undefined) return undefined;
    if (meant.length < settings.length) return undefined;
    return { fault: { atSeconds, kind, queue, workers, forSeconds, when, repaired }, place: tree.place };
  };
}

/** Whether a setting says no more than what is so without it. */
function isUsual(setting: Setting, node: Tree): boolean {
  if (node.kind !== 'leaf') return false;
  return (setting === 'when' && node.text === 'now') || (setting === 'repaired' && node.value === false);
}

function queueNamed(
  fields: Fields,
  kind: FaultKind,
  { names, specs }: FaultTargets,
  problems: Problems,
): string | undefined {
  const node = fields.node(kind);
  if (node?.kind === 'leaf' && (node.value === null || node.text.trim() === '')) {
    problems.add(node.place, `names no queue to ${kind}`, suggest('', names));
    return undefined;
  }
  const owner = specs.find((spec) => node?.kind === 'leaf' && spec.deadLetter?.queue === node.text.trim());
  if (node === undefined || owner === undefined || names.includes(owner.deadLetter?.queue ?? ''))
    return fields.required(kind, (tree) => existingQueue(tree, names, problems), example);
  problems.add(
    node.place,
    `${owner.deadLetter?.queue} is the dead-letter queue of ${owner.name}`,
    kind === 'redrive' ? `write redrive: ${owner.name}` : `it has no workers; write ${kind}: ${owner.name}`,
  );
  return undefined;
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

/** Notes faults that find nothing to hit, or that the settings of their queue speak against. */
export function checkTimeline(
  faults: readonly PlacedFault[],
  queues: readonly QueueSpec[],
  problems: Problems,
): void {
  const judged = faults.filter(({ fault, place }) => {
    const queue = queues.find(({ name }) => name === fault.queue);
    const against = queue === undefined ? null : settingAgainst(fault, queue);
    if (against !== null) problems.add(place, against.message, against.hint);
    return against === null;
  });
  const moments = timelineOf(judged.map(({ fault }) => fault));
  for (const queue of queues) {
    const own = moments.filter((moment) => moment.queue === queue.name);
    for (const { moment, message, hint } of findNonsense(queue, own))
      problems.add(placeOf(judged, moment.fault), message, hint);
  }
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
