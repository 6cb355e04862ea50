import type { Band, BandRange, QueueResult, Result } from '../result/types.js';
import { count, seconds } from './format.js';

type Format = (value: number | null) => string;

/** `95 % band of 40 seeds`, on one line or on two. */
export function bandName({ coverage, seeds }: Band, separator: ' ' | '\n' = ' '): string {
  // Rounded down, so that no more is said than is so.
  return `${Math.floor(100 * coverage + 1e-9)} % band${separator}of ${count(seeds)} seeds`;
}

/** `12.1 to 15.8 s`, `12.1 s to never`; where both ends are written the same, `5`. */
export function rangeInWords({ low, high }: BandRange, format: Format): string {
  const [from, to] = [low, high].map((value) => (value === null ? 'never' : format(value))) as [
    string,
    string,
  ];
  if (from === to) return from;
  const unit = / \D+$/.exec(to)?.[0] ?? '';
  return `${unit !== '' && from.endsWith(unit) ? from.slice(0, -unit.length) : from} to ${to}`;
}

/** What a queue's prediction is over many seeds, in a sentence without a full stop; none where nothing of it varies. */
export function bandSentence({ predicted }: QueueResult): string[] {
  const band = predicted?.band;
  if (band === undefined) return [];
  const figures: readonly (readonly [string, BandRange, Format])[] = [
    ['peak', band.peakBacklog, count],
    ['catch-up', band.catchUpSeconds, seconds],
    ['empty at', band.drainedAtSeconds, seconds],
    ['duplicate effects', band.duplicateEffects, count],
  ];
  const parts = figures
    .filter(([, { low, high }]) => low !== high)
    .map(([name, range, format]) => `${name} ${rangeInWords(range, format)}`);
  return parts.length === 0 ? [] : [`${bandName(band)}: ${parts.join(', ')}`];
}

/** In how many of the seeds beside the plan's own all expectations hold, as a sentence without a full stop; none where that was not looked at. */
export function seedsSentence({ verdict, expectations }: Result): string[] {
  const { seeds } = verdict;
  if (seeds === undefined) return [];
  const open = seeds.count - seeds.pass - seeds.fail;
  const all = expectations.length === 1 ? 'the expectation' : 'all expectations';
  const rest = open === 0 ? '' : `; of ${count(open)} it can't be said`;
  return [`${count(seeds.pass)} of ${count(seeds.count)} further seeds meet ${all}${rest}`];
}
