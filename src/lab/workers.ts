import { specOf } from '../plan/build.js';
import { type ProcessOptions, ProcessPool } from './pool.js';
import type { ChildSetup, WorkerSetup } from './protocol.js';
import { fileOf, providerAddress, type RunSetup } from './run-setup.js';

/** The workers of a queue: a pool without processes where nothing comes to it on the broker. */
export function workerPool(run: RunSetup, queue: string, options: ProcessOptions): ProcessPool {
  const { plan, setup } = run;
  const { workers, superviseSeconds } = specOf(plan, queue);
  const isServed = plan.queues.some((planned) => planned.name === queue && planned.isServed);
  const supervision =
    superviseSeconds === null
      ? null
      : { delayMillis: (superviseSeconds * 1000) / plan.speed, afterOrderedKill: true };
  const processOf = (worker: number, generation: number) => {
    const file = fileOf(`worker-${queue}-${worker}`, generation);
    const own = workerSetup(run, queue, worker);
    return { entry: 'worker/main', file, setup: { ...setup, ...own, ledgerFile: file } };
  };
  return new ProcessPool(
    { name: queue, role: 'worker', size: isServed ? workers : 0, supervision, processOf },
    options,
  );
}

function workerSetup(run: RunSetup, queue: string, worker: number): Omit<WorkerSetup, keyof ChildSetup> {
  const { plan } = run;
  const spec = specOf(plan, queue);
  const planned = plan.queues.find((candidate) => candidate.name === queue);
  // Where each worker holds its share of the limit, it is the share of the workers that the scenario begins with.
  const share = plan.capabilities.rateScope === 'queue' ? 1 : Math.max(1, spec.workers);
  return {
    role: 'worker',
    queue: spec,
    worker,
    redelivery: planned?.redelivery ?? plan.capabilities.redelivery.defaults,
    rate: spec.rate === null ? null : { count: spec.rate.count, perSeconds: spec.rate.perSeconds * share },
    provider: providerAddress(run, queue),
  };
}
