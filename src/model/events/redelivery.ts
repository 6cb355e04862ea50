import { jobState } from './jobs.js';
import type { QueueState } from './queue.js';
import type { WorkerProcess } from './worker.js';
import type { World } from './world.js';

/**
 * Locks, and the checks that give back what a silent worker held, as BullMQ has them. A worker looks every quarter of a lock's time and
 * renews what it has held, or last renewed, for a quarter or more; it does so until it dies or freezes, so nothing has to happen for it before that: what
 * was renewed when is worked out then. A check marks all that is in hand; what a later one finds still marked, and without a lock, it
 * puts back at the head of what is ready.
 */
export class Redelivery {
  constructor(private readonly world: World) {}

  /** A worker has fallen silent: nobody renews the lock of a job of its any more. */
  orphan(process: WorkerProcess, job: number): void {
    const { queue } = process;
    const { jobs, lock } = queue;
    const renewed = this.renewedAt(process, job, this.world.now);
    jobs.renewedAt[job] = renewed;
    jobs.lockUntil[job] = Math.max(jobs.takenAt[job], renewed) + lock;
    queue.orphans.push(job);
  }

  /** A frozen worker goes on. What has lost its lock meanwhile is no longer its to end; the rest is renewed if that was due. */
  thaw(process: WorkerProcess): void {
    const { deliveries, now } = this.world;
    const { queue, renewsSince, frozenAt } = process;
    const { jobs } = queue;
    const quarter = queue.lock / 4;
    const missed = lastTick(renewsSince, quarter, now + 1) > lastTick(renewsSince, quarter, frozenAt);
    if (missed) process.renewsSince = now;
    for (const d of deliveries.of(process.index)) {
      const job = deliveries.job[d];
      const isHeld = deliveries.isLost[d] === 0 && jobs.takenStep[job] === deliveries.step[d];
      if (!isHeld || jobs.lockUntil[job] <= now) {
        deliveries.isLost[d] = 1;
        continue;
      }
      queue.orphans.splice(queue.orphans.indexOf(job), 1);
      const since = Math.max(jobs.takenAt[job], jobs.renewedAt[job]);
      if (missed && since + quarter < now) jobs.renewedAt[job] = now;
    }
  }

  /** A worker looks for stalled messages, unless somebody has within the interval. */
  check(queue: QueueState): void {
    const { now } = this.world;
    if (now < queue.checkedAt + queue.check) return;
    if (queue.orphans.length > 0) this.recover(queue);
    queue.checkedAt = now;
    queue.checkedStep = this.world.nextStep();
  }

  private recover(queue: QueueState): void {
    const { jobs, checkedAt, checkedStep, orphans } = queue;
    const { now } = this.world;
    const isStalled = (job: number): boolean =>
      jobs.takenStep[job] < checkedStep && jobs.renewedAt[job] <= checkedAt && jobs.lockUntil[job] <= now;
    const stalled = orphans
      .filter(isStalled)
      .sort((one, other) => jobs.takenStep[one] - jobs.takenStep[other]);
    if (stalled.length === 0) return;
    queue.orphans = orphans.filter((job) => !isStalled(job));
    // Each in front of the one before: the last that was taken comes first.
    for (const job of stalled) {
      jobs.stalls[job]++;
      jobs.state[job] = jobState.ready;
      jobs.takenStep[job] = -1;
      queue.inFlight--;
      queue.ready.pushFront(job);
    }
  }

  /** When a job's lock was last renewed before a time; −Infinity: never. */
  private renewedAt({ queue, renewsSince }: WorkerProcess, job: number, before: number): number {
    const { jobs, lock } = queue;
    const quarter = lock / 4;
    const known = jobs.renewedAt[job];
    const isFirst = known === Number.NEGATIVE_INFINITY;
    const tick = lastTick(renewsSince, quarter, before);
    const isDue = isFirst ? tick > jobs.takenAt[job] + quarter : tick >= known + quarter;
    return tick > renewsSince && isDue ? tick : known;
  }
}

/** The last of a series of moments, one at the beginning and one each interval, before a time. */
function lastTick(since: number, interval: number, before: number): number {
  return since + Math.max(0, Math.ceil((before - since) / interval) - 1) * interval;
}
