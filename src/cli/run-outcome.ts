import { readdirSync, rmSync } from 'node:fs';
import { LaunchpadError } from '../errors.js';
import { makeComparisonDirectory } from '../lab/directory.js';
import type { Comparison, Outcome } from '../result/comparison.js';
import type { Result } from '../result/types.js';
import { comparisonOf, type VariantsFile, writeVariants } from './comparison-directory.js';
import { introduce, introduceVariant, introduceVariants } from './introduce.js';
import { type Prepared, type PreparedScenario, program, scenarioFacts } from './prepare.js';
import { type Session, type SimulateOptions, save } from './session.js';
import { directoriesFor } from './variant-directories.js';

/** Where an outcome is kept, and what is done with each result of it. */
export interface OutcomePlace {
  readonly out: string;
  /** Absent: a name of its own. */
  readonly directoryName?: string;
  /** Whether it was said before what is about to run. */
  readonly isIntroduced?: boolean;
  /** Holds a result against the baseline, and keeps what comes of it. */
  readonly judge?: (result: Result, run: Prepared) => Result;
}

/** Runs a scenario, or all its variants, and saves what came of it. Null: interrupted before the clock was started. */
export async function runOutcome(
  prepared: PreparedScenario,
  options: SimulateOptions,
  session: Session,
  place: OutcomePlace,
): Promise<Outcome | null> {
  if (prepared.isComparison) return await runVariants(prepared, options, session, place);
  const [run] = prepared.runs;
  if (run === undefined) throw new LaunchpadError('internal', 'There is nothing to run');
  const result = await session.run(run, {
    ...placed(place),
    introduce: (event) => {
      if (place.isIntroduced !== true) introduce(options, run, event);
    },
  });
  return result === null ? null : (place.judge?.(result, run) ?? result);
}

function placed({ out, directoryName }: OutcomePlace): Pick<OutcomePlace, 'out' | 'directoryName'> {
  return { out, ...(directoryName === undefined ? {} : { directoryName }) };
}

/** Runs the variants one after the other; after an interruption, no further one. */
async function runVariants(
  prepared: PreparedScenario,
  options: SimulateOptions,
  session: Session,
  place: OutcomePlace,
): Promise<Comparison | null> {
  const { base, runs } = prepared;
  const isIntroduced = place.isIntroduced === true;
  const directory = makeComparisonDirectory(place.out, base.name, new Date(), place.directoryName);
  const file = variantsFile(prepared, directory.id);
  writeVariants(directory.path, file);
  if (!options.quiet && !isIntroduced) introduceVariants(options, base, runs, directory.path);
  const results: Record<string, Result> = {};
  const outcome = (): Comparison => comparisonOf(directory.path, file, results);
  try {
    for (const [at, run] of runs.entries()) {
      if (session.interruptedBy !== null) break;
      const result = await session.run(run, {
        out: directory.path,
        directoryName: file.variants[at]?.directory ?? '',
        introduce: (event) => {
          if (!isIntroduced) introduceVariant(options, runs, at, event);
        },
      });
      if (result !== null) results[run.variant ?? ''] = place.judge?.(result, run) ?? result;
    }
  } catch (error) {
    if (Object.keys(results).length > 0) {
      save(outcome(), directory.path);
      process.stderr.write(`The variants that were run before are in ${directory.path}\n`);
    } else removeIfEmpty(directory.path, 'variants.json');
    throw error;
  }
  if (Object.keys(results).length === 0) {
    removeIfEmpty(directory.path, 'variants.json');
    return null;
  }
  const comparison = outcome();
  save(comparison, directory.path);
  return comparison;
}

function variantsFile({ base, runs }: PreparedScenario, id: string): VariantsFile {
  return {
    schema: 'launchpad.variants/1',
    scenario: scenarioFacts(base),
    run: { id, startedAt: new Date().toISOString(), seed: base.seed, speed: base.speed, ...program() },
    variants: directoriesFor(runs.map(({ variant }) => variant ?? '')),
  };
}

/** Removes the directory of several runs of which nothing was run; what a failed start left to read stays. */
export function removeIfEmpty(directory: string, file: string): void {
  if (readdirSync(directory).every((name) => name === file))
    rmSync(directory, { recursive: true, force: true });
}
