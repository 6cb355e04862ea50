import type { Clock, LedgerWriter } from '../../ledger/write.js';
import type { Plan, PlannedFault } from '../../plan/types.js';
import type { Child } from '../child.js';
import type { ProcessPool } from '../pool.js';
import type { Aim } from '../protocol.js';
import { sleep } from '../timers.js';
import { aimOf, neverCame } from './aim.js';
import { faultKinds } from './index.js';
import { type DeadLetterBroker, redrive } from './redrive.js';
import { type Hit, targetsOf } from './types.js';

interface AimedKill {
  readonly fault: PlannedFault;
  readonly aim: Aim;
  readonly child: Child;
  readonly stopListening: () => void;
}

/** What the faults are done to. */
export interface FaultTargets {
  /** By name, of a queue or a service. */
  readonly pools: ReadonlyMap<string, ProcessPool>;
  readonly broker: DeadLetterBroker;
}

/** Does the plan's faults at their times, and writes down what each really hit. */
export class FaultTimeline {
  private readonly aimed = new Set<AimedKill>();
  private readonly redrives: Promise<void>[] = [];

  constructor(
    private readonly plan: Plan,
    private readonly targets: FaultTargets,
    private readonly ledger: LedgerWriter,
    private readonly clock: Clock,
  ) {}

  /**
   * Resolves when every fault was done or the signal was aborted. An aimed kill that still waits for its moment counts
   * as done: it is called off by the next fault on its queue's workers, or at the end of the run. A redrive takes the time
   * that the broker takes, and keeps no later fault waiting.
   */
  async run(signal: AbortSignal): Promise<void> {
    for (const fault of this.plan.faults) {
      const due = (fault.atSeconds * 1e6) / this.plan.speed;
      while (!signal.aborted && this.clock.now() < due)
        await sleep(Math.max(1, (due - this.clock.now()) / 1000), signal);
      if (signal.aborted) break;
      this.apply(fault);
    }
    await this.redriven();
  }

  /** Resolves when no redrive is under way. Rejects as one of them did. */
  async redriven(): Promise<void> {
    await Promise.all(this.redrives);
  }

  /** Calls off the aimed kills that still wait. */
  callOff(queue?: string): void {
    for (const kill of [...this.aimed]) {
      if (queue !== undefined && kill.fault.queue !== queue) continue;
      this.aimed.delete(kill);
      kill.stopListening();
      kill.child.send({ type: 'disarm' });
      this.write(kill.fault, { workers: [], pids: [], skipped: neverCame[kill.aim.point] });
    }
  }

  private apply(fault: PlannedFault): void {
    if (fault.kind === 'redrive') {
      this.redrive(fault);
      return;
    }
    this.callOff(fault.queue);
    const pool = this.poolOf(fault);
    if (fault.when !== 'now') {
      this.aim(fault, pool);
      return;
    }
    const commanded = this.clock.now();
    const hit = faultKinds[fault.kind](pool, fault);
    // A start counts from the command, because making a process is a part of it; a death from when the signal was sent.
    const isStart = fault.kind === 'restart' || fault.kind === 'scale';
    this.write(fault, hit, isStart ? commanded : undefined);
  }

  private redrive(fault: PlannedFault): void {
    const done = redrive(this.targets.broker, fault, this.ledger).then((hit) => this.write(fault, hit));
    // It is run that rejects with what goes wrong; until it gets there, that is not unhandled.
    done.catch(() => undefined);
    this.redrives.push(done);
  }

  private aim(fault: PlannedFault, pool: ProcessPool): void {
    const targets = targetsOf(fault, pool.numbers('up'));
    if (targets.length === 0) this.write(fault, faultKinds.kill(pool, fault));
    for (const number of targets) {
      const aim = aimOf(fault, number, this.plan.seed);
      if (aim === null) continue;
      const child = pool.childOf(number);
      const stopListening = child.on((message) => {
        // The moment of an aim that was called off may still be on its way.
        if (message.type !== 'moment' || message.fault !== fault.index) return;
        pool.signal(number, 'SIGKILL');
        this.write(fault, { workers: [number], pids: [child.pid] });
        this.aimed.delete(kill);
        stopListening();
      });
      const kill: AimedKill = { fault, aim, child, stopListening };
      this.aimed.add(kill);
      child.send({ type: 'aim', aim, fault: fault.index });
    }
  }

  private write(fault: PlannedFault, hit: Hit & { readonly messages?: number }, t?: number): void {
    const { queue, kind, index } = fault;
    this.ledger.write({ e: 'fault', q: queue, kind, index, ...hit, up: this.poolOf(fault).up }, t);
  }

  private poolOf(fault: PlannedFault): ProcessPool {
    return this.targets.pools.get(fault.queue) as ProcessPool;
  }
}
