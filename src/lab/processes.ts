import type { LedgerWriter } from '../ledger/write.js';
import { Producers, type ProducersOptions } from './producers.js';
import { WorkerPool } from './workers.js';

/** All processes of a run: the workers of each queue, and the producers. */
export class Processes {
  readonly pools: ReadonlyMap<string, WorkerPool>;
  private readonly producers: Producers;
  private readonly starting: Promise<(string | null)[]>;

  constructor(options: ProducersOptions) {
    const queues = options.plan.queues.map((queue) => queue.name);
    const pools = queues.map((queue) => new WorkerPool({ ...options, queue }));
    this.pools = new Map(pools.map((pool) => [pool.queue, pool]));
    this.producers = new Producers(options);
    this.starting = Promise.all([...pools.map((pool) => pool.startAll()), this.producers.ready()]);
  }

  /** Resolves when each has said that it is ready; with a sentence about the first that exited before, null: none. */
  async ready(): Promise<string | null> {
    return (await this.starting).find((problem) => problem !== null) ?? null;
  }

  /** The processes that have not said that they are ready: `worker 1 of emails`, `the producer orders`. */
  notReady(): string[] {
    return [...[...this.pools.values()].flatMap((pool) => pool.notReady()), ...this.producers.notReady()];
  }

  /** Gives the workers the clock, so that none is handed a message before it can say when. */
  async arm(zero: bigint, ledger: LedgerWriter): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.arm(zero, ledger)));
  }

  /** Gives the producers the clock. Resolves when all has been published, or their processes are gone. */
  produce(zero: bigint, ledger: LedgerWriter): Promise<void> {
    return this.producers.run(zero, ledger);
  }

  /** Ends all of them in order, and kills what is still there after the grace (real milliseconds). Resolves when all are gone. */
  async stopAll(graceMillis: number): Promise<void> {
    const pools = [...this.pools.values()];
    await Promise.all([
      this.producers.stopAll(graceMillis),
      ...pools.map((pool) => pool.stopAll(graceMillis)),
    ]);
  }
}
