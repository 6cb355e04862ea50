import { readdirSync, rmSync } from 'node:fs';
import { LaunchpadError } from '../../errors.js';
import { makeComparisonDirectory } from '../../lab/directory.js';
import type { Comparison } from '../../result/comparison.js';
import type { Result } from '../../result/types.js';
import { comparisonOf, directoriesFor, type VariantsFile, writeVariants } from '../comparison-directory.js';
import { checkReportFiles, deliver } from '../deliver.js';
import { exitCodeOf, exitCodeOfSignal } from '../exit.js';
import { introduce, introduceVariant, introduceVariants } from '../introduce.js';
import { defaultScenario, type PreparedScenario, prepare, scenarioFacts } from '../prepare.js';
import { Session, type SimulateOptions, save } from '../session.js';
import { version } from '../version.js';

const nothingMeasured = 'Interrupted before the clock was started: nothing was measured.\n';

/** `launchpad simulate`. @returns the exit code */
export async function simulate(options: SimulateOptions): Promise<number> {
  checkReportFiles(options);
  if (options.scenario === undefined && !options.quiet)
    process.stderr.write(`No scenario named: running the built-in ${defaultScenario}.\n`);
  const prepared = await prepare(options, options.broker);
  const session = new Session(options);
  try {
    return await (prepared.isComparison ? compareVariants : runAlone)(prepared, options, session);
  } finally {
    session.end();
  }
}

async function runAlone(
  { runs }: PreparedScenario,
  options: SimulateOptions,
  session: Session,
): Promise<number> {
  const [prepared] = runs;
  if (prepared === undefined) throw new LaunchpadError('internal', 'There is nothing to run');
  const result = await session.run(prepared, {
    out: options.out,
    introduce: (event) => introduce(options, prepared, event),
  });
  if (result === null) {
    process.stderr.write(nothingMeasured);
    return exitCodeOfSignal(session.interruptedBy ?? 'SIGINT');
  }
  await deliver(result, options);
  return exitCodeOf(result);
}

/** Runs the variants one after the other; after an interruption, no further one. */
async function compareVariants(
  prepared: PreparedScenario,
  options: SimulateOptions,
  session: Session,
): Promise<number> {
  const { base, runs } = prepared;
  const directory = makeComparisonDirectory(options.out, base.name, new Date());
  const file = variantsFile(prepared, directory.id);
  writeVariants(directory.path, file);
  if (!options.quiet) introduceVariants(options, base, runs, directory.path);
  const results: Record<string, Result> = {};
  const outcome = (): Comparison => comparisonOf(directory.path, file, results);
  try {
    for (const [at, run] of runs.entries()) {
      if (session.interruptedBy !== null) break;
      const result = await session.run(run, {
        out: directory.path,
        directoryName: file.variants[at]?.directory ?? '',
        introduce: (event) => introduceVariant(options, runs, at, event),
      });
      if (result !== null) results[run.variant ?? ''] = result;
    }
  } catch (error) {
    if (Object.keys(results).length > 0) {
      save(outcome(), directory.path);
      process.stderr.write(`The variants that were run before are in ${directory.path}\n`);
    } else removeEmpty(directory.path);
    throw error;
  }
  const signal = session.interruptedBy;
  if (Object.keys(results).length === 0) {
    removeEmpty(directory.path);
    process.stderr.write(nothingMeasured);
    return exitCodeOfSignal(signal ?? 'SIGINT');
  }
  const comparison = outcome();
  save(comparison, directory.path);
  await deliver(comparison, options);
  // Interrupted between two variants, no result says so.
  return signal !== null && comparison.notRun.length > 0 ? exitCodeOfSignal(signal) : exitCodeOf(comparison);
}

function variantsFile({ base, runs }: PreparedScenario, id: string): VariantsFile {
  return {
    schema: 'launchpad.variants/1',
    scenario: scenarioFacts(base),
    run: {
      id,
      startedAt: new Date().toISOString(),
      seed: base.seed,
      speed: base.speed,
      node: process.version,
      launchpad: version(),
    },
    variants: directoriesFor(runs.map(({ variant }) => variant ?? '')),
  };
}

/** Removes the directory of a comparison of which nothing was run; what a failed start left to read stays. */
function removeEmpty(directory: string): void {
  if (readdirSync(directory).every((name) => name === 'variants.json'))
    rmSync(directory, { recursive: true, force: true });
}
