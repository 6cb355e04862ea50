import type { FailedEvent, StartedEvent } from '../../ledger/events.js';
import type { HeldMessage } from '../../result/history.js';
import type { Deduplication } from '../../scenario/types.js';

/** A worker's delivery of a message, not settled yet. Microseconds. */
export interface Hold {
  /** Of the worker's ledger. */
  readonly file: number;
  readonly since: number;
  stage: HeldMessage['stage'];
  /** How long after the settlement a failed message is to be tried again; null: not at all. */
  again: number | null;
}

/**
 * A copy of a message on the broker: mostly there is one, but a second publish or a redelivery after the end can make
 * another. `handed` with no hold in it: whoever had it let go, and the broker has not given it out again.
 */
export interface Copy {
  phase: 'waiting' | 'handed' | 'retrying' | 'dead' | 'dead-lettered';
  /** Of `retrying`: when it is due. */
  due: number;
  /** The last one is the broker's view; those before are workers that were frozen, and don't know that it went on. */
  holds: Hold[];
}

/** All that the events so far say of one message of a queue. */
export interface MessageState {
  readonly message: string;
  attempted: boolean;
  acknowledged: boolean;
  /** An outcome was never learnt. */
  isUnknown: boolean;
  started: boolean;
  /** A publish was tried, and there is no answer yet. */
  isOpen: boolean;
  /** Started before the publish was confirmed, which happens: the confirmation adds no copy then. */
  early: number;
  effects: number;
  /** When the broker last confirmed its end; microseconds. */
  doneAt: number | null;
  readonly copies: Copy[];
}

export function newMessage(message: string): MessageState {
  return {
    message,
    attempted: false,
    acknowledged: false,
    isUnknown: false,
    started: false,
    isOpen: false,
    early: 0,
    effects: 0,
    doneAt: null,
    copies: [],
  };
}

/**
 * The broker confirmed a publish.
 * @param keepMicros how long the id of a done message is refused, in microseconds of real time
 */
export function acknowledge(
  state: MessageState,
  t: number,
  deduplication: Deduplication,
  keepMicros: number,
): void {
  const isFirst = !state.acknowledged;
  state.acknowledged = true;
  state.isOpen = false;
  if (state.early > 0) state.early--;
  else if (isFirst || addsCopy(state, t, deduplication.kind, keepMicros))
    state.copies.push(newCopy('waiting'));
}

/** Whether a further publish that was confirmed made a further copy. Of a job id that is known the broker does not say that it did not. */
function addsCopy(
  { copies, doneAt }: MessageState,
  t: number,
  kind: Deduplication['kind'],
  keepMicros: number,
): boolean {
  if (kind === 'job-id') return copies.length === 0 && doneAt !== null && t - doneAt >= keepMicros;
  // The latest takes the place of those before.
  return (kind !== 'debounce' && kind !== 'reschedule') || !copies.some(({ phase }) => phase === 'waiting');
}

/** A worker starts on a copy. `isGone` says of a file whether its process can't hold anything any more. */
export function start(
  state: MessageState,
  { t, n = 1, r = false }: StartedEvent,
  file: number,
  isGone: (file: number) => boolean,
): void {
  const copy = taken(state, n === 1 && !r, r, isGone);
  state.started = true;
  // What a dead worker held is the new one's now; a frozen one still believes that it holds it.
  copy.holds = copy.phase === 'handed' ? copy.holds.filter((hold) => !isGone(hold.file)) : [];
  copy.phase = 'handed';
  copy.holds.push({ file, since: t, stage: 'working', again: null });
}

/** The copy that the broker gave out: found by what it says of the delivery. */
function taken(
  state: MessageState,
  isFirst: boolean,
  isRedelivered: boolean,
  isGone: (file: number) => boolean,
): Copy {
  const inPhase = (phase: Copy['phase']) => state.copies.find((copy) => copy.phase === phase);
  const abandoned = () =>
    state.copies.find((copy) => copy.phase === 'handed' && copy.holds.every((hold) => isGone(hold.file)));
  const found = isFirst
    ? inPhase('waiting')
    : isRedelivered
      ? (abandoned() ?? inPhase('handed') ?? inPhase('waiting') ?? inPhase('retrying'))
      : (inPhase('retrying') ?? inPhase('waiting') ?? abandoned() ?? inPhase('handed'));
  if (found !== undefined) return found;
  if (state.isOpen) state.early++;
  const copy = newCopy('waiting');
  state.copies.push(copy);
  return copy;
}

