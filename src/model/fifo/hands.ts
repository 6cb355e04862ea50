import type { Pairs } from './ring.js';

/** What a hand had when its worker died. */
export interface Lost {
  /** When it arrived; −1: it had its effect. */
  readonly arrival: number;
  /** Its number, from 1. */
  readonly message: number;
}

/**
 * When hands are free, in a ring of one place for each hand, in order of time. Hands that are free again keep their place
 * until it is needed: the earliest free hand is the first of a full ring (J. Kiefer and J. Wolfowitz 1955).
 */
export class Hands {
  head = 0;
  tail = 0;
  readonly frees: Float64Array;
  readonly messageOf: Float64Array;
  readonly mask: number;

  constructor(readonly count: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(2, count)));
    this.frees = new Float64Array(size);
    this.messageOf = new Float64Array(size);
    this.mask = size - 1;
  }

  /**
   * Drops whatever a hand has at a time. All effects before it must have been taken out of `effects`; as everybody acknowledges
   * for the same time, those that are left belong to the last hands, in the same order.
   * @returns what was lost, and the time that hands were spared
   */
  strike(at: number, effects: Pairs): { readonly lost: Lost[]; readonly spared: number } {
    const lost: Lost[] = [];
    let spared = 0;
    for (; this.head < this.tail; this.head++) {
      const free = this.frees[this.head & this.mask] as number;
      if (free < at) continue;
      spared += free - at;
      let arrival = -1;
      if (this.tail - this.head <= effects.length) {
        arrival = effects.second;
        effects.shift();
      }
      lost.push({ arrival, message: this.messageOf[this.head & this.mask] as number });
    }
    return { lost, spared };
  }
}
