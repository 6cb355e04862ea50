import { join } from 'node:path';
import { namesIn } from '../analysis/run-directory.js';
import { LaunchpadError } from '../errors.js';

/**
 * The directory of the run, or of the comparison of several, that was started last; their names begin with the time.
 * @param out where runs are kept
 * @throws LaunchpadError `run-not-found`
 */
export function latestRun(out: string): string {
  const latest = namesIn(out)
    .filter((name) => holdsRun(join(out, name)))
    .sort()
    .at(-1);
  if (latest === undefined) {
    throw new LaunchpadError('run-not-found', `There is no run in ${out}`, {
      hint: 'Run `launchpad simulate` first, name a run directory, or say where runs are kept with --out.',
    });
  }
  return join(out, latest);
}

/** Whether something of a run is there, be it of one variant, or of one of several times. */
function holdsRun(directory: string): boolean {
  if (namesIn(join(directory, 'ledger')).length > 0) return true;
  const inside = namesIn(directory);
  const isOfSeveral = inside.includes('variants.json') || inside.includes('repeat.json');
  return isOfSeveral && inside.some((name) => holdsRun(join(directory, name)));
}
