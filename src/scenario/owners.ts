import { type Measure, measures } from '../result/measures.js';
import { orderServiceName } from '../result/orders.js';
import type { Service } from './modes.js';
import type { CheckedScenario } from './types.js';

/** The names that an expectation may begin with. */
export interface Scopes {
  readonly queues: readonly string[];
  readonly producers: readonly string[];
  /** Of the producers, those that come by HTTP. */
  readonly byHttp: readonly string[];
  readonly services: readonly Service[];
}

/** The names of a checked scenario. */
export function scopesOf({ queues, producers, providers, orderService }: CheckedScenario): Scopes {
  return {
    queues: queues.map(({ name }) => name),
    producers: producers.map(({ name }) => name),
    byHttp: producers.filter(({ via }) => via === 'http').map(({ name }) => name),
    services: [
      ...providers.map(({ name }): Service => ({ name, kind: 'provider' })),
      ...(orderService === null ? [] : [{ name: orderServiceName, kind: 'order-service' } as const]),
    ],
  };
}

/** Something of a scenario that has measures. */
export type OwnerKind = 'queue' | 'producer' | 'http-producer' | Service['kind'];

/** The same with its name. */
export interface Owner {
  readonly name: string;
  readonly kind: OwnerKind;
}

/** Which services have a measure; the others are providers' alone. */
const servicesWith: Readonly<Record<string, readonly OwnerKind[]>> = {
  received: ['order-service'],
  guests: ['order-service'],
  started: ['provider', 'order-service'],
  died: ['provider', 'order-service'],
};

/** All that have measures, in the order in which a measure without a name is looked for. */
export function ownersOf({ queues, producers, byHttp, services }: Scopes): Owner[] {
  return [
    ...queues.map((name): Owner => ({ name, kind: 'queue' })),
    ...producers.map((name): Owner => ({ name, kind: byHttp.includes(name) ? 'http-producer' : 'producer' })),
    ...services,
  ];
}

/** The kinds that have a measure. */
export function kindsWith({ of, path }: Measure): readonly OwnerKind[] {
  if (of === 'queue') return ['queue'];
  if (of === 'service') return servicesWith[path] ?? ['provider'];
  return path.startsWith('orderBooks.') ? ['http-producer'] : ['producer', 'http-producer'];
}

/** The measures that a kind has. */
export function measuresOf(kind: OwnerKind): Measure[] {
  return measures.filter((measure) => kindsWith(measure).includes(kind));
}

/** What a kind is, in messages, with its article. */
export const withArticle: Readonly<Record<OwnerKind, string>> = {
  queue: 'a queue',
  producer: 'a producer',
  'http-producer': 'a producer',
  provider: 'a provider',
  'order-service': 'the order service',
};

/** Whose a measure is, in messages: `a queue's measure`. */
export function whose(measure: Measure): string {
  const kinds = kindsWith(measure);
  if (measure.of === 'service' && kinds.length > 1) return "a service's measure";
  const [kind = 'queue'] = kinds;
  if (measure.of === 'producer' && kinds.length === 1) return 'a measure of producers by HTTP';
  return `${withArticle[kind]}'s measure`;
}

/** What the scenario would have to have, so that something in it has a measure. */
export function lacking(measure: Measure): { readonly message: string; readonly hint: string } {
  const kinds = kindsWith(measure);
  if (kinds.includes('provider')) {
    const hint = 'write one: providers: {email: {capacity: 5/s}}';
    return { message: 'the scenario has no provider', hint };
  }
  return { message: 'no order comes by HTTP', hint: 'write via: http into a producer' };
}
