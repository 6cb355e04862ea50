import type { Noise } from '../../result/compare.js';
import type { Measure } from '../../result/measures.js';
import type { Band, BandRange } from '../../result/prediction.js';
import type { Result } from '../../result/types.js';
import { rankTest } from './rank-test.js';
import { counting, type Sample, type Side } from './side.js';
import { numbersOf, spreadOf } from './spread.js';

/** What two runs of a plan in which nothing is drawn may differ by: such a share of the larger, or so many messages. */
const tolerance = { share: 0.02, messages: 2 };

/** Below this p a difference between repeated runs is more than chance. */
const significance = 0.05;

/** What only the plan decides, what must not be, and what no message is: every single one counts. */
const exact =
  /(^|\.)(scheduled|lost|undetermined|unexpected|stranded|halfDone|doneUnaccepted|unpublished|notPassedOn|dropped|started|died|fellOver|breakerOpened)$/;

/** Times of the machine and not of the queues: how long a process takes to start, how late a timer is. */
const ofMachine = /RealSeconds|^lagSeconds|^confirmSeconds/;

/**
 * Whether two sides differ in a measure by more than the same thing run again would. In this order:
 *
 * - of a count that only the plan decides, or of what must not be (lost, dropped), every single one counts;
 * - enough runs on both sides for p < 0.05 to be possible: the rank-sum test decides;
 * - fewer: ranges that overlap, or that are at most 2 % or two messages apart, are within the noise (of a time two messages are what
 *   it takes to serve them). What is further apart is beyond it where nothing is drawn; where something is, the band over many seeds
 *   decides, and without one it can't be told.
 */
export function noiseOf(a: Side, b: Side, of: { readonly a: Sample; readonly b: Sample }): Noise {
  const [here, there] = [numbersOf(counting(of.a, a.runs)), numbersOf(counting(of.b, b.runs))];
  if (here.length === 0 || there.length === 0) return untold(whyNothingCounts(of, a, b));
  const all = [...here, ...there];
  if (all.every((value) => value === all[0])) return { verdict: 'same', why: 'the same' };
  if (of.a.measure.unit === 'count' && exact.test(of.a.measure.path))
    return beyond('of this, every single one counts');
  const test = rankTest(here, there);
  const sizes = `${here.length} and ${there.length} runs`;
  if (test.least < significance) {
    const verdict = test.p < significance ? 'beyond' : 'within';
    return { verdict, why: `rank-sum test of ${sizes}, p = ${inWords(test.p)}`, p: test.p };
  }
  return few(a, b, { ...of, here, there, sizes });
}

/** What there is of a measure on both sides. */
interface Few {
  readonly a: Sample;
  readonly b: Sample;
  readonly here: readonly number[];
  readonly there: readonly number[];
  readonly sizes: string;
}

function few(a: Side, b: Side, { a: sample, here, there, sizes }: Few): Noise {
  const { measure, scope } = sample;
  const isRepeated = here.length > 1 || there.length > 1;
  const gap = Math.max(Math.min(...here) - Math.max(...there), Math.min(...there) - Math.max(...here));
  if (isRepeated && gap <= 0) return within(`the ranges of ${sizes} overlap`);
  const what = isRepeated ? `the ranges of ${sizes} are ` : '';
  if (gap <= allowed(measure, scope, [a, b], Math.max(...here, ...there)))
    return within(`${what}${limitInWords(measure)} apart`);
  if (ofMachine.test(measure.path))
    return untold(`it is the machine's own time, of which ${tooFew(here.length, there.length)}`);
  const drawn = a.drawn ?? b.drawn ?? [];
  const range = bandOf(a.result, sample) ?? bandOf(b.result, sample);
  if (range !== null) {
    const [median, other] = [numbersOf([spreadOf(here).median])[0], numbersOf([spreadOf(there).median])[0]];
    const isIn = isInBand(range, median) && isInBand(range, other);
    return isIn
      ? within('both are within what other seeds give')
      : beyond('outside the 95 % band over many seeds');
  }
  if (drawn.length > 0) {
    const [first = ''] = drawn;
    const more = drawn.length === 1 ? '' : ` (and ${drawn.length - 1} more)`;
    return untold(
      `${first}${more} is drawn, no band is known of this, and ${tooFew(here.length, there.length)}`,
    );
  }
  return beyond(
    `${what}${isRepeated ? '' : 'by '}more than ${limitInWords(measure).replace('at most ', '')}${isRepeated ? ' apart' : ''}`,
  );
}

