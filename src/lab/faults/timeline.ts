import type { Clock, LedgerWriter } from '../../ledger/write.js';
import type { Plan, PlannedFault } from '../../plan/types.js';
import type { Child } from '../child.js';
import { sleep } from '../timers.js';
import type { WorkerPool } from '../workers.js';
import { faultKinds } from './index.js';
import { type Hit, targetsOf } from './types.js';

interface Aim {
  readonly fault: PlannedFault;
  readonly child: Child;
  readonly stopListening: () => void;
}

/** Does the plan's faults at their times, and writes down what each really hit. */
export class FaultTimeline {
  private readonly aims = new Set<Aim>();

  constructor(
    private readonly plan: Plan,
    private readonly pools: ReadonlyMap<string, WorkerPool>,
    private readonly ledger: LedgerWriter,
    private readonly clock: Clock,
  ) {}

  /**
   * Resolves when every fault was done or the signal was aborted. An aimed kill that still waits for its moment counts
   * as done: it is called off by the next fault on its queue, or at the end of the run.
   */
  async run(signal: AbortSignal): Promise<void> {
    for (const fault of this.plan.faults) {
      const due = (fault.atSeconds * 1e6) / this.plan.speed;
      while (!signal.aborted && this.clock.now() < due)
        await sleep(Math.max(1, (due - this.clock.now()) / 1000), signal);
      if (signal.aborted) return;
      this.apply(fault);
    }
  }

  /** Calls off the aimed kills that still wait. */
  callOff(queue?: string): void {
    for (const aim of [...this.aims]) {
      if (queue !== undefined && aim.fault.queue !== queue) continue;
      this.aims.delete(aim);
      aim.stopListening();
      aim.child.send({ type: 'disarm' });
      this.write(aim.fault, {
        workers: [],
        pids: [],
        skipped: 'the moment never came: no worker held messages that all had their effect',
      });
    }
  }

  private apply(fault: PlannedFault): void {
    this.callOff(fault.queue);
    const pool = this.poolOf(fault);
    if (fault.when === 'after-effect') {
      this.aim(fault, pool);
      return;
    }
    const commanded = this.clock.now();
    const hit = faultKinds[fault.kind](pool, fault);
    // A start counts from the command, because making a process is a part of it; a death from when the signal was sent.
    const isStart = fault.kind === 'restart' || fault.kind === 'scale';
    this.write(fault, hit, isStart ? commanded : undefined);
  }

  private aim(fault: PlannedFault, pool: WorkerPool): void {
    const targets = targetsOf(fault, pool.numbers('up'));
    if (targets.length === 0) this.write(fault, faultKinds.kill(pool, fault));
    for (const number of targets) {
      const child = pool.childOf(number);
      const stopListening = child.on((message) => {
        if (message.type !== 'moment') return;
        pool.signal(number, 'SIGKILL');
        this.write(fault, { workers: [number], pids: [child.pid] });
        this.aims.delete(aim);
        stopListening();
      });
      const aim: Aim = { fault, child, stopListening };
      this.aims.add(aim);
      child.send({ type: 'aim' });
    }
  }

  private write(fault: PlannedFault, hit: Hit, t?: number): void {
    const { queue, kind, index } = fault;
    this.ledger.write({ e: 'fault', q: queue, kind, index, ...hit, up: this.poolOf(fault).up }, t);
  }

  private poolOf(fault: PlannedFault): WorkerPool {
    return this.pools.get(fault.queue) as WorkerPool;
  }
}
