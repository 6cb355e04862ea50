import { nearest } from './nearest.js';
import type { Rate } from './types.js';

/** What a text was read as, or why it can't be. `message` is a sentence without a full stop, `hint` what to write instead. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string; readonly hint: string };

/** The longest duration, in seconds: 30 days. */
export const longestSeconds = 30 * 24 * 3600;

/** The highest rate, per second. */
const highestPerSecond = 1e6;

const durationHint = 'write a number with a unit (ms, s, min, h), such as 200ms, 3s or 10min';
const rateHint = 'write messages per time, such as 100/s, 5/200ms or 1000/min';
const shareHint = 'write a share such as 10% or 0.1';
const units = ['ms', 's', 'min', 'm', 'h'] as const;
type Unit = (typeof units)[number];

/** Units as other people write them. Days have no unit of their own: they are suggested in hours. */
const otherUnits: ReadonlyMap<string, Unit | 'd'> = new Map<string, Unit | 'd'>([
  ...['msec', 'msecs', 'millisecond', 'milliseconds'].map((word) => [word, 'ms'] as const),
  ...['sec', 'secs', 'second', 'seconds'].map((word) => [word, 's'] as const),
  ...['mins', 'minute', 'minutes'].map((word) => [word, 'min'] as const),
  ...['hr', 'hrs', 'hour', 'hours'].map((word) => [word, 'h'] as const),
  ...['d', 'day', 'days'].map((word) => [word, 'd'] as const),
]);

/** Reads a duration: `200ms`, `3s`, `1.5s`, `10min` (or `10m`), `1h`, a bare 0. The value is in seconds, 0 to 30 days. */
export function parseDuration(text: string): Reading<number> {
  const trimmed = text.trim();
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(trimmed) ?? [];
  if (number === undefined || unit === undefined) return noDuration(trimmed);
  if (unit === '') {
    if (Number(number) === 0) return { ok: true, value: 0 };
    return failed(`${trimmed} has no unit`, `write ${number}s`);
  }
  if (!isUnit(unit)) return failed(`${trimmed} has an unknown unit, ${unit}`, unitHint(number, unit));
  if (trimmed !== `${number}${unit}`) return failed(`${trimmed} has a space in it`, `write ${number}${unit}`);
  const seconds = inSeconds(Number(number), unit);
  if (seconds > longestSeconds)
    return failed(`${trimmed} is longer than 30 days`, 'write a shorter duration');
  return { ok: true, value: seconds };
}

/**
 * Reads a rate, `N/[K]unit`: `100/s`, `5/200ms`, `1000/min`, `1/2s`. N may be any number from 0.
 * The window is kept as written: 5/s and 1/200ms are the same rate with different windows.
 */
export function parseRate(text: string): Reading<Rate> {
  const trimmed = text.trim();
  const [, number, window, unit] = /^(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)?([A-Za-z]+)$/.exec(trimmed) ?? [];
  if (number === undefined || unit === undefined) return noRate(trimmed);
  if (!isUnit(unit))
    return failed(
      `${trimmed} has an unknown unit, ${unit}`,
      unitHint(`${number}/${window ?? ''}`, unit, window),
    );
  const perSeconds = inSeconds(window === undefined ? 1 : Number(window), unit);
  if (perSeconds === 0) return failed(`${trimmed} has a window of no length`, rateHint);
  if (perSeconds > longestSeconds) return failed(`${trimmed} has a window longer than 30 days`, rateHint);
  if (Number(number) / perSeconds > highestPerSecond)
    return failed(`${trimmed} is more than a million per second`, 'write a lower rate');
  return { ok: true, value: { count: Number(number), perSeconds } };
}

/** Reads a queue's limit: a rate whose N is a whole number from 1 (the broker counts messages, so half a message can't be counted). */
export function parseLimit(text: string): Reading<Rate> {
  const rate = parseRate(text);
  if (!rate.ok) return rate;
  if (rate.value.count === 0)
    return failed(
      `${text.trim()} would let nothing through`,
      'write a rate above 0, or workers: 0 to leave the queue unserved',
    );
  if (!Number.isInteger(rate.value.count))
    return failed(
      `${text.trim()} is not a whole number of messages`,
      `write ${wholeRate(text.trim())}, which is the same rate`,
    );
  return rate;
}

/** Reads how many times faster than real time: a number from 0.1 to 100. */
export function parseSpeed(text: string): Reading<number> {
  const trimmed = text.trim();
  const [, number, rest] = /^(\d+(?:\.\d+)?)\s*(.*)$/.exec(trimmed) ?? [];
  if (number === undefined)
    return failed(`${trimmed || 'an empty text'} is not a speed`, 'write a number from 0.1 to 100');
  if (rest !== '') return failed(`${trimmed} is not a plain number`, `write ${number}`);
  const speed = Number(number);
  if (speed < 0.1 || speed > 100)
    return failed(`a speed of ${trimmed} is outside 0.1 to 100`, 'write a number from 0.1 to 100');
  return { ok: true, value: speed };
}

