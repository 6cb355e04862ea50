import { isTooHigh, withUnit } from '../../analysis/expectations/conditions.js';
import { predictedValueOf } from '../../analysis/expectations/values.js';
import type { Prediction } from '../../analysis/index.js';
import type { AbortRequest } from '../../lab/run.js';
import type { LedgerTail } from '../../ledger/tail.js';
import type { Clock } from '../../ledger/write.js';
import type { Plan } from '../../plan/types.js';
import { type Measure, measures } from '../../result/measures.js';
import type { ExpectationSpec } from '../../scenario/types.js';
import { SettledTail } from '../settled-tail.js';
import { WatchedRun } from './run.js';

/** Real milliseconds between two looks at the ledger. */
const lookMillis = 100;

/** The share of real time that may go into working out what changes by time: catching up is worked out from all messages, and the run has work of its own. */
const mostOfTime = 0.05;

/** An expectation that may end the run. */
interface Watched {
  readonly spec: ExpectationSpec;
  readonly measure: Measure;
  /** What `within` is held against; else of no matter. */
  readonly predicted: number;
}

/** These change while nothing happens; all others with events alone. */
const byTime: readonly string[] = ['oldestAgeSeconds.peak', 'catchUpSeconds', 'drainedAtSeconds'];

/** What is watched of a run. */
export interface AbortWatchOptions {
  readonly plan: Plan;
  readonly prediction: Prediction;
  readonly tail: Pick<LedgerTail, 'poll' | 'close'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Whether any expectation of a plan may end its run. */
export function mayAbort({ scenario }: Pick<Plan, 'scenario'>): boolean {
  return scenario.expect.some(({ abort }) => abort === true);
}

/** Follows a run, and asks once for its end: as soon as an expectation with `abort: true` can't be met any more. */
export class AbortWatch {
  private readonly run: WatchedRun;
  private readonly byEvents: readonly Watched[];
  private readonly byTime: readonly Watched[];
  private readonly tail: SettledTail;
  /** When what changes by time is looked at again, by `performance.now()`. */
  private restUntil = 0;
  private isOver = false;
  private readonly timer: NodeJS.Timeout;

  constructor(
    options: AbortWatchOptions,
    private readonly request: (request: AbortRequest) => void,
  ) {
    const { plan, prediction } = options;
    this.run = new WatchedRun(plan);
    this.tail = new SettledTail(options.tail, options.clock);
    const watched = plan.scenario.expect.flatMap((spec) => watchedOf(spec, prediction));
    this.byEvents = watched.filter(({ measure }) => !byTime.includes(measure.path));
    this.byTime = watched.filter(({ measure }) => byTime.includes(measure.path));
    this.timer = setInterval(() => this.look(), lookMillis);
  }

  end(): void {
    this.isOver = true;
    clearInterval(this.timer);
    this.tail.close();
  }

  /** Counts what has happened since the last look. */
  look(): void {
    if (this.isOver) return;
    const { events, until } = this.tail.poll();
    for (const tailed of events) {
      this.run.visit(tailed);
      if (this.askedFor(this.byEvents)) return;
    }
    this.run.knownUntil(until);
    if (this.askedFor(this.byEvents)) return;
    const begun = performance.now();
    if (begun < this.restUntil || this.askedFor(this.byTime)) return;
    const took = performance.now() - begun;
    this.restUntil = begun + took / mostOfTime;
  }

  private askedFor(watched: readonly Watched[]): boolean {
    for (const each of watched) {
      const { spec, measure, predicted } = each;
      const value = this.run.value(measure.path, spec.scope);
      if (!isTooHigh(spec, value, predicted)) continue;
      this.end();
      this.request({ expectation: spec.expression, detail: this.detail(each, value) });
      return true;
    }
    return false;
  }

  private detail({ spec, measure }: Watched, value: number): string {
    const now = inSeconds(this.run.nowSeconds);
    const seen =
      measure.path === 'drainedAtSeconds'
        ? `it was not drained at ${inSeconds(value)}`
        : measure.path === 'catchUpSeconds'
          ? `catching up had taken ${inSeconds(value)} by ${now}`
          : `it was ${withUnit(value, measure.unit)} at ${now}`;
    return `${spec.expression} can't be met any more: ${seen}`;
  }
}

function watchedOf(spec: ExpectationSpec, { result }: Prediction): Watched[] {
  const measure = measures.find(({ path }) => path === spec.measure);
  if (spec.abort !== true || measure === undefined) return [];
  if (spec.operator !== 'within') return [{ spec, measure, predicted: 0 }];
  const predicted = predictedValueOf(measure, spec.scope, result);
  // What is held against no prediction is unknown in the end.
  return typeof predicted === 'number' ? [{ spec, measure, predicted }] : [];
}

function inSeconds(value: number): string {
  return `${Number(value.toFixed(2))} s`;
}
