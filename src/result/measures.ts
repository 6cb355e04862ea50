/** What a measure is counted in. */
export type MeasureUnit = 'count' | 'seconds' | 'perSecond' | 'flag';

/** A number in the result that an expectation can be about. */
export interface Measure {
  /** Where it is within a queue's or producer's result: `accounting.lost`. */
  readonly path: string;
  readonly of: 'queue' | 'producer' | 'service';
  readonly unit: MeasureUnit;
  /** The names that an expectation may use, the shortest first. All are unique within `of`. */
  readonly names: readonly string[];
  /** How it is put together over several queues or producers: counts are summed, durations and rates are the worst. */
  readonly over: 'sum' | 'highest' | 'lowest';
}

const accounting = [
  'scheduled',
  'attempted',
  'dropped',
  'acknowledged',
  'unknown',
  'refused',
  'recovered',
  'unexpected',
  'delivered',
  'effected',
  'deadLettered',
  'discarded',
  'merged',
  'pending',
  'lost',
  'undetermined',
  'duplicateDeliveries',
  'duplicateEffects',
  'suppressed',
  'republished',
  'deadAfterEffect',
  'redeliveryPending',
] as const;

/** `waitSeconds.p99` may be written so, or as `wait.p99`. */
function names(path: string): string[] {
  const short = path
    .replace(/^accounting\./, '')
    .replace(/(Real)?Seconds(?=\.|$)/, (_, real) => (real ? 'Real' : ''))
    .replace(/PerSecond$/, '');
  return short === path ? [path] : [short, path];
}

function count(of: Measure['of'], path: string): Measure {
  return { path, of, unit: 'count', names: names(path), over: 'sum' };
}

function peak(path: string, extra: string[] = []): Measure {
  return { path, of: 'queue', unit: 'count', names: [...names(path), ...extra], over: 'highest' };
}

function seconds(of: Measure['of'], path: string): Measure {
  return { path, of, unit: 'seconds', names: names(path), over: 'highest' };
}

function rate(of: Measure['of'], path: string): Measure {
  return { path, of, unit: 'perSecond', names: names(path), over: 'lowest' };
}

/** A path's last part is its shortest name. */
function last(measure: Measure, ...extra: string[]): Measure {
  return { ...measure, names: [measure.path.split('.').at(-1) as string, ...extra, measure.path] };
}

/** Of a producer that comes by HTTP. Names that a queue's measures have too are not given again. */
const orderBooks: readonly Measure[] = [
  ...[
    'posted',
    'accepted',
    'notAccepted',
    'rejected',
    'unreached',
    'broken',
    'done',
    'doneUnaccepted',
    'halfDone',
    'leftOut',
  ].map((name) => last(count('producer', `orderBooks.${name}`))),
  { ...count('producer', 'orderBooks.failed'), names: ['answeredFailed', 'orderBooks.failed'] },
  { ...count('producer', 'orderBooks.timedOut'), names: ['customersTimedOut', 'orderBooks.timedOut'] },
  ...['pending', 'deadLettered', 'lost', 'undetermined'].map((name) => ({
    ...count('producer', `orderBooks.${name}`),
    names: [`accepted${name[0]?.toUpperCase()}${name.slice(1)}`, `orderBooks.${name}`],
  })),
  ...['response', 'accepted', 'unfinished'].flatMap((name) =>
    ['p50', 'p95', 'p99', 'max'].map((quantile) => ({
      ...seconds('producer', `orderBooks.${name}Seconds.${quantile}`),
      names: [`${name}.${quantile}`, `orderBooks.${name}Seconds.${quantile}`],
    })),
  ),
  {
    ...seconds('producer', 'orderBooks.wellAgainAtSeconds'),
    names: ['wellAgainAt', 'orderBooks.wellAgainAtSeconds'],
  },
];

/** Of a provider or the order service; null where the service has no such thing. */
const services: readonly Measure[] = [
  ...[
    'calls',
    'turnedAway',
    'effects',
    'replayed',
    'fellOver',
    'breakerOpened',
    'received',
    'guests',
    'started',
    'died',
  ].map((name) => count('service', name)),
  { path: 'peakWaiting', of: 'service', unit: 'count', names: ['peakWaiting'], over: 'highest' },
];

