import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyse, judge } from '../../analysis/index.js';
import { messageOf } from '../../errors.js';
import { type LabEvent, runLab } from '../../lab/run.js';
import { LedgerTail } from '../../ledger/tail.js';
import { predictedResult } from '../../model/index.js';
import { renderFirstScreen } from '../../report/first-screen.js';
import { renderJson } from '../../report/json.js';
import type { Result } from '../../result/types.js';
import { checkReportFiles, deliver } from '../deliver.js';
import { exitCodeOf, exitCodeOfSignal } from '../exit.js';
import { Interrupts } from '../interrupts.js';
import { LiveView } from '../live/view.js';
import type { ReportOptions, ScenarioOptions } from '../options.js';
import { defaultScenario, type Prepared, prepare } from '../prepare.js';
import { colorFor, widthOf } from '../terminal.js';
import { version } from '../version.js';

/** The options of `launchpad simulate`, as typed. */
export interface SimulateOptions extends ScenarioOptions, ReportOptions {
  readonly broker: string;
  readonly redisUrl?: string;
  readonly out: string;
  readonly download: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** `launchpad simulate`. @returns the exit code */
export async function simulate(options: SimulateOptions): Promise<number> {
  checkReportFiles(options);
  const say = (text: string): void => {
    if (!options.quiet) process.stderr.write(`${text}\n`);
  };
  if (options.scenario === undefined) say(`No scenario named: running the built-in ${defaultScenario}.`);
  const prepared = await prepare(options, options.broker);

  const left: string[] = [];
  const interrupts = new Interrupts(() => {
    if (left.length > 0) process.stderr.write(`Ended at once. Left behind:\n${list(left)}`);
  });
  let view: LiveView | null = null;
  const watch = (event: LabEvent): void => {
    if (event.type === 'note') say(event.text);
    if (event.type === 'left') process.stderr.write(`${event.text}\nLeft behind:\n${list(left)}`);
    if (event.type === 'prepared') {
      left.push(event.directory.path);
      if (!event.found.isPrivate) left.push(`the keys {${event.namespace}}:* on ${event.found.displayUrl}`);
      if (!options.quiet) introduce(options, prepared, event);
    }
    if (event.type === 'started' && !options.quiet) {
      const tail = new LedgerTail(join(left[0] as string, 'ledger'));
      view = new LiveView({ ...prepared, tail, clock: event.clock, color: options.color });
    }
    if (event.type === 'draining') view?.drain();
    if (event.type === 'ended') {
      view?.end();
      view = null;
    }
  };

  try {
    const outcome = await runLab({
      plan: prepared.plan,
      prediction: prepared.prediction,
      drainLimitSeconds: prepared.drainLimitSeconds,
      out: options.out,
      // An empty variable is as good as none.
      redisUrl: options.redisUrl ?? (process.env.REDIS_URL || undefined),
      allowDownload: options.download && process.env.LAUNCHPAD_NO_DOWNLOAD !== '1',
      launchpad: version(),
      signal: interrupts.signal,
      watch,
    });
    if (outcome.end === null) {
      process.stderr.write('Interrupted before the clock was started: nothing was measured.\n');
      return exitCodeOfSignal(String(interrupts.signal.reason));
    }
    if (outcome.censusError !== null) say(`The census could not be taken: ${messageOf(outcome.censusError)}`);
    const result: Result = analyse(outcome.directory.path, { end: outcome.end });
    save(result, join(outcome.directory.path, 'result.json'));
    await deliver(result, options);
    return exitCodeOf(result);
  } finally {
    (view as LiveView | null)?.end();
    interrupts.release();
  }
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}\n`).join('');
}

/** Writes the result into the run directory. A disk that is full by now must not keep the report from being printed. */
function save(result: Result, file: string): void {
  try {
    writeFileSync(`${file}.part`, renderJson(result));
    renameSync(`${file}.part`, file);
  } catch (error) {
    process.stderr.write(`The result could not be written to ${file}: ${messageOf(error)}\n`);
  }
}

/** The first screen: what is about to run, where, for how long, and what is predicted. */
function introduce(
  options: SimulateOptions,
  { plan, prediction }: Prepared,
  { directory, found, server, namespace }: Extract<LabEvent, { type: 'prepared' }>,
): void {
  const predicted = predictedResult(plan, prediction, { launchpad: version(), node: process.version });
  const result = judge({ ...predicted, warnings: [...predicted.warnings, ...server.warnings] }, plan);
  const about = {
    server: `${server.product} ${server.version}, ${found.source}`,
    speed: plan.speed,
    realSeconds: result.run.durationSeconds === null ? null : result.run.durationSeconds / plan.speed,
    directory: directory.path,
    workers: Object.fromEntries(
      plan.scenario.queues.map(({ name, workers, concurrency }) => [
        name,
        { processes: workers, concurrency },
      ]),
    ),
  };
  const look = { color: colorFor(process.stderr, options.color), width: widthOf(process.stderr) };
  process.stderr.write(`${renderFirstScreen(result, about, look)}\n`);
  if (options.verbose) {
    process.stderr.write(
      `Server: ${found.displayUrl}${found.pid === null ? '' : `, pid ${found.pid}`}; keys: {${namespace}}:*\n` +
        `Look inside: redis-cli -u ${found.displayUrl} --scan --pattern '{${namespace}}:*'\n`,
    );
  }
}
