import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyse } from '../analysis/index.js';
import { messageOf } from '../errors.js';
import { type LabEvent, runLab } from '../lab/run.js';
import { LedgerTail } from '../ledger/tail.js';
import { renderJson } from '../report/json.js';
import type { Outcome } from '../result/comparison.js';
import type { Result } from '../result/types.js';
import { Interrupts } from './interrupts.js';
import { LiveView } from './live/view.js';
import type { ReportOptions, ScenarioOptions } from './options.js';
import type { Prepared } from './prepare.js';
import { version } from './version.js';

/** The options of `launchpad simulate`, as typed. */
export interface SimulateOptions extends ScenarioOptions, ReportOptions {
  readonly broker: string;
  readonly redisUrl?: string;
  readonly out: string;
  readonly download: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
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

  constructor(private readonly options: SimulateOptions) {
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
        watch: (event) => this.watch(event, prepared, place),
      });
      if (outcome.end === null) return null;
      if (outcome.censusError !== null)
        this.say(`The census could not be taken: ${messageOf(outcome.censusError)}`);
      const result = analyse(outcome.directory.path, { end: outcome.end });
      save(result, outcome.directory.path);
      return result;
    } finally {
      this.endView();
    }
  }

  /** Gives the terminal and the signals back. */
  end(): void {
    this.endView();
    this.interrupts.release();
  }

  private watch(event: LabEvent, prepared: Prepared, place: RunPlace): void {
    if (event.type === 'note') this.say(event.text);
    if (event.type === 'left') process.stderr.write(`${event.text}\nLeft behind:\n${list(this.left)}`);
    if (event.type === 'prepared') {
      this.left.push(event.directory.path);
      if (!event.found.isPrivate)
        this.left.push(`the keys {${event.namespace}}:* on ${event.found.displayUrl}`);
      if (!this.options.quiet) place.introduce(event);
    }
    if (event.type === 'started' && !this.options.quiet) {
      const tail = new LedgerTail(join(this.left[0] as string, 'ledger'));
      this.view = new LiveView({ ...prepared, tail, clock: event.clock, color: this.options.color });
    }
    if (event.type === 'draining') this.view?.drain();
    if (event.type === 'ended') this.endView();
  }

  private endView(): void {
    this.view?.end();
    this.view = null;
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
