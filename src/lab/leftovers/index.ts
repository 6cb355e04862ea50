import { rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { privateDirectories } from '../../broker/index.js';
import type { KeyLeftovers } from '../../broker/types.js';
import type { Leftover, Leftovers } from '../../result/leftovers.js';
import { abandonedServers, orphans } from './orphans.js';
import { listProcesses } from './processes.js';
import { type KeptRun, keptRuns } from './runs.js';

/** Where to look, beside this machine's processes and temporary files. */
export interface LeftoverOptions {
  /** Where runs are kept. */
  readonly out: string;
  /** Whether run directories are looked for that are at least so old, in real seconds; null: none. */
  readonly olderThanSeconds: number | null;
  /** A Redis of the user's; null: none is looked at. */
  readonly keys: KeyLeftovers | null;
  /** Told what takes time. */
  readonly say: (sentence: string) => void;
}

/**
 * Looks for what dead runs have left. What belongs to a run that lives, or may live, is not among it.
 * @throws LaunchpadError `broker-unreachable`
 */
export async function findLeftovers(options: LeftoverOptions): Promise<Leftovers> {
  const { processes, why } = await listProcesses();
  if (processes === null) {
    // Without them nobody knows which runs live.
    return {
      items: [],
      blind: `Nothing was looked for: ${why}, and so living runs can't be told from dead ones.`,
      unseen: null,
    };
  }
  const user = userInfo().uid;
  const kept = keptRuns(options.out, processes);
  const dead = kept.filter(({ state }) => state === 'dead');
  return {
    items: [
      ...orphans(processes, user),
      ...abandonedServers(privateDirectories(), processes, user),
      ...dead.flatMap(({ stores }) => stores.map((directory): Leftover => ({ kind: 'stores', directory }))),
      ...(await deadKeys(kept, options)),
      ...oldRuns(kept, options.olderThanSeconds),
    ],
    blind: null,
    unseen:
      options.keys === null ? 'No Redis was looked at: name one with --redis-url (or REDIS_URL).' : null,
  };
}

/** Of another machine's run nobody can say more than that it was not touched for long. */
const untouchedSeconds = 24 * 3600;

function oldRuns(kept: readonly KeptRun[], olderThanSeconds: number | null): Leftover[] {
  if (olderThanSeconds === null) return [];
  return kept
    .filter(({ state, ageSeconds }) => {
      const least = state === 'unknown' ? Math.max(olderThanSeconds, untouchedSeconds) : olderThanSeconds;
      return state !== 'living' && ageSeconds >= least;
    })
    .map(({ directory, ageSeconds }) => ({ kind: 'run', directory, ageSeconds }));
}

/** A run is dead if its own directory says so; otherwise if it stays away from the broker for longer than a run can. */
async function deadKeys(
  kept: readonly KeptRun[],
  { keys, say }: Pick<LeftoverOptions, 'keys' | 'say'>,
): Promise<Leftover[]> {
  if (keys === null) return [];
  const ofState = (state: KeptRun['state']): Set<string> =>
    new Set(kept.filter((run) => run.state === state).flatMap(({ ids }) => ids));
  const [living, dead] = [ofState('living'), ofState('dead')];
  // What is still connected of a run that is known to be dead is an orphan, which goes first.
  const left = (await keys.find()).filter(
    ({ id, isConnected }) => dead.has(id) || !(isConnected || living.has(id)),
  );
  const doubtful = left.filter(({ id }) => !dead.has(id)).map(({ id }) => id);
  if (doubtful.length > 0) {
    say(
      `Waiting for 11 s: a run of another machine or directory that has only lost its connection to ${keys.display} would come back by then.`,
    );
  }
  const away = new Set(doubtful.length === 0 ? [] : await keys.stayAway(doubtful));
  return left
    .filter(({ id }) => dead.has(id) || away.has(id))
    .map(({ id, keys: count }) => ({ kind: 'keys', id, keys: count, server: keys.display }));
}

/**
 * Removes one of the things that were found.
 * @returns what came of it, in words; null: it is gone
 */
export async function removeLeftover(item: Leftover, keys: KeyLeftovers | null): Promise<string | null> {
  switch (item.kind) {
    case 'process':
      kill(item.pid);
      return null;
    case 'server':
      if (item.pid !== null) kill(item.pid);
      remove(item.directory);
      return null;
    case 'stores':
    case 'run':
      remove(item.directory);
      return null;
    case 'keys':
      return keys === null || (await keys.remove(item.id)) > 0
        ? null
        : 'left alone: a process of the run is connected, or its keys have gone by themselves';
  }
}

function remove(directory: string): void {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}

/** The whole group: what it started goes with it. */
function kill(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
