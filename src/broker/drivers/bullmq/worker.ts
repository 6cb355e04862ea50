import { type Job, type Span, Worker } from 'bullmq';

/** What became of a job's end. */
export interface JobEnds {
  /** BullMQ tells Redis now. */
  telling(job: Job): void;
  /** Redis confirmed. */
  told(job: Job): void;
  /** Redis refused, or no answer will come. */
  notTold(job: Job, error: unknown): void;
  /** The job was moved to the failed, for good. */
  dead(job: Job, reason: string): void;
}

/** BullMQ's worker, made to say how each job's end went; its events do so only where it went well. */
export class ReportingWorker extends Worker {
  ends: JobEnds | null = null;

  protected override async handleCompleted(
    result: unknown,
    job: Job,
    token: string,
    fetchNext?: () => boolean,
    span?: Span,
  ): Promise<Job> {
    this.ends?.telling(job);
    try {
      const next = await super.handleCompleted(result, job, token, fetchNext, span);
      this.ends?.told(job);
      return next;
    } catch (error) {
      // BullMQ now tries to move the job to the failed, which fails in the same way.
      this.ends?.notTold(job, error);
      throw error;
    }
  }

  protected override async handleFailed(
    failure: Error,
    job: Job,
    token: string,
    fetchNext?: () => boolean,
    span?: Span,
  ): Promise<Job> {
    this.ends?.telling(job);
    try {
      const next = await super.handleFailed(failure, job, token, fetchNext, span);
      // A job that is to be tried again has no end.
      if (job.finishedOn !== undefined) this.ends?.dead(job, failure.message);
      this.ends?.told(job);
      return next;
    } catch (error) {
      this.ends?.notTold(job, error);
      throw error;
    }
  }
}
