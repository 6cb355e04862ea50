import type { Pairs } from './ring.js';

/** What a hand had when its worker died. */
export interface Lost {
  /** When it arrived; −1: it had its effect. */
  readonly arrival: number;
  /** Its number, from 1. */
  readonly message: number;
  /** When it was started; NaN: the work is drawn. */
  readonly startedAt: number;
  /** Whether its hand was free before, and not only from then on. */
  readonly wasFree: boolean;
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
  /** Whether each was free before its last start; written where somebody asks. */
  readonly wasFree: Uint8Array;
  readonly mask: number;
  /** When the last was free whose worker is gone. */
  private settled = 0;

  constructor(readonly count: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(2, count)));
    this.frees = new Float64Array(size);
    this.messageOf = new Float64Array(size);
    this.wasFree = new Uint8Array(size);
    this.mask = size - 1;
  }

  /** When the last hand was free. */
  get settledAt(): number {
    const last = this.tail > this.head ? (this.frees[(this.tail - 1) & this.mask] as number) : 0;
    return Math.max(this.settled, last);
  }

  /** The workers go, once they have finished what they have in hand, and others come in their place. */
  replace(): void {
    this.settled = this.settledAt;
    this.head = this.tail;
  }

  /**
   * Drops whatever a hand has at a time, and takes its effects that are still to come out of `effects`.
   * @param work how long all of it takes; null: it is drawn
   * @returns what was lost, in the order of its starts (drawn work: by number), and the time that hands were spared
   */
  strike(
    at: number,
    effects: Pairs,
    { work, acknowledge }: { readonly work: number | null; readonly acknowledge: number },
  ): { readonly lost: Lost[]; readonly spared: number } {
    const lost: Lost[] = [];
    let spared = 0;
    const others: (readonly [number, number])[] = [];
    let last = effects.pop();
    for (let hand = this.tail - 1; hand >= this.head; hand--) {
      const free = this.frees[hand & this.mask] as number;
      if (free < at) {
        this.settled = Math.max(this.settled, free);
        break;
      }
      const effect = free - acknowledge;
      // Workers that are gone may have effects of their own to come.
      for (; last !== null && last[0] > effect; last = effects.pop()) others.push(last);
      const isToCome = last !== null && last[0] === effect && effect >= at;
      const arrival = isToCome && last !== null ? last[1] : -1;
      if (isToCome) last = effects.pop();
      spared += free - at;
      lost.push({
        arrival,
        message: this.messageOf[hand & this.mask] as number,
        startedAt: work === null ? Number.NaN : effect - work,
        wasFree: this.wasFree[hand & this.mask] === 1,
      });
    }
    this.head = this.tail;
    if (last !== null) others.push(last);
    for (const [effect, arrival] of others.reverse()) effects.insert(effect, arrival);
    lost.reverse();
    // Drawn works don't end in the order of their starts.
    if (work === null) lost.sort((a, b) => a.message - b.message);
    return { lost, spared };
  }
}
