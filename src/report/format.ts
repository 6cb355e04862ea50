/** What stands where a figure is not known. */
export const unknownFigure = '–';

const formats = new Map<string, Intl.NumberFormat>();

/** A number with thousands separators; `fixed`: always with that many decimals, else at most. Minus as a true minus sign, never `-0`. */
export function decimal(value: number, places: number, fixed = false): string {
  const key = `${places}${fixed}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat('en-US', {
      maximumFractionDigits: places,
      minimumFractionDigits: fixed ? places : 0,
      signDisplay: 'negative',
    });
    formats.set(key, format);
  }
  return format.format(value).replace('-', '−');
}

/** A whole number of things: `12,345`. */
export function count(value: number | null): string {
  return value === null ? unknownFigure : decimal(value, 0);
}

/** `1 message`, `5 messages`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Seconds, plain: `4.2 ms`, `0.27 s`, `58.7 s`, `200 s`. */
export function seconds(value: number | null): string {
  return inSeconds(value, false);
}

/** Seconds for a table's column: the same, and trailing zeros are kept so that figures line up. */
export function secondsCell(value: number | null): string {
  return inSeconds(value, true);
}

function inSeconds(value: number | null, fixed: boolean): string {
  if (value === null) return unknownFigure;
  const size = Math.abs(value);
  if (size === 0) return '0 s';
  if (size < 0.1) return `${decimal(value * 1000, size < 0.01 ? 1 : 0, fixed)} ms`;
  return `${decimal(value, size < 9.995 ? 2 : size < 120 ? 1 : 0, fixed)} s`;
}

/** Seconds in a sentence: below 120 s as `58.7 s`, from there on also in minutes or hours: `3 min 20 s (200 s)`. */
export function duration(value: number): string {
  const whole = Math.round(value);
  if (value < 120 || whole < 120) return seconds(value);
  const parts: readonly [number, string][] =
    whole < 3600
      ? [
          [Math.floor(whole / 60), 'min'],
          [whole % 60, 's'],
        ]
      : [
          [Math.floor(whole / 3600), 'h'],
          [Math.floor((whole % 3600) / 60), 'min'],
        ];
  const words = parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${count(amount)} ${unit}`);
  return `${words.join(' ')} (${seconds(value)})`;
}

/** Real time, where every value is short: `0.8 ms`, `271 ms`, `1.25 s`. */
export function realTime(value: number | null): string {
  if (value === null) return unknownFigure;
  if (Math.abs(value) >= 0.9995) return `${decimal(value, 2, true)} s`;
  return `${decimal(value * 1000, Math.abs(value) < 0.01 ? 1 : 0, true)} ms`;
}

/** A rate per second: `5/s`, `99.8/s`, `0.25/s`. */
export function rate(value: number | null): string {
  if (value === null) return unknownFigure;
  const size = Math.abs(value);
  return `${decimal(value, size < 1 ? 3 : size < 1000 ? 2 : 1)}/s`;
}

/** With its sign, also where that is plus: `+0.3 s`. The value says which sign, `format` how to write it. */
export function signed(value: number, format: (value: number) => string): string {
  const text = format(value);
  return value > 0 ? `+${text}` : text;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
