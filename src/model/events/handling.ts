import { drawOutcome } from '../../plan/draws.js';
import type { Target } from '../../scenario/types.js';
import { type Course, courseEnd, drawCourse } from './course.js';
import { point, stage } from './gate.js';
import { isAccepted, knownBy, record, recordsAfter } from './guard.js';
import { moment } from './moments.js';
import type { QueueState } from './queue.js';
import { type CallOutcome, callProvider } from './services/calling.js';
import type { WorkerProcess } from './worker.js';
import type { World } from './world.js';

/** Work that goes on behind its time limit; nobody waits for it. */
interface Overrun {
  readonly process: WorkerProcess;
  readonly slot: number;
  readonly name: string;
  readonly isCrash: boolean;
}

/**
 * What a worker does with a message: start, idempotency's check, work, effect, record, publish on, wait, acknowledge. Where a kill has
 * its moment in the middle of it, the rest is left undone.
 */
export class Handling {
  private readonly overruns = new Map<number, Overrun>();

  constructor(private readonly world: World) {}

  start(process: WorkerProcess, job: number): void {
    const { world } = this;
    const { gate } = world;
    const { queue } = process;
    const { jobs } = queue;
    const slot = jobs.slot[job];
    const n = jobs.starts[job];
    const name = queue.names.of(slot);
    const { deliveries } = world;
    const d = deliveries.take(process.index, job, slot, name);
    deliveries.start[d] = n;
    deliveries.failures[d] = jobs.failures[job];
    deliveries.step[d] = jobs.takenStep[job];
    deliveries.batch[d] = process.batch;
    world.scribe.started(process.file, queue.name, name, n, n > jobs.failedAt[job] + 1);
    if (process.aim !== null && gate.passed(process)) return;
    const by = queue.spec.idempotency.mode === 'none' ? null : knownBy(queue, process, slot);
    if (by !== null) {
      world.scribe.suppressed(process.file, queue.name, name, by);
      deliveries.isKnown[d] = 1;
      this.passOn(d);
    } else if (queue.spec.provider !== null) {
      // Before the effect is before the call; from there on what a kill interrupts may be done or not.
      if (gate.enter(process, d, point.beforeEffect)) return;
      if (gate.leave(process, d, stage.effect)) this.call(d);
    } else if (queue.plainWork >= 0) {
      deliveries.end[d] = courseEnd.effect;
      world.heap.push(world.now + queue.plainWork, moment.work, d, deliveries.stamp[d]);
    } else this.work(d, queue, jobs.isRepaired[job] === 1);
  }

  private work(d: number, queue: QueueState, repaired: boolean): void {
    const { deliveries, heap, now, plan } = this.world;
    const message = deliveries.name[d] as string;
    const attempt = { message, attempt: deliveries.start[d], startSeconds: now / 1e6, repaired };
    const course = drawCourse(queue.spec, plan.seed, attempt);
    deliveries.end[d] = course.end;
    deliveries.failure[d] = course.failure;
    const { workExtra, hand } = queue.measured;
    // Of what fails, the broker is told at once.
    const extra =
      course.end === courseEnd.error || course.end === courseEnd.timeout ? workExtra + hand : workExtra;
    if (course.after !== Number.POSITIVE_INFINITY)
      heap.push(now + Math.max(0, course.after + extra), moment.work, d, deliveries.stamp[d]);
    if (course.overrun !== null) this.noteOverrun(d, course.after + course.overrun.after, course.overrun);
  }

  private noteOverrun(d: number, after: number, { isCrash }: NonNullable<Course['overrun']>): void {
    const { deliveries, heap, now } = this.world;
    const process = this.processOf(d);
    const index = this.world.nextStep();
    this.overruns.set(index, {
      process,
      slot: deliveries.slot[d],
      name: deliveries.name[d] as string,
      isCrash,
    });
    heap.push(now + after, moment.overrun, index, 0);
  }

  /** The process whose work it is that goes on behind its limit. */
  overrunOf(index: number): WorkerProcess {
    return (this.overruns.get(index) as Overrun).process;
  }

  /** Work that had run into its time limit comes to its end. */
  overran(index: number): void {
    const { process, slot, name, isCrash } = this.overruns.get(index) as Overrun;
    this.overruns.delete(index);
    if (isCrash) this.world.crews[process.queue.index].kill(process);
    else this.effectOf(process, slot, name);
  }

  /** The work is over, in whatever way, or its time limit. */
  worked(d: number): void {
    const { deliveries, gate, endings, crews } = this.world;
    const process = this.processOf(d);
    switch (deliveries.end[d]) {
      case courseEnd.effect:
        if (gate.enter(process, d, point.beforeEffect)) return;
        if (gate.leave(process, d, stage.effect)) this.effect(d);
        return;
      case courseEnd.crash:
        crews[process.queue.index].kill(process);
        return;
      case courseEnd.timeout: {
        const why = `no end within ${process.queue.spec.timeoutSeconds} s`;
        endings.fail(d, { why, kind: 'timeout', retryable: true });
        return;
      }
      default: {
        const failure = deliveries.failure[d];
        const { error: why = '', retryable = true } = failure ?? {};
        endings.fail(d, { why, kind: 'error', retryable });
      }
    }
  }

