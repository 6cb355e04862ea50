import { LaunchpadError, type Problem } from '../errors.js';
import type { Place } from './tree.js';

/** Collects all that is wrong with a scenario, so that it is told at once. */
export class Problems {
  private readonly list: Problem[] = [];

  /** @param file what the scenario is called in messages: its file. */
  constructor(readonly file: string) {}

  get count(): number {
    return this.list.length;
  }

  /** Notes what is wrong at a place: a sentence without a full stop, and what to write instead. */
  add(place: Place, message: string, hint: string): void {
    this.list.push(
      place.flag === null
        ? {
            file: this.file,
            ...(place.line === null ? {} : { line: place.line }),
            path: place.path,
            message,
            hint,
          }
        : { path: place.flag, message, hint },
    );
  }

  /** Notes what another collection found. */
  take(problem: Problem): void {
    this.list.push(problem);
  }

  /** All of it: first the file's, by line, then the flags', as they were found. */
  sorted(): readonly Problem[] {
    const line = (problem: Problem) => problem.line ?? Number.POSITIVE_INFINITY;
    return [...this.list].sort((a, b) => (line(a) === line(b) ? 0 : line(a) - line(b)));
  }

  /** Throws `scenario-invalid` where there is any problem. */
  throwIfAny(): void {
    const [first, ...others] = this.sorted();
    if (first === undefined) return;
    if (others.length === 0) {
      const options = { problems: [first], ...(first.hint === undefined ? {} : { hint: first.hint }) };
      throw new LaunchpadError('scenario-invalid', told(first), options);
    }
    const problems = [first, ...others];
    const message = `${problems.length} problems, in ${this.file} or in what was to change it`;
    throw new LaunchpadError('scenario-invalid', message, { problems });
  }
}

function told(problem: Problem): string {
  const line = problem.line === undefined ? '' : `:${problem.line}`;
  const file = problem.file === undefined ? '' : `${problem.file}${line}: `;
  return `${file}${problem.path === '' ? '' : `${problem.path}: `}${problem.message}`;
}
