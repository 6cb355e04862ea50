import { withExamples } from './examples.js';
import type { Define } from './types.js';

export const defineInit: Define = (program, finish) => {
  const command = program
    .command('init')
    .description('write a scenario file to start from')
    .argument('[file]', 'the file, which must not be there yet', 'scenario.yaml')
    .option('--from <scenario>', 'a copy of this built-in scenario')
    .option('--no-color', 'plain text (also: NO_COLOR)');
  withExamples(command, [
    ['scenario.yaml, small and commented', 'launchpad init'],
    ['a copy of a built-in scenario', 'launchpad init my-outage.yaml --from outage'],
  ]).action(async (file, options) => {
    finish(await (await import('../init.js')).init(file, options));
  });
};
