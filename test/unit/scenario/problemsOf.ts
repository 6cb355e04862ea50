import { LaunchpadError, type Problem } from '../../../src/errors.js';
import { type Overrides, parseScenario } from '../../../src/scenario/index.js';

/** What parseScenario finds wrong with a text; fails where it finds nothing. */
export function errorOf(text: string, overrides: Overrides = {}): LaunchpadError {
  try {
    parseScenario(text, { file: 'my.yaml', overrides });
  } catch (error) {
    if (error instanceof LaunchpadError && error.code === 'scenario-invalid') return error;
    throw error;
  }
  throw new Error('nothing was found wrong');
}

/** The same, as lines: `4 queues.emails.rate: message → hint`; `-` where there is no line. */
export function problemsOf(text: string, overrides: Overrides = {}): string[] {
  return errorOf(text, overrides).problems.map(
    ({ line, path, message, hint }: Problem) => `${line ?? '-'} ${path}: ${message} → ${hint}`,
  );
}
