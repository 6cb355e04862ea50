import { renameSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { analyse } from '../analysis/index.js';
import { messageOf } from '../errors.js';
import { type LabEvent, runLab } from '../lab/run.js';
import { LedgerTail } from '../ledger/tail.js';
import { renderJson } from '../report/json.js';
import type { Outcome } from '../result/comparison.js';
import type { Result } from '../result/types.js';
import { AbortWatch, mayAbort } from './abort/watch.js';
import { saveGuesses } from './ask.js';
import type { GateOptions } from './compare/baseline.js';
import { Interrupts } from './interrupts.js';
import { LiveView } from './live/view.js';
import type { ReportOptions, ScenarioOptions } from './options.js';
import type { Prepared } from './prepare.js';
import type { PrometheusExporter } from './prometheus/exporter.js';
import type { MetricsFeed } from './prometheus/feed.js';
import { version } from './version.js';

/** The options of `launchpad simulate`, as typed. */
export interface SimulateOptions extends ScenarioOptions, ReportOptions, GateOptions {
  readonly broker: string;
  readonly redisUrl?: string;
  readonly out: string;
  readonly download: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** How often it is to be run. */
  readonly repeat?: string;
  /** Where live metrics are served; 0: a free port. */
  readonly prometheusPort?: string;
  /** The user guesses before the clock is started. */
  readonly ask?: boolean;
}

/** Where a run is kept, and what is said when it is about to start. */
export interface RunPlace {
  readonly out: string;
  readonly directoryName?: string;
  readonly introduce: (prepared: Extract<LabEvent, { type: 'prepared' }>) => void;
}

/** Runs that are ended by the same signals, with what the last one would leave behind. */
export class Session {
  /** What is left of the run that is going on, should it be ended at once. */
  private left: string[] = [];
  private readonly interrupts: Interrupts;
  private view: LiveView | null = null;
  private abortWatch: AbortWatch | null = null;
  private metrics: MetricsFeed | null = null;

  /** @param exporter serves the metrics of each run; null: they are not asked for */
  constructor(
    private readonly options: SimulateOptions,
    private readonly exporter: PrometheusExporter | null = null,
  ) {
    this.interrupts = new Interrupts(() => {
      if (this.left.length > 0) process.stderr.write(`Ended at once. Left behind:\n${list(this.left)}`);
    });
  }

  /** The signal that ended it; null: none did. */
  get interruptedBy(): string | null {
    const { signal } = this.interrupts;
    return signal.aborted ? String(signal.reason) : null;
  }

  /** Says it on standard error, unless nothing is to be said there. */
  say(text: string): void {
    if (!this.options.quiet) process.stderr.write(`${text}\n`);
  }

  /** One run, from the server to its result, which is saved. Null: interrupted before the clock was started. */
  async run(prepared: Prepared, place: RunPlace): Promise<Result | null> {
    this.left = [];
    const { out, directoryName } = place;
    const abort = new AbortController();
    try {
      const outcome = await runLab({
        plan: prepared.plan,
        prediction: prepared.prediction,
        drainLimitSeconds: prepared.drainLimitSeconds,
        out,
        ...(directoryName === undefined ? {} : { directoryName }),
        // An empty variable is as good as none.
        redisUrl: this.options.redisUrl ?? (process.env.REDIS_URL || undefined),
        allowDownload: this.options.download && process.env.LAUNCHPAD_NO_DOWNLOAD !== '1',
        launchpad: version(),
        // One of its own for each run, so that what a run left waiting for it goes with it.
        signal: AbortSignal.any([this.interrupts.signal]),
        abort: abort.signal,
        watch: (event) => this.watch(event, prepared, place, abort),
      });
      if (outcome.end === null) return null;
      if (outcome.censusError !== null)
        this.say(`The census could not be taken: ${messageOf(outcome.censusError)}`);
      const result = analyse(outcome.directory.path, { end: outcome.end });
      save(result, outcome.directory.path);
      return result;
    } finally {
      this.endWatching();
    }
  }

  /** Gives the terminal and the signals back. */
  end(): void {
    this.endWatching();
    this.interrupts.release();
  }

  private watch(event: LabEvent, prepared: Prepared, place: RunPlace, abort: AbortController): void {
    if (event.type === 'note') this.say(event.text);
    if (event.type === 'left') process.stderr.write(`${event.text}\nLeft behind:\n${list(this.left)}`);
    if (event.type === 'prepared') {
      if (prepared.guesses !== undefined) saveGuesses(event.directory.path, prepared.guesses);
      this.left.push(event.directory.path);
      if (!event.found.isPrivate)
        this.left.push(`the keys {${event.namespace}}:* on ${event.found.displayUrl}`);
      if (!this.options.quiet) place.introduce(event);
    }
    if (event.type === 'started' && !this.options.quiet) {
      const tail = new LedgerTail(join(this.left[0] as string, 'ledger'));
      this.view = new LiveView({ ...prepared, tail, clock: event.clock, color: this.options.color });
    }
    if (event.type === 'started' && mayAbort(prepared.plan)) {
      const tail = new LedgerTail(join(this.left[0] as string, 'ledger'));
      this.abortWatch = new AbortWatch({ ...prepared, tail, clock: event.clock }, (request) =>
        abort.abort(request),
      );
    }
    if (event.type === 'started' && this.exporter !== null) {
      const directory = this.left[0] as string;
      const tail = new LedgerTail(join(directory, 'ledger'));
      const run = relative(this.options.out, directory);
      this.metrics = this.exporter.follow({ ...prepared, run, tail, clock: event.clock });
    }
    if (event.type === 'draining') this.view?.drain();
    if (event.type === 'ended') {
      this.endWatching();
      if (event.end.reason === 'aborted') this.say(`Aborted: ${event.end.detail}`);
    }
  }

  private endWatching(): void {
    this.view?.end();
    this.view = null;
    this.abortWatch?.end();
    this.abortWatch = null;
    this.metrics?.end();
    this.metrics = null;
  }
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}\n`).join('');
}

/** Writes an outcome into its directory. A disk that is full by now must not keep the report from being printed. */
export function save(outcome: Outcome, directory: string): void {
  const file = join(directory, 'result.json');
  try {
    writeFileSync(`${file}.part`, renderJson(outcome));
    renameSync(`${file}.part`, file);
  } catch (error) {
    process.stderr.write(`The result could not be written to ${file}: ${messageOf(error)}\n`);
  }
}
