import { Arrivals } from '../../plan/arrivals.js';
import { messageId } from '../../plan/messages.js';
import type { ProducerSetup } from '../protocol.js';

/** A publish that is to be tried. */
export interface Due {
  readonly id: string;
  /** Which publish of this message it is, from 1. */
  readonly copy: number;
  /** When it is due, in microseconds of real time since the zero. */
  readonly micros: number;
}

/**
 * A producer's publishes in order of time, those of messages that are published again among them; null: there is none any
 * more. Each copy has an absolute schedule of its own: the messages' times, moved. Of two at the same time the earlier
 * copy comes first.
 */
export function scheduleOf(setup: Pick<ProducerSetup, 'producer' | 'seed' | 'speed'>): () => Due | null {
  const resubmits = [...setup.producer.resubmitSeconds].sort((a, b) => a - b);
  const copies = [0, ...resubmits].map((delaySeconds, i) => copiesOf(setup, i + 1, delaySeconds));
  const heads = copies.map((next) => next());
  return () => {
    let first: number | null = null;
    for (const [i, head] of heads.entries()) {
      const best = first === null ? null : heads[first];
      if (head !== null && (best == null || head.micros < best.micros)) first = i;
    }
    if (first === null) return null;
    const due = heads[first] ?? null;
    heads[first] = copies[first]?.() ?? null;
    return due;
  };
}

function copiesOf(
  { producer, seed, speed }: Pick<ProducerSetup, 'producer' | 'seed' | 'speed'>,
  copy: number,
  delaySeconds: number,
): () => Due | null {
  const arrivals = new Arrivals(producer, seed);
  let sequence = 0;
  return () => {
    const seconds = arrivals.next();
    if (seconds === null) return null;
    sequence++;
    return {
      id: messageId(producer.name, sequence),
      copy,
      micros: Math.round(((seconds + delaySeconds) * 1e6) / speed),
    };
  };
}
