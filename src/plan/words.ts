/** A duration of under a second: `40 ms`. */
export function inMillis(seconds: number): string {
  return `${round(seconds * 1000)} ms`;
}

/** A number as sentences have it, to three digits. */
export function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}
