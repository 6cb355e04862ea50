/** Times in the order in which they came, 8 bytes each. */
export class TimeLog {
  private values: Float64Array;
  private count = 0;

  /** @param expected how many there will probably be */
  constructor(expected: number) {
    this.values = new Float64Array(Math.max(16, expected));
  }

  get length(): number {
    return this.count;
  }

  push(value: number): void {
    if (this.count === this.values.length) {
      const larger = new Float64Array(Math.ceil(this.values.length * 1.25));
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.count++] = value;
  }

  /** A view of the times, no copy. */
  times(): Float64Array {
    return this.values.subarray(0, this.count);
  }
}
