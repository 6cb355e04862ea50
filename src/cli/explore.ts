import { LaunchpadError } from '../errors.js';
import { stepsOf } from '../scenario/edit.js';
import { loadScenario } from '../scenario/index.js';
import type { Scenario } from '../scenario/types.js';
import { overridesOf, type ScenarioOptions } from './options.js';
import { defaultScenario } from './prepare.js';

/** What `predict` takes beyond what all do. */
export interface ExploreOptions {
  /** `queues.emails.rate=5..50/s:5` */
  readonly sweep?: string;
  /** `queues.emails.rate such that emails.catchUp <= 60s` */
  readonly find?: string;
  /** The measure that a sweep draws. */
  readonly of?: string;
  /** How many seeds a band is to be over. */
  readonly seeds?: string;
}

/**
 * Makes sure that the options of a search or a sweep go together.
 * @throws LaunchpadError `usage`
 */
export function checkExploreOptions(options: ScenarioOptions & ExploreOptions): void {
  const { sweep, find, of, seeds, vary = [], only = [] } = options;
  if (sweep !== undefined && find !== undefined)
    throw usage("--sweep and --find don't go together", 'ask one after the other');
  const flag = sweep === undefined ? '--find' : '--sweep';
  if ((sweep ?? find) !== undefined && vary.length + only.length > 0) {
    const other = vary.length > 0 ? '--vary' : '--only';
    throw usage(`${flag} and ${other} don't go together`, `leave ${other} out; --set changes one setting`);
  }
  if ((sweep ?? find) !== undefined && seeds !== undefined)
    throw usage(`${flag} and --seeds don't go together`, 'leave --seeds out; --seed 2 asks for another seed');
  if (of !== undefined && sweep === undefined)
    throw usage(
      '--of says what a sweep draws, and there is none',
      'give --sweep path=FROM..TO:STEP beside it',
    );
}

/** Bad input on the command line. */
export function usage(message: string, hint: string): LaunchpadError {
  return new LaunchpadError('usage', message, { hint });
}

/**
 * The scenario with one setting as it is tried out.
 * @param flag `--sweep` or `--find`
 * @throws LaunchpadError `scenario-not-found` or `scenario-invalid`, with the flag as the place
 */
export async function loadWith(
  options: ScenarioOptions,
  flag: string,
  path: string,
  value: string,
): Promise<Scenario> {
  const overrides = { ...overridesOf(options), probe: { flag, path, value } };
  return (await loadScenario(options.scenario ?? defaultScenario, overrides)).scenario;
}

/** The scenario as it is, with what the command line changes. */
export async function loadBase(options: ScenarioOptions): Promise<Scenario> {
  return (await loadScenario(options.scenario ?? defaultScenario, overridesOf(options))).scenario;
}

/**
 * The steps of a path into a scenario.
 * @throws LaunchpadError `usage` where it is none, or only the last key of one
 */
export function stepsInto(path: string, flag: string, { queues }: Scenario): readonly (string | number)[] {
  const steps = stepsOf(path);
  if (steps === null) throw usage(`${flag}: \`${path}\` is not a path`, 'write such as queues.emails.rate');
  if (steps.length > 1 || ['speed', 'seed', 'drain', 'mode', 'faults', 'orderService'].includes(path))
    return steps;
  const whole = queues.map(({ name }) => `queues.${name}.${path}`).slice(0, 3);
  throw usage(`${flag}: \`${path}\` is not a whole path`, `write such as ${whole.join(' or ')}`);
}
