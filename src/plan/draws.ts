import type { Backoff, Distribution, FailureSpec, Outcome, QueueSpec } from '../scenario/types.js';
import { parseMessageId } from './messages.js';

/**
 * A uniform number in (0, 1) that depends on nothing but its arguments: not on who asks, nor on what was asked before.
 * So a restart, another concurrency and the model all see the same draws. Mixing: the finaliser of MurmurHash3
 * (Appleby, public domain), applied to each word in turn.
 *
 * @param stream what is drawn (a name), so that changing one kind of draw leaves the others as they were
 * @param words whole numbers that identify the draw: sequence number, attempt
 */
export function uniform(seed: number, stream: string, ...words: readonly number[]): number {
  let hash = hashOf(seed, stream);
  let low = hash;
  for (const word of words) {
    hash = mix(hash, word | 0);
    low = mix(low ^ lowKey, word | 0);
  }
  return fraction(hash, low);
}

/** The draws of a stream that one word identifies, such as a sequence number: `at(n)` is `uniform(seed, stream, n)`, in a third of its time. */
export class Uniforms {
  private readonly hash: number;

  constructor(seed: number, stream: string) {
    this.hash = hashOf(seed, stream);
  }

  at(word: number): number {
    return fraction(mix(this.hash, word | 0), mix(this.hash ^ lowKey, word | 0));
  }
}

/**
 * The draws of a kind that are about a queue's messages: `uniform(seed, 'kind queue message', …)`. What the streams of all of a queue's
 * messages begin with is hashed once and kept for as long as the seed is the same.
 */
class MessageUniforms {
  private seed = Number.NaN;
  private queue = '';
  private hash = 0;
  private readonly hashes = new Map<string, number>();

  constructor(private readonly kind: string) {}

  of(seed: number, queue: string, message: string): number {
    const hash = hashOn(this.begun(seed, queue), message);
    return fraction(hash, hash);
  }

  at(seed: number, queue: string, message: string, word: number): number {
    const hash = hashOn(this.begun(seed, queue), message);
    return fraction(mix(hash, word), mix(hash ^ lowKey, word));
  }

  /** Of two words. */
  atBoth(seed: number, queue: string, message: string, first: number, second: number): number {
    const hash = hashOn(this.begun(seed, queue), message);
    return fraction(mix(mix(hash, first), second), mix(mix(hash ^ lowKey, first) ^ lowKey, second));
  }

  private begun(seed: number, queue: string): number {
    if (seed === this.seed && queue === this.queue) return this.hash;
    if (seed !== this.seed) this.hashes.clear();
    this.seed = seed;
    this.queue = queue;
    this.hash = this.hashes.get(queue) ?? hashOf(seed, `${this.kind} ${queue} `);
    this.hashes.set(queue, this.hash);
    return this.hash;
  }
}

const ofWorks = new MessageUniforms('work');
const ofFailures = new MessageUniforms('failure');
const ofOutcomes = new MessageUniforms('outcome');
const ofBackoffs = new MessageUniforms('backoff');

const lowKey = 0x5bd1e995;

function hashOf(seed: number, stream: string): number {
  return hashOn(mix(seed | 0, (seed / 0x1_0000_0000) | 0), stream);
}

function hashOn(begun: number, text: string): number {
  let hash = begun;
  for (let i = 0; i < text.length; i++) hash = mix(hash, text.charCodeAt(i));
  return hash;
}

/** 52 bits from two words, and a half, which keeps it off 0 (a logarithm of it is finite) and, as there is a bit left for it, off 1. */
function fraction(high: number, low: number): number {
  return ((high >>> 6) * 0x400_0000 + (low >>> 6) + 0.5) / 0x10_0000_0000_0000;
}

