import type { Problem } from '../errors.js';
import { problemLines } from './errors.js';
import { duration, list, plural } from './format.js';
import { paint } from './paint.js';
import { bullets } from './prose.js';
import { cleanDeep, type RenderOptions, reportWidth, wrap } from './text.js';

/** What `launchpad validate` says. */
export interface Validation {
  readonly schema: 'launchpad.validation/1';
  readonly isValid: boolean;
  readonly files: readonly CheckedFile[];
}

/** One file, as it was named. */
export interface CheckedFile {
  readonly file: string;
  readonly isValid: boolean;
  /** The scenario's name; null: it is not valid. */
  readonly scenario: string | null;
  readonly variants: readonly string[];
  /** How long it takes for real, all variants together, in seconds; null: not known. */
  readonly realSeconds: number | null;
  readonly problems: readonly Problem[];
  /** Of the plan; `variant` null: of the scenario itself, or of all its variants. */
  readonly warnings: readonly { readonly variant: string | null; readonly text: string }[];
}

/** A line for each file, and below it what is wrong with it and what it is warned of. Problems are not wrapped. */
export function renderValidation(untrusted: Validation, options: RenderOptions): string {
  const { files } = cleanDeep(untrusted);
  const colors = paint(options.color);
  const width = reportWidth(options);
  const lines = files.flatMap((file) => {
    const { problems, warnings } = file;
    if (!file.isValid) {
      return [
        `${colors.bad('✗')} ${colors.bold(file.file)}: ${plural(problems.length, 'problem')}`,
        ...problems.flatMap((problem) => problemLines(problem, colors)),
      ];
    }
    return [
      ...wrap(`${colors.good('✓')} ${colors.words(colors.bold, file.file)}: ${summary(file)}`, width, '  '),
      ...bullets(
        warnings.map(({ variant, text }) => (variant === null ? text : `${variant}: ${text}`)),
        colors,
        width,
      ),
    ];
  });
  const wrong = files.filter(({ isValid }) => !isValid).length;
  if (files.length < 2) return lines.join('\n');
  const sum =
    wrong === 0
      ? `All ${plural(files.length, 'file')} are valid.`
      : `${wrong} of ${plural(files.length, 'file')} ${wrong === 1 ? 'is' : 'are'} not valid.`;
  return [...lines, '', sum].join('\n');
}

function summary({ scenario, variants, realSeconds, warnings }: CheckedFile): string {
  return [
    `the scenario ${scenario ?? ''}`,
    ...(variants.length === 0 ? [] : [`${plural(variants.length, 'variant')} (${list(variants)})`]),
    ...(realSeconds === null ? [] : [`about ${duration(Math.max(1, Math.round(realSeconds)))} for real`]),
    ...(warnings.length === 0 ? [] : [plural(warnings.length, 'warning')]),
  ].join(', ');
}