/** How many runs of each the rank-sum test needs. */
function tooFew(here: number, there: number): string {
  if (here === 1 && there === 1) return 'one run of each says nothing (--repeat 4 of both would)';
  return here === 1 || there === 1
    ? 'one run against several says too little (--repeat 4 of both would do)'
    : `${here} against ${there} runs say too little (4 of each would do)`;
}

/** How far apart values may be. */
function allowed(measure: Measure, scope: string | null, sides: readonly Side[], larger: number): number {
  const share = Number.isFinite(larger) ? tolerance.share * Math.abs(larger) : 0;
  if (measure.unit === 'perSecond') return share + 1e-9;
  if (measure.unit !== 'seconds') return Math.max(share, tolerance.messages);
  // A process's start serves no message.
  const slowest = measure.path.startsWith('workers.')
    ? Number.POSITIVE_INFINITY
    : Math.min(...sides.flatMap(({ result }) => ratesOf(measure, scope, result)));
  return Math.max(share, tolerance.messages / slowest) + 1e-9;
}

function limitInWords({ unit }: Measure): string {
  if (unit === 'perSecond') return 'at most 2 %';
  return unit === 'seconds' ? 'at most 2 % or two messages at the rate' : 'at most 2 % or two messages';
}

/** How fast the queue or producer serves or sends, in the measure's own time; of all, each of them. */
function ratesOf({ of, path }: Measure, scope: string | null, { queues, producers, run }: Result): number[] {
  const speed = path.includes('RealSeconds') ? run.speed : 1;
  const parts = Object.entries(of === 'producer' ? producers : of === 'queue' ? queues : {});
  return parts
    .filter(([name]) => scope === null || name === scope)
    .map(([, { rate }]) => rate.configuredPerSecond ?? rate.achievedPerSecond ?? 0)
    .map((perSecond) => perSecond * speed)
    .filter((perSecond) => perSecond > 0);
}

/** By the paths of the measures that a band is of. */
const bands: Readonly<Record<string, Exclude<keyof Band, 'seeds' | 'coverage'>>> = {
  'backlog.peak': 'peakBacklog',
  catchUpSeconds: 'catchUpSeconds',
  drainedAtSeconds: 'drainedAtSeconds',
  'waitSeconds.max': 'maxWaitSeconds',
  'waitSeconds.p99': 'waitP99Seconds',
  'redeliveries.count': 'redeliveries',
  'accounting.duplicateEffects': 'duplicateEffects',
};

function bandOf({ queues }: Result, { measure, scope }: Sample): BandRange | null {
  const figure = measure.of === 'queue' ? bands[measure.path] : undefined;
  const band = scope === null || !Object.hasOwn(queues, scope) ? undefined : queues[scope]?.predicted?.band;
  return figure === undefined ? null : (band?.[figure] ?? null);
}

/** Never is later than any time. */
function isInBand({ low, high }: BandRange, value: number | undefined): boolean {
  const [from, to] = [low ?? Number.POSITIVE_INFINITY, high ?? Number.POSITIVE_INFINITY];
  return value !== undefined && value >= from && value <= to;
}

function whyNothingCounts(of: { readonly a: Sample; readonly b: Sample }, a: Side, b: Side): string {
  const whys = [...new Set([whyNot(of.a, a), whyNot(of.b, b)].filter((why) => why !== null))];
  return whys.join(', ');
}

/** Why nothing that is there of a sample counts; null: something does. */
function whyNot(sample: Sample, { runs }: Side): string | null {
  if (numbersOf(counting(sample, runs)).length > 0) return null;
  if (numbersOf(sample.values).length === 0) return 'not known of one side';
  return runs.some(({ isWhole }) => isWhole) ? 'a rate was not held' : 'a run was cut short';
}

function inWords(p: number): string {
  return p < 0.001 ? 'below 0.001' : String(Number(p.toPrecision(2)));
}

function within(why: string): Noise {
  return { verdict: 'within', why };
}

function beyond(why: string): Noise {
  return { verdict: 'beyond', why };
}

function untold(why: string): Noise {
  return { verdict: 'untold', why };
}