function mix(hash: number, word: number): number {
  let h = hash ^ Math.imul(word, 0xcc9e2d51);
  h = Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** The duration of the work on a message, in seconds: a function of seed, queue, message and attempt. */
export function drawWork(
  work: Distribution,
  seed: number,
  queue: string,
  message: string,
  attempt: number,
): number {
  if (work.kind === 'constant') return work.meanSeconds;
  const u = ofWorks.atBoth(seed, queue, message, attempt, 0);
  if (work.kind === 'exponential') return -work.meanSeconds * Math.log(u);
  // Lognormal by its mean m and coefficient of variation c: σ² = ln(1 + c²), μ = ln m − σ²/2. Box-Muller for the normal draw.
  const variance = Math.log(1 + work.cv ** 2);
  const other = ofWorks.atBoth(seed, queue, message, attempt, 1);
  const normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * other);
  return work.meanSeconds * Math.exp(Math.sqrt(variance) * normal - variance / 2);
}

/** An attempt at a message's work. */
export interface Attempt {
  readonly message: string;
  /** Which delivery it is, from 1. */
  readonly attempt: number;
  /** When it started, in scenario seconds. */
  readonly startSeconds: number;
  /** Put back from the dead, and repaired: only what befalls everybody befalls it. */
  readonly repaired: boolean;
}

/** What goes wrong with an attempt: the first of the queue's failures that applies to it; null: nothing. */
export function drawFailure(queue: QueueSpec, seed: number, attempt: Attempt): FailureSpec | null {
  const { failures, name } = queue;
  for (let i = 0; i < failures.length; i++) {
    const failure = failures[i] as FailureSpec;
    if (applies(failure, i, name, seed, attempt)) return failure;
  }
  return null;
}

function applies(
  failure: FailureSpec,
  index: number,
  queue: string,
  seed: number,
  attempt: Attempt,
): boolean {
  const { message, startSeconds, repaired } = attempt;
  if (startSeconds < failure.fromSeconds) return false;
  if (failure.toSeconds !== null && startSeconds >= failure.toSeconds) return false;
  if (failure.times !== null && attempt.attempt > failure.times) return false;
  const { select } = failure;
  if (select.kind === 'all') return true;
  if (repaired) return false;
  if (select.kind === 'messages')
    return select.messages.includes(parseMessageId(message)?.sequence ?? Number.NaN);
  const nth = select.per === 'message' ? 0 : attempt.attempt;
  return ofFailures.atBoth(seed, queue, message, index, nth) < select.share;
}

/** What comes of a message's work, whichever attempt succeeds; null: nothing follows on this queue. */
export function drawOutcome(queue: QueueSpec, seed: number, message: string): Outcome | null {
  const { outcomes } = queue;
  if (outcomes.length < 2) return outcomes[0] ?? null;
  const drawn = ofOutcomes.of(seed, queue.name, message);
  let sum = 0;
  for (const outcome of outcomes) {
    sum += outcome.share;
    if (drawn < sum) return outcome;
  }
  // The shares add up to 1 but for rounding.
  return outcomes.at(-1) ?? null;
}

/** How long a message waits after its nth failed attempt (from 1), in seconds. Jitter as BullMQ has it: a share of the wait is drawn. */
export function drawBackoff(
  backoff: Backoff | null,
  seed: number,
  queue: string,
  message: string,
  failed: number,
): number {
  const longest = longestBackoff(backoff, failed);
  const jitter = backoff?.jitter ?? 0;
  return jitter === 0 ? longest : longest * (1 - jitter * ofBackoffs.at(seed, queue, message, failed));
}

/** How long a message waits at most after its nth failed attempt (from 1), in seconds: jitter only takes away from it. */
export function longestBackoff(backoff: Backoff | null, failed: number): number {
  if (backoff === null) return 0;
  const { kind, delaySeconds, maxSeconds } = backoff;
  const whole = kind === 'fixed' ? delaySeconds : delaySeconds * 2 ** (failed - 1);
  return Math.min(whole, maxSeconds ?? Number.POSITIVE_INFINITY);
}
