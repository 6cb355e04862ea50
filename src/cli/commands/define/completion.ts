import { Argument } from 'commander';
import { withExamples } from './examples.js';
import type { Define } from './types.js';

export const defineCompletion: Define = (program, finish) => {
  const command = program
    .command('completion')
    .description('print a script that completes commands, options and names in your shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']));
  withExamples(command, [
    ['bash, in ~/.bashrc', 'source <(launchpad completion bash)'],
    ['zsh, in ~/.zshrc, after compinit', 'source <(launchpad completion zsh)'],
    ['fish', 'launchpad completion fish > ~/.config/fish/completions/launchpad.fish'],
  ]).action(async (shell) => {
    finish(await (await import('../completion.js')).completion(program, shell));
  });
};
