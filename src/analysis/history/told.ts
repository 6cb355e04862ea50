import type { CensusEvent, SuppressedEvent } from '../../ledger/events.js';

/** How far a worker is with a delivery. `dead`: given up, and not in the dead-letter queue yet. */
export type Stage = 'working' | 'effect' | 'suppressed' | 'failed' | 'dead';

/** A line of a story that is still being told. Microseconds. */
export interface OpenLine {
  readonly t: number;
  readonly queue: string;
  readonly message: string;
  readonly event: string;
  what: string;
}

/** A delivery that a worker has in hand. */
export interface TracedHold {
  readonly since: number;
  stage: Stage;
  /** When its worker died over it: the line that says so, and how it begins. */
  death: { readonly line: OpenLine; readonly how: string } | null;
}

/** All that was told so far of one of the order's messages. Microseconds. */
export interface Told {
  readonly queue: string;
  readonly message: string;
  attempts: number;
  acknowledged: boolean;
  refused: boolean;
  unknown: boolean;
  merged: boolean;
  starts: number;
  readonly effects: number[];
  readonly suppressed: SuppressedEvent[];
  /** Failed attempts since it was put back from the dead, if it was. */
  failures: number;
  /** Its last death, if it was not put back after that. */
  dead: { readonly t: number; readonly why: string | null } | null;
  deadLettered: boolean;
  /** In which states the census found it on its queue. */
  readonly found: Set<CensusEvent['state']>;
  foundDeadLettered: boolean;
  /** The order service calls the step's provider itself, and has not given that up. */
  isDirect: boolean;
  /** The service that has let a call for it in, and has not done it. */
  inside: string | null;
  /** Why the last attempt failed; null: none has. */
  failedWhy: string | null;
  /** By the caller's or worker's ledger file. */
  readonly holds: Map<number, TracedHold>;
}

export function nothingTold(queue: string, message: string): Told {
  return {
    queue,
    message,
    attempts: 0,
    acknowledged: false,
    refused: false,
    unknown: false,
    merged: false,
    starts: 0,
    effects: [],
    suppressed: [],
    failures: 0,
    dead: null,
    deadLettered: false,
    found: new Set(),
    foundDeadLettered: false,
    isDirect: false,
    inside: null,
    failedWhy: null,
    holds: new Map(),
  };
}

/** What a worker's death does to a message in its hands. */
export function atDeath(stage: Stage): string {
  switch (stage) {
    case 'working':
      return 'the effect had not happened';
    case 'effect':
      return 'the effect had happened, the broker was not told';
    case 'suppressed':
      return 'the effect had been suppressed, the broker was not told';
    case 'failed':
      return 'the work had failed, the broker was not told';
    case 'dead':
      return 'the message was given up, and was not in the dead-letter queue yet';
  }
}

/** `first`, `second`, `11th` */
export function ordinal(n: number): string {
  const word = [
    'first',
    'second',
    'third',
    'fourth',
    'fifth',
    'sixth',
    'seventh',
    'eighth',
    'ninth',
    'tenth',
  ][n - 1];
  if (word !== undefined) return word;
  const ending = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
}

/** `once`, `twice`, `5 times` */
export function times(n: number): string {
  return ['never', 'once', 'twice'][n] ?? `${n} times`;
}

/** A moment, to the millisecond: `12.345 s`. */
export function instant(seconds: number): string {
  return `${seconds.toFixed(3)} s`;
}

/** How long something takes: `12 ms`, `0.30 s`, `5.0 s`. */
export function span(seconds: number): string {
  if (seconds < 0.0995) return `${Math.round(seconds * 1000)} ms`;
  return `${seconds.toFixed(seconds < 0.995 ? 2 : 1)} s`;
}
