import type { FailedEvent } from '../../ledger/events.js';
import { drawBackoff } from '../../plan/draws.js';
import { jobState } from './jobs.js';
import { moment } from './moments.js';
import { toMicros } from './options.js';
import type { DeadJob, QueueState } from './queue.js';
import type { WorkerProcess } from './worker.js';
import type { World } from './world.js';

/** An attempt that failed. */
interface Failure extends Pick<FailedEvent, 'why' | 'kind'> {
  readonly retryable: boolean;
}

/** The ends of deliveries: done, to be tried again, given up, or no longer the worker's to end. Each tells the broker, and takes the next job by that. */
export class Endings {
  constructor(private readonly world: World) {}

  /** The message is done. */
  done(d: number): void {
    const { deliveries, scribe, dispatch } = this.world;
    const process = this.processOf(d);
    if (deliveries.isLost[d] === 1) {
      this.lost(d);
      return;
    }
    const { queue } = process;
    this.leave(queue, deliveries.job[d], true);
    process.taken = dispatch.next(process);
    scribe.settled(process.file, 'settled', queue.name, deliveries.name[d] as string);
    if (this.release(d)) this.proceed(process);
  }

  /** The work failed: the message is tried again, or given up. */
  fail(d: number, { why, kind, retryable }: Failure): void {
    const { deliveries, scribe, plan, polling } = this.world;
    const process = this.processOf(d);
    const { queue } = process;
    const name = deliveries.name[d] as string;
    const failed = deliveries.failures[d] + 1;
    const isGivenUp = !retryable || failed >= queue.spec.attempts;
    const again = isGivenUp
      ? 0
      : toMicros(drawBackoff(queue.spec.backoff, plan.seed, queue.name, name, failed));
    scribe.failed(process.file, queue.name, name, isGivenUp ? { why, kind } : { why, kind, again });
    polling.failed(process, deliveries.batch[d]);
    if (deliveries.isLost[d] === 1) this.lost(d);
    else if (isGivenUp) this.giveUp(d, why);
    else this.tryAgain(d, again);
  }

  private tryAgain(d: number, again: number): void {
    const { deliveries, scribe, heap, dispatch, now } = this.world;
    const process = this.processOf(d);
    const { queue } = process;
    const { jobs } = queue;
    const job = deliveries.job[d];
    jobs.failures[job]++;
    jobs.failedAt[job] = deliveries.start[d];
    jobs.takenStep[job] = -1;
    queue.inFlight--;
    if (again > 0) {
      queue.delayed.add(job, now + again);
      heap.push(now + again + queue.measured.dueExtra, moment.due, queue.index, 0);
      process.taken = dispatch.next(process);
    } else {
      // What has waited for its time goes first; and the next job is taken in a step of its own.
      dispatch.promote(queue);
      jobs.state[job] = jobState.ready;
      queue.ready.push(job);
    }
    scribe.settled(process.file, 'settled', queue.name, deliveries.name[d] as string);
    if (this.release(d)) this.proceed(process);
  }

  private giveUp(d: number, why: string): void {
    const { deliveries, scribe, dispatch, burial } = this.world;
    const process = this.processOf(d);
    const { queue } = process;
    const name = deliveries.name[d] as string;
    const dead = this.die(queue, deliveries.job[d], why);
    process.taken = dispatch.next(process);
    scribe.settled(process.file, 'settled', queue.name, name);
    scribe.dead(process.file, queue.name, name, why);
    if (this.release(d) && !burial.bury(process, dead)) this.proceed(process);
  }

  /**
   * A job that was given back too often fails when it is taken.
   * @returns the job that was taken by telling so; −1: none
   */
  giveUpUnstarted(process: WorkerProcess, job: number): number {
    const { scribe, dispatch, burial, polling } = this.world;
    const { queue } = process;
    const why = killedUnder(queue.jobs.stalls[job], queue.stallLimit);
    const name = queue.names.of(queue.jobs.slot[job]);
    const dead = this.die(queue, job, why);
    process.inHand--;
    process.taken = dispatch.next(process);
    scribe.dead(process.file, queue.name, name, why);
    if (burial.bury(process, dead)) return -1;
    polling.ended(process, process.batch);
    const next = process.taken;
    process.taken = -1;
    return next;
  }

  /** The broker had given the job to somebody else meanwhile, or is about to. */
  private lost(d: number): void {
    const { deliveries, scribe } = this.world;
    const process = this.processOf(d);
    scribe.settled(process.file, 'lost-lock', process.queue.name, deliveries.name[d] as string);
    if (this.release(d)) this.proceed(process);
  }

  /** The delivery is over for its worker. @returns false: the worker was killed at that moment */
  private release(d: number): boolean {
    const { deliveries, gate, polling } = this.world;
    const process = this.processOf(d);
    const batch = deliveries.batch[d];
    deliveries.release(d);
    process.inHand--;
    if (gate.settled(process)) return false;
    polling.ended(process, batch);
    return true;
  }

  /** The worker goes on with what it took, or waits; or goes, where it was told to. */
  private proceed(process: WorkerProcess): void {
    const { dispatch, crews } = this.world;
    const { queue, taken } = process;
    process.taken = -1;
    if (taken >= 0) dispatch.begin(process, taken);
    else dispatch.wait(process);
    if (queue.waiting.length > 0) dispatch.serve(queue);
    if (process.isClosing && process.inHand === 0 && process.isAlive) crews[queue.index].leave(process);
  }

  private die(queue: QueueState, job: number, why: string): DeadJob {
    const { jobs } = queue;
    const dead = {
      slot: jobs.slot[job],
      serial: jobs.serial[job],
      at: this.world.now,
      step: this.world.nextStep(),
      why,
      isRepaired: jobs.isRepaired[job] === 1,
    };
    queue.failed.add(dead);
    this.leave(queue, job, false);
    return dead;
  }

  /** The job is in nobody's hand any more, and gone. */
  private leave(queue: QueueState, job: number, isDone: boolean): void {
    queue.inFlight--;
    this.world.deduplicators[queue.index].ended(job, isDone, this.world.now);
    queue.jobs.release(job);
  }

  private processOf(d: number): WorkerProcess {
    return this.world.processes[this.world.deliveries.process[d]] as WorkerProcess;
  }
}

/** As the driver says it of a job that BullMQ's stalled check has marked as given up. */
function killedUnder(stalls: number, limit: number): string {
  const times = stalls === 1 ? 'once' : `${stalls} times`;
  const redeliveries = limit === 1 ? '1 redelivery' : `${limit} redeliveries`;
  return `killed under ${times}: the broker gives up after ${redeliveries}`;
}
