/**
 * A fast seeded stream of random numbers: sfc32 of PractRand (Chris Doty-Humphrey, public domain; period at least 2³²,
 * on average 2¹²⁷). For studies of queues alone: the draws of a real run are functions of message and attempt (plan/draws.ts).
 */
export class Sfc32 {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** @param stream which of the seed's streams: another kind of draw has another one, so that none disturbs the others */
  constructor(seed: number, stream: number) {
    this.a = seed | 0;
    this.b = Math.floor(seed / 0x1_0000_0000) | 0;
    this.c = stream | 0;
    // Its author lets 12 to 15 numbers go by, until every bit of the seed has reached every bit of the state.
    this.fill(new Float64Array(8));
  }

  /** Fills a block with numbers that are uniform in (0, 1): 52 bits and a half, so that neither end comes. */
  fill(block: Float64Array): void {
    // In variables, because a field would be written back for each number.
    let { a, b, c, counter } = this;
    for (let i = 0; i < block.length; i++) {
      const high = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + high) | 0;
      const low = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + low) | 0;
      block[i] = ((high >>> 6) * 0x400_0000 + (low >>> 6) + 0.5) / 0x10_0000_0000_0000;
    }
    this.a = a;
    this.b = b;
    this.c = c;
    this.counter = counter;
  }
}
