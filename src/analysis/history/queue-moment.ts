import type { HeldMessage, QueueMoment } from '../../result/history.js';
import { orderServiceName } from '../../result/orders.js';
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
  /** Whether workers serve it. */
  readonly isServed: boolean;
  readonly micros: number;
  readonly seconds: (micros: number) => number;
}

/** The counts of a queue at an instant. */
export function queueMoment(
  queue: QueueState,
  crew: Crew,
  { scheduled, isServed, micros, seconds }: Instant,
): QueueMoment {
  const { spec, suppressed, failed, redriven } = queue;
  const { held, deadLettered, ...counts } = count(queue.messages.values(), crew, micros);
  held.sort((a, b) => a.hold.since - b.hold.since);
  return {
    ...(isServed ? {} : { isDirect: true as const }),
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

function count(messages: Iterable<MessageState>, crew: Crew, micros: number) {
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
      // What the order service was calling for when it went, nobody has.
      if (hold !== undefined && isCall(hold, crew) && crew.isGone(hold.file)) continue;
      if (phase === 'handed' && hold !== undefined) held.push({ message: state.message, hold });
      else if (phase === 'dead') counts.dead++;
      else if (phase === 'dead-lettered') counts.deadLettered++;
      else if (phase === 'retrying' && due > micros) counts.waitingForRetry++;
      else counts.waiting++;
    }
  }
  return { ...counts, held };
}

/** Whether the order service has it in hand itself. */
function isCall({ file }: Hold, crew: Crew): boolean {
  return crew.of(file)?.queue === orderServiceName;
}

function heldMessage(
  message: string,
  hold: Hold,
  crew: Crew,
  seconds: (micros: number) => number,
): HeldMessage {
  const { file, since, stage } = hold;
  const member = crew.of(file);
  return {
    message,
    worker: member?.worker ?? null,
    ...(isCall(hold, crew) ? { service: orderServiceName } : {}),
    pid: member?.pid ?? 0,
    sinceSeconds: seconds(since),
    stage,
    holder: member?.state ?? 'up',
  };
}
