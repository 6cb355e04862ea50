import { longestSeconds, type Reading } from './units.js';

/** How a trace says when something happened. */
export type TimeKind = 'seconds' | 'epoch' | 'iso';

/** A time of a trace. */
export interface TraceTime {
  readonly kind: TimeKind;
  /** `seconds`: from the run's beginning; the others: from 1970. To a microsecond. */
  readonly seconds: number;
}

/** Numbers from here on are seconds since 1970 (1973 and later), and from `epochMillis` on milliseconds (1973 and later as well). */
const epochSeconds = 1e8;
const epochMillis = 1e11;

const hint =
  'write seconds from the beginning (12.5), seconds or milliseconds since 1970 (1753437600.25), or ISO 8601 (2026-07-25T10:00:00.250Z)';

/**
 * Reads a time: a number below 30 days is in seconds from the run's beginning, a number from 10⁸ on is in seconds since 1970 and one from
 * 10¹¹ on in milliseconds since then; or ISO 8601, in UTC where it names no zone.
 */
export function parseTraceTime(text: string): Reading<TraceTime> {
  if (/^[+-]?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(text)) return numeric(text, Number(text));
  const [, day, time, fraction = '', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))?\s?(Z|[+-]\d\d:?\d\d)?$/i.exec(text) ?? [];
  const offset = zone.toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  const millis = day === undefined ? Number.NaN : Date.parse(`${day}T${time}${offset}`);
  if (!Number.isFinite(millis)) return failed(`${text || 'an empty text'} is not a time`);
  return { ok: true, value: { kind: 'iso', seconds: tidy(millis / 1000 + Number(`0.${fraction || 0}`)) } };
}

function numeric(text: string, number: number): Reading<TraceTime> {
  if (number < 0) return failed(`${text} is negative`);
  if (number <= longestSeconds) return { ok: true, value: { kind: 'seconds', seconds: tidy(number) } };
  if (number < epochSeconds) return failed(`${text} s is later than 30 days`);
  const seconds = number < epochMillis ? number : number / 1000;
  if (seconds >= epochMillis) return failed(`${text} is not a time`);
  return { ok: true, value: { kind: 'epoch', seconds: tidy(seconds) } };
}

/** What a kind is, in messages. */
export const kindInWords: Readonly<Record<TimeKind, string>> = {
  seconds: 'seconds from the beginning',
  epoch: 'time since 1970',
  iso: 'ISO 8601',
};

/** To a microsecond. */
export function tidy(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}

function failed(message: string): Reading<never> {
  return { ok: false, message, hint };
}
