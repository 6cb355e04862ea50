import { basename } from 'node:path';
import { LaunchpadError, type Problem } from '../errors.js';
import { checkScenario } from './check.js';
import type { Step } from './edit.js';
import { applyOverrides, changesOf, type Overrides } from './overrides.js';
import { Problems } from './problems.js';
import { isNull, readTree, type Tree, valueAt } from './tree.js';
import type { CheckedScenario, Scenario } from './types.js';
import { inVariant, selected, variantsIn, withVariant } from './variants.js';
import { variantsOf } from './vary.js';

const defaultFile = 'scenario.yaml';

/** Options of parseScenario. */
export interface ParseOptions {
  /** What problems call the file. Default: `scenario.yaml`. */
  readonly file?: string;
  readonly overrides?: Overrides;
  /** How it is named on the command line. Default: the file. */
  readonly reference?: string;
}

/** Which variants there are, as typed after their flags. */
export interface VariantOptions {
  /** `queues.emails.idempotency=none,delivery-log`: in place of the file's variants, all combinations of these. */
  readonly vary?: readonly string[];
  /** Names of the variants that are wanted; empty: all. */
  readonly only?: readonly string[];
}

/** One variant of a scenario; without variants, the scenario itself, with no name. */
export interface ParsedVariant {
  readonly name: string | null;
  readonly scenario: Scenario;
}

/** A scenario with its variants. */
export interface ParsedVariants {
  /** At least one. */
  readonly variants: readonly ParsedVariant[];
  /**
   * The scenario without its variants, changed as the command line says; as it is written (but for speed and seed), where these
   * changes go with its variants only.
   */
  readonly base: Scenario;
}

/**
 * Reads a scenario from YAML (or JSON), changes it as the overrides say, and checks it. Its variants are left out.
 * @throws LaunchpadError `scenario-invalid`, with everything that is wrong as its `problems`.
 */
export function parseScenario(text: string, options: ParseOptions = {}): Scenario {
  const problems = new Problems(options.file ?? defaultFile);
  const tree = readOrThrow(text, problems);
  const checked = check(applyOverrides(tree, options.overrides ?? {}, problems), problems);
  problems.throwIfAny();
  return finished(checked, options, null);
}

/**
 * Reads a scenario with its variants: each is the scenario with the variant's settings, then with the overrides, checked as a whole.
 * Those that are not wanted are not checked.
 * @throws LaunchpadError `scenario-invalid`, with everything that is wrong with any of them as its `problems`.
 */
export function parseVariants(text: string, options: ParseOptions & VariantOptions = {}): ParsedVariants {
  const { file = defaultFile, overrides = {}, vary = [], only = [] } = options;
  const problems = new Problems(file);
  const tree = readOrThrow(text, problems);
  const ofBase = new Problems(file);
  const changed = applyOverrides(tree, overrides, ofBase);
  let base = check(changed, ofBase);
  const hasNone = isNull(valueAt(changed, 'variants'));
  const all = vary.length > 0 ? variantsOf(vary, problems) : hasNone ? [] : variantsIn(tree, problems);
  const wanted = selected(all, only, problems);
  const inBase = new Set(ofBase.sorted().map(keyOf));
  if (base === undefined && wanted.length > 0) base = asWritten(tree, overrides, file);
  const told = new Set<string>();
  const tell = (problem: Problem, asFound = problem) => {
    if (told.has(keyOf(problem))) return;
    told.add(keyOf(problem));
    problems.take(asFound);
  };
  if (base === undefined) for (const problem of ofBase.sorted()) tell(problem);
  const variants = wanted.map((variant) => {
    const own = new Problems(file);
    const scenario = check(applyOverrides(withVariant(tree, variant, own), overrides, own), own);
    for (const problem of own.sorted())
      tell(problem, inBase.has(keyOf(problem)) ? problem : inVariant(problem, variant));
    return { name: variant.name, scenario };
  });
  problems.throwIfAny();
  const whole = finished(base, options, null);
  return {
    variants:
      variants.length === 0
        ? [{ name: null, scenario: whole }]
        : variants.map(({ name, scenario }) => ({ name, scenario: finished(scenario, options, name) })),
    base: whole,
  };
}

/**
 * What a scenario says at a path, `queues.emails.rate`, changed as the overrides say and not checked; undefined: nothing.
 * @throws LaunchpadError `scenario-invalid` where it can't be read, or the overrides can't be applied.
 */
export function settingIn(
  text: string,
  steps: readonly Step[],
  options: ParseOptions = {},
): Tree | undefined {
  const problems = new Problems(options.file ?? defaultFile);
  let at: Tree | undefined = applyOverrides(readOrThrow(text, problems), options.overrides ?? {}, problems);
  problems.throwIfAny();
  for (const step of steps) {
    if (typeof step === 'string') at = valueAt(at, step);
    else at = at?.kind === 'list' ? at.items[step] : undefined;
  }
  return isNull(at) ? undefined : at;
}

function readOrThrow(text: string, problems: Problems): Tree {
  const tree = readTree(text, problems);
  if (tree !== undefined) return tree;
  problems.throwIfAny();
  throw unexplained(problems.file);
}

function check(tree: Tree, problems: Problems): CheckedScenario | undefined {
  return checkScenario(tree, nameOf(problems.file), problems);
}

/** The scenario without what the command line changes of what it does; undefined where something is wrong with it. */
function asWritten(tree: Tree, { speed, seed }: Overrides, file: string): CheckedScenario | undefined {
  const problems = new Problems(file);
  const overrides = { ...(speed === undefined ? {} : { speed }), ...(seed === undefined ? {} : { seed }) };
  return check(applyOverrides(tree, overrides, problems), problems);
}

function finished(
  checked: CheckedScenario | undefined,
  {
    file = defaultFile,
    reference = file,
    overrides = {},
    vary = [],
    only = [],
  }: ParseOptions & VariantOptions,
  variant: string | null,
): Scenario {
  if (checked === undefined) throw unexplained(file);
  return {
    ...checked,
    reference,
    changes: changesOf(overrides),
    ...(vary.length === 0 ? {} : { vary }),
    ...(variant !== null || only.length === 0 ? {} : { only }),
    variant,
  };
}

function unexplained(file: string): LaunchpadError {
  return new LaunchpadError('internal', `${file}: refused without a reason`);
}

/** Two problems that say the same of the same place are one. */
function keyOf({ line, path, message }: Problem): string {
  return `${line ?? ''} ${path} ${message}`;
}

/** A file's base name as a scenario's name: `My Run.yaml` is `my-run`. */
function nameOf(file: string): string {
  const base = basename(file).replace(/\.(ya?ml|json)$/i, '');
  return (
    base
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 50) || 'scenario'
  );
}
