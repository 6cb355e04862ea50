/** A queue of whole numbers in a ring that doubles when it is full; numbers may also be put back in front. */
export class IntRing {
  length = 0;
  private items = new Int32Array(64);
  private head = 0;

  /** The first one; there has to be one. */
  get first(): number {
    return this.items[this.head];
  }

  push(item: number): void {
    if (this.length === this.items.length) this.grow();
    this.items[(this.head + this.length++) & (this.items.length - 1)] = item;
  }

  pushFront(item: number): void {
    if (this.length === this.items.length) this.grow();
    this.head = (this.head - 1) & (this.items.length - 1);
    this.items[this.head] = item;
    this.length++;
  }

  /** Takes the first one out; there has to be one. */
  shift(): number {
    const item = this.items[this.head];
    this.head = (this.head + 1) & (this.items.length - 1);
    this.length--;
    return item;
  }

  /** Takes the nth one out, from 0; it has to be there. */
  take(nth: number): number {
    const mask = this.items.length - 1;
    const item = this.items[(this.head + nth) & mask];
    for (let i = nth; i > 0; i--) this.items[(this.head + i) & mask] = this.items[(this.head + i - 1) & mask];
    this.shift();
    return item;
  }

  /** All of them, the first one first. */
  toArray(): number[] {
    return Array.from(
      { length: this.length },
      (_, i) => this.items[(this.head + i) & (this.items.length - 1)],
    );
  }

  private grow(): void {
    const items = new Int32Array(this.items.length * 2);
    for (let i = 0; i < this.length; i++) items[i] = this.items[(this.head + i) & (this.items.length - 1)];
    this.items = items;
    this.head = 0;
  }
}
