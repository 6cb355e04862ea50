import type { CompletedOption, Completions, Taken } from './model.js';

/** The script for bash, 3.2 and later; it needs no other package. */
export function bashCompletion({
  program,
  commands,
  options,
  scenarios,
  defaultScenario,
}: Completions): string {
  const own = `_${program}`;
  const withVariants = [...scenarios].filter(([, variants]) => variants.length > 0);
  return `# Completion of ${program} for bash: source <(${program} completion bash)

# The variants of a scenario.
${own}_variants() {
  case "$1" in
${withVariants.map(([name, variants]) => `    ${name}) echo '${variants.join(' ')}' ;;`).join('\n')}
  esac
}

# Offers words, files or directories that begin with what is typed.
${own}_offer() {
  local word
  case "$1" in
    file | directory)
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(
        if [[ $1 == file ]]; then compgen -f -- "$cur"; else compgen -d -- "$cur"; fi
      )
      ;;
    words) while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$2" -- "$cur") ;;
  esac
}

# What goes where a kind of thing is expected.
${own}_value() {
  case "$1" in
    built-in) ${own}_offer words '${[...scenarios.keys()].join(' ')}' ;;
    scenario)
      ${own}_offer words '${[...scenarios.keys()].join(' ')}'
      ${own}_offer file
      ;;
    variant) ${own}_offer words "$(${own}_variants "$scenario")" ;;
    file | directory) ${own}_offer "$1" ;;
  esac
}

${own}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev='' command='' scenario=${defaultScenario} at word before=''
  COMPREPLY=()
  ((COMP_CWORD > 0)) && prev=\${COMP_WORDS[COMP_CWORD - 1]}
  # --option=value comes as three words.
  if [[ $cur == = ]]; then
    cur=''
  elif [[ $prev == = ]]; then
    prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    [[ $word == = ]] && continue
    if [[ $before == --scenario || $before == -s ]]; then
      scenario=$word
    elif [[ -z $command && $word != -* ]]; then
      command=$word
    fi
    before=$word
  done
  case "$command $prev" in
${commands.flatMap(({ name, options: all }) => valueCases(name, all, own)).join('\n')}
  esac
  case "$command" in
    '')
      if [[ $cur == -* ]]; then
        ${own}_offer words '${flagsOf(options).join(' ')}'
      else
        ${own}_offer words '${commands.map(({ name }) => name).join(' ')}'
      fi
      ;;
${commands
  .map(
    ({ name, options: all, takes }) => `    ${name})
      if [[ $cur == -* ]]; then
        ${own}_offer words '${flagsOf(all).join(' ')}'
      else
        ${takes === null ? ':' : offer(takes, own)}
      fi
      ;;`,
  )
  .join('\n')}
  esac
}

complete -F ${own} ${program}
`;
}

/** What goes behind each option that takes a value. Where that may be missing, another option may follow. */
function valueCases(command: string, options: readonly CompletedOption[], own: string): string[] {
  return options.flatMap(({ long, short, takes, isOptional }) => {
    if (takes === null) return [];
    const names = [long, ...(short === null ? [] : [short])].map((flag) => `'${command} ${flag}'`);
    const unless = isOptional ? 'if [[ $cur != -* ]]; then ' : '';
    return [
      `    ${names.join(' | ')}) ${unless}${offer(takes, own)}; return${unless === '' ? '' : '; fi'} ;;`,
    ];
  });
}

function offer(takes: Taken, own: string): string {
  return takes.kind === 'words'
    ? `${own}_offer words '${takes.words.join(' ')}'`
    : `${own}_value ${takes.kind}`;
}

function flagsOf(options: readonly CompletedOption[]): string[] {
  return options.flatMap(({ long, short }) => (short === null ? [long] : [short, long]));
}
