import { createInterface } from 'node:readline/promises';
import { keyLeftovers } from '../../broker/index.js';
import type { KeyLeftovers } from '../../broker/types.js';
import { exitCodes, LaunchpadError, messageOf } from '../../errors.js';
import { findLeftovers, removeLeftover } from '../../lab/leftovers/index.js';
import { leftoverInWords, renderLeftovers } from '../../report/leftovers.js';
import type { Leftover } from '../../result/leftovers.js';
import { parseDuration } from '../../scenario/units.js';
import { colorFor, print, widthOf } from '../terminal.js';

/** The options of `launchpad clean`, as typed. */
export interface CleanOptions {
  readonly redisUrl?: string;
  readonly out: string;
  readonly runs?: boolean;
  readonly olderThan?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly color: boolean;
}

const defaultAge = '7d';

/**
 * `launchpad clean`: says what dead runs have left, asks, and removes it.
 * @returns the exit code: 0; 1 where something could not be removed
 */
export async function clean(options: CleanOptions): Promise<number> {
  const olderThanSeconds = ageAsked(options);
  const asks = !options.dryRun && !options.yes;
  if (asks && !(process.stdin.isTTY && process.stdout.isTTY)) {
    throw new LaunchpadError('usage', 'There is no terminal to ask on whether all of it is to be removed', {
      hint: '--yes removes it without asking, --dry-run says what there is.',
    });
  }
  // An empty variable is as good as none.
  const url = options.redisUrl ?? (process.env.REDIS_URL || undefined);
  await using keys = url === undefined ? null : await keyLeftovers(url);
  const left = await findLeftovers({
    out: options.out,
    olderThanSeconds,
    keys,
    say: (text) => process.stderr.write(`${text}\n`),
  });
  const look = { color: colorFor(process.stdout, options.color), width: widthOf(process.stdout) };
  await print(process.stdout, `${renderLeftovers(left, look)}\n`);
  if (left.items.length === 0 || options.dryRun) return exitCodes.pass;
  if (asks && !(await confirmed())) {
    await print(process.stdout, 'Nothing was removed.\n');
    return exitCodes.pass;
  }
  return await removeAll(left.items, keys);
}

/**
 * How old run directories have to be to be looked for; null: they are not.
 * @throws LaunchpadError `usage`
 */
function ageAsked({ runs, olderThan }: CleanOptions): number | null {
  if (olderThan !== undefined && !runs) {
    throw new LaunchpadError('usage', '--older-than is about run directories, and they stay without --runs', {
      hint: 'Add --runs, or leave --older-than out.',
    });
  }
  return runs ? parseAge(olderThan ?? defaultAge) : null;
}

/** A duration as elsewhere, and in days: of runs that are kept, hours would be a nuisance. */
function parseAge(typed: string): number {
  const days = /^(\d{1,5})d$/.exec(typed)?.[1];
  if (days !== undefined) return Number(days) * 86_400;
  const reading = parseDuration(typed);
  if (reading.ok) return reading.value;
  throw new LaunchpadError('usage', `--older-than: ${reading.message}`, {
    hint: 'Write days or hours: 7d, 12h.',
  });
}

async function confirmed(): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stdout, terminal: false });
  try {
    const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    const answer = await Promise.race([lines.question('Remove all of it? [y/N] '), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

/** One that can't be removed keeps no other from it. */
async function removeAll(items: readonly Leftover[], keys: KeyLeftovers | null): Promise<number> {
  let removed = 0;
  let failed = 0;
  for (const item of items) {
    try {
      const left = await removeLeftover(item, keys);
      if (left === null) removed++;
      else process.stderr.write(`${leftoverInWords(item)}: ${left}\n`);
    } catch (error) {
      failed++;
      process.stderr.write(`${leftoverInWords(item)} could not be removed: ${messageOf(error)}\n`);
    }
  }
  await print(
    process.stdout,
    removed === items.length ? 'Removed.\n' : `Removed ${removed} of ${items.length}.\n`,
  );
  return failed === 0 ? exitCodes.pass : exitCodes.internal;
}
