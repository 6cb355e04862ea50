import type { Comparison } from '../result/comparison.js';
import type { Result } from '../result/types.js';

/** The command that makes a run or a prediction again, of those of its variants that were wanted where there are several. */
export function commandAgain({ scenario, run, origin }: Result | Comparison, command: string): string {
  const only = 'variant' in scenario ? [scenario.variant ?? []].flat() : (scenario.only ?? []);
  const verb = origin === 'predicted' ? 'predict' : 'simulate';
  return [
    command,
    verb,
    `--scenario ${shellWord(scenario.reference)}`,
    ...(scenario.vary ?? []).map((typed) => `--vary ${shellWord(typed)}`),
    ...only.map((name) => `--only ${shellWord(name)}`),
    // Quoted as they were typed.
    ...scenario.changes,
    `--seed ${run.seed}`,
    ...(run.speed === 1 ? [] : [`--speed ${run.speed}`]),
  ].join(' ');
}

/** The command that makes its report again; none where it has no directory. */
export function reportAgain({ run }: Pick<Result | Comparison, 'run'>, command: string): string[] {
  return run.directory === null ? [] : [`${command} report ${shellWord(run.directory)}`];
}

/** A word that a shell takes as it is. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
