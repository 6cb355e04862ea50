import { join } from 'node:path';
import type { LedgerWriter } from '../ledger/write.js';
import type { PlannedProducer } from '../plan/types.js';
import { orderServiceName } from '../result/orders.js';
import { Child, endWithin, whyOf } from './child.js';
import type { ProcessOptions } from './pool.js';
import { addressOf } from './ports.js';
import type { RunSetup } from './run-setup.js';

/** The producer processes. */
export class Producers {
  private readonly children: { readonly spec: PlannedProducer; readonly child: Child }[];
  private ledger: LedgerWriter | null = null;
  private readonly finished = new Set<Child>();

  constructor({ plan, setup, addresses }: RunSetup, { logDirectory, guard, onFailure }: ProcessOptions) {
    this.children = plan.producers.map((spec) => {
      const file = `producer-${spec.name}`;
      const child = new Child('producer/main', join(logDirectory, `${file}.log`));
      guard.watch(child.pid);
      child.on((message) => {
        if (message.type === 'published') this.finished.add(child);
        if (message.type === 'failed') onFailure(message.message, message.diskFull);
      });
      void child.exited.then(({ code, signal }) => {
        guard.forget(child.pid);
        const who = { role: 'producer', name: spec.name, pid: child.pid } as const;
        this.ledger?.write({
          e: 'exited',
          ...who,
          code,
          signal,
          ordered: this.finished.has(child),
          ...whyOf(child),
        });
      });
      const orderServiceUrl = spec.via === 'http' ? addressOf(addresses, orderServiceName).url : null;
      const own = { role: 'producer', producer: spec, orderServiceUrl, ledgerFile: file } as const;
      child.send({ type: 'setup', setup: { ...setup, ...own } });
      return { spec, child };
    });
  }

  /** Resolves when all can begin, with what went wrong where one isn't. */
  async ready(): Promise<string | null> {
    const ready = await Promise.all(this.children.map(({ child }) => child.next('ready')));
    const missing = this.children.find((_, i) => ready[i] === null);
    return missing === undefined ? null : `the producer ${missing.spec.name} exited before it was ready`;
  }

  /** The producers that have not said that they are ready. */
  notReady(): string[] {
    return this.children.filter(({ child }) => !child.isReady).map(({ spec }) => `the producer ${spec.name}`);
  }

  /** Gives them the clock. @returns resolves when each has published everything, or has its orders' answers, or is gone */
  async run(zero: bigint, ledger: LedgerWriter): Promise<void> {
    this.ledger = ledger;
    const published = this.children.map(({ child }) => child.next('published'));
    for (const { child } of this.children) child.send({ type: 'clock', zero: zero.toString() });
    await Promise.all(published);
  }

  /** Ends those that are still at it; what they had not attempted is dropped. */
  async stopAll(graceMillis: number): Promise<void> {
    for (const { child } of this.children) {
      this.finished.add(child);
      child.send({ type: 'finish' });
    }
    await endWithin(
      this.children.map(({ child }) => child),
      graceMillis,
    );
  }
}
