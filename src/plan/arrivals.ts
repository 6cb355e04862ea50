import { CurveInverse } from './curve.js';
import { Uniforms } from './draws.js';
import type { RateCurve } from './types.js';

/** What decides when a producer's messages are due. */
export interface ArrivalSource {
  readonly name: string;
  readonly curve: RateCurve;
  readonly arrivals: 'constant' | 'poisson';
  /** Where a trace says it itself: when each is due, in order. */
  readonly times?: readonly number[];
}

/**
 * When a producer's messages are due, one after the other, in scenario seconds from zero. Constant: message n
 * (from 1) when the curve's integral reaches n − 1. Poisson: a unit-rate process in the integral (exponential gaps),
 * mapped back through the curve, which is the standard way to draw one whose rate changes (Çinlar 1975, section 4.7).
 * Where the source has times, those.
 */
export class Arrivals {
  private readonly inverse: CurveInverse;
  private readonly draws: Uniforms;
  private sequence = 0;
  private level = 0;

  constructor(
    private readonly source: ArrivalSource,
    seed: number,
  ) {
    this.inverse = new CurveInverse(source.curve);
    this.draws = new Uniforms(seed, `arrivals ${source.name}`);
  }

  /** When the next message is due; null: there is none any more. */
  next(): number | null {
    this.sequence++;
    const { times } = this.source;
    if (times !== undefined) return times[this.sequence - 1] ?? null;
    if (this.source.arrivals === 'constant') this.level = this.sequence - 1;
    else this.level -= Math.log(this.draws.at(this.sequence));
    return this.inverse.timeOf(this.level);
  }
}
