import { withJsonOption } from '../../options.js';
import { withExamples } from './examples.js';
import type { Define } from './types.js';

export const defineScenarios: Define = (program, finish) => {
  const command = withJsonOption(
    program
      .command('scenarios')
      .description('the built-in scenarios: what each shows, and how long it takes'),
  );
  withExamples(command, [
    ['what there is', 'launchpad scenarios'],
    ['the same for a program to read', 'launchpad scenarios --json'],
  ]).action(async (options) => {
    finish(await (await import('../scenarios.js')).scenarios(options));
  });
};
