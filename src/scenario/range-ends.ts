/** A number with what stands behind it. */
export interface RangePart {
  readonly number: number;
  /** Its own unit, or that of the last end. Empty: there is none. */
  readonly unit: string;
  /** Whether the unit stands behind it itself. */
  readonly hasUnit: boolean;
}

/** The parts of a range. */
export interface RangeEnds {
  readonly from: RangePart;
  readonly to: RangePart;
  /** Null: there is none. */
  readonly step: RangePart | null;
}

/**
 * Reads `FROM..TO` or `FROM..TO:STEP`: `5..50/s:5`, `50s..70s`. A part without a unit has that of TO. What the units are is for
 * whoever asks to know.
 * @returns null: it is no range
 */
export function readRangeEnds(typed: string): RangeEnds | null {
  const [, first = '', last = '', third] = /^(.+?)\.\.(.+?)(?::(.+))?$/.exec(typed.trim()) ?? [];
  const to = partOf(last, '');
  const from = partOf(first, to?.unit ?? '');
  const step = third === undefined ? null : partOf(third, to?.unit ?? '');
  if (from === null || to === null || (third !== undefined && step === null)) return null;
  return { from, to, step };
}

/** The range with its ends changed places, for whoever wrote the higher first. */
export function turnedRange({ from, to }: RangeEnds): string {
  // A unit that was shared stays behind the last end.
  return from.hasUnit ? `${textOf(to)}..${textOf(from)}` : `${to.number}..${textOf(from)}`;
}

/** A part as it is meant, with its unit. */
export function textOf({ number, unit }: RangePart): string {
  return `${number}${unit}`;
}

function partOf(text: string, sharedUnit: string): RangePart | null {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([A-Za-z%/][\w./]*)?$/.exec(text.trim()) ?? [];
  if (number === undefined) return null;
  return { number: Number(number), unit: unit ?? sharedUnit, hasUnit: unit !== undefined };
}
