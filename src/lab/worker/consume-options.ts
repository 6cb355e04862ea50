import type { ConsumeOptions } from '../../broker/types.js';
import type { WorkerSetup } from '../protocol.js';

/** How a worker serves its queue, as the driver wants it: in real seconds, at the run's speed. */
export function consumeOptions({
  queue,
  rate,
  redelivery,
  speed,
}: Pick<WorkerSetup, 'queue' | 'rate' | 'redelivery' | 'speed'>): Pick<
  ConsumeOptions,
  'concurrency' | 'rate' | 'redelivery' | 'polling'
> {
  const { concurrency, polling } = queue;
  return {
    concurrency,
    rate: rate === null ? null : { count: rate.count, perSeconds: rate.perSeconds / speed },
    redelivery: {
      afterSeconds: redelivery.afterSeconds / speed,
      checkSeconds: redelivery.checkSeconds / speed,
      limit: redelivery.limit,
    },
    polling:
      polling === null
        ? null
        : {
            batch: polling.batch,
            sleepSeconds: polling.sleepSeconds / speed,
            errorSleepSeconds: polling.errorSleepSeconds / speed,
          },
  };
}
