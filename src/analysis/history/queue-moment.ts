import type { HeldMessage, QueueMoment } from '../../result/history.js';
import type { QueueSpec } from '../../scenario/types.js';
import type { Hold, MessageState } from './copies.js';
import type { Crew } from './crew.js';

/** How many of the messages in hand are listed. */
const mostHeld = 10;

/** What was folded of one queue. */
export interface QueueState {
  readonly spec: QueueSpec;
  readonly messages: Map<string, MessageState>;
  suppressed: number;
  failed: number;
  redriven: number;
}

interface Instant {
  /** Of the queue, over the whole run. */
  readonly scheduled: number;
  readonly micros: number;
  readonly seconds: (micros: number) => number;
}

/** The counts of a queue at an instant. */
export function queueMoment(
  queue: QueueState,
  crew: Crew,
  { scheduled, micros, seconds }: Instant,
): QueueMoment {
  const { spec, suppressed, failed, redriven } = queue;
  const { held, deadLettered, ...counts } = count(queue.messages.values(), micros);
  held.sort((a, b) => a.hold.since - b.hold.since);
  return {
    scheduled,
    ...counts,
    inHand: held.length,
    suppressed,
    failed,
    deadLetterQueue:
      spec.deadLetter === null ? null : { name: spec.deadLetter.queue, messages: deadLettered },
    redriven,
    held: held.slice(0, mostHeld).map(({ message, hold }) => heldMessage(message, hold, crew, seconds)),
    workers: crew
      .latestOf(spec.name)
      .map(({ worker, pid, state, since }) => ({ worker, pid, state, sinceSeconds: seconds(since) })),
  };
}

interface Held {
  readonly message: string;
  readonly hold: Hold;
}

function count(messages: Iterable<MessageState>, micros: number) {
  const counts = {
    attempted: 0,
    acknowledged: 0,
    publishing: 0,
    unknown: 0,
    waiting: 0,
    waitingForRetry: 0,
    effected: 0,
    duplicateEffects: 0,
    dead: 0,
    deadLettered: 0,
  };
  const held: Held[] = [];
  for (const state of messages) {
    if (state.attempted) counts.attempted++;
    if (state.acknowledged) counts.acknowledged++;
    else if (!state.started && state.isOpen) counts.publishing++;
    else if (!state.started && state.isUnknown) counts.unknown++;
    if (state.effects > 0) counts.effected++;
    counts.duplicateEffects += Math.max(0, state.effects - 1);
    for (const { phase, due, holds } of state.copies) {
      const hold = holds.at(-1);
      if (phase === 'handed' && hold !== undefined) held.push({ message: state.message, hold });
      else if (phase === 'dead') counts.dead++;
      else if (phase === 'dead-lettered') counts.deadLettered++;
      else if (phase === 'retrying' && due > micros) counts.waitingForRetry++;
      else counts.waiting++;
    }
  }
  return { ...counts, held };
}

function heldMessage(
  message: string,
  { file, since, stage }: Hold,
  crew: Crew,
  seconds: (micros: number) => number,
): HeldMessage {
  const member = crew.of(file);
  return {
    message,
    worker: member?.worker ?? null,
    pid: member?.pid ?? 0,
    sinceSeconds: seconds(since),
    stage,
    holder: member?.state ?? 'up',
  };
}
