import type { FaultEvent } from '../../ledger/events.js';
import { uniform } from '../../plan/draws.js';
import type { PlannedFault } from '../../plan/types.js';
import { redrive } from './burial.js';
import type { Crew } from './crew.js';
import { point } from './gate.js';
import { moment } from './moments.js';
import { toMicros } from './options.js';
import type { Aim, WorkerProcess } from './worker.js';
import type { World } from './world.js';

/** The latest passage that a random kill is drawn for, as the lab draws it. */
const mostPassages = 12;

/** The points of aimed kills, by their names in a scenario. */
const pointOf = {
  'before-effect': point.beforeEffect,
  'after-effect': point.afterEffect,
  'before-acknowledge': point.beforeAcknowledge,
  'before-dead-letter': point.beforeDeadLetter,
  random: point.random,
} as const;

/** Why an aimed kill was not done. */
const neverCame = 'the moment never came';

/** Whom a fault befell, or why nobody. */
type Hit = Pick<FaultEvent, 'skipped' | 'messages'> & { readonly processes: readonly WorkerProcess[] };

interface AimedKill {
  readonly aim: Aim;
  readonly process: WorkerProcess;
}

/** Does the plan's faults at their times, to simulated processes, and says what each hit. */
export class Faults {
  /** How many are still to come. */
  left = 0;
  private aimed: AimedKill[] = [];

  constructor(private readonly world: World) {}

  /** Notes down the plan's faults. */
  begin(): void {
    const { plan, heap, measured } = this.world;
    for (const { atSeconds, index } of plan.faults) {
      const seconds = measured.faultSeconds?.get(index) ?? atSeconds;
      heap.push(toMicros(seconds), moment.fault, index, 0);
    }
    this.left = plan.faults.length;
  }

  /** It is a fault's turn. */
  apply(index: number): void {
    this.left--;
    const fault = this.world.plan.faults[index] as PlannedFault;
    const { queue: name, repaired } = fault;
    const service = this.world.services.find(name);
    if (service !== undefined) {
      service.befall(fault);
      return;
    }
    const queue = this.world.queue(name);
    if (fault.kind === 'redrive') {
      const { dead, messages } = redrive(this.world, queue, repaired);
      const skipped = dead === 0 ? { skipped: `${name} had no dead letters` } : {};
      this.tell(fault, { processes: [], messages, ...skipped });
      return;
    }
    this.callOff(name);
    const crew = this.crewOf(fault);
    if (fault.when === 'now') this.befall(fault, crew);
    else this.aim(fault, fault.when, crew);
  }

  /** An aimed kill has its moment. */
  hit(process: WorkerProcess, aim: Aim): void {
    this.aimed = this.aimed.filter((kill) => kill.aim !== aim);
    this.strike(aim.fault, this.crewOf(aim.fault), [process.number]);
  }

  /** Calls off the aimed kills that still wait; of one queue, or of all. */
  callOff(queue?: string): void {
    const off = this.aimed.filter(({ aim }) => queue === undefined || aim.fault.queue === queue);
    this.aimed = this.aimed.filter((kill) => !off.includes(kill));
    for (const { aim, process } of off) {
      if (process.isAlive) this.world.gate.disarm(process);
      this.tell(aim.fault, { processes: [], skipped: neverCame });
    }
  }

  private aim(fault: PlannedFault, when: keyof typeof pointOf, crew: Crew): void {
    const targets = targetsOf(fault, crew.numbers('up'));
    if (targets.length === 0) this.befall(fault, crew);
    for (const number of targets) {
      const process = crew.processOf(number);
      const drawn = uniform(this.world.plan.seed, `crash point ${fault.queue}`, fault.index, number);
      const passagesLeft = when === 'random' ? 1 + Math.floor(drawn * mostPassages) : 0;
      const aim: Aim = { fault, point: pointOf[when], passagesLeft };
      this.aimed.push({ aim, process });
      this.world.gate.arm(process, aim);
    }
  }

