import type { LedgerWriter } from '../ledger/write.js';
import type { ProcessOptions, ProcessPool } from './pool.js';
import { Producers } from './producers.js';
import type { RunSetup } from './run-setup.js';
import { servicePools } from './service-pools.js';
import { workerPool } from './workers.js';

/** All processes of a run: the workers of each queue, the services, and the producers. */
export class Processes {
  /** The workers by their queue. */
  readonly workers: ReadonlyMap<string, ProcessPool>;
  /** The services by their name. */
  readonly services: ReadonlyMap<string, ProcessPool>;
  private readonly pools: readonly ProcessPool[];
  private readonly producers: Producers;
  private readonly starting: Promise<(string | null)[]>;

  constructor(run: RunSetup, options: ProcessOptions) {
    this.services = byName(servicePools(run, options));
    this.workers = byName(run.plan.queues.map(({ name }) => workerPool(run, name, options)));
    this.pools = [...this.services.values(), ...this.workers.values()];
    this.producers = new Producers(run, options);
    this.starting = Promise.all([...this.pools.map((pool) => pool.startAll()), this.producers.ready()]);
  }

  /** Resolves when each has said that it is ready; with a sentence about the first that exited before, null: none. */
  async ready(): Promise<string | null> {
    return (await this.starting).find((problem) => problem !== null) ?? null;
  }

  /** The processes that have not said that they are ready: `worker 1 of emails`, `the producer orders`. */
  notReady(): string[] {
    return [...this.pools.flatMap((pool) => pool.notReady()), ...this.producers.notReady()];
  }

  /** Gives the workers and services the clock, so that none is handed anything before it can say when. */
  async arm(zero: bigint, ledger: LedgerWriter): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.arm(zero, ledger)));
  }

  /** Gives the producers the clock. Resolves when all has been published or answered, or their processes are gone. */
  produce(zero: bigint, ledger: LedgerWriter): Promise<void> {
    return this.producers.run(zero, ledger);
  }

  /**
   * Ends all of them in order, and kills what is still there after the grace (real milliseconds). The providers go last:
   * whoever calls them finishes what it holds. Resolves when all are gone.
   */
  async stopAll(graceMillis: number): Promise<void> {
    const begun = performance.now();
    const providers = this.pools.filter(({ role }) => role === 'provider');
    const callers = this.pools.filter(({ role }) => role !== 'provider');
    for (const provider of providers) provider.leaveDown();
    await Promise.all([
      this.producers.stopAll(graceMillis),
      ...callers.map((pool) => pool.stopAll(graceMillis)),
    ]);
    const leftMillis = Math.max(0, graceMillis - (performance.now() - begun));
    await Promise.all(providers.map((pool) => pool.stopAll(leftMillis)));
  }
}

function byName(pools: readonly ProcessPool[]): Map<string, ProcessPool> {
  return new Map(pools.map((pool) => [pool.name, pool]));
}
