import { asComparison, sideOfRepeated, withGates } from '../analysis/compare-runs/index.js';
import { exitCodes } from '../errors.js';
import { makeComparisonDirectory } from '../lab/directory.js';
import { renderRepeatJunit } from '../report/junit-runs.js';
import { renderRepeatMarkdown } from '../report/markdown-runs.js';
import { renderRepeat } from '../report/repeat.js';
import type { Comparison } from '../result/comparison.js';
import type { Repeat } from '../result/repeat.js';
import { type Baseline, gatesOf } from './compare/baseline.js';
import { readGates, writeGates } from './compare/gates-file.js';
import { seriesOfRuns } from './compare/run-series.js';
import { deliverAs } from './deliver.js';
import { exitCodeOf, exitCodeOfSignal } from './exit.js';
import { usage } from './explore.js';
import type { ReportOptions } from './options.js';
import { type PreparedScenario, program, scenarioFacts } from './prepare.js';
import {
  type RepeatFile,
  type Round,
  repeatIn,
  resultsOf,
  roundDirectory,
  roundsIn,
  writeRepeat,
} from './repeat-directory.js';
import { removeIfEmpty, runOutcome } from './run-outcome.js';
import type { Session, SimulateOptions } from './session.js';
import { commandName } from './terminal.js';

const [fewest, most] = [2, 100];

/**
 * Reads `--repeat`.
 * @returns how often; null: once, as it was not asked for
 * @throws LaunchpadError `usage`
 */
export function timesAsked(typed: string | undefined): number | null {
  if (typed === undefined) return null;
  const times = /^\d{1,9}$/.test(typed) ? Number(typed) : Number.NaN;
  if (times >= fewest && times <= most) return times;
  throw usage(
    `--repeat: \`${typed}\` is not a whole number from ${fewest} to ${most}`,
    'write --repeat 5; without --repeat it is run once',
  );
}

/** What is to be repeated. */
interface ToRepeat {
  readonly prepared: PreparedScenario;
  readonly times: number;
  readonly options: SimulateOptions;
  readonly session: Session;
  readonly baseline: Baseline | null;
}

/**
 * Runs a scenario, or all its variants, several times over: all variants, then all again, so that a machine that becomes slower does it to
 * all of them. Each time has a directory of its own in one.
 * @returns the exit code; null: interrupted before anything was measured
 */
export async function repeatRuns({
  prepared,
  times,
  options,
  session,
  baseline,
}: ToRepeat): Promise<number | null> {
  const { base } = prepared;
  const directory = makeComparisonDirectory(options.out, base.name, new Date());
  const file: RepeatFile = {
    schema: 'launchpad.repeat/1',
    scenario: scenarioFacts(base),
    run: {
      id: directory.id,
      startedAt: new Date().toISOString(),
      seed: base.seed,
      speed: base.speed,
      ...program(),
    },
    times,
  };
  writeRepeat(directory.path, file);
  session.say(`${times} times, one after the other, with the same draws; kept in ${directory.path}`);
  const rounds: Round[] = [];
  try {
    for (let round = 1; round <= times && session.interruptedBy === null; round++) {
      session.say(`\nRun ${round} of ${times}`);
      const outcome = await runOutcome(prepared, options, session, {
        out: directory.path,
        directoryName: roundDirectory(round),
        isIntroduced: round > 1,
      });
      if (outcome !== null) rounds.push({ round, outcome });
    }
  } catch (error) {
    if (rounds.length > 0) {
      writeRepeat(directory.path, repeatIn(directory.path, file, rounds));
      process.stderr.write(`The runs before are in ${directory.path}\n`);
    } else removeIfEmpty(directory.path, 'repeat.json');
    throw error;
  }
  if (rounds.length === 0) {
    removeIfEmpty(directory.path, 'repeat.json');
    return null;
  }
  const repeat = held(repeatIn(directory.path, file, rounds), prepared, baseline);
  writeRepeat(directory.path, repeat);
  const code = await deliverRepeat(repeat, rounds, options);
  return session.interruptedBy === null ? code : exitCodeOfSignal(session.interruptedBy);
}

/** The medians held against the baseline, where there is one. */
function held(repeat: Repeat, { runs }: PreparedScenario, baseline: Baseline | null): Repeat {
  const { directory } = repeat.run;
  if (baseline === null || directory === null) return repeat;
  const gates = repeat.repeated.map((each) => {
    const { result } = each.typical;
    const plan = runs.find(({ variant }) => variant === each.variant)?.plan ?? null;
    const now = { result, plan, schema: result.schema, side: sideOfRepeated(each) };
    return { variant: each.variant, gates: gatesOf(baseline, now) };
  });
  writeGates(directory, gates);
  return withAllGates(repeat, gates);
}

function withAllGates(repeat: Repeat, all: ReturnType<typeof readGates>): Repeat {
  const ofVariant = new Map(all.map(({ variant, gates }) => [variant, gates]));
  let { verdict } = repeat;
  for (const { gates } of all) verdict = withGates({ verdict }, gates).verdict;
  const repeated = repeat.repeated.map((each) => {
    const gates = ofVariant.get(each.variant);
    return gates === undefined ? each : { ...each, gates };
  });
  return { ...repeat, verdict, repeated };
}

/** The report of repeated runs again, from their directory alone. @returns the exit code */
export async function reportRepeat(
  directory: string,
  file: RepeatFile,
  options: ReportOptions,
): Promise<number> {
  const { rounds, unreadable } = roundsIn(directory, file);
  const repeat = withAllGates(repeatIn(directory, file, rounds, unreadable), readGates(directory));
  return await deliverRepeat(repeat, rounds, options);
}

/** Reports repeated runs. @returns the exit code: that of the worst */
async function deliverRepeat(
  repeat: Repeat,
  rounds: readonly Round[],
  options: ReportOptions,
): Promise<number> {
  const comparison = roundsCompared(repeat, rounds);
  await deliverAs(repeat, (look) => renderRepeat(repeat, look), options, {
    outcome: comparison,
    runs: repeat,
    series: (messages) =>
      seriesOfRuns(
        Object.entries(comparison.variants).map(([name, { run }]) => ({ name, directory: run.directory })),
        messages,
      ),
    markdown: () => renderRepeatMarkdown(repeat, { command: commandName() }),
    junit: () => renderRepeatJunit(repeat, comparison),
    isSummarised: true,
  });
  const missing = repeat.repeated.some(({ runs }) => runs.length < repeat.times);
  const code = exitCodeOf({ ...comparison, notRun: missing ? ['some'] : [] });
  return code === exitCodes.pass || code === exitCodes.inconclusive ? exitCodeOfVerdict(repeat, code) : code;
}

/** A rule that is broken counts as an expectation that is. */
function exitCodeOfVerdict({ verdict: { outcome } }: Repeat, code: number): number {
  if (outcome === 'fail') return exitCodes.expectationFailed;
  return outcome === 'inconclusive' ? exitCodes.inconclusive : code;
}

/** All runs in the shape of a comparison of variants. */
function roundsCompared({ run, verdict }: Repeat, rounds: readonly Round[]): Comparison {
  const runs = rounds.flatMap(({ round, outcome }) =>
    resultsOf(outcome).map(([variant, result]) => ({
      name: variant === null ? `run ${round}` : `${variant}, run ${round}`,
      result,
    })),
  );
  // The rules are about the medians, and no single run has them.
  return { ...asComparison(runs, run), verdict };
}