/** The latest delivery of the message that the worker still holds. */
export function holdOf(state: MessageState, file: number): Hold | undefined {
  let latest: Hold | undefined;
  for (const { holds } of state.copies) {
    for (const hold of holds) if (hold.file === file) latest = hold;
  }
  return latest;
}

/** The work failed. */
export function fail(state: MessageState, { again }: FailedEvent, file: number): void {
  const hold = holdOf(state, file);
  if (hold === undefined) return;
  hold.stage = 'failed';
  hold.again = again ?? null;
}

/** A call of the order service's own was answered: the thing is done, and nothing of it is on the broker. */
export function acknowledgeCall(state: MessageState): void {
  state.acknowledged = true;
  state.isOpen = false;
  state.early = 0;
}

/** A call of the order service's own failed. Nobody has the message any more; at most it calls once more. */
export function failCall(state: MessageState, { t, again }: FailedEvent, file: number): void {
  state.early = 0;
  const copy = state.copies.find(({ holds }) => holds.some((hold) => hold.file === file));
  if (copy === undefined) return;
  copy.holds = [];
  if (again === undefined) {
    state.copies.splice(state.copies.indexOf(copy), 1);
    return;
  }
  copy.phase = 'retrying';
  copy.due = t + again;
}

/** The broker confirmed the end of the delivery: it is done with, waits for its next attempt, or is about to be given up. */
export function settle(state: MessageState, t: number, file: number): void {
  const copy = state.copies.find(({ holds }) => holds.some((hold) => hold.file === file));
  const hold = holdOf(state, file);
  if (copy === undefined || hold === undefined) return;
  copy.holds = [];
  if (hold.stage === 'failed' && hold.again !== null) {
    copy.phase = 'retrying';
    copy.due = t + hold.again;
  } else if (hold.stage !== 'failed') {
    state.copies.splice(state.copies.indexOf(copy), 1);
    state.doneAt = t;
  }
}

/** The broker had taken the message from this worker. If nobody has started on it since, it waits. */
export function loseLock(state: MessageState, file: number): void {
  const copy = state.copies.find(({ holds }) => holds.some((hold) => hold.file === file));
  if (copy === undefined) return;
  copy.holds.splice(
    copy.holds.findIndex((hold) => hold.file === file),
    1,
  );
  if (copy.holds.length === 0) copy.phase = 'waiting';
}

/** The broker gave it up. A second worker that comes upon the same death says so again. */
export function giveUp(state: MessageState, file: number, isGone: (file: number) => boolean): void {
  const copy =
    state.copies.find(({ holds }) => holds.some((hold) => hold.file === file)) ??
    state.copies.find(({ phase, holds }) => phase === 'handed' && holds.every((hold) => isGone(hold.file))) ??
    state.copies.find(({ phase }) => phase !== 'dead' && phase !== 'dead-lettered') ??
    state.copies[0] ??
    newCopyIn(state);
  if (copy.phase === 'dead-lettered') return;
  copy.phase = 'dead';
  copy.holds = [];
}

/** It is in the dead-letter queue. */
export function deadLetter(state: MessageState): void {
  const copy = state.copies.find(({ phase }) => phase === 'dead') ?? state.copies[0] ?? newCopyIn(state);
  copy.phase = 'dead-lettered';
  copy.holds = [];
}

/** It is put back from the dead. */
export function redrive(state: MessageState): void {
  const copy =
    state.copies.find(({ phase }) => phase === 'dead-lettered') ??
    state.copies.find(({ phase }) => phase === 'dead') ??
    newCopyIn(state);
  copy.phase = 'waiting';
  copy.holds = [];
}

function newCopy(phase: Copy['phase']): Copy {
  return { phase, due: 0, holds: [] };
}

function newCopyIn(state: MessageState): Copy {
  const copy = newCopy('waiting');
  state.copies.push(copy);
  return copy;
}
