import { refuseRun } from '../../plan/run-limits.js';
import { isComparison } from '../../result/comparison.js';
import type { Result } from '../../result/types.js';
import { askFor, checkAsk } from '../ask.js';
import { withBands } from '../bands.js';
import { type Baseline, baselineFor, gated, hasGate } from '../compare/baseline.js';
import { writeGates } from '../compare/gates-file.js';
import { deliver } from '../deliver.js';
import { exitCodeOf, exitCodeOfSignal } from '../exit.js';
import { defaultScenario, type Prepared, type PreparedScenario, prepare } from '../prepare.js';
import type { PrometheusExporter } from '../prometheus/exporter.js';
import { repeatRuns, timesAsked } from '../repeat.js';
import { checkReportFiles } from '../report-files.js';
import { runOutcome } from '../run-outcome.js';
import { Session, type SimulateOptions, save } from '../session.js';

/** `launchpad simulate`. @returns the exit code */
export async function simulate(options: SimulateOptions): Promise<number> {
  checkAsk(options);
  const times = timesAsked(options.repeat);
  hasGate(options);
  checkReportFiles(options);
  if (options.scenario === undefined && !options.quiet)
    process.stderr.write(`No scenario named: running the built-in ${defaultScenario}.\n`);
  const unasked = await prepare(options, options.broker, refuseRun);
  const baseline = baselineFor(options, unasked);
  const exporter = await exporterFor(options);
  try {
    return await runAll(unasked, times, options, baseline, exporter);
  } finally {
    await exporter?.close();
  }
}

/** Serves metrics, where they are asked for, on a port that is checked thereby. @throws LaunchpadError `usage` or `port-in-use` */
async function exporterFor({
  prometheusPort: typed,
  quiet,
}: SimulateOptions): Promise<PrometheusExporter | null> {
  if (typed === undefined) return null;
  const { portOf, PrometheusExporter } = await import('../prometheus/exporter.js');
  const port = portOf(typed);
  const exporter = await PrometheusExporter.open(port);
  // A port that nobody knows serves nobody.
  if (!quiet || port === 0) process.stderr.write(`Metrics: ${exporter.url}\n`);
  return exporter;
}

/** @returns the exit code */
async function runAll(
  unasked: PreparedScenario,
  times: number | null,
  options: SimulateOptions,
  baseline: Baseline | null,
  exporter: PrometheusExporter | null,
): Promise<number> {
  const plain = options.ask ? await askFor(unasked, options) : unasked;
  if (typeof plain === 'number') return plain;
  const prepared = { ...plain, runs: withBands(plain.runs, null, () => undefined) };
  const session = new Session(options, exporter);
  try {
    return (
      (await (times === null
        ? runOnce(prepared, options, session, baseline)
        : repeatRuns({ prepared, times, options, session, baseline }))) ?? interruptedEarly(session)
    );
  } finally {
    session.end();
  }
}

/** @returns the exit code; null: interrupted before the clock was started */
async function runOnce(
  prepared: PreparedScenario,
  options: SimulateOptions,
  session: Session,
  baseline: Baseline | null,
): Promise<number | null> {
  const judge = baseline === null ? {} : { judge: judgedBy(baseline) };
  const outcome = await runOutcome(prepared, options, session, { out: options.out, ...judge });
  if (outcome === null) return null;
  await deliver(outcome, options);
  const signal = session.interruptedBy;
  // Interrupted between two variants, no result says so.
  const isCut = signal !== null && isComparison(outcome) && outcome.notRun.length > 0;
  return isCut ? exitCodeOfSignal(signal) : exitCodeOf(outcome);
}

/** Holds each result against the baseline, and keeps what came of it in the run's directory. */
function judgedBy(baseline: Baseline): (result: Result, run: Prepared) => Result {
  return (result, { plan }) => {
    const judged = gated(result, plan, baseline);
    const { directory } = result.run;
    if (directory !== null && judged.gates !== undefined) {
      writeGates(directory, [{ variant: result.scenario.variant, gates: judged.gates }]);
      save(judged, directory);
    }
    return judged;
  };
}

function interruptedEarly({ interruptedBy }: Session): number {
  process.stderr.write('Interrupted before the clock was started: nothing was measured.\n');
  return exitCodeOfSignal(interruptedBy ?? 'SIGINT');
}
