import type { LaunchpadError, Problem } from '../errors.js';
import { type Paint, paint } from './paint.js';
import { clean } from './text.js';

/** An error for people: what is wrong, every problem with its place and hint, and what to do. Never a stack trace. Not wrapped. */
export function renderError(error: LaunchpadError, options: { readonly color: boolean }): string {
  const colors = paint(options.color);
  return [
    `${colors.bold(colors.bad('Error:'))} ${clean(error.message)}`,
    // The message and the hint of a single problem are the error's own.
    ...(error.problems.length === 1 ? [] : error.problems).flatMap((problem) =>
      problemLines(problem, colors),
    ),
    ...(error.hint === undefined ? [] : [`${colors.dim('→')} ${clean(error.hint)}`]),
  ].join('\n');
}

/** `scenario.yaml:12  queues.emails.rate: …`, and the hint below it. */
export function problemLines(problem: Problem, colors: Paint): string[] {
  const line = problem.line === undefined ? '' : String(problem.line);
  const file = problem.file === undefined ? '' : clean(problem.file);
  const place = file === '' ? (line === '' ? '' : `line ${line}`) : `${file}${line === '' ? '' : `:${line}`}`;
  const where = place === '' ? '' : `${colors.dim(place)}  `;
  // A file that can't be read has no paths in it.
  const path = problem.path === '' ? '' : `${colors.bold(clean(problem.path))}: `;
  return [
    `  ${where}${path}${clean(problem.message)}`,
    ...(problem.hint === undefined ? [] : [`      ${colors.dim('→')} ${clean(problem.hint)}`]),
  ];
}
