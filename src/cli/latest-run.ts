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

/** Whether something of a run is there, be it of one variant. */
function holdsRun(directory: string): boolean {
  if (namesIn(join(directory, 'ledger')).length > 0) return true;
  const inside = namesIn(directory);
  return (
    inside.includes('variants.json') &&
    inside.some((name) => namesIn(join(directory, name, 'ledger')).length > 0)
  );
}
