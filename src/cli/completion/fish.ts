import type { CompletedOption, Completions, Taken } from './model.js';

/** The script for fish. */
export function fishCompletion({
  program,
  commands,
  options,
  scenarios,
  defaultScenario,
}: Completions): string {
  const own = `__${program}`;
  const withVariants = [...scenarios].filter(([, variants]) => variants.length > 0);
  const names = [...scenarios.keys()].join(' ');
  const lines = [
    ...options.map((option) => optionLine(program, own, '__fish_use_subcommand', option)),
    ...commands.flatMap(({ name, does, options: all, takes }) => {
      const after = `__fish_seen_subcommand_from ${name}`;
      return [
        `complete -c ${program} -f -n __fish_use_subcommand -a ${name} -d ${quoted(does)}`,
        ...all.map((option) => optionLine(program, own, after, option)),
        ...(takes === null ? [] : [argumentLine(program, own, after, takes)]),
      ];
    }),
  ];
  return `# Completion of ${program} for fish: ${program} completion fish > ~/.config/fish/completions/${program}.fish

# The variants of the scenario that is named on the line.
function ${own}_variants
  set -l scenario ${defaultScenario}
  set -l words (commandline -opc)
  for at in (seq (count $words))
    switch $words[$at]
      case --scenario -s
        set -l next (math $at + 1)
        test $next -le (count $words); and set scenario $words[$next]
      case '--scenario=*'
        set scenario (string replace -- --scenario= '' $words[$at])
    end
  end
  switch $scenario
${withVariants.map(([name, variants]) => `    case ${name}\n      string split ' ' '${variants.join(' ')}'`).join('\n')}
  end
end

function ${own}_scenarios
  string split ' ' '${names}'
end

complete -c ${program} -f
${lines.join('\n')}
`;
}

function optionLine(program: string, own: string, when: string, option: CompletedOption): string {
  const { long, short, does, takes } = option;
  const flags = [`-l ${long.slice(2)}`, ...(short === null ? [] : [`-s ${short.slice(1)}`])];
  const value = takes === null ? [] : taking(takes, own, option.isOptional);
  return ['complete', '-c', program, '-n', quoted(when), ...flags, ...value, '-d', quoted(does)].join(' ');
}

function argumentLine(program: string, own: string, when: string, takes: Taken): string {
  const value = taking(takes, own, true);
  return ['complete', '-c', program, '-n', quoted(when), ...value].join(' ');
}

/** `-r`: a value has to follow; `-x`: one that is no file; `-F`: files all the same; `-f`: none. */
function taking(takes: Taken, own: string, isOptional: boolean): string[] {
  const noFile = isOptional ? '-f' : '-x';
  switch (takes.kind) {
    case 'words':
      return [noFile, '-a', quoted(takes.words.join(' '))];
    case 'file':
      return isOptional ? ['-F'] : ['-r', '-F'];
    case 'directory':
      return [noFile, '-a', quoted('(__fish_complete_directories)')];
    case 'built-in':
      return [noFile, '-a', quoted(`(${own}_scenarios)`)];
    case 'scenario':
      return [...(isOptional ? [] : ['-r']), '-F', '-a', quoted(`(${own}_scenarios)`)];
    case 'variant':
      return [noFile, '-a', quoted(`(${own}_variants)`)];
    case 'unknown':
      return isOptional ? [] : ['-x'];
  }
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
