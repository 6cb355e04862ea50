import { describe, expect, it } from 'vitest';
import { LaunchpadError } from '../../../src/errors.js';
import { renderError } from '../../../src/report/errors.js';

describe('an error', () => {
  it('shows every problem with its place and hint, and no stack', () => {
    const error = new LaunchpadError('scenario-invalid', 'scenario.yaml has 3 problems.', {
      hint: 'Mend them, and check again with `launchpad validate scenario.yaml`.',
      problems: [
        {
          file: 'scenario.yaml',
          line: 12,
          path: 'queues.emails.rate',
          message: '5 has no unit',
          hint: 'write 5/s',
        },
        { line: 3, path: 'producers', message: 'is missing' },
        { path: '--set queues.x', message: 'there is no queue x' },
      ],
      cause: new Error('inner'),
    });
    expect(renderError(error, { color: false }).split('\n')).toEqual([
      'Error: scenario.yaml has 3 problems.',
      '  scenario.yaml:12  queues.emails.rate: 5 has no unit',
      '      → write 5/s',
      '  line 3  producers: is missing',
      '  --set queues.x: there is no queue x',
      '→ Mend them, and check again with `launchpad validate scenario.yaml`.',
    ]);
  });

  it('names no path where a problem is of the whole file', () => {
    const problem = { file: 'bad.yaml', line: 1, path: '', message: 'not readable as YAML' };
    const error = new LaunchpadError('scenario-invalid', '2 problems', { problems: [problem, problem] });
    expect(renderError(error, { color: false }).split('\n')[1]).toBe('  bad.yaml:1  not readable as YAML');
  });

  it('says a single problem once', () => {
    const problem = { path: 'queues.emails.rate', message: '5 has no unit', hint: 'write 5/s' };
    const error = new LaunchpadError('scenario-invalid', 'queues.emails.rate: 5 has no unit', {
      hint: 'write 5/s',
      problems: [problem],
    });
    expect(renderError(error, { color: false })).toBe(
      'Error: queues.emails.rate: 5 has no unit\n→ write 5/s',
    );
  });

  it('is a single line where there is no more to say', () => {
    expect(renderError(new LaunchpadError('usage', 'No such command.'), { color: false })).toBe(
      'Error: No such command.',
    );
    expect(renderError(new LaunchpadError('usage', 'x'), { color: true })).toContain(
      '\u001b[1m\u001b[31mError:',
    );
  });

  it('lets no control sequence through', () => {
    const nasty = 'a\u001b[2J\nb';
    const error = new LaunchpadError('usage', nasty, {
      hint: nasty,
      problems: [1, 2].map((line) => ({ file: nasty, line, path: nasty, message: nasty, hint: nasty })),
    });
    expect(renderError(error, { color: false }).split('\n')).toEqual([
      'Error: a b',
      '  a b:1  a b: a b',
      '      → a b',
      '  a b:2  a b: a b',
      '      → a b',
      '→ a b',
    ]);
  });
});