/** Every number that an expectation can be about. */
export const measures: readonly Measure[] = [
  ...accounting.map((name) => count('queue', `accounting.${name}`)),
  peak('depth.peak'),
  seconds('queue', 'depth.peakAtSeconds'),
  peak('depth.final'),
  peak('backlog.peak', ['peakBacklog']),
  seconds('queue', 'backlog.peakAtSeconds'),
  peak('backlog.final'),
  rate('queue', 'rate.configuredPerSecond'),
  rate('queue', 'rate.achievedPerSecond'),
  peak('rate.busiestSecond'),
  ...['waitSeconds', 'workSeconds', 'endToEndSeconds'].flatMap((path) =>
    ['p50', 'p95', 'p99', 'max'].map((quantile) => seconds('queue', `${path}.${quantile}`)),
  ),
  {
    ...seconds('queue', 'oldestAgeSeconds.peak'),
    names: ['oldestAge', 'oldestAge.peak', 'oldestAgeSeconds.peak'],
  },
  seconds('queue', 'catchUpSeconds'),
  { ...seconds('queue', 'drainedAtSeconds'), names: ['drainedAt', 'drainedAtSeconds'] },
  { ...count('queue', 'redeliveries.count'), names: ['redeliveries', 'redeliveries.count'] },
  count('queue', 'redeliveries.neverStarted'),
  seconds('queue', 'redeliveries.delaySeconds.min'),
  seconds('queue', 'redeliveries.delaySeconds.max'),
  ...['failed', 'retried', 'timedOut', 'messages', 'recovered'].map((name) =>
    count('queue', `failures.${name}`),
  ),
  ...['given', 'final', 'stranded', 'redriven'].map((name) => count('queue', `deadLetters.${name}`)),
  peak('deadLetters.depth.peak'),
  peak('deadLetters.depth.final'),
  { ...count('queue', 'order.outOfOrder'), names: ['outOfOrder', 'order.outOfOrder'] },
  peak('order.maxDisplacement', ['maxDisplacement']),
  count('queue', 'workers.started'),
  count('queue', 'workers.died'),
  seconds('queue', 'workers.startRealSeconds.max'),
  ...services,
  ...orderBooks,
  ...['scheduled', 'attempted', 'dropped'].map((path) => count('producer', path)),
  ...['completed', 'lost', 'undetermined', 'pending', 'deadLettered', 'unpublished', 'notPassedOn'].map(
    (name) => count('producer', `whole.${name}`),
  ),
  rate('producer', 'rate.configuredPerSecond'),
  rate('producer', 'rate.achievedPerSecond'),
  ...['lagSeconds', 'lagRealSeconds', 'confirmSeconds', 'confirmRealSeconds'].flatMap((path) =>
    ['p50', 'p99', 'max'].map((quantile) => seconds('producer', `${path}.${quantile}`)),
  ),
];

/** The measure of that name; without a kind, a queue's before a producer's. */
export function findMeasure(name: string, of?: Measure['of']): Measure | undefined {
  const found = measures.filter(
    (measure) => measure.names.includes(name) && (of === undefined || measure.of === of),
  );
  return found.find((measure) => measure.of === 'queue') ?? found[0];
}

/** The names that producers and queues may not have, because a measure's name or the result's own members begin with them. */
export const reservedNames: ReadonlySet<string> = new Set([
  ...measures.flatMap((measure) => measure.names.flatMap((name) => [name, name.split('.')[0] as string])),
  'schema',
  'origin',
  'scenario',
  'run',
  'verdict',
  'producers',
  'queues',
  'services',
  'orderBooks',
  'order-service',
  'guest',
  'faults',
  'expectations',
  'warnings',
  'accounting',
  'variants',
  'notRun',
  'differences',
  'duplicates',
  'troubles',
  'predicted',
  'difference',
  'broker',
]);
