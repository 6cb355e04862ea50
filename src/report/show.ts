import type { QueueTheory, Result, ScenarioSummary } from '../result/types.js';
import { commands, lesson } from './closing.js';
import { type FirstScreenFacts, type Happening, happeningLines, happeningsOf } from './first-screen.js';
import { duration, list, plural, rate } from './format.js';
import { expectationInWords } from './meaning.js';
import { type Paint, paint } from './paint.js';
import { bullets, sentence, titled } from './prose.js';
import { cleanDeep, type RenderOptions, reportWidth, wrap } from './text.js';

/** A scenario to be explained. */
export interface ShownScenario {
  readonly scenario: Pick<ScenarioSummary, 'name' | 'summary' | 'lesson' | 'reference' | 'changes' | 'try'>;
  /** In the order in which they run; of a scenario without variants, itself. */
  readonly runs: readonly ShownRun[];
}

/** A scenario, or one variant of it. */
export interface ShownRun {
  /** Null: the scenario itself. */
  readonly variant: string | null;
  readonly producers: readonly Happening[];
  readonly faults: readonly Happening[];
  /** Of origin `predicted`. */
  readonly predicted: Result;
  readonly about: FirstScreenFacts;
}

/** What happens in a scenario, what is expected of it and what that means, what it teaches, and what to run next. */
export function renderShow(untrusted: ShownScenario, options: RenderOptions): string {
  const { scenario, runs } = cleanDeep(untrusted);
  const width = reportWidth(options);
  const colors = paint(options.color);
  const launchpad = options.command ?? 'launchpad';
  const isComparison = runs.some(({ variant }) => variant !== null);
  const [every, own] = split(runs.map(happenings));
  const [expectedOfAll, expected] = split(runs.map(expectations));
  const sections = [
    wrap(`${colors.bold(scenario.name)}: ${sentence(scenario.summary)}`, width, '  '),
    titled(
      isComparison ? 'What happens in every variant' : 'What happens',
      happeningLines(every, width),
      colors,
    ),
    titled(
      isComparison ? 'What is expected of every variant' : 'What is expected',
      expectationLines(expectedOfAll, colors, width),
      colors,
    ),
    ...(isComparison
      ? runs.map(({ variant }, at) => [
          `  ${colors.bold(`Variant ${variant}`)}`,
          ...happeningLines(own[at] ?? [], width),
          ...expectationLines(expected[at] ?? [], colors, width),
        ])
      : []),
    titled('Warnings', bullets(warnings(runs), colors, width), colors),
    lesson(scenario, colors, width),
    wrap(`${lasts(runs)}.`, width - 2).map((line) => `  ${line}`),
    titled('Run it', commands({ ...scenario, try: next(scenario, runs) }, width, launchpad), colors),
  ];
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}

/** Producers, services, queues with what they can be served, and faults. */
function happenings({ producers, faults, predicted, about }: ShownRun): Happening[] {
  // The producers come first there, with less to say of them.
  const between = happeningsOf({ ...predicted, faults: [] }, about).slice(
    Object.keys(predicted.producers).length,
  );
  return [
    ...producers,
    ...between.map(([name, text]): Happening => {
      const theory = predicted.queues[name]?.theory;
      return [name, theory === undefined ? text : `${text}; ${capacity(theory)}`];
    }),
    ...faults,
  ];
}

const bounds: Readonly<Record<QueueTheory['capacity']['boundBy'], string>> = {
  limit: 'its limit is what bounds it',
  provider: 'its provider is what bounds it',
  hands: 'its hands are what bounds it',
  nobody: 'nobody serves it',
  nothing: 'nothing bounds it',
};

/** `capacity 5/s, its limit is what bounds it: min(5/s, 1 × 5 / (0.3 s + 0.2 s) = 10/s)` */
function capacity({ capacity: { perSecond, boundBy, filled } }: QueueTheory): string {
  if (perSecond === null || boundBy === 'nobody') return `capacity: ${bounds[boundBy]}`;
  return `capacity ${rate(perSecond)}, ${bounds[boundBy]}: ${filled}`;
}

function expectations({ predicted }: ShownRun): Happening[] {
  return predicted.expectations.map(({ expression }) => [expression, expectationInWords(expression)]);
}

/** Each with what it means below it: beside it there is no room. */
function expectationLines(entries: readonly Happening[], colors: Paint, width: number): string[] {
  return entries.flatMap(([expression, meaning]) => [
    ...wrap(expression, width - 2, '  ').map((line) => `  ${line}`),
    ...(meaning === ''
      ? []
      : wrap(colors.words(colors.dim, meaning), width - 6).map((line) => `      ${line}`)),
  ]);
}

/** What all have, and what each has of its own. */
function split(all: readonly (readonly Happening[])[]): [every: Happening[], own: Happening[][]] {
  const keys = all.map((entries) => new Set(entries.map(keyOf)));
  const isCommon = (entry: Happening): boolean => keys.every((set) => set.has(keyOf(entry)));
  return [(all[0] ?? []).filter(isCommon), all.map((entries) => entries.filter((entry) => !isCommon(entry)))];
}

function keyOf([head, text]: Happening): string {
  return `${head}\n${text}`;
}

function warnings(runs: readonly ShownRun[]): string[] {
  return [...new Set(runs.flatMap(({ predicted }) => predicted.warnings))];
}

/** `About 67 s for real`, of several in all. */
function lasts(runs: readonly ShownRun[]): string {
  const times = runs.map(({ about }) => about.realSeconds);
  const speeds = [...new Set(runs.map(({ about }) => about.speed))];
  const speed = speeds.every((each) => each === 1) ? 'in real time' : `at speed ${list(speeds.map(String))}`;
  const known = times.filter((time) => time !== null);
  const all = runs.length === 2 ? 'both variants' : `all ${plural(runs.length, 'variant')}`;
  const inAll = runs.length === 1 ? '' : ` for ${all}`;
  if (known.length < times.length) return `How long it takes is not known beforehand (${speed})`;
  const total = known.reduce((sum, time) => sum + time, 0);
  return `Takes about ${duration(Math.max(1, Math.round(total)))}${inAll}, ${speed}`;
}

/** Real time up to which it is run as it is; what takes longer is offered at a higher speed. */
const shortSeconds = 20;

function next({ reference, try: more }: ShownScenario['scenario'], runs: readonly ShownRun[]): string[] {
  const total = runs.reduce((sum, { about }) => sum + (about.realSeconds ?? 0), 0);
  const [first] = runs;
  const isComparison = first !== undefined && first.variant !== null;
  return [
    `simulate --scenario ${reference}${total > shortSeconds ? ' --speed 5' : ''}`,
    ...(isComparison ? [`--only ${first.variant}`] : []),
    `predict --scenario ${reference}`,
    ...more,
  ];
}
