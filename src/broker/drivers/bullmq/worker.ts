import { type Job, type Span, UnrecoverableError, Worker } from 'bullmq';

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

  /** Starts what `run` has beside its loop, the stalled check and the renewal of locks, for a loop of one's own. */
  async keepUp(): Promise<void> {
    await this.startStalledCheckTimer();
    this.lockManager.start();
  }

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
    const error = this.isGivenUp(job) ? new UnrecoverableError(this.killedUnder(job)) : failure;
    this.ends?.telling(job);
    try {
      const next = await super.handleFailed(error, job, token, fetchNext, span);
      this.ends?.told(job);
      // A job that is to be tried again has no end.
      if (job.finishedOn !== undefined) this.ends?.dead(job, error.message);
      return next;
    } catch (refusal) {
      this.ends?.notTold(job, refusal);
      throw refusal;
    }
  }

  /** The stalled check only marks a job that stalled too often; it fails when a worker takes it, before its processor is called. */
  private isGivenUp(job: Job): boolean {
    return job.deferredFailure !== undefined && job.stalledCounter > this.limit;
  }

  private killedUnder({ stalledCounter }: Job): string {
    const times = stalledCounter === 1 ? 'once' : `${stalledCounter} times`;
    const redeliveries = this.limit === 1 ? '1 redelivery' : `${this.limit} redeliveries`;
    return `killed under ${times}: the broker gives up after ${redeliveries}`;
  }

  private get limit(): number {
    return this.opts.maxStalledCount ?? 1;
  }
}
