import { withJsonOption } from '../../options.js';
import { withExamples } from './examples.js';
import type { Define } from './types.js';

export const defineValidate: Define = (program, finish) => {
  const command = withJsonOption(
    program
      .command('validate')
      .description('check scenario files: everything that is wrong with them, and what they are warned of')
      .argument('<files...>', 'scenario files'),
  );
  withExamples(command, [
    ['one file', 'launchpad validate scenario.yaml'],
    ['all of them, for a program to read', 'launchpad validate scenarios/*.yaml --json'],
  ]).action(async (files, options) => {
    finish(await (await import('../validate.js')).validate(files, options));
  });
};
