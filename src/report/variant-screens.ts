import type { Result, ScenarioSummary } from '../result/types.js';
import {
  changedLines,
  type FirstScreenFacts,
  type Happening,
  happeningLines,
  happeningsOf,
  predictedLines,
} from './first-screen.js';
import { duration, list, plural } from './format.js';
import { paint } from './paint.js';
import { bullets, sentence, titled } from './prose.js';
import { clean, cleanDeep, type RenderOptions, reportWidth, wrap } from './text.js';

/** A variant that is about to run. */
export interface AnnouncedVariant {
  readonly name: string;
  /** Of origin `predicted`. */
  readonly predicted: Result;
  readonly about: FirstScreenFacts;
}

/** The first screen of several variants: the scenario, what happens in all of them, for how long, and where it is kept. */
export function renderVariantsScreen(
  untrusted: Pick<ScenarioSummary, 'name' | 'summary' | 'changes'>,
  announced: readonly AnnouncedVariant[],
  directory: string,
  options: RenderOptions,
): string {
  const scenario = cleanDeep(untrusted);
  const variants = cleanDeep(announced);
  const width = reportWidth(options);
  const colors = paint(options.color);
  const isTold = variants.every(({ about }) => about.isTold === true);
  const sections = [
    ...(isTold
      ? []
      : [
          wrap(`${colors.bold(scenario.name)}: ${sentence(scenario.summary)}`, width, '  '),
          titled('Changed', changedLines({ scenario }, width), colors),
          titled('About to happen in every variant', happeningLines(common(variants), width), colors),
        ]),
    titled('Warnings', bullets(warningsIn(variants), colors, width), colors),
    [
      ...wrap(`${inAll(variants)}.`, width - 2).map((line) => `  ${line}`),
      `  Run directory: ${clean(directory)}`,
    ],
  ];
  return joined(sections);
}

/** The heading of one of the variants: what it does otherwise, and what is predicted of it. */
export function renderVariantHeading(
  announced: readonly AnnouncedVariant[],
  at: number,
  where: { readonly server: string | null; readonly warnings: readonly string[] },
  options: RenderOptions,
): string {
  const variants = cleanDeep(announced);
  const variant = variants[at];
  if (variant === undefined) return '';
  const { name, predicted, about } = variant;
  const width = reportWidth(options);
  const colors = paint(options.color);
  const everywhere = new Set(common(variants).map(keyOf));
  const own = happeningsOf(predicted, about).filter((happening) => !everywhere.has(keyOf(happening)));
  const known = new Set(warningsIn(variants));
  const warnings = [...predicted.warnings, ...cleanDeep(where.warnings)].filter((text) => !known.has(text));
  return `\n${joined([
    wrap(colors.words(colors.bold, `Variant ${at + 1} of ${variants.length}: ${name}`), width, '  '),
    happeningLines(own, width),
    predictedLines(predicted, colors, width),
    bullets(warnings, colors, width),
    where.server === null ? [] : wrap(`On ${clean(where.server)}.`, width - 2).map((line) => `  ${line}`),
  ])}`;
}

/** What happens in all of them in the same way. */
function common(variants: readonly AnnouncedVariant[]): Happening[] {
  const [first, ...others] = variants.map(({ predicted, about }) => happeningsOf(predicted, about));
  const sets = others.map((happenings) => new Set(happenings.map(keyOf)));
  return (first ?? []).filter((happening) => sets.every((set) => set.has(keyOf(happening))));
}

function keyOf([head, text]: Happening): string {
  return `${head}\n${text}`;
}

/** The warnings that all of them have. */
function warningsIn(variants: readonly AnnouncedVariant[]): string[] {
  const [first, ...others] = variants.map(({ predicted }) => predicted.warnings);
  return (first ?? []).filter((warning) => others.every((warnings) => warnings.includes(warning)));
}

/** `3 variants, one after the other: none, memory and effect-key; at speed 5, about 38 s for real in all`. */
function inAll(variants: readonly AnnouncedVariant[]): string {
  const names = list(variants.map(({ name }) => name));
  // A variant may have a seed or a speed of its own.
  const seeds = new Set(variants.map(({ predicted }) => predicted.run.seed));
  const draws = seeds.size === 1 ? ' with the same draws' : '';
  const what =
    variants.length === 1
      ? `The variant ${names}`
      : `${plural(variants.length, 'variant')}, one after the other${draws}: ${names}`;
  const speeds = [...new Set(variants.map(({ about }) => about.speed))];
  const times = variants.map(({ about }) => about.realSeconds);
  const known = times.filter((time) => time !== null);
  const lasts =
    known.length < times.length
      ? ''
      : `, about ${duration(Math.max(1, Math.round(known.reduce((sum, time) => sum + time, 0))))} for real${variants.length === 1 ? '' : ' in all'}`;
  const isReal = speeds.every((speed) => speed === 1);
  return `${what}; ${isReal ? 'in real time' : `at speed ${list(speeds.map(String))}`}${lasts}`;
}

function joined(sections: readonly (readonly string[])[]): string {
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}
