import { orderServiceName } from '../result/orders.js';
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
import { type Service, serviceInWords } from './modes.js';
import { suggest } from './nearest.js';
import type { Problems } from './problems.js';
import { mostWorkers } from './queue.js';
import { existing } from './targets.js';
import { type Place, type Tree, valueAt } from './tree.js';
import type { CrashPoint, FaultKind, FaultSpec, QueueSpec } from './types.js';

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

/** What a fault may be about. */
export interface FaultTargets {
  /** The queues. */
  readonly names: readonly string[];
  /** Those that could be read. */
  readonly specs: readonly QueueSpec[];
  readonly services: readonly Service[];
}

/** What can be done to a service, which is one process. */
const serviceKinds: readonly FaultKind[] = ['kill', 'stop', 'restart', 'freeze', 'thaw'];

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
export function checkFault(targets: FaultTargets): Check<PlacedFault> {
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
    const queue = targetNamed(fields, kind, targets, problems);
    const service = targets.services.find(({ name }) => name === queue);
    const isGood = service === undefined || checkOnService(fields, kind, service, problems);
    if (!isGood && !serviceKinds.includes(kind)) return undefined;
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
    if (meant.length < settings.length || !isGood) return undefined;
    return { fault: { atSeconds, kind, queue, workers, forSeconds, when, repaired }, place: tree.place };
  };
}

/** Notes what can't be done to a service. Returns whether the fault is good. */
function checkOnService(fields: Fields, kind: FaultKind, service: Service, problems: Problems): boolean {
  const { name } = service;
  const node = fields.node(kind);
  if (!serviceKinds.includes(kind)) {
    const hint = `write ${inWords(serviceKinds)}, or the name of a queue`;
    const message = `\`${kind}\` is for queues, and ${name} is ${serviceInWords(service)}`;
    if (node !== undefined) problems.add(node.place, message, hint);
    return false;
  }
  const before = problems.count;
  const workers = fields.node('workers');
  if (workers !== undefined && !(workers.kind === 'leaf' && workers.text === 'all'))
    problems.add(
      workers.place,
      `\`workers\` means nothing with ${serviceInWords(service)}, which is one process`,
      'leave it out',
    );
  const when = fields.node('when');
  // What means nothing with the kind has been answered.
  if (when !== undefined && meantFor.when.includes(kind) && !isUsual('when', when))
    problems.add(
      when.place,
      `only the workers of a queue can be killed at a chosen point, and ${name} is ${serviceInWords(service)}`,
      'leave `when` out, or write the name of a queue',
    );
  return problems.count === before;
}

/** Whether a setting says no more than what is so without it. */
function isUsual(setting: Setting, node: Tree): boolean {
  if (node.kind !== 'leaf') return false;
  return (setting === 'when' && node.text === 'now') || (setting === 'repaired' && node.value === false);
}

function targetNamed(
  fields: Fields,
  kind: FaultKind,
  { names, specs, services }: FaultTargets,
  problems: Problems,
): string | undefined {
  const node = fields.node(kind);
  const known = [...names, ...services.map(({ name }) => name)];
  const written = node?.kind === 'leaf' && node.value !== null ? node.text.trim() : '';
  if (node?.kind === 'leaf' && written === '') {
    problems.add(node.place, `names no queue to ${kind}`, suggest('', known));
    return undefined;
  }
  const owner = specs.find((spec) => spec.deadLetter?.queue === written);
  if (node !== undefined && owner !== undefined && !known.includes(written)) {
    const hint =
      kind === 'redrive' ? `write redrive: ${owner.name}` : `it has no workers; write ${kind}: ${owner.name}`;
    problems.add(node.place, `${written} is the dead-letter queue of ${owner.name}`, hint);
    return undefined;
  }
  if (node !== undefined && written === orderServiceName && !known.includes(written)) {
    const hint = 'write via: http into a producer';
    problems.add(node.place, 'no order comes by HTTP, so there is no order service', hint);
    return undefined;
  }
  const what = services.length === 0 ? 'queue' : 'queue or service';
  return fields.required(kind, (tree) => existing(tree, known, what, problems), example);
}

const someOrAll: Check<number | 'all'> = (tree, problems) => {
  if (tree.kind === 'leaf' && tree.value === 'all') return 'all';
  if (tree.kind === 'leaf' && typeof tree.value === 'number')
    return wholeNumber(1, mostWorkers)(tree, problems);
  problems.add(tree.place, 'is not a number of workers', 'write a whole number, or all');
  return undefined;
};

/** The queue or service that a fault of an unchecked tree is about; undefined where it doesn't say. */
export function queueOfFault(tree: Tree): string | undefined {
  for (const kind of faultKinds) {
    const queue = valueAt(tree, kind);
    if (queue?.kind === 'leaf' && queue.value !== null) return queue.text;
  }
  return undefined;
}
