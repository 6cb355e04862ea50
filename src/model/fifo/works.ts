import { drawWork } from '../../plan/draws.js';
import { messageId } from '../../plan/messages.js';
import type { Distribution } from '../../scenario/types.js';
import type { Source } from './arrivals.js';
import { type Grain, toGrain, toNanos } from './exact.js';
import { Sfc32 } from './sfc32.js';
import type { FifoSetting } from './types.js';

const workStream = 2;
const repeatStream = 3;

/** How long the work on messages takes, in whole nanoseconds. */
export interface Works {
  /** The same for all; null: drawn. */
  readonly constant: number | null;
  /** Of first attempts, in the order of the messages. */
  readonly first: Source;
  /** Of the nth attempt, n from 2, at message number `message`, from 1. */
  again(message: number, attempt: number): number;
}

/** The work of a setting. */
export function worksOf({ work, draws }: FifoSetting, grain: Grain): Works {
  if (work.kind === 'constant') {
    const constant = toGrain(work.meanSeconds, grain);
    return { constant, first: new Drawn(() => constant), again: () => constant };
  }
  if (draws.kind === 'plan') {
    const draw = (message: number, attempt: number): number =>
      toGrain(drawWork(work, draws.seed, draws.queue, messageId(draws.producer, message), attempt), grain);
    return { constant: null, first: new Drawn((message) => draw(message, 1)), again: draw };
  }
  // Repeats have a stream of their own: which work a message has doesn't depend on what came back before it.
  const drawn = (stream: number): Source => {
    const random = new Sfc32(draws.seed, stream);
    return work.kind === 'exponential'
      ? new Exponential(random, work.meanSeconds)
      : new Lognormal(random, work);
  };
  const repeats = drawn(repeatStream);
  const one = new Float64Array(1);
  return {
    constant: null,
    first: drawn(workStream),
    again: () => {
      repeats.fill(one);
      return one[0] as number;
    },
  };
}

/** By a function of the message's number. */
class Drawn implements Source {
  private message = 0;

  constructor(private readonly draw: (message: number) => number) {}

  fill(block: Float64Array): number {
    for (let i = 0; i < block.length; i++) block[i] = this.draw(++this.message);
    return block.length;
  }
}

class Exponential implements Source {
  constructor(
    private readonly random: Sfc32,
    private readonly meanSeconds: number,
  ) {}

  fill(block: Float64Array): number {
    this.random.fill(block);
    for (let i = 0; i < block.length; i++)
      block[i] = toNanos(-this.meanSeconds * Math.log(block[i] as number));
    return block.length;
  }
}

/** As plan/draws.ts has it: by mean and coefficient of variation, the normal draws by Box and Muller. */
class Lognormal implements Source {
  private readonly variance: number;
  private readonly meanSeconds: number;
  private uniforms = new Float64Array(0);

  constructor(
    private readonly random: Sfc32,
    { meanSeconds, cv }: Extract<Distribution, { kind: 'lognormal' }>,
  ) {
    this.variance = Math.log(1 + cv ** 2);
    this.meanSeconds = meanSeconds;
  }

  fill(block: Float64Array): number {
    const { variance, meanSeconds } = this;
    if (this.uniforms.length !== 2 * block.length) this.uniforms = new Float64Array(2 * block.length);
    const { uniforms } = this;
    this.random.fill(uniforms);
    const deviation = Math.sqrt(variance);
    for (let i = 0; i < block.length; i++) {
      const [length, turn] = [uniforms[2 * i] as number, uniforms[2 * i + 1] as number];
      const normal = Math.sqrt(-2 * Math.log(length)) * Math.cos(2 * Math.PI * turn);
      block[i] = toNanos(meanSeconds * Math.exp(deviation * normal - variance / 2));
    }
    return block.length;
  }
}
