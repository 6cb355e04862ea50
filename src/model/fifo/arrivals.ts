import { Arrivals } from '../../plan/arrivals.js';
import { CurveInverse } from '../../plan/curve.js';
import type { RateCurve, RateSegment } from '../../plan/types.js';
import { type Grain, nanosPerSecond, toGrain } from './exact.js';
import { Sfc32 } from './sfc32.js';
import type { FifoSetting } from './types.js';

/** Values that are asked for a block at a time, so that the loop that makes them is short and always the same. */
export interface Source {
  /** Fills a block from its start. @returns how many there were: fewer than its length at the end */
  fill(block: Float64Array): number;
}

const arrivalStream = 1;

/** The arrivals of a setting, in whole nanoseconds from zero, in rising order. */
export function arrivalsOf({ arrivals: given, draws }: FifoSetting, grain: Grain): Source {
  const { curve, arrivals, times } = given;
  if (draws.kind === 'plan' && (arrivals === 'poisson' || times !== undefined))
    return new Planned(new Arrivals({ name: draws.producer, ...given }, draws.seed), grain);
  if (arrivals === 'constant') return new Paced(curve, new Counted(), grain);
  return new Paced(curve, new Exponential(new Sfc32(draws.seed, arrivalStream)), grain);
}

/** The levels of the curve's integral at which messages are due: 0, 1, 2 … */
class Counted implements Source {
  private next = 0;

  fill(block: Float64Array): number {
    for (let i = 0; i < block.length; i++) block[i] = this.next + i;
    this.next += block.length;
    return block.length;
  }
}

/** A Poisson process of rate 1. */
class Exponential implements Source {
  private level = 0;

  constructor(private readonly random: Sfc32) {}

  fill(block: Float64Array): number {
    this.random.fill(block);
    let { level } = this;
    for (let i = 0; i < block.length; i++) {
      level -= Math.log(block[i] as number);
      block[i] = level;
    }
    this.level = level;
    return block.length;
  }
}

/**
 * Levels mapped back through the curve by the pacer's own function; where the rate doesn't change, by the same formula
 * in a loop of its own.
 */
class Paced implements Source {
  private readonly inverse: CurveInverse;

  constructor(
    private readonly curve: RateCurve,
    private readonly levels: Source,
    private readonly grain: Grain,
  ) {
    this.inverse = new CurveInverse(curve);
  }

  fill(block: Float64Array): number {
    this.levels.fill(block);
    const [only] = this.curve;
    if (only !== undefined && this.curve.length === 1 && only.fromPerSecond === only.toPerSecond)
      return fillFlat(block, only, this.grain);
    for (let i = 0; i < block.length; i++) {
      const seconds = this.inverse.timeOf(block[i] as number);
      if (seconds === null) return i;
      block[i] = toGrain(seconds, this.grain);
    }
    return block.length;
  }
}

/** Of a curve that is one segment of one rate. */
function fillFlat(
  block: Float64Array,
  { startSeconds, endSeconds, fromPerSecond, toPerSecond }: RateSegment,
  grain: Grain,
): number {
  const grains = nanosPerSecond / grain;
  const end = (endSeconds - startSeconds) * ((fromPerSecond + toPerSecond) / 2) * (1 - 1e-12);
  for (let i = 0; i < block.length; i++) {
    const level = block[i] as number;
    if (!(level < end)) return i;
    block[i] = Math.floor((startSeconds + level / fromPerSecond) * grains + 0.5) * grain;
  }
  return block.length;
}

/** A plan's drawn arrivals. */
class Planned implements Source {
  constructor(
    private readonly arrivals: Arrivals,
    private readonly grain: Grain,
  ) {}

  fill(block: Float64Array): number {
    for (let i = 0; i < block.length; i++) {
      const seconds = this.arrivals.next();
      if (seconds === null) return i;
      block[i] = toGrain(seconds, this.grain);
    }
    return block.length;
  }
}
