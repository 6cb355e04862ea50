import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { examplesOf } from '../../../src/cli/commands/define/examples.js';
import { describeProgram } from '../../../src/cli/describe.js';
import { programOf } from '../../../src/cli/program.js';
import { listScenarios } from '../../../src/scenario/index.js';

const program = programOf(() => undefined);
const named = program.commands.map((command) => [command.name(), command] as const);

/** The words of a command line; those in quotes as one. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|[^\s"]+/g)].map(([word, quoted]) => quoted ?? word);
}

describe('the help', () => {
  it.each(named)('of %s has examples, of this very command', (name, command) => {
    let text = '';
    command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
    expect(examplesOf(command).length).toBeGreaterThan(0);
    expect(text).toContain('\nExamples:\n  # ');
    for (const [does, typed] of examplesOf(command)) {
      expect(text).toContain(`  # ${does}\n  ${typed}`);
      expect(typed).toContain(`launchpad ${name}`);
      expect(`  ${typed}`.length, typed).toBeLessThanOrEqual(100);
    }
  });

  it.each([['launchpad', program] as const, ...named])(
    '%s: its examples are possible',
    async (_, command) => {
      const scenarios = (await listScenarios()).map((scenario) => scenario.name);
      for (const [, typed] of examplesOf(command)) {
        const [, called, ...words] = wordsOf(typed.replace(/^source <\(|\)$|>.*\.(fish|yaml)$/g, ''));
        const own = program.commands.find((each) => each.name() === called);
        expect(own, typed).toBeDefined();
        for (const word of words.filter((each) => each.startsWith('-'))) {
          const flag = word.split('=')[0];
          const option = own?.options.find(({ short, long }) => short === flag || long === flag);
          expect(option, `${typed}: ${word}`).toBeDefined();
        }
        const at = words.findIndex((word) => word === '-s' || word === '--scenario' || word === '--from');
        if (at >= 0) expect(scenarios, typed).toContain(words[at + 1]);
      }
    },
  );

  it('says of each option and argument what it is', () => {
    for (const [name, command] of named) {
      for (const { flags, description } of command.options)
        expect(description, `${name} ${flags}`).not.toBe('');
      for (const argument of command.registeredArguments)
        expect(argument.description, `${name} ${argument.name()}`).not.toBe('');
    }
  });
});

describe('docs/cli.md', () => {
  it('is what the commands say: if not, run `npm run docs`', () => {
    const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
    expect(page).toBe(describeProgram(program));
  });

  it('has every command with its options, and no table that a bar breaks', () => {
    const page = describeProgram(program);
    for (const [name, command] of named) {
      expect(page).toContain(`\n## launchpad ${name}\n`);
      for (const { flags } of command.options)
        expect(page).toContain(`| \`${flags.replaceAll('|', '\\|')}\` |`);
    }
    for (const line of page.split('\n').filter((each) => each.startsWith('|'))) {
      expect(line.match(/(?<!\\)\|/g), line).toHaveLength(3);
    }
  });
});
