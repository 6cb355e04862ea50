import { kindOf } from '../../scenario/checks.js';
import type { Tree } from '../../scenario/tree.js';
import { formatDuration, parseDuration, parseRate, parseShare, type Reading } from '../../scenario/units.js';

/** The values among which a search looks, numbered in rising order. */
export interface Scale {
  /** Numbers of the lowest, the highest and the scenario's own value. */
  readonly lowest: number;
  readonly highest: number;
  readonly start: number;
  /** The nth value, as it would stand in the scenario file. */
  textAt(n: number): string;
  /** The number of the value that is nearest to so many times the nth; at least one further. */
  times(n: number, factor: number): number;
}

/** How far up a search goes where the setting itself has no limit: to this many, or so many times the scenario's own value. */
const usualMost = 10_000;
const mostTimes = 100;

/** What settings are that a scenario leaves to their default. */
const usualTexts: Readonly<Record<string, string>> = {
  rate: '1/s',
  capacity: '1/s',
  workers: '1',
  concurrency: '1',
  attempts: '1',
  waitingRoom: '10',
  retries: '0',
  timeout: '3s',
  acknowledge: '1ms',
  work: '1ms',
  backoff: '1s',
  latency: '1ms',
  drain: '10min',
};

/** A value that a setting may have which the scenario leaves to its default. */
export function usualTextOf(path: string): string {
  return usualTexts[path.slice(path.lastIndexOf('.') + 1)] ?? '1';
}

/**
 * The scale of a setting, by what the scenario says there. Whole numbers, and the counts of rates, go by one; durations, shares and
 * other numbers have three significant digits.
 * @param found what the scenario says; undefined: nothing
 */
export function scaleOf(path: string, found: Tree | undefined): Reading<Scale> {
  const key = path.slice(path.lastIndexOf('.') + 1);
  const text = found === undefined ? usualTexts[key] : found.kind === 'leaf' ? found.text.trim() : null;
  if (text === undefined)
    return failed(
      `the scenario says nothing at ${path}, so it is not known what is to be searched`,
      'set a value: --set',
    );
  const scale = text === null ? null : read(text, key);
  if (scale !== null) return { ok: true, value: scale };
  const what = found === undefined ? text : kindOf(found);
  const inside =
    found?.kind === 'mapping'
      ? found.entries
          .filter(({ key: inner, value }) => value.kind === 'leaf' && read(value.text.trim(), inner) !== null)
          .map((entry) => `${path}.${entry.key}`)
          .slice(0, 3)
      : [];
  return failed(
    `${path} is ${what}, not a number, a rate or a duration`,
    inside.length > 0
      ? `write such as ${inside.join(' or ')}`
      : 'write such as queues.emails.rate or queues.emails.workers',
  );
}

function read(text: string, key: string): Scale | null {
  const rate = parseRate(text);
  if (rate.ok) return wholes(rate.value.count, 1, text.slice(text.indexOf('/')));
  if (/^\d+$/.test(text)) return wholes(Number(text), key === 'workers' && Number(text) > 0 ? 1 : 0, '');
  const seconds = parseDuration(text);
  if (seconds.ok) return decimals(seconds.value, [0.001, 30 * 86_400], formatDuration);
  const share = parseShare(text);
  if (share.ok && text.endsWith('%')) return decimals(share.value * 100, [0.1, 100], (value) => `${value}%`);
  if (!/^\d+\.\d+$/.test(text)) return null;
  return decimals(Number(text), [0.001, Math.max(usualMost, mostTimes * Number(text))], String);
}

function wholes(own: number, lowest: number, unit: string): Scale {
  return {
    lowest,
    highest: Math.max(usualMost, Math.ceil(own) * mostTimes),
    start: Math.max(lowest, Math.round(own)),
    textAt: (n) => `${n}${unit}`,
    times: (n, factor) =>
      factor > 1 ? Math.max(n + 1, Math.round(n * factor)) : Math.min(n - 1, Math.floor(n * factor)),
  };
}

/** Values of three significant digits: the nth is m·10^e with m from 100 to 999 and n = 900·e + m − 100. */
function decimals(
  own: number,
  [least, most]: readonly [number, number],
  text: (value: number) => string,
): Scale {
  const numberOf = (value: number): number => {
    const exponent = Math.floor(Math.log10(value) + 1e-12) - 2;
    return 900 * exponent + Math.round(value / 10 ** exponent) - 100;
  };
  const valueAt = (n: number): number => {
    const exponent = Math.floor(n / 900);
    return Number(`${n - 900 * exponent + 100}e${exponent}`);
  };
  const lowest = numberOf(least);
  const highest = Math.min(numberOf(most), numberOf(most * 0.9999));
  return {
    lowest,
    highest,
    start: own === 0 ? lowest : Math.min(highest, Math.max(lowest, numberOf(own))),
    textAt: (n) => text(valueAt(n)),
    times: (n, factor) => {
      const next = numberOf(valueAt(n) * factor);
      return factor > 1 ? Math.max(n + 1, next) : Math.min(n - 1, next);
    },
  };
}

function failed(message: string, hint: string): Reading<never> {
  return { ok: false, message, hint };
}
