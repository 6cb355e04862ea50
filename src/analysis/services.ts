import type { Plan } from '../plan/types.js';
import {
  type OrderServiceResult,
  orderServiceName,
  type ProviderServiceResult,
  type ServiceResult,
} from '../result/orders.js';
import type { Collected } from './collect.js';
import { serviceTroubles } from './service-troubles.js';

/** All that happened to the scenario's services: the order service, and the providers in the scenario's order. */
export function serviceResults(
  plan: Plan,
  collected: Collected,
  seconds: (micros: number) => number,
): Record<string, ServiceResult> {
  const { orderService, providers } = plan.scenario;
  const results: Record<string, ServiceResult> = {};
  if (orderService !== null) results[orderServiceName] = orderServiceResult(plan, collected);
  for (const { name } of providers) results[name] = providerResult(plan, name, collected, seconds);
  return results;
}

function orderServiceResult(plan: Plan, { services, processes, story }: Collected): OrderServiceResult {
  const { received, guests, responses, rejections } = services.orderService;
  return {
    kind: 'order-service',
    mode: plan.scenario.mode,
    started: processes.startsOf(null),
    died: story.exits.filter(({ role, ordered }) => role === 'order-service' && !ordered).length,
    received,
    guests,
    responses: Object.fromEntries(responses),
    rejections: Object.fromEntries(rejections),
  };
}

function providerResult(
  plan: Plan,
  provider: string,
  { services, processes, story, orders, queues }: Collected,
  seconds: (micros: number) => number,
): ProviderServiceResult {
  const spec = plan.scenario.providers.find(({ name }) => name === provider);
  const counts = services.providers.get(provider);
  if (spec === undefined || counts === undefined) throw new TypeError(`no provider is called ${provider}`);
  const { turningAway: _, ...own } = counts;
  const isMine = ({ role, name }: { role: string; name: string }) => role === 'provider' && name === provider;
  return {
    kind: 'provider',
    capacityPerSecond: spec.capacity.count / spec.capacity.perSeconds,
    started: processes.startsOf(provider),
    died: story.exits.filter((exit) => isMine(exit) && !exit.ordered).length,
    ...own,
    troubles: serviceTroubles(provider, counts, { plan, story, orders, queues }, seconds),
  };
}
