/** Converts the ledger's microseconds of real time to scenario seconds. */
export function scenarioSeconds(speed: number): (micros: number) => number {
  return (micros) => (micros * speed) / 1e6;
}

/** Takes off what floating point adds to a sum: rounds to a millionth. */
export function toMillionth(value: number): number {
  // Adding 0 makes −0 a plain 0.
  return Math.round(value * 1e6) / 1e6 + 0;
}
