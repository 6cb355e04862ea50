import { exitCodes, LaunchpadError } from '../../errors.js';
import { renderFind, sentenceOf } from '../../report/find.js';
import type { Find, FindProbe } from '../../result/find.js';
import { labelOf, measureOf } from '../../result/measuring.js';
import type { Result } from '../../result/types.js';
import { loadSetting } from '../../scenario/load.js';
import { scopesOf } from '../../scenario/owners.js';
import type { ExpectationSpec, Scenario } from '../../scenario/types.js';
import { deliverAs } from '../deliver.js';
import { type ExploreOptions, loadBase, loadWith, stepsInto, usage } from '../explore.js';
import { parseConditions, parseQuestion } from '../find/question.js';
import { type Scale, scaleOf, usualTextOf } from '../find/scale.js';
import { type Found, furthest, search } from '../find/search.js';
import { measuredOf } from '../measured.js';
import { overridesOf, type ReportOptions, type ScenarioOptions } from '../options.js';
import { planOne, predictOne } from '../predict-one.js';
import { defaultScenario } from '../prepare.js';

type FindOptions = ScenarioOptions & ReportOptions & ExploreOptions;

/** A value that was predicted. */
interface Tried {
  readonly probe: FindProbe;
  readonly result: Result;
}

/**
 * `launchpad predict --find`: the smallest value of a setting at which conditions hold, or, where they hold at the lowest, the largest.
 * @returns the exit code: 0 where there is one, 99 where there is none
 * @throws LaunchpadError for all that is wrong with the input
 */
export async function find(typed: string, options: FindOptions): Promise<number> {
  const question = parseQuestion(typed);
  if (!question.ok) throw usage(`--find: ${question.message}`, question.hint);
  const { path } = question.value;
  const base = await loadBase(options);
  const steps = stepsInto(path, '--find', base);
  const conditions = parseConditions(question.value.conditions, scopesOf(base));
  if (!conditions.ok) throw usage(`--find: ${conditions.message}`, conditions.hint);
  const specs = conditions.value;
  const written = await loadSetting(options.scenario ?? defaultScenario, steps, overridesOf(options));
  // A key that does not exist is answered by the scenario's own check, which knows the nearest one.
  if (written === undefined) await loadWith(options, '--find', path, usualTextOf(path));
  const read = scaleOf(path, written);
  if (!read.ok) throw usage(`--find: ${read.message}`, read.hint);
  const scale = await possible(read.value, (value) => loadWith(options, '--find', path, value));

  const tried = new Map<number, Tried>();
  const found = await search(scale, async (n) => {
    const value = scale.textAt(n);
    const one = tryOut(value, await loadWith(options, '--find', path, value), specs);
    tried.set(n, one);
    return one.probe.holds;
  });
  const outcome = answer({ base, path, specs, scale, found, tried });
  await deliverAs(outcome, (look) => renderFind(outcome, look), options);
  return outcome.found ? exitCodes.pass : exitCodes.expectationFailed;
}

function tryOut(value: string, scenario: Scenario, specs: readonly ExpectationSpec[]): Tried {
  const result = predictOne(scenario);
  const measured = specs.map((spec) => measuredOf(spec, result));
  measured.forEach(({ holds, reason }, i) => {
    if (holds !== null) return;
    const message = `--find: at ${value} it is not known whether ${specs[i]?.expression} holds: ${reason}`;
    throw usage(
      message,
      'ask for something that is predicted, such as emails.catchUp, emails.backlog.peak or drainedAt',
    );
  });
  return {
    result,
    probe: {
      value,
      holds: measured.every(({ holds }) => holds === true),
      measured: measured.map(({ actual, reason }) => ({ actual, reason })),
    },
  };
}

/** The scale within what the scenario's check and the plan let through. */
async function possible(scale: Scale, load: (value: string) => Promise<Scenario>): Promise<Scale> {
  const isPossible = async (n: number): Promise<boolean> => {
    try {
      planOne(await load(scale.textAt(n)));
      return true;
    } catch (error) {
      const codes = ['scenario-invalid', 'plan-refused'];
      if (error instanceof LaunchpadError && codes.includes(error.code)) return false;
      throw error;
    }
  };
  planOne(await load(scale.textAt(scale.start)));
  return {
    ...scale,
    lowest: await furthest(scale.start, scale.lowest, isPossible),
    highest: await furthest(scale.start, scale.highest, isPossible),
  };
}

interface Search {
  readonly base: Scenario;
  readonly path: string;
  readonly specs: readonly ExpectationSpec[];
  readonly scale: Scale;
  readonly found: Found;
  readonly tried: ReadonlyMap<number, Tried>;
}

function answer({ base, path, specs, scale, found, tried }: Search): Find {
  const numbers = [...tried.keys()].sort((a, b) => a - b);
  const probeAt = (n: number): Tried => {
    const one = tried.get(n);
    if (one === undefined)
      throw new LaunchpadError('internal', `${path}=${scale.textAt(n)} was not predicted`);
    return one;
  };
  const { at, which } = placeOf(found, scale);
  const { probe, result } = probeAt(at);
  const contradiction = found.kind === 'threshold' ? found.contradiction : null;
  const outcome: Find = {
    schema: 'launchpad.find/1',
    reference: base.reference,
    changes: base.changes,
    path,
    conditions: specs.map((spec) => {
      const measure = measureOf(spec, result);
      const of = measure === undefined ? spec.measure : labelOf(measure, spec.scope);
      return { expression: spec.expression, of, unit: measure?.unit ?? 'count' };
    }),
    found: which !== null,
    value: which === null ? null : probe.value,
    which,
    reason: null,
    contradiction:
      contradiction === null
        ? null
        : `it holds at ${scale.textAt(contradiction.holdsAt)} and not at ${scale.textAt(contradiction.failsAt)}${
            contradiction.scanned === 0 ? '' : `, so ${contradiction.scanned} further values were looked at`
          }`,
    probes: numbers.map((n) => probeAt(n).probe),
    result,
  };
  return which !== null ? outcome : { ...outcome, reason: sentenceOf(outcome, probe) };
}

/** The value that is the answer; where there is none, the highest that was predicted. */
function placeOf(found: Found, { lowest, highest }: Scale): { at: number; which: Find['which'] } {
  if (found.kind === 'threshold') return { at: found.at, which: 'smallest' };
  if (found.kind === 'nowhere') return { at: highest, which: null };
  return found.upTo === null ? { at: lowest, which: 'any' } : { at: found.upTo, which: 'largest' };
}
