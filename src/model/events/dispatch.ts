import { uniform } from '../../plan/draws.js';
import { jobState } from './jobs.js';
import { moment } from './moments.js';
import type { QueueState } from './queue.js';
import type { WorkerProcess } from './worker.js';
import type { World } from './world.js';

/** Who gets which message when: the ready list, the limiter, and the workers' free hands. */
export class Dispatch {
  constructor(private readonly world: World) {}

  /** Hands out what may be taken, as long as somebody has a hand for it. */
  serve(queue: QueueState): void {
    const { world } = this;
    const { waiting, ready, delayed, limiter } = queue;
    while (waiting.length > 0) {
      if (ready.length === 0 && (delayed.size === 0 || delayed.nextDueAt() > world.now)) return;
      // A worker that knows of the limit waits for its end, and looks for nothing until then.
      if (limiter.isLimited(world.now)) {
        this.noteWindow(queue);
        return;
      }
      const process = world.processes[this.taker(queue)] as WorkerProcess;
      process.isWaiting = false;
      if (!process.takes) continue;
      this.promote(queue);
      const job = this.take(queue);
      process.inHand++;
      this.wait(process);
      this.begin(process, job);
    }
  }

  /**
   * Who of the waiting workers gets the next message. Redis wakes the one that has waited the longest, but each message wakes the others
   * too, and they all line up again at about the same time: measured, it is anybody's. So it is drawn.
   */
  private taker({ waiting, name }: QueueState): number {
    if (waiting.length === 1) return waiting.shift();
    const drawn = uniform(this.world.plan.seed, `taker ${name}`, this.world.nextStep());
    return waiting.take(Math.floor(drawn * waiting.length));
  }

  /** A hand of a worker is free: the worker waits for the next message, if it does not already. */
  wait(process: WorkerProcess): void {
    const { queue } = process;
    if (process.isWaiting || !process.takes || process.inHand >= queue.hands) return;
    if (queue.spec.polling !== null) return;
    process.isWaiting = true;
    queue.waiting.push(process.index);
  }

  /**
   * The job that a worker is given as soon as the end of another was told; −1: none. What waited for its time becomes ready by that,
   * also where the limit lets nothing start.
   */
  next(process: WorkerProcess): number {
    const { queue } = process;
    if (!process.takes || queue.spec.polling !== null) return -1;
    if (queue.delayed.size > 0) this.promote(queue);
    if (queue.ready.length === 0 || queue.limiter.isLimited(this.world.now)) return -1;
    process.inHand++;
    return this.take(queue);
  }

  /** What has waited for its time is ready from now on, behind all that is ready already. */
  promote(queue: QueueState): void {
    const { jobs, ready, delayed } = queue;
    const { now } = this.world;
    for (let job = delayed.shiftDue(now); job >= 0; job = delayed.shiftDue(now)) {
      jobs.state[job] = jobState.ready;
      ready.push(job);
    }
  }

  /** Takes the first ready job; there has to be one. */
  take(queue: QueueState): number {
    const { jobs } = queue;
    const job = queue.ready.shift();
    // What is given up is not started, and so does not count.
    if (!this.isGivenUp(queue, job)) queue.limiter.start(this.world.now);
    jobs.state[job] = jobState.active;
    jobs.starts[job]++;
    jobs.takenAt[job] = this.world.now;
    jobs.takenStep[job] = this.world.nextStep();
    jobs.renewedAt[job] = Number.NEGATIVE_INFINITY;
    queue.inFlight++;
    return job;
  }

  /** A worker has taken a job. One that was given back too often fails now, without its being started. */
  begin(process: WorkerProcess, taken: number): void {
    for (let job = taken; job >= 0; ) {
      if (!this.isGivenUp(process.queue, job)) {
        this.world.handling.start(process, job);
        return;
      }
      job = this.world.endings.giveUpUnstarted(process, job);
    }
    if (process.isAlive) this.wait(process);
  }

  private isGivenUp({ jobs, stallLimit }: QueueState, job: number): boolean {
    return jobs.stalls[job] > stallLimit;
  }

  /** At the end of the limiter's window the waiting workers look again. */
  private noteWindow(queue: QueueState): void {
    const { windowEnd } = queue.limiter;
    if (queue.windowNotedFor === windowEnd) return;
    queue.windowNotedFor = windowEnd;
    this.world.heap.push(windowEnd, moment.window, queue.index, 0);
  }
}
