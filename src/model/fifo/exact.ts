/** Whole numbers are kept without loss below twice this. */
const most = 2 ** 52;

/** Nanoseconds in a second: the engine counts time in whole ones, so that sums and differences are exact. */
export const nanosPerSecond = 1e9;

/** A time in whole nanoseconds, the nearest; Infinity stays. */
export function toNanos(seconds: number): number {
  return Math.floor(seconds * nanosPerSecond + 0.5);
}

/** What times are rounded to: whole nanoseconds, or the whole microseconds of a run's ledger. */
export type Grain = 1 | 1000;

/** A time in nanoseconds, the nearest multiple of the grain; Infinity stays. */
export function toGrain(seconds: number, grain: Grain): number {
  return Math.floor(seconds * (nanosPerSecond / grain) + 0.5) * grain;
}

/** A sum of whole numbers, exact whatever its size: what no longer fits a double goes to a bigint, now and then. */
export class ExactSum {
  private low = 0;
  private high = 0n;

  /** @param value a whole number from 0 to 2⁵² */
  add(value: number): void {
    this.low += value;
    if (this.low > most) this.spill();
  }

  /** Adds a product whose factors are whole and that may be larger than any that a double holds. */
  addProduct(a: number, b: number): void {
    const product = a * b;
    if (product <= most) this.add(product);
    else this.high += BigInt(a) * BigInt(b);
  }

  subtract(value: number): void {
    this.high -= BigInt(value);
  }

  get value(): bigint {
    return this.high + BigInt(this.low);
  }

  private spill(): void {
    this.high += BigInt(this.low);
    this.low = 0;
  }
}
