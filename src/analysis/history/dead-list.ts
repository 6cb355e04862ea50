import type { DeadList } from '../../result/history.js';
import { analyse } from '../analyse.js';
import { openRun } from './run.js';

/**
 * The dead of a run by queue, with what became of them, as its result has them.
 *
 * @param directory of one run
 * @throws LaunchpadError `usage` where it holds several runs, `run-not-found`, `ledger-damaged`
 */
export function deadListOf(directory: string): DeadList {
  const { about } = openRun(directory);
  const { queues } = analyse(about.directory);
  return {
    schema: 'launchpad.dead/1',
    run: about,
    queues: Object.fromEntries(Object.entries(queues).map(([name, { deadLetters }]) => [name, deadLetters])),
  };
}
