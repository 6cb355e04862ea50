import { type JobPool, jobState } from './jobs.js';
import { MomentHeap } from './moments.js';

/** The jobs that wait for their time, earliest first; those of the same time in the order in which they came. */
export class DelayedJobs {
  /** How many wait. */
  size = 0;
  /** Also holds entries of jobs that wait no more, or for another time: their stamp is not the job's. */
  private readonly heap = new MomentHeap();

  constructor(private readonly jobs: JobPool) {}

  add(job: number, dueAt: number): void {
    this.jobs.state[job] = jobState.delayed;
    this.heap.push(dueAt, 0, job, ++this.jobs.delayStamp[job]);
    this.size++;
  }

  /** Takes a job out that waits. */
  remove(job: number): void {
    this.jobs.delayStamp[job]++;
    this.size--;
  }

  /** When the first is due; Infinity: none waits. */
  nextDueAt(): number {
    const { heap } = this;
    while (heap.size > 0 && this.jobs.delayStamp[heap.nextA] !== heap.nextB) heap.pop();
    return heap.nextTime;
  }

  /** Takes the first one out that is due; −1: none is. */
  shiftDue(now: number): number {
    if (this.size === 0 || this.nextDueAt() > now) return -1;
    this.heap.pop();
    const job = this.heap.a;
    this.remove(job);
    return job;
  }
}