  private befall(fault: PlannedFault, crew: Crew): void {
    switch (fault.kind) {
      case 'kill':
        this.strike(fault, crew, targetsOf(fault, [...crew.numbers('up'), ...crew.numbers('frozen')]));
        break;
      case 'stop':
        this.stop(fault, crew, targetsOf(fault, crew.numbers('up')));
        break;
      case 'restart': {
        const processes = targetsOf(fault, crew.numbers('down')).map((number) => crew.restart(number));
        this.tell(fault, { processes, ...this.nobody(processes, fault, 'down') });
        break;
      }
      case 'freeze':
        this.freeze(fault, crew);
        break;
      case 'thaw':
        this.thaw(fault, crew);
        break;
      default:
        this.scale(fault, crew);
    }
  }

  private strike(fault: PlannedFault, crew: Crew, targets: readonly number[]): void {
    const processes = targets.map((number) => crew.mark(number, 'down'));
    for (const process of processes) process.isOrdered = true;
    this.tell(fault, { processes, ...this.nobody(processes, fault, 'running') });
    for (const process of processes) crew.kill(process);
  }

  private stop(fault: PlannedFault, crew: Crew, targets: readonly number[]): void {
    const processes = this.dismiss(crew, targets);
    this.tell(fault, { processes, ...this.nobody(processes, fault, 'running') });
    for (const process of processes) crew.close(process);
  }

  /** Takes workers out of the crew that are to finish what they hold. */
  private dismiss(crew: Crew, targets: readonly number[]): WorkerProcess[] {
    return targets.map((number) => {
      const process = crew.mark(number, 'down');
      process.isOrdered = true;
      process.isDismissed = true;
      return process;
    });
  }

  private freeze(fault: PlannedFault, crew: Crew): void {
    const { deliveries, redelivery, now } = this.world;
    const processes = targetsOf(fault, crew.numbers('up')).map((number) => crew.mark(number, 'frozen'));
    this.tell(fault, { processes, ...this.nobody(processes, fault, 'running') });
    for (const process of processes) {
      for (const d of deliveries.of(process.index))
        if (deliveries.isLost[d] === 0) redelivery.orphan(process, deliveries.job[d]);
      process.isFrozen = true;
      process.frozenAt = now;
    }
  }

  private thaw(fault: PlannedFault, crew: Crew): void {
    const { heap, redelivery, dispatch, now } = this.world;
    const processes = targetsOf(fault, crew.numbers('frozen')).map((number) => crew.mark(number, 'up'));
    this.tell(fault, { processes, ...this.nobody(processes, fault, 'frozen') });
    for (const process of processes) {
      process.isFrozen = false;
      redelivery.thaw(process);
      // What its timers were for meanwhile happens now.
      for (const { kind, a, b } of process.deferred.splice(0)) heap.push(now, kind, a, b);
      dispatch.wait(process);
      dispatch.serve(process.queue);
    }
  }

  private scale(fault: PlannedFault, crew: Crew): void {
    const wanted = fault.workers === 'all' ? crew.up : fault.workers;
    crew.leaveDown();
    const started: WorkerProcess[] = [];
    while (crew.up < wanted) started.push(crew.add());
    const stopped = this.dismiss(crew, crew.numbers('up').slice(wanted).reverse());
    const processes = [...started, ...stopped];
    const skipped = `${fault.queue} had ${wanted} workers already`;
    this.tell(fault, processes.length === 0 ? { processes, skipped } : { processes });
    for (const process of stopped) crew.close(process);
  }

  private nobody(
    processes: readonly WorkerProcess[],
    { queue }: PlannedFault,
    needed: 'running' | 'down' | 'frozen',
  ): Pick<Hit, 'skipped'> {
    return processes.length === 0 ? { skipped: `no worker of ${queue} was ${needed}` } : {};
  }

  private tell(fault: PlannedFault, { processes, ...rest }: Hit): void {
    const { queue: q, kind, index } = fault;
    const workers = processes.map(({ number }) => number);
    const pids = processes.map(({ pid }) => pid);
    const { up } = this.crewOf(fault);
    this.world.scribe.lab({ t: this.world.now, e: 'fault', q, kind, index, workers, pids, up, ...rest });
  }

  private crewOf({ queue }: PlannedFault): Crew {
    return this.world.crews[this.world.queue(queue).index] as Crew;
  }
}

/** The first of the candidates, as many as the fault asks for. */
function targetsOf({ workers }: PlannedFault, candidates: readonly number[]): readonly number[] {
  return workers === 'all' ? candidates : candidates.slice(0, workers);
}
