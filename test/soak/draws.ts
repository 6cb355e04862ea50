import { uniform } from '../../src/plan/draws.js';

/** A stream of draws that depends on a seed and a name alone, so that one part of a scenario doesn't shift the others. */
export class Draws {
  private count = 0;

  constructor(
    private readonly seed: number,
    private readonly stream: string,
  ) {}

  /** Uniform in (0, 1). */
  next(): number {
    return uniform(this.seed, `soak ${this.stream}`, this.count++);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number, both ends included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  between(from: number, to: number): number {
    return from + this.next() * (to - from);
  }

  /** One of several; the numbers are weights. */
  pick<T>(choices: readonly (readonly [weight: number, choice: T])[]): T {
    let left = this.next() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, choice] of choices) {
      left -= weight;
      if (left < 0) return choice;
    }
    const last = choices.at(-1);
    if (last === undefined) throw new RangeError('nothing to pick from');
    return last[1];
  }

  /** Some of a list, in its order. */
  some<T>(list: readonly T[], share: number): T[] {
    return list.filter(() => this.chance(share));
  }

  /** Different whole numbers in ascending order. */
  numbers(howMany: number, from: number, to: number): number[] {
    const drawn = new Set<number>();
    while (drawn.size < Math.min(howMany, to - from + 1)) drawn.add(this.whole(from, to));
    return [...drawn].sort((a, b) => a - b);
  }
}
