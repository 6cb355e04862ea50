import { orderServiceName } from '../result/orders.js';
import { inWords } from './checks.js';
import type { Problems } from './problems.js';
import { providerNamedIn } from './providers.js';
import { namedIn } from './targets.js';
import { type Entry, isNull, type Place, type Tree, valueAt } from './tree.js';
import type { Mode } from './types.js';

/** A process of its own that others call, as faults and expectations know it. */
export interface Service {
  readonly name: string;
  readonly kind: 'provider' | 'order-service';
}

/** What a service is, with its article. */
export function serviceInWords({ kind }: Service): string {
  return kind === 'provider' ? 'a provider' : 'the order service';
}

/** The services of an unchecked scenario. */
export function servicesOf(providers: readonly Entry[], producers: readonly Entry[]): Service[] {
  const orderService = producers.some(comesByHttp) ? [orderServiceName] : [];
  return [
    ...providers.map(({ key }): Service => ({ name: key, kind: 'provider' })),
    ...orderService.map((name): Service => ({ name, kind: 'order-service' })),
  ];
}

/** Whether an unchecked producer comes by HTTP. So does one whose `via` can't be read: that is answered by the check of it, and by no other. */
export function comesByHttp({ value }: Entry): boolean {
  const via = valueAt(value, 'via');
  return via !== undefined && !isNull(via) && !(via.kind === 'leaf' && via.text === 'queue');
}

/** The queues that unchecked producers by HTTP have in their `to`, each once: an order's steps. */
export function stepsNamedIn(producers: readonly Entry[]): string[] {
  const byHttp = producers.filter(comesByHttp);
  return [...new Set(byHttp.flatMap(({ value }) => namedIn(valueAt(value, 'to'))))];
}

/** The parts of an unchecked scenario that the mode has to do with. */
export interface ModeParts {
  readonly mode: Mode | undefined;
  /** Where the mode is written; undefined: nowhere. */
  readonly modePlace: Place | undefined;
  readonly producers: readonly Entry[];
  readonly queues: readonly Entry[];
  readonly providers: readonly string[];
  /** The section; undefined where there is none. */
  readonly orderService: Tree | undefined;
}

/** Notes what can't be together: orders without anybody who takes them, or an order service that can't do what its mode wants. */
export function checkMode(parts: ModeParts, problems: Problems): void {
  const { mode, modePlace, producers, orderService } = parts;
  if (!producers.some(comesByHttp) && producers.length > 0) {
    const [{ key } = { key: 'orders' }] = producers;
    const hint = `write via: http into a producer, such as ${key}`;
    if (mode === 'sync' && modePlace !== undefined)
      problems.add(modePlace, 'no order comes by HTTP, so none is handled in mode sync', hint);
    if (orderService !== undefined)
      problems.add(
        orderService.place,
        'no order comes by HTTP, so there is no order service',
        `${hint}, or leave the section out`,
      );
  }
  if (mode !== 'sync') return;
  const steps = stepsNamedIn(producers);
  for (const queue of parts.queues)
    if (steps.includes(queue.key)) checkStep(queue, parts.providers, problems);
}

/** Notes what a queue that is a step of an order lacks, or has too much, where the order service does its work. */
function checkStep({ key, keyPlace, value }: Entry, providers: readonly string[], problems: Problems): void {
  if (providerNamedIn(value) === undefined) {
    const known = providers.length === 0 ? 'write one into the scenario, and' : 'write';
    problems.add(
      keyPlace,
      `in mode sync the order service calls a provider for ${key}, and it has none`,
      `${known} provider: ${inWords(providers) || 'NAME'} into the queue`,
    );
  }
  for (const said of ['to', 'outcomes']) {
    const node = valueAt(value, said);
    const isNone = node === undefined || isNull(node) || (node.kind === 'list' && node.items.length === 0);
    if (isNone) continue;
    problems.add(
      node.place,
      `in mode sync nothing follows on ${key}: the order service does its work, and publishes nothing on`,
      `leave \`${said}\` out, or add what follows to the \`to\` of the producer`,
    );
  }
}