  /** A delivery that was held back goes on. */
  goOn(d: number, heldStage: number): void {
    const { gate } = this.world;
    // It leaves the point where it was held.
    if (!gate.leave(this.processOf(d), d, heldStage)) return;
    if (heldStage === stage.effect) this.bringAbout(d);
    else if (heldStage === stage.record) this.recordAndPublish(d);
    else if (heldStage === stage.acknowledged) this.acknowledgedBy(d);
    else this.world.endings.done(d);
  }

  /** What follows where a delivery was held back before its effect. */
  private bringAbout(d: number): void {
    if (this.processOf(d).queue.spec.provider === null) this.effect(d);
    else this.call(d);
  }

  /** Calls the provider, which writes down the effect, or that it refused the key. */
  private call(d: number): void {
    const { world } = this;
    const { deliveries } = world;
    const process = this.processOf(d);
    const { queue } = process;
    const stamp = deliveries.stamp[d];
    const call = { queue, slot: deliveries.slot[d], message: deliveries.name[d] as string };
    callProvider(world, process, call, queue.spec.timeoutSeconds, (outcome) => {
      if (deliveries.stamp[d] === stamp) this.called(d, outcome);
    });
  }

  private called(d: number, outcome: CallOutcome): void {
    const { endings, gate } = this.world;
    if (outcome.outcome !== 'done') {
      const kind = outcome.outcome === 'timeout' ? 'timeout' : 'error';
      endings.fail(d, { why: outcome.why, kind, retryable: true });
      return;
    }
    if (!outcome.replayed && gate.enter(this.processOf(d), d, point.afterEffect)) return;
    this.passOn(d);
  }

  private effect(d: number): void {
    const { deliveries, gate } = this.world;
    const process = this.processOf(d);
    const isEffect = this.effectOf(process, deliveries.slot[d], deliveries.name[d] as string);
    if (isEffect && gate.enter(process, d, point.afterEffect)) return;
    this.passOn(d);
  }

  /** @returns false: whoever brings it about refuses it */
  private effectOf(process: WorkerProcess, slot: number, name: string): boolean {
    const { scribe } = this.world;
    const { queue } = process;
    const isEffect = isAccepted(queue, slot);
    if (isEffect) scribe.effect(process.file, queue.name, name);
    else scribe.suppressed(process.file, queue.name, name, 'provider');
    return isEffect;
  }

  /** Idempotency's record, and the way on. With neither, the message stays where it is until it is acknowledged. */
  private passOn(d: number): void {
    const { deliveries, gate, plan } = this.world;
    const process = this.processOf(d);
    const { queue } = process;
    if (queue.isFeeder)
      deliveries.outcome[d] = drawOutcome(queue.spec, plan.seed, deliveries.name[d] as string);
    if (!recordsAfter(queue) && this.targetsOf(d).length === 0) this.acknowledge(d);
    else if (gate.leave(process, d, stage.record)) this.recordAndPublish(d);
  }

  private recordAndPublish(d: number): void {
    const { deliveries } = this.world;
    const process = this.processOf(d);
    const { queue } = process;
    if (deliveries.isKnown[d] === 0 && recordsAfter(queue)) record(queue, process, deliveries.slot[d]);
    this.publishOn(d);
  }

  /** Publishes a message on to the next of its queues, one after the other. */
  publishOn(d: number): void {
    const { deliveries, publishing } = this.world;
    const targets = this.targetsOf(d);
    while (deliveries.published[d] < targets.length) {
      const target = targets[deliveries.published[d]++] as Target;
      if (!publishing.on(this.processOf(d), deliveries.slot[d], target.queue, d)) return;
    }
    this.acknowledge(d);
  }

  private targetsOf(d: number): readonly Target[] {
    return this.world.deliveries.outcome[d]?.to ?? none;
  }

  private acknowledge(d: number): void {
    const { deliveries, heap, now } = this.world;
    const { acknowledge } = this.processOf(d).queue;
    if (acknowledge === 0) this.acknowledged(d);
    else heap.push(now + acknowledge, moment.acknowledge, d, deliveries.stamp[d]);
  }

  /** The wait before the acknowledgement is over. */
  acknowledged(d: number): void {
    if (this.world.gate.leave(this.processOf(d), d, stage.acknowledged)) this.acknowledgedBy(d);
  }

  private acknowledgedBy(d: number): void {
    const { gate, endings } = this.world;
    const process = this.processOf(d);
    if (gate.enter(process, d, point.beforeAcknowledge)) return;
    if (gate.leave(process, d, stage.end)) endings.done(d);
  }

  private processOf(d: number): WorkerProcess {
    return this.world.processes[this.world.deliveries.process[d]] as WorkerProcess;
  }
}

const none: readonly Target[] = [];
