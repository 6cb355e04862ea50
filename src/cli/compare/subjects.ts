import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Side, sideOf, sideOfRepeated } from '../../analysis/compare-runs/index.js';
import { analyse } from '../../analysis/index.js';
import { namesIn, readRunDirectory } from '../../analysis/run-directory.js';
import { LaunchpadError } from '../../errors.js';
import { whatIsRandom } from '../../plan/random.js';
import type { Plan } from '../../plan/types.js';
import type { Repeat } from '../../result/repeat.js';
import type { Result } from '../../result/types.js';
import { readVariants } from '../comparison-directory.js';
import { readRepeat, repeatIn, roundsIn } from '../repeat-directory.js';
import { readResultFile } from './result-file.js';
import type { Configured } from './settings.js';

/** One thing that is compared: a run, or repeated runs. */
export interface Subject extends Configured {
  /** What it is called: the directory or file, and the variant. */
  readonly name: string;
  /** As typed. */
  readonly source: string;
  readonly side: Side;
  /** The run directory, of repeated runs the most typical's; null: it was read from a file. */
  readonly directory: string | null;
}

const schema = 'launchpad.result/1';

/**
 * What an argument stands for: a run, repeated runs, or one of these for each variant.
 * @throws LaunchpadError `run-not-found`, `ledger-damaged`
 */
export function subjectsOf(source: string): Subject[] {
  const path = resolve(source);
  const { name, subjects } = isDirectory(path) ? inDirectory(path) : inFile(path);
  return subjects.map(({ variant, ...found }) => ({
    ...found,
    source,
    name: variant === null ? name : `${name}/${variant}`,
  }));
}

/** Something found, before it is known what it is called. */
type Found = Omit<Subject, 'name' | 'source'> & {
  /** The one of several variants that it is; null: there is one thing only. */
  readonly variant: string | null;
};

interface AllFound {
  readonly name: string;
  readonly subjects: readonly Found[];
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Whoever reads it says what is wrong with it.
    return false;
  }
}

function inDirectory(path: string): AllFound {
  const name = basename(path);
  const repeat = readRepeat(path);
  if (repeat !== null) {
    const { rounds, unreadable } = roundsIn(path, repeat);
    const whole = repeatIn(path, repeat, rounds, unreadable);
    return { name, subjects: repeatedOnes(whole, path) };
  }
  const variants = readVariants(path);
  if (variants === null) return { name, subjects: [runIn(path, null)] };
  const subjects = variants.variants.flatMap(({ name: variant, directory }) => {
    const own = join(path, directory);
    // Of what was never begun there is nothing.
    return namesIn(own).length === 0 ? [] : [runIn(own, variant)];
  });
  if (subjects.length > 0) return { name, subjects };
  throw new LaunchpadError('run-not-found', `None of the variants in ${path} was run`, {
    hint: 'Run `launchpad simulate` again.',
  });
}

/** A run from its ledger; where that was not kept, from the result beside it. */
function runIn(path: string, variant: string | null): Found {
  const names = namesIn(path);
  if (names.includes('result.json') && namesIn(join(path, 'ledger')).length === 0) {
    const file = readResultFile(join(path, 'result.json'));
    if (file.kind === 'result')
      return single(file.result, { plan: planIn(path), variant, schema: file.schema, directory: null });
  }
  return single(analyse(path), { plan: planIn(path), variant, schema, directory: path });
}

function inFile(path: string): AllFound {
  const file = readResultFile(path);
  const isInRun = basename(path) === 'result.json';
  const name = isInRun ? basename(dirname(path)) : basename(path);
  // A file of another name may have come here from anywhere.
  const plan = isInRun ? planIn(dirname(path)) : null;
  switch (file.kind) {
    case 'repeat': {
      const own = basename(path) === 'repeat.json' ? basename(dirname(path)) : basename(path);
      return { name: own, subjects: repeatedOnes(file.repeat, null) };
    }
    case 'comparison': {
      const all = Object.entries(file.comparison.variants);
      return {
        name,
        subjects: all.map(([variant, result]) =>
          single(result, { plan: null, variant, schema: file.schema, directory: null }),
        ),
      };
    }
    case 'result':
      return {
        name,
        subjects: [single(file.result, { plan, variant: null, schema: file.schema, directory: null })],
      };
  }
}

function single(
  result: Result,
  { plan, variant, schema: written, directory }: Pick<Found, 'plan' | 'variant' | 'schema' | 'directory'>,
): Found {
  const drawn = plan === null ? null : whatIsRandom(plan);
  return { result, plan, variant, schema: written, side: sideOf(result, drawn), directory };
}

/** @param path the directory of all; null: they were read from a file */
function repeatedOnes({ repeated }: Repeat, path: string | null): Found[] {
  return repeated.map((each) => {
    const { round, result } = each.typical;
    const own = each.runs.find((run) => run.round === round)?.directory;
    const directory = path === null || own === undefined ? null : join(path, own);
    const plan = directory === null ? null : planIn(directory);
    return { result, plan, variant: each.variant, schema, side: sideOfRepeated(each), directory };
  });
}

/** The plan of a run directory; null: there is none. */
function planIn(directory: string): Plan | null {
  return namesIn(directory).includes('plan.json') ? readRunDirectory(directory).plan : null;
}
