import type { FaultKind } from '../scenario/types.js';

/** A time in plain words: `1.3 s`. */
export function inSeconds(seconds: number): string {
  return `${plain(seconds)} s`;
}

/** A rate in plain words: `100/s`. */
export function inRate(perSecond: number): string {
  return `${plain(perSecond)}/s`;
}

function plain(value: number): string {
  return String(Number(value.toFixed(2)));
}

const verbs: Partial<Record<FaultKind, string>> = {
  kill: 'killed',
  stop: 'stopped',
  freeze: 'frozen',
  scale: 'scaled down',
};

/**
 * A fault that takes workers away, as a trouble's cause: `emails killed at 1.3 s`, `1 of 2 workers of emails killed at 5 s`.
 * @param workers how many it takes
 * @param workersBefore how many were up before
 */
export function takingCause(
  kind: FaultKind,
  queue: string,
  workers: number,
  workersBefore: number,
  atSeconds: number,
): string {
  const who = workers >= workersBefore ? queue : `${workers} of ${workersBefore} workers of ${queue}`;
  return `${who} ${verbs[kind] ?? kind} at ${inSeconds(atSeconds)}`;
}
