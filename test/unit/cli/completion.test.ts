import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completion } from '../../../src/cli/commands/completion.js';
import { programOf } from '../../../src/cli/program.js';
import { printed } from '../../fixtures/printed.js';
import { temporaryDirectory } from '../../fixtures/runs.js';

const program = programOf(() => undefined);

const isThere = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

describe('completion in bash', () => {
  let script = '';

  /** What is offered at the end of the line; a line that ends with a space asks for the next word. */
  async function offered(line: string, directory = '/'): Promise<string[]> {
    if (script === '') script = (await printed(() => completion(program, 'bash'))).text;
    const words = line.split(/ |(?==)|(?<==)/).filter((word) => word !== '');
    if (line.endsWith(' ')) words.push('');
    const ask = [
      script,
      `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})`,
      `COMP_CWORD=${words.length - 1}`,
      '_launchpad 2>&1',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ].join('\n');
    const output = execFileSync('bash', ['--norc', '-c', ask], { cwd: directory, encoding: 'utf8' });
    return output.split('\n').filter((word) => word !== '');
  }

  it('offers all commands, and those that begin so', async () => {
    expect(await offered('launchpad ')).toEqual(program.commands.map((command) => command.name()));
    expect(await offered('launchpad sim')).toEqual(['simulate']);
    expect(await offered('launchpad --v')).toEqual(['--version']);
  });

  it('offers every option of a command', async () => {
    for (const command of program.commands) {
      const flags = command
        .createHelp()
        .visibleOptions(command)
        .flatMap(({ short, long }) => [...(short ? [short] : []), ...(long ? [long] : [])]);
      expect(await offered(`launchpad ${command.name()} -`), command.name()).toEqual(flags);
    }
    expect(await offered('launchpad predict --sw')).toEqual(['--sweep']);
  });

  it('offers scenarios and files where a scenario is named', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'out of order.yaml'), '');
    expect(await offered('launchpad simulate --scenario out', directory)).toEqual([
      'outage',
      'out of order.yaml',
    ]);
    expect(await offered('launchpad simulate -s steady')).toEqual(['steady-outage']);
    expect(await offered('launchpad simulate --scenario=over')).toEqual(['overload']);
    expect(await offered('launchpad show idem')).toEqual([
      'idempotency',
      'idempotency-frozen',
      'idempotency-twice',
    ]);
    expect(await offered('launchpad init --from scale')).toEqual(['scale-out']);
  });

  it('offers the variants of the scenario on the line', async () => {
    expect(await offered('launchpad simulate -s redrive --only ')).toEqual(['repaired', 'as-they-were']);
    expect(await offered('launchpad predict --scenario=redrive --only rep')).toEqual(['repaired']);
    // Without one it is outage, which has none.
    expect(await offered('launchpad simulate --only ')).toEqual([]);
  });

  it('offers directories where runs are, files where files go, and nothing where only the user knows', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'runs'));
    writeFileSync(join(directory, 'result.json'), '');
    expect(await offered('launchpad simulate --out ', directory)).toEqual(['runs']);
    expect(await offered('launchpad report ', directory)).toEqual(['runs']);
    expect(await offered('launchpad validate ', directory)).toEqual(['result.json', 'runs']);
    expect(await offered('launchpad report --json r', directory)).toEqual(['result.json', 'runs']);
    expect(await offered('launchpad simulate --speed ', directory)).toEqual([]);
    // What may stand alone is followed by another option.
    expect(await offered('launchpad report --json --no')).toEqual(['--no-color']);
    expect(await offered('launchpad completion ')).toEqual(['bash', 'zsh', 'fish']);
  });
});

describe('completion scripts', () => {
  it.each(['bash', 'zsh', 'fish'])('for %s name every command, option and scenario', async (shell) => {
    const { text, code } = await printed(() => completion(program, shell));
    expect(code).toBe(0);
    for (const command of program.commands) {
      expect(text).toContain(command.name());
      for (const { long } of command.options) {
        expect(text).toContain(shell === 'fish' ? `-l ${long?.slice(2)}` : (long ?? ''));
      }
    }
    expect(text).toContain('what-202-means');
    expect(text).toContain('answer-first');
    // Where the shell is there, it has to be able to read it.
    if (isThere(shell)) {
      const { status, stderr } = spawnSync(shell, ['-n'], { input: text, encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(status).toBe(0);
    }
  });
});
