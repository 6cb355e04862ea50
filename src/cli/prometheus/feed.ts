import type { LedgerTail } from '../../ledger/tail.js';
import type { Clock } from '../../ledger/write.js';
import type { Plan } from '../../plan/types.js';
import { type Settled, SettledTail } from '../settled-tail.js';
import { type RunLabels, RunMetrics } from './metrics.js';

/** Real milliseconds between two looks at the ledger: a scrape that comes seldom must not find all of a run to be read at once. */
const lookMillis = 200;

/** What is followed. */
export interface FeedOptions extends RunLabels {
  readonly plan: Plan;
  readonly tail: Pick<LedgerTail, 'poll' | 'close'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Keeps the metrics of a run up to date while it goes on. */
export class MetricsFeed {
  private readonly metrics: RunMetrics;
  private readonly tail: SettledTail;
  private readonly timer: NodeJS.Timeout;
  private isOver = false;

  constructor(options: FeedOptions) {
    this.metrics = new RunMetrics(options.plan, options);
    this.tail = new SettledTail(options.tail, options.clock);
    this.timer = setInterval(() => this.count(this.tail.poll()), lookMillis);
  }

  /** The metrics as they are now; of a run that is over, as they were in the end. */
  async text(): Promise<string> {
    if (!this.isOver) this.count(this.tail.poll());
    return await this.metrics.text();
  }

  /** Counts what is left. */
  end(): void {
    clearInterval(this.timer);
    this.count(this.tail.pollAll());
    this.tail.close();
    this.isOver = true;
  }

  private count({ events, until }: Settled): void {
    for (const tailed of events) this.metrics.add(tailed);
    this.metrics.at(until);
  }
}
