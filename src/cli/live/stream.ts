import { messageId, parseMessageId } from '../../plan/messages.js';
import type { Plan } from '../../plan/types.js';

/** What the live view knows of the messages that come to a queue from one producer by one way. */
export interface Stream {
  readonly producer: string;
  /** The queues that they come through. */
  readonly path: readonly string[];
  /** By the sequence number less one; NaN where it was not attempted. */
  readonly attemptedAt: Float64Array;
  /** How a message is over; undefined: it isn't. */
  readonly state: ('refused' | 'effected' | 'suppressed' | 'dead' | undefined)[];
  /** The first that has been attempted and is not over, as far as known. */
  oldest: number;
  attempted: number;
}

/** The streams to a queue, one for each way to it. */
export function streamsTo(plan: Plan, queue: string): Stream[] {
  const sources = plan.queues.find(({ name }) => name === queue)?.sources ?? [];
  return sources.map(({ producer, path }) => {
    // What takes this way keeps the producer's numbers.
    const scheduled = plan.producers.find(({ name }) => name === producer)?.scheduled ?? 0;
    return {
      producer,
      path,
      attemptedAt: new Float64Array(scheduled).fill(Number.NaN),
      state: Array.from({ length: scheduled }),
      oldest: 0,
      attempted: 0,
    };
  });
}

/** Where a message is in one of the streams; null: it is in none. */
export function streamOf(
  streams: readonly Stream[],
  message: string,
): { readonly stream: Stream; readonly index: number } | null {
  const name = parseMessageId(message);
  if (name === null) return null;
  const path = name.path.join('.');
  const stream = streams.find(
    (candidate) => candidate.producer === name.producer && candidate.path.join('.') === path,
  );
  const index = name.sequence - 1;
  return stream === undefined || index >= stream.attemptedAt.length ? null : { stream, index };
}

/** The first of the stream's messages that was attempted and is not over, and since when (microseconds). */
export function waitsIn(stream: Stream): { readonly message: string; readonly since: number } | null {
  const { attemptedAt, state } = stream;
  // One that was given up, or did not take this way, was never attempted.
  while (
    stream.oldest < stream.attempted &&
    (state[stream.oldest] !== undefined || Number.isNaN(attemptedAt[stream.oldest]))
  )
    stream.oldest++;
  if (stream.oldest >= stream.attempted) return null;
  const message = messageId(stream.producer, stream.oldest + 1, stream.path);
  return { message, since: attemptedAt[stream.oldest] as number };
}
