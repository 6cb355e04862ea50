import type { LedgerEvent } from '../../../../../src/ledger/events.js';
import type { Plan } from '../../../../../src/plan/types.js';
import type { QueueSpec, Scenario } from '../../../../../src/scenario/types.js';
import {
  tinyOrderService,
  tinyPlan,
  tinyProducer,
  tinyProvider,
  tinyQueue,
} from '../../../../fixtures/tiny.js';

/** So many orders for `emails` at the zero, or so many each second. */
export function orders(perSecond: number, forSeconds: number, overrides = {}) {
  const phases = [{ forSeconds, fromPerSecond: perSecond, toPerSecond: perSecond }];
  return tinyProducer({ via: 'http', phases, ...overrides });
}

/** `emails`, whose work `email` does; four calls at once, keys, no time limit. */
export function emails(overrides: Partial<QueueSpec> = {}): QueueSpec {
  return tinyQueue({
    rate: null,
    concurrency: 4,
    provider: 'email',
    idempotency: { mode: 'effect-key' },
    ...overrides,
  });
}

/** Four orders, one each second, to `emails`, whose provider does 5/s in 100 ms. */
export function servicePlan(overrides: Partial<Scenario> = {}): Plan {
  return tinyPlan({
    producers: [orders(1, 4)],
    queues: [emails()],
    providers: [tinyProvider()],
    orderService: tinyOrderService(),
    ...overrides,
  });
}

/** Of mode sync. */
export function syncPlan(overrides: Partial<Scenario> = {}): Plan {
  return servicePlan({ mode: 'sync', ...overrides });
}

/** What services, customers and messages go through, as short lines: `0.3 effect 1`, `0.3 answered 1 201`. */
export function story(events: readonly LedgerEvent[], ...kinds: readonly LedgerEvent['e'][]): string[] {
  return events.filter(({ e }) => kinds.length === 0 || kinds.includes(e)).map(lineOf);
}

function lineOf(event: LedgerEvent): string {
  const parts: (string | number)[] = [event.t / 1e6, event.e];
  if ('m' in event && typeof event.m === 'string') parts.push(event.m.replace('orders/', ''));
  if ('status' in event) parts.push(event.status);
  if (event.e === 'unanswered') parts.push(event.kind);
  if (event.e === 'called') parts.push(`behind ${event.waiting}`);
  if (event.e === 'breaker') parts.push(event.state);
  if (event.e === 'failed')
    parts.push(event.again === undefined ? 'for good' : `again in ${event.again / 1e6}`);
  if (event.e === 'exited') parts.push(event.name, event.signal ?? String(event.code));
  if (event.e === 'ready' || event.e === 'supervised') parts.push(event.q);
  if (event.e === 'fault') parts.push(event.kind, event.q, event.skipped ?? `up ${event.up}`);
  return parts.join(' ');
}

/** Whose the files are that events of a kind stand in: `provider email`. */
export function writers(all: readonly [LedgerEvent, number][], kind: LedgerEvent['e']): string[] {
  const names = new Map<number, string>();
  for (const [event, file] of all)
    if (event.e === 'opened') names.set(file, `${event.role} ${event.name ?? ''}`.trim());
  return [...new Set(all.filter(([{ e }]) => e === kind).map(([, file]) => names.get(file) ?? '?'))];
}
