/** Parts of each doubling: a value is known to within 1/256 of itself. */
const partsLog2 = 8;
const shift = 20 - partsLog2;
const asDouble = new Float64Array(1);
const asWords = new Int32Array(asDouble.buffer);
asDouble[0] = 1;
/** Where the upper half of a double lies on this machine. */
const upper = asWords[1] === 0x3ff0_0000 ? 1 : 0;
/** The class of 1; 0 has the class 0, and there is nothing between. */
const classOfOne = (asWords[upper] as number) >> shift;
/** Whole numbers are exact up to 2⁵³. */
const classes = classOfOne + (54 << partsLog2);

/**
 * Counts of durations in logarithmic classes, each divided into equal parts: the upper bits of the floating-point number
 * are the class (the idea of HdrHistogram, G. Tene). Quantiles are off by at most 1/512 of themselves; 0 and the maximum are exact.
 */
export class Histogram {
  private readonly counts = new Uint32Array(classes);
  private highest = 0;
  /** The number of values. */
  total = 0;

  /** @param value whole, from 0 */
  add(value: number): void {
    this.total++;
    if (value > this.highest) this.highest = value;
    asDouble[0] = value;
    const index = (asWords[upper] as number) >> shift;
    this.counts[index] = (this.counts[index] as number) + 1;
  }

  get max(): number {
    return this.highest;
  }

  /** The value that a share of all are not above (nearest rank); null: there are none. @param share 0 to 1 */
  quantile(share: number): number | null {
    const { total } = this;
    if (total === 0) return null;
    let rank = Math.max(1, Math.ceil(share * total - 1e-9));
    if (rank >= total) return this.highest;
    rank -= this.counts[0] as number;
    if (rank <= 0) return 0;
    for (let index = classOfOne; index < classes; index++) {
      rank -= this.counts[index] as number;
      if (rank <= 0) return Math.min(this.highest, (edge(index) + edge(index + 1)) / 2);
    }
    return this.highest;
  }

  /** The share of values above one; of the class that it falls into, those in proportion. 0 without values. */
  shareAbove(value: number): number {
    const { total } = this;
    if (total === 0) return 0;
    let above = value < 0 ? (this.counts[0] as number) : 0;
    for (let index = classOfOne; index < classes; index++) {
      const [low, high] = [edge(index), edge(index + 1)];
      const part = value <= low ? 1 : value >= high ? 0 : (high - value) / (high - low);
      above += part * (this.counts[index] as number);
    }
    return above / total;
  }
}

/** Where a class begins. */
function edge(index: number): number {
  return 2 ** ((index - classOfOne) >> partsLog2) * (1 + (index & ((1 << partsLog2) - 1)) / (1 << partsLog2));
}