/** Reads a share: `10%`, or the same as a number, `0.1`. From 0 to 1. */
export function parseShare(text: string): Reading<number> {
  const trimmed = text.trim();
  const [, number, percent] = /^(\d+(?:\.\d+)?)\s*(%)?$/.exec(trimmed) ?? [];
  if (number === undefined) return failed(`${trimmed || 'an empty text'} is not a share`, shareHint);
  const share = percent === undefined ? Number(number) : Number(number) / 100;
  if (share <= 1) return { ok: true, value: share };
  if (percent === undefined && share <= 100)
    return failed(`${trimmed} is more than all, which is 1`, `write ${number}%`);
  return failed(`${trimmed} is more than all`, shareHint);
}

/** Writes a share so that parseShare reads it back: `10%`. */
export function formatShare(share: number): string {
  return `${plain(share * 100)}%`;
}

/** Writes a duration, given in seconds, so that parseDuration reads it back (to a millionth of a second). */
export function formatDuration(seconds: number): string {
  if (seconds === 0) return '0s';
  if (seconds < 1) return `${plain(seconds * 1000)}ms`;
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  if (seconds % 60 === 0) return `${seconds / 60}min`;
  return `${plain(seconds)}s`;
}

/** Writes a rate so that parseRate reads it back: `100/s`, `1/200ms`. */
export function formatRate(rate: Rate): string {
  const window = formatDuration(rate.perSeconds);
  return `${plain(rate.count)}/${window.replace(/^1(?=[a-z])/, '')}`;
}

function noDuration(text: string): Reading<never> {
  if (text === '') return failed('an empty text is not a duration', durationHint);
  if (/^-\s*\d/.test(text)) return failed(`${text} is negative`, 'write a duration of 0 or more');
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|min|m|h)/g)];
  if (parts.length > 1 && parts.map(([part]) => part).join('') === text.replaceAll(/\s/g, '')) {
    const seconds = parts.reduce((sum, [, number, unit]) => sum + inSeconds(Number(number), unit as Unit), 0);
    return failed(`${text} has more than one unit`, `write ${formatDuration(seconds)}`);
  }
  return failed(`${text} is not a duration`, durationHint);
}

function noRate(text: string): Reading<never> {
  if (text === '') return failed('an empty text is not a rate', rateHint);
  if (/^-\s*\d/.test(text)) return failed(`${text} is negative`, 'write a rate of 0 or more');
  if (/^\d+(\.\d+)?$/.test(text)) return failed(`${text} has no unit`, `write ${text}/s`);
  if (/^\d+(\.\d+)?\/\d+(\.\d+)?$/.test(text)) return failed(`${text} has no unit`, `write ${text}s`);
  const closed = text.replaceAll(/\s/g, '');
  if (closed !== text && parseRate(closed).ok) return failed(`${text} has a space in it`, `write ${closed}`);
  return failed(`${text} is not a rate`, rateHint);
}

function unitHint(before: string, unit: string, number = '1'): string {
  const written = unit.length < 3 ? unit : (nearest(unit, [...units, ...otherUnits.keys()]) ?? unit);
  const known = isUnit(written) ? written : otherUnits.get(written.toLowerCase());
  if (known === undefined) return `known units: ${units.join(', ')} (m is min)`;
  if (known !== 'd') return `write ${before}${known}`;
  const slash = before.indexOf('/');
  const days = slash === -1 ? Number(before) : Number(number);
  return `write ${slash === -1 ? '' : before.slice(0, slash + 1)}${plain(days * 24)}h`;
}

/** The same rate with a whole count: `0.5/s` is `1/2s`. Worked on the decimal digits, so that it is exact. */
function wholeRate(text: string): string {
  const [, whole = '', decimals = '', window = '1', unit = ''] =
    /^(\d+)\.(\d+)\/(\d+(?:\.\d+)?)?([A-Za-z]+)$/.exec(text) ?? [];
  const count = Number(`${whole}${decimals}`);
  const scale = 10 ** decimals.length;
  const divisor = greatestCommonDivisor(count, scale);
  return `${count / divisor}/${plain((scale / divisor) * Number(window))}${unit}`;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function isUnit(unit: string): unit is Unit {
  return (units as readonly string[]).includes(unit);
}

/** Divides for ms, so that 3ms is the number nearest to 0.003. */
function inSeconds(number: number, unit: Unit): number {
  if (unit === 'ms') return number / 1000;
  return number * { s: 1, min: 60, m: 60, h: 3600 }[unit];
}

/** Without an exponent and without the noise of binary fractions. */
export function plain(number: number): string {
  return number.toFixed(6).replace(/\.?0+$/, '');
}

/** What can't be read, and what to write in its place. */
export function failed(message: string, hint: string): Reading<never> {
  return { ok: false, message, hint };
}
