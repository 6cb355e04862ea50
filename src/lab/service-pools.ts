import { specOf } from '../plan/build.js';
import { orderServiceName } from '../result/orders.js';
import type { OrderServiceSpec, ProviderSpec } from '../scenario/types.js';
import { type ProcessOptions, ProcessPool } from './pool.js';
import { addressOf } from './ports.js';
import type { ChildSetup, OrderServiceSetup } from './protocol.js';
import { fileOf, providerAddress, type RunSetup } from './run-setup.js';

/** The pools of a run's services, each of one process: the order service, if there is one, and the providers. */
export function servicePools(run: RunSetup, options: ProcessOptions): ProcessPool[] {
  const { orderService, providers } = run.plan.scenario;
  return [
    ...(orderService === null ? [] : [orderServicePool(run, orderService, options)]),
    ...providers.map((provider) => providerPool(run, provider, options)),
  ];
}

/** One that has fallen over is started again by itself; one that was killed by order stays down until its restart. */
function providerPool(run: RunSetup, provider: ProviderSpec, options: ProcessOptions): ProcessPool {
  const { plan, setup, addresses } = run;
  const { name, fallOver } = provider;
  const { port } = addressOf(addresses, name);
  return new ProcessPool(
    {
      name,
      role: 'provider',
      size: 1,
      supervision:
        fallOver === null
          ? null
          : { delayMillis: (fallOver.backSeconds * 1000) / plan.speed, afterOrderedKill: false },
      processOf: (_, generation) => {
        const ledgerFile = fileOf(`provider-${name}`, generation);
        const own = { role: 'provider', provider, port, generation, ledgerFile } as const;
        return { entry: 'services/provider/main', file: ledgerFile, setup: { ...setup, ...own } };
      },
    },
    options,
  );
}

function orderServicePool(run: RunSetup, service: OrderServiceSpec, options: ProcessOptions): ProcessPool {
  return new ProcessPool(
    {
      name: orderServiceName,
      role: 'order-service',
      size: 1,
      supervision: null,
      processOf: (_, generation) => {
        const ledgerFile = fileOf(orderServiceName, generation);
        const own = { ...orderServiceSetup(run, service), generation, ledgerFile };
        return { entry: 'services/order-service/main', file: ledgerFile, setup: { ...run.setup, ...own } };
      },
    },
    options,
  );
}

function orderServiceSetup(
  run: RunSetup,
  service: OrderServiceSpec,
): Omit<OrderServiceSetup, keyof ChildSetup | 'generation'> {
  const { plan, addresses } = run;
  const producers = plan.producers
    .filter(({ via }) => via === 'http')
    .map(({ name, scheduled, to }) => ({ name, scheduled, to }));
  const queues = [...new Set(producers.flatMap(({ to }) => to))];
  return {
    role: 'order-service',
    service,
    mode: plan.scenario.mode,
    port: addressOf(addresses, orderServiceName).port,
    producers,
    steps: queues.map((queue) => ({ queue: specOf(plan, queue), provider: providerAddress(run, queue) })),
  };
}
