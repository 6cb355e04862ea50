import type { CompletedCommand, CompletedOption, Completions, Taken } from './model.js';

/** The script for zsh: sourced after compinit, or as a file `_launchpad` in a directory of fpath. */
export function zshCompletion({
  program,
  commands,
  options,
  scenarios,
  defaultScenario,
}: Completions): string {
  const own = `_${program}`;
  const withVariants = [...scenarios].filter(([, variants]) => variants.length > 0);
  return `#compdef ${program}
# Completion of ${program} for zsh: source <(${program} completion zsh)

${own}_built-in() {
  local -a names=(${[...scenarios.keys()].join(' ')})
  _describe -t scenarios 'built-in scenario' names
}

${own}_scenario() {
  _alternative 'scenarios:built-in scenario:${own}_built-in' 'files:scenario file:_files'
}

# The variants of the scenario that is named on the line.
${own}_variant() {
  local -a names
  case "\${opt_args[--scenario]:-\${opt_args[-s]:-${defaultScenario}}}" in
${withVariants.map(([name, variants]) => `    ${name}) names=(${variants.join(' ')}) ;;`).join('\n')}
  esac
  (( $#names )) && _describe -t variants 'variant' names
}

${own}() {
  local curcontext="$curcontext" state
  typeset -A opt_args
  local -a commands=(
${commands.map(({ name, does }) => `    ${quoted(`${name}:${does.replaceAll(':', '\\:')}`)}`).join('\n')}
  )
  _arguments -C \\
${[...options.map((option) => spec(option, own)), quoted('1: :->command'), quoted('*:: :->rest')].map((line) => `    ${line}`).join(' \\\n')}
  case $state in
    command) _describe -t commands 'command' commands ;;
    rest)
      case $words[1] in
${commands.map((command) => commandCase(command, own)).join('\n')}
      esac
      ;;
  esac
}

if [[ $funcstack[1] == ${own} ]]; then
  ${own} "$@"
else
  compdef ${own} ${program}
fi
`;
}

function commandCase({ name, options, takes }: CompletedCommand, own: string): string {
  const specs = [
    ...options.map((option) => spec(option, own)),
    ...(takes === null ? [] : [quoted(`*:${nounOf(takes)}:${action(takes, own)}`)]),
  ];
  return `        ${name})
          _arguments \\
${specs.map((line) => `            ${line}`).join(' \\\n')}
          ;;`;
}

/** `'(-s --scenario)'{-s,--scenario}'[a built-in scenario]:scenario:_launchpad_scenario'` */
function spec({ long, short, does, takes, isOptional, isRepeatable }: CompletedOption, own: string): string {
  const value = takes === null ? '' : `${isOptional ? '::' : ':'}${nounOf(takes)}:${action(takes, own)}`;
  const tail = `[${does.replace(/[[\]\\:]/g, '\\$&')}]${value}`;
  const flags = short === null ? [long] : [short, long];
  const exclusive = isRepeatable ? '*' : flags.length > 1 ? `(${flags.join(' ')})` : '';
  return flags.length > 1
    ? `${quoted(exclusive)}{${flags.join(',')}}${quoted(tail)}`
    : quoted(`${exclusive}${long}${tail}`);
}

function nounOf(takes: Taken): string {
  return takes.kind === 'words' || takes.kind === 'unknown' ? 'value' : takes.kind;
}

function action(takes: Taken, own: string): string {
  switch (takes.kind) {
    case 'words':
      return `(${takes.words.join(' ')})`;
    case 'file':
      return '_files';
    case 'directory':
      return '_files -/';
    case 'unknown':
      return ' ';
    default:
      return `${own}_${takes.kind}`;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
