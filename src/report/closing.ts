import type { Result, ScenarioSummary } from '../result/types.js';
import { seconds } from './format.js';
import type { Paint } from './paint.js';
import { titled } from './prose.js';
import { wrap } from './text.js';

/** What the scenario teaches. Its numbers are those of the scenario as written. */
export function lesson(
  scenario: Pick<ScenarioSummary, 'name' | 'lesson' | 'changes'>,
  colors: Paint,
  width: number,
): string[] {
  const title =
    scenario.changes.length === 0 ? 'Lesson' : `Lesson of ${scenario.name} as it is written, unchanged`;
  return titled(title, paragraph(scenario.lesson, width), colors);
}

function paragraph(text: string, width: number): string[] {
  return text === '' ? [] : wrap(text, Math.min(width, 100) - 2).map((line) => `  ${line}`);
}

/** Whole command lines of what is worth trying; one that is too long continues on the next line in the shell's own way. */
export function commands(
  scenario: Pick<ScenarioSummary, 'reference' | 'try'>,
  width: number,
  launchpad: string,
): string[] {
  return scenario.try.flatMap((words) => {
    // What does not begin with an option names another command than simulate.
    const command = words.startsWith('-')
      ? `${launchpad} simulate --scenario ${scenario.reference} ${words}`
      : `${launchpad} ${words}`;
    const lines: string[] = [];
    let line = ' ';
    for (const word of command.split(/ (?=-)/)) {
      if (line.trim() !== '' && line.length + 1 + word.length > width - 2) {
        lines.push(`${line} \\`);
        line = '     ';
      }
      line += ` ${word}`;
    }
    return [...lines, line];
  });
}

/** On what it was done, and where everything about it is. */
export function footer(result: Result, colors: Paint, width: number): string[] {
  const { run, scenario } = result;
  const facts = [
    ...(scenario.changes.length === 0 ? [] : [`changed by ${scenario.changes.join(' ')}`]),
    ...(run.broker === null ? [] : [`${run.broker.server} ${run.broker.version} (${run.broker.source})`]),
    `speed ${run.speed}${run.speed === 1 ? '' : ', all times in scenario time unless marked real'}`,
    `seed ${run.seed}`,
    ...(run.durationSeconds === null ? [] : [`ran for ${seconds(run.durationSeconds)}`]),
    ...(run.tornLines > 0 ? [`torn ledger lines: ${run.tornLines}`] : []),
    `launchpad ${run.launchpad}`,
    `node ${run.node}`,
  ];
  return [
    ...factLines(facts, colors, width),
    ...(run.directory === null ? [] : [`  Run directory: ${run.directory}`]),
  ];
}

/** Small facts in one paragraph. */
export function factLines(facts: readonly string[], colors: Paint, width: number): string[] {
  return wrap(colors.words(colors.dim, facts.join(' · ')), width - 2).map((line) => `  ${line}`);
}
