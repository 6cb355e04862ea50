import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from 'bullmq';
import type { PollingSettings } from '../../types.js';
import type { ReportingWorker } from './worker.js';

/** Says of each job in hand when its handle fails. */
export class HandleFailures {
  private readonly listeners = new Map<Job, () => void>();

  /** Passes the handle's outcome on. */
  async watch(job: Job, handled: Promise<void>): Promise<void> {
    try {
      await handled;
    } catch (error) {
      this.listeners.get(job)?.();
      throw error;
    } finally {
      this.listeners.delete(job);
    }
  }

  listen(job: Job, failed: () => void): void {
    this.listeners.set(job, failed);
  }
}

/**
 * The polling loop: takes up to a batch without waiting for messages, has all of it handled at once, sleeps. What goes on
 * in the background after a failure is finished before it resolves.
 */
export async function poll(
  worker: ReportingWorker,
  { batch, sleepSeconds, errorSleepSeconds }: PollingSettings,
  failures: HandleFailures,
  signal: AbortSignal,
): Promise<void> {
  const inHand = new Set<Promise<unknown>>();
  let taken = 0;
  await worker.keepUp();
  while (!signal.aborted) {
    const jobs: { readonly job: Job; readonly token: string }[] = [];
    let isGood = true;
    try {
      while (jobs.length < batch && !signal.aborted) {
        const token = `${worker.id}:${taken++}`;
        const job = await worker.getNextJob(token, { block: false });
        if (job === undefined) break;
        jobs.push({ job, token });
      }
    } catch (error) {
      // What Redis refuses is heard of as it is from BullMQ's own loop; a connection that was let go ends this one.
      if (!(error instanceof Error) || error.name !== 'ReplyError') throw error;
      worker.emit('error', error);
      isGood = false;
    }
    const failed = new Promise<false>((resolve) => {
      for (const { job } of jobs) failures.listen(job, () => resolve(false));
    });
    const ends = jobs.map(({ job, token }) => worker.processJob(job, token, () => false));
    for (const end of ends) {
      const ended = (): void => void inHand.delete(end);
      inHand.add(end);
      end.then(ended, ended);
    }
    isGood = (await Promise.race([Promise.all(ends).then(() => true), failed])) && isGood;
    await nap(isGood ? sleepSeconds : errorSleepSeconds, signal);
  }
  await Promise.all(inHand);
}

async function nap(seconds: number, signal: AbortSignal): Promise<void> {
  await sleep(seconds * 1000, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
