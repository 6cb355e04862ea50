import { measuring } from '../../analysis/expectations.js';
import { exitCodes } from '../../errors.js';
import { renderSweep } from '../../report/sweep.js';
import type { Sweep, SweepPoint } from '../../result/sweep.js';
import { resolveMeasure } from '../../scenario/expectations/index.js';
import { scopesOf } from '../../scenario/owners.js';
import { parseRange } from '../../scenario/ranges.js';
import type { Scenario } from '../../scenario/types.js';
import { deliverAs } from '../deliver.js';
import { type ExploreOptions, loadBase, loadWith, stepsInto, usage } from '../explore.js';
import { measuredOf } from '../measured.js';
import type { ReportOptions, ScenarioOptions } from '../options.js';
import { predictOne } from '../predict-one.js';
import { errorIn } from '../prepare.js';

/**
 * `launchpad predict --sweep`: predicts every value of a setting. All values are checked before any is predicted.
 * @returns the exit code: 0, whatever comes of expectations, for what fails at some values is what one wants to see
 * @throws LaunchpadError for all that is wrong with the input
 */
export async function sweep(
  typed: string,
  options: ScenarioOptions & ReportOptions & ExploreOptions,
): Promise<number> {
  const range = parseRange(typed);
  if (!range.ok) throw usage(`--sweep: ${range.message}`, range.hint);
  const { path, values } = range.value;
  const base = await loadBase(options);
  stepsInto(path, '--sweep', base);
  const of = options.of ?? usualMeasure(path, base);
  const resolved = resolveMeasure(of, scopesOf(base));
  if (!resolved.ok) throw usage(`--of ${of}: ${resolved.message}`, resolved.hint);
  const { scope, measure } = resolved.value;
  const scenarios: Scenario[] = [];
  for (const value of values) scenarios.push(await loadWith(options, '--sweep', path, value));
  const points = scenarios.map((scenario, i): SweepPoint => {
    const value = values[i] ?? '';
    const result = predictAt(scenario, path, value);
    const { actual, reason } = measuredOf(measuring(scope, measure.path), result);
    return { value, of: { actual, reason }, result };
  });
  const outcome: Sweep = {
    schema: 'launchpad.sweep/1',
    reference: base.reference,
    path,
    of,
    unit: measure.unit,
    points,
  };
  await deliverAs(outcome, (look) => renderSweep(outcome, look), options);
  return points.every(({ result }) => isBalanced(result)) ? exitCodes.pass : exitCodes.internal;
}

/** The catch-up of the queue that the setting is of; of any other setting, the longest catch-up of all. */
function usualMeasure(path: string, { queues }: Scenario): string {
  const name = /^queues\.([^.[]+)/.exec(path)?.[1];
  return queues.some((queue) => queue.name === name) ? `${name}.catchUp` : 'catchUp';
}

function predictAt(scenario: Scenario, path: string, value: string): SweepPoint['result'] {
  try {
    return predictOne(scenario);
  } catch (error) {
    throw errorIn(`At ${path}=${value}`, error);
  }
}

function isBalanced({ queues }: SweepPoint['result']): boolean {
  return Object.values(queues).every(({ accounting }) => accounting.balanced);
}
