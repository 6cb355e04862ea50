import { findMeasure, type Measure } from '../../result/measures.js';
import { orderServiceName } from '../../result/orders.js';
import { nearest, suggest } from '../nearest.js';
import {
  kindsWith,
  lacking,
  measuresOf,
  type Owner,
  type OwnerKind,
  ownersOf,
  type Scopes,
  whose,
  withArticle,
} from '../owners.js';
import { failed, type Reading } from '../units.js';

/** A measure, and whose. */
export interface Resolved {
  /** A queue's, producer's or service's name; null: over all. */
  readonly scope: string | null;
  readonly measure: Measure;
}

/** Reads the name of a measure: `lost`, `emails.catchUp`, `orders.lag.p99`. */
export function resolveMeasure(name: string, scopes: Scopes): Reading<Resolved> {
  const owners = ownersOf(scopes);
  const overAll = findMeasure(name);
  if (overAll !== undefined) {
    const kinds = kindsWith(overAll);
    // Every scenario has queues and producers.
    const isThere =
      kinds.includes('queue') ||
      kinds.includes('producer') ||
      owners.some(({ kind }) => kinds.includes(kind));
    if (isThere) return { ok: true, value: { scope: null, measure: overAll } };
    const { message, hint } = lacking(overAll);
    return failed(`\`${name}\` is ${whose(overAll)}, and ${message}`, hint);
  }
  const dot = name.indexOf('.');
  const first = dot === -1 ? name : name.slice(0, dot);
  const rest = dot === -1 ? '' : name.slice(dot + 1);
  const owner = owners.find((candidate) => candidate.name === first);
  if (owner !== undefined) {
    const measure = measuresOf(owner.kind).find(({ names }) => names.includes(rest));
    if (measure !== undefined) return { ok: true, value: { scope: first, measure } };
    return noSuchMeasure(owner, rest, owners);
  }
  const measure = findMeasure(rest);
  if (measure !== undefined) {
    if (first === orderServiceName)
      return failed(
        'no order comes by HTTP, so there is no order service',
        'write via: http into a producer',
      );
    const what = scopes.services.length === 0 ? 'queue or producer' : 'queue, producer or service';
    const known = owners.map((candidate) => candidate.name);
    return failed(`there is no ${what} \`${first}\``, suggest(first, known));
  }
  const kinds = new Set<OwnerKind>(['queue', 'producer', ...owners.map(({ kind }) => kind)]);
  const all = [...new Set([...kinds].flatMap(namesOf))];
  const scoped = owners.flatMap((candidate) =>
    namesOf(candidate.kind).map((known) => `${candidate.name}.${known}`),
  );
  const like = nearest(name, [...all, ...scoped]);
  return failed(
    `there is no measure \`${name}\``,
    like === undefined ? someMeasures(name, all) : `did you mean \`${like}\`?`,
  );
}

function noSuchMeasure({ name, kind }: Owner, rest: string, owners: readonly Owner[]): Reading<never> {
  const what = withArticle[kind];
  if (rest === '')
    return failed(`\`${name}\` is ${what}, not a measure`, `write such as ${name}.${namesOf(kind)[0]}`);
  const measure = findMeasure(rest);
  if (measure !== undefined) {
    const [needed = 'queue'] = kindsWith(measure);
    const owner = owners.find((candidate) => kindsWith(measure).includes(candidate.kind));
    const known =
      kind === 'provider' || kind === 'order-service' ? `; ${what} has ${namesOf(kind).join(', ')}` : '';
    if (needed === 'http-producer' && kind === 'producer')
      return failed(`\`${rest}\` is ${whose(measure)}, and ${name} is none`, `write via: http into ${name}`);
    const own = namesOf(kind).find((each) => each.endsWith(`.${rest}`));
    const another = own === undefined ? '' : `, or ${name}.${own}`;
    const hint = `write ${owner?.name ?? placeholders[needed]}.${rest}${another}${known}`;
    return failed(`\`${rest}\` is ${whose(measure)}, and ${name} is ${what}`, hint);
  }
  const like = nearest(rest, namesOf(kind));
  return failed(
    `${what} has no measure \`${rest}\``,
    like === undefined ? someMeasures(rest, namesOf(kind)) : `did you mean \`${name}.${like}\`?`,
  );
}

/** Where the scenario has none that could be named. */
const placeholders: Readonly<Record<OwnerKind, string>> = {
  queue: 'QUEUE',
  producer: 'PRODUCER',
  'http-producer': 'PRODUCER',
  provider: 'PROVIDER',
  'order-service': orderServiceName,
};

function namesOf(kind: OwnerKind): string[] {
  return measuresOf(kind).flatMap((measure) => measure.names);
}

/** Where no measure is like the word: those that begin or end with it, else the ones that are asked for most. */
function someMeasures(word: string, known: readonly string[]): string {
  const ending = known.filter(
    (name) => (name.startsWith(`${word}.`) || name.endsWith(`.${word}`)) && !/Seconds|PerSecond/.test(name),
  );
  const usual = [
    'lost',
    'catchUp',
    'drainedAt',
    'backlog.peak',
    'duplicateEffects',
    'endToEnd.p99',
    'rate.achieved',
    'lag.p99',
  ];
  const some = ending.length > 0 ? ending : usual.filter((name) => known.includes(name));
  if (some.length === 0) return `there are: ${known.join(', ')}`;
  return `there are, for example: ${some.join(', ')}; all are in docs/words.md`;
}
