/** Moments of one kind that are added in order of time, in a ring: the first in is the first out, and no heap is needed for that. */
export class Lane {
  /** When its first moment is, where that comes among those of the same time, and what it is about. Infinity: there is none. */
  firstTime = Number.POSITIVE_INFINITY;
  firstOrder = 0;
  a = 0;
  b = 0;
  private size = 0;
  private head = 0;
  private lastTime = 0;
  private times = new Float64Array(64);
  private orders = new Float64Array(64);
  private as = new Int32Array(64);
  private bs = new Int32Array(64);

  constructor(readonly kind: number) {}

  /** @returns false: it is before the last one, and so has no place here */
  push(time: number, order: number, a: number, b: number): boolean {
    if (this.size > 0 && time < this.lastTime) return false;
    if (this.size === this.times.length) this.grow();
    const at = (this.head + this.size++) & (this.times.length - 1);
    this.times[at] = time;
    this.orders[at] = order;
    this.as[at] = a;
    this.bs[at] = b;
    this.lastTime = time;
    if (this.size === 1) this.lookAtFirst();
    return true;
  }

  /** Takes the first one out; there has to be one. */
  shift(): void {
    this.head = (this.head + 1) & (this.times.length - 1);
    this.size--;
    this.lookAtFirst();
  }

  private lookAtFirst(): void {
    const { head } = this;
    this.firstTime = this.size === 0 ? Number.POSITIVE_INFINITY : this.times[head];
    this.firstOrder = this.orders[head];
    this.a = this.as[head];
    this.b = this.bs[head];
  }

  private grow(): void {
    const { head } = this;
    const { length } = this.times;
    const inOrder = <Column extends Float64Array | Int32Array>(from: Column, to: Column): Column => {
      to.set(from.subarray(head));
      to.set(from.subarray(0, head), length - head);
      return to;
    };
    this.times = inOrder(this.times, new Float64Array(2 * length));
    this.orders = inOrder(this.orders, new Float64Array(2 * length));
    this.as = inOrder(this.as, new Int32Array(2 * length));
    this.bs = inOrder(this.bs, new Int32Array(2 * length));
    this.head = 0;
  }
}
