import { withExamples } from './examples.js';
import type { Define } from './types.js';

export const defineShow: Define = (program, finish) => {
  const command = program
    .command('show')
    .description('one scenario explained: what happens, what is expected, what to run next')
    .argument('<name|file>', 'a built-in scenario, or a scenario file')
    .option('--yaml', 'instead: the file as it is')
    .option('--no-color', 'plain text (also: NO_COLOR)');
  withExamples(command, [
    ['what happens in it, and what it teaches', 'launchpad show outage'],
    ['a copy of the file to change', 'launchpad show outage --yaml > my-outage.yaml'],
  ]).action(async (reference, options) => {
    finish(await (await import('../show.js')).show(reference, options));
  });
};
