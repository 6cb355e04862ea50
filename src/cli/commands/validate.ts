import { exitCodes, LaunchpadError, type Problem } from '../../errors.js';
import { refuseRun } from '../../plan/run-limits.js';
import { toJson } from '../../report/json.js';
import { type CheckedFile, renderValidation, type Validation } from '../../report/validation.js';
import { loadVariants, type ParsedVariant } from '../../scenario/index.js';
import { defaultBroker } from '../options.js';
import { type Prepared, prepareOne } from '../prepare.js';
import { realSecondsOf } from '../real-seconds.js';
import { colorFor, print, widthOf } from '../terminal.js';

/** The options of `launchpad validate`, as typed. */
export interface ValidateOptions {
  readonly json?: boolean;
  readonly color: boolean;
}

/** `launchpad validate`: checks files, plans and predicts what is in them, and starts nothing. @returns the exit code */
export async function validate(files: readonly string[], options: ValidateOptions): Promise<number> {
  const checked = await Promise.all(files.map(checkFile));
  const isValid = checked.every((file) => file.isValid);
  const validation: Validation = { schema: 'launchpad.validation/1', isValid, files: checked };
  const look = { color: colorFor(process.stdout, options.color), width: widthOf(process.stdout) };
  await print(process.stdout, options.json ? toJson(validation) : `${renderValidation(validation, look)}\n`);
  return isValid ? exitCodes.pass : exitCodes.badInput;
}

async function checkFile(file: string): Promise<CheckedFile> {
  try {
    const { base, variants } = await loadVariants(file);
    const planned = variants.map((variant) => planOf(variant, file));
    const problems = planned.flatMap(({ problem }) => problem ?? []);
    const runs = planned.flatMap(({ prepared }) => prepared ?? []);
    if (problems.length > 0) return invalid(file, problems);
    return {
      file,
      isValid: true,
      scenario: base.name,
      variants: variants.flatMap(({ name }) => name ?? []),
      realSeconds: realSecondsOf(runs),
      problems: [],
      warnings: warningsOf(runs),
    };
  } catch (error) {
    if (!(error instanceof LaunchpadError) || error.code === 'internal') throw error;
    const { message, hint, problems } = error;
    return invalid(
      file,
      problems.length > 0
        ? problems
        : [{ file, path: 'file', message, ...(hint === undefined ? {} : { hint }) }],
    );
  }
}

/** What a run of it would be, or why there can be none. */
function planOf(
  { name, scenario }: ParsedVariant,
  file: string,
): { readonly prepared: Prepared | null; readonly problem: Problem | null } {
  try {
    return { prepared: prepareOne(name, scenario, defaultBroker, refuseRun), problem: null };
  } catch (error) {
    if (!(error instanceof LaunchpadError) || error.code === 'internal') throw error;
    const { message, hint } = error;
    // The message says which variant.
    return {
      prepared: null,
      problem: { file, path: 'plan', message, ...(hint === undefined ? {} : { hint }) },
    };
  }
}

function invalid(file: string, problems: readonly Problem[]): CheckedFile {
  return { file, isValid: false, scenario: null, variants: [], realSeconds: null, problems, warnings: [] };
}

/** Each once: what all variants are warned of, and what one is. */
function warningsOf(runs: readonly Prepared[]): CheckedFile['warnings'] {
  const texts = [...new Set(runs.flatMap(({ plan }) => plan.warnings))];
  return texts.flatMap((text) => {
    const having = runs.filter(({ plan }) => plan.warnings.includes(text));
    return having.length === runs.length
      ? [{ variant: null, text }]
      : having.map(({ variant }) => ({ variant, text }));
  });
}
