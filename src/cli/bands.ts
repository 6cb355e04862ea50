import { playedPerSeed, usualSeeds, withBand } from '../analysis/band.js';
import { LaunchpadError } from '../errors.js';
import { whyNotSimulated } from '../model/index.js';
import { whatIsRandom } from '../plan/random.js';
import { usage } from './explore.js';
import { errorIn, type Prepared, program } from './prepare.js';

/** So many messages are played for bands that nobody asked for: a second or two. */
const mostPlayedUnasked = 400_000;

/** Most messages of one play: every one is accounted for, in some 200 bytes of memory. */
const mostPlayedAtOnce = 5_000_000;

const fewestSeeds = 2;
const mostSeeds = 10_000;

/** What of a band is said while it is made. */
type Say = (text: string) => void;

/**
 * Reads `--seeds`.
 * @returns how many seeds were asked for; 0: no band is wanted; null: nothing was said
 * @throws LaunchpadError `usage`
 */
export function seedsAsked(typed: string | undefined): number | null {
  if (typed === undefined) return null;
  const seeds = /^\d{1,9}$/.test(typed) ? Number(typed) : Number.NaN;
  if (seeds === 0 || seeds === 1) return 0;
  if (seeds >= fewestSeeds && seeds <= mostSeeds) return seeds;
  throw usage(
    `--seeds: \`${typed}\` is not a whole number from ${fewestSeeds} to ${inWords(mostSeeds)}`,
    `write --seeds ${usualSeeds}; --seeds 0 leaves the band out`,
  );
}

/**
 * Gives predictions their bands. Unasked, those of plans in which something is drawn, over the usual number of seeds, if all of that together
 * takes no more than a moment; asked, whatever it costs.
 * @param asked as `seedsAsked` says
 * @throws LaunchpadError `plan-refused` where a band was asked for that can't be made
 */
export function withBands(runs: readonly Prepared[], asked: number | null, say: Say): readonly Prepared[] {
  if (asked === 0) return runs;
  const drawn = runs.filter(({ plan }) => whatIsRandom(plan).length > 0);
  const messages = drawn.reduce((sum, { prediction }) => sum + playedPerSeed(prediction), 0);
  if (asked === null) {
    const isSmall = messages * usualSeeds <= mostPlayedUnasked;
    return isSmall ? runs.map((run) => (mayHaveBand(run) ? banded(run, usualSeeds) : run)) : runs;
  }
  for (const run of drawn) refuse(run);
  announce(runs, asked, { messages, say });
  return runs.map((run) => (drawn.includes(run) ? banded(run, asked) : run));
}

function mayHaveBand({ plan }: Prepared): boolean {
  return whatIsRandom(plan).length > 0 && whyNotSimulated(plan) === null;
}

function banded(run: Prepared, seeds: number): Prepared {
  return { ...run, prediction: withBand(run.prediction, run.plan, program(), seeds) };
}

/** A band is of plays, and a plan that can't be played has none. */
function refuse({ variant, plan, prediction }: Prepared): void {
  const whyNot = whyNotSimulated(plan);
  const messages = playedPerSeed(prediction);
  const why =
    whyNot ??
    (messages > mostPlayedAtOnce
      ? `of its ${inWords(messages)} messages at most ${inWords(mostPlayedAtOnce)} fit`
      : null);
  if (why === null) return;
  const error = new LaunchpadError(
    'plan-refused',
    `--seeds plays a plan message by message, and this one can't be: ${why}`,
    { hint: `Leave --seeds out${whyNot === null ? ', or write lower rates or a shorter time' : ''}.` },
  );
  throw variant === null ? error : errorIn(`Variant ${variant}`, error);
}

/** Messages that are played in a second, roughly, with the analysis of what became of them. */
const playedPerSecond = 200_000;

/** What nothing is drawn in; and how long it takes where that is more than a moment. */
function announce(
  runs: readonly Prepared[],
  seeds: number,
  { messages, say }: { readonly messages: number; readonly say: Say },
): void {
  const same = runs.filter(({ plan }) => whatIsRandom(plan).length === 0);
  for (const { variant, plan } of same) {
    const where = variant === null ? plan.scenario.name : `variant ${variant}`;
    say(`Nothing is drawn in ${where}: every seed gives the same.\n`);
  }
  const seconds = (messages * seeds) / playedPerSecond;
  if (seconds >= 5)
    say(
      `Playing ${inWords(seeds)} seeds of ${inWords(messages)} messages: about ${inWords(Math.ceil(seconds))} s.\n`,
    );
}

function inWords(count: number): string {
  return Math.round(count).toLocaleString('en');
}
