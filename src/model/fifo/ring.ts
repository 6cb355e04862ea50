/** A queue of numbers that grows: first in, first out, in one typed array. */
export class Ring {
  private values = new Float64Array(1024);
  private mask = this.values.length - 1;
  private head = 0;
  length = 0;

  /** The oldest; only of a ring that is not empty. */
  get first(): number {
    return this.values[this.head] as number;
  }

  push(value: number): void {
    if (this.length > this.mask) this.grow();
    this.values[(this.head + this.length) & this.mask] = value;
    this.length++;
  }

  shift(): void {
    this.head = (this.head + 1) & this.mask;
    this.length--;
  }

  /** From the oldest on. */
  *[Symbol.iterator](): Generator<number> {
    for (let i = 0; i < this.length; i++) yield this.values[(this.head + i) & this.mask] as number;
  }

  private grow(): void {
    this.values = unrolled(this.values, this.head);
    this.head = 0;
    this.mask = this.values.length - 1;
  }
}

/** Pairs of numbers, in the order of the first of each; the lowest is taken away. */
export class Pairs {
  private values = new Float64Array(2048);
  private mask = this.values.length - 1;
  private head = 0;
  private places = 0;

  get length(): number {
    return this.places >> 1;
  }

  get first(): number {
    return this.values[this.head] as number;
  }

  get second(): number {
    return this.values[this.head + 1] as number;
  }

  /** Behind all that are not higher: found from the end, since most are the highest. */
  insert(first: number, second: number): void {
    if (this.places > this.mask) this.grow();
    const { values, mask } = this;
    let at = this.places;
    for (; at > 0 && (values[(this.head + at - 2) & mask] as number) > first; at -= 2) {
      values[(this.head + at) & mask] = values[(this.head + at - 2) & mask] as number;
      values[(this.head + at + 1) & mask] = values[(this.head + at - 1) & mask] as number;
    }
    values[(this.head + at) & mask] = first;
    values[(this.head + at + 1) & mask] = second;
    this.places += 2;
  }

  shift(): void {
    this.head = (this.head + 2) & this.mask;
    this.places -= 2;
  }

  /** Takes the highest away; null: there is none. */
  pop(): readonly [number, number] | null {
    if (this.places === 0) return null;
    this.places -= 2;
    const at = this.head + this.places;
    return [this.values[at & this.mask] as number, this.values[(at + 1) & this.mask] as number];
  }

  private grow(): void {
    this.values = unrolled(this.values, this.head);
    this.head = 0;
    this.mask = this.values.length - 1;
  }
}

/** The values of a full ring from its head on, and as much room again. */
function unrolled(values: Float64Array, head: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * values.length);
  larger.set(values.subarray(head));
  larger.set(values.subarray(0, head), values.length - head);
  return larger;
}
