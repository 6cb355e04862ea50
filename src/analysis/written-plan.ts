import type { Plan, PlannedProducer, PlannedQueue } from '../plan/types.js';
import type { ProducerSpec, QueueSpec } from '../scenario/types.js';

/** A plan as a run directory has it: written by hand, or by a version that knew less, it may say less. */
export type WrittenPlan = Omit<Plan, 'scenario' | 'producers' | 'queues'> & {
  readonly scenario: Omit<
    Plan['scenario'],
    'producers' | 'queues' | 'variant' | 'mode' | 'providers' | 'orderService'
  > &
    Partial<Pick<Plan['scenario'], 'variant' | 'mode' | 'providers' | 'orderService'>> & {
      readonly producers?: readonly (Partial<ProducerSpec> & Pick<ProducerSpec, 'name'>)[];
      readonly queues: readonly (Partial<QueueSpec> & Pick<QueueSpec, 'name'>)[];
    };
  readonly producers: readonly (Partial<PlannedProducer> &
    Pick<PlannedProducer, 'name' | 'scheduled' | 'to'>)[];
  readonly queues: readonly (Partial<PlannedQueue> & Pick<PlannedQueue, 'name'>)[];
};

/** What a queue does where the plan doesn't say: nothing beyond being served. */
const plain: Omit<QueueSpec, 'name'> = {
  rate: null,
  workers: 1,
  concurrency: 1,
  work: { kind: 'constant', meanSeconds: 0 },
  acknowledgeSeconds: 0,
  redelivery: null,
  failures: [],
  timeoutSeconds: null,
  attempts: 1,
  backoff: null,
  deadLetter: null,
  idempotency: { mode: 'none' },
  deduplication: { kind: 'job-id', keepCount: null, keepSeconds: null },
  superviseSeconds: null,
  polling: null,
  provider: null,
  outcomes: [],
};

/** A producer of which the plan says its name alone. */
const plainProducer: Omit<ProducerSpec, 'name'> = {
  phases: [],
  arrivals: 'constant',
  to: [],
  giveUpSeconds: null,
  resubmitSeconds: [],
  via: 'queue',
  patienceSeconds: 30,
};

/** Fills in what a plan doesn't say, so that any version's run directories, and those written by hand, can be analysed. */
export function completed(written: WrittenPlan): Plan {
  const producers = written.producers.map(
    (producer): PlannedProducer => ({
      curve: [],
      arrivals: 'constant',
      firstDueSeconds: null,
      lastDueSeconds: null,
      giveUpSeconds: null,
      resubmitSeconds: [],
      via: 'queue',
      patienceSeconds: 30,
      ...producer,
    }),
  );
  return {
    ...written,
    scenario: {
      variant: null,
      mode: 'queue',
      providers: [],
      orderService: null,
      ...written.scenario,
      producers: (written.scenario.producers ?? []).map((producer) => ({ ...plainProducer, ...producer })),
      queues: written.scenario.queues.map((queue) => ({ ...plain, ...queue })),
    },
    producers,
    queues: written.queues.map((queue) => completedQueue(queue, producers)),
  };
}

/** Without a word on how messages come to it, they come straight from the producers that name it. */
function completedQueue(
  queue: WrittenPlan['queues'][number],
  producers: readonly PlannedProducer[],
): PlannedQueue {
  const direct = producers.filter(({ to }) => to.includes(queue.name));
  const sources =
    queue.sources ?? direct.map(({ name, scheduled }) => ({ producer: name, path: [], scheduled }));
  return {
    producers: [...new Set(sources.map(({ producer }) => producer))],
    scheduled: sources.reduce((sum, { scheduled }) => sum + scheduled, 0),
    arrivals: [],
    feeders: [],
    isServed: true,
    redelivery: { afterSeconds: 30, checkSeconds: 30, limit: 1 },
    ...queue,
    sources,
  };
}
