import type { LedgerEvent } from './events.js';

type Field = 'string' | 'number' | 'boolean' | 'strings' | 'numbers';

const message = { q: 'string', m: 'string' } as const;

/** What each kind of event must have beside its time; further members may be absent. */
const shapes: Record<LedgerEvent['e'], Readonly<Record<string, Field>>> = {
  opened: { role: 'string', pid: 'number' },
  run: { wall: 'string' },
  attempted: { ...message, due: 'number' },
  acknowledged: message,
  refused: message,
  unknown: message,
  merged: message,
  started: message,
  effect: message,
  suppressed: { ...message, by: 'string' },
  failed: { ...message, why: 'string', kind: 'string' },
  settled: message,
  'lost-lock': message,
  'settle-unknown': message,
  dead: message,
  'dead-lettered': message,
  redriven: { ...message, repaired: 'boolean' },
  fault: { q: 'string', kind: 'string', index: 'number', workers: 'numbers', pids: 'numbers', up: 'number' },
  ready: { q: 'string', worker: 'number', pid: 'number' },
  supervised: { q: 'string', worker: 'number', pid: 'number', up: 'number' },
  posted: { m: 'string', due: 'number' },
  answered: { m: 'string', status: 'number' },
  unanswered: { m: 'string', kind: 'string', why: 'string' },
  received: { m: 'string' },
  responded: { m: 'string', status: 'number' },
  rejected: { status: 'number', why: 'string' },
  called: { ...message, s: 'string', waiting: 'number' },
  'turned-away': { ...message, s: 'string' },
  breaker: { s: 'string', state: 'string' },
  'fell-over': { s: 'string', why: 'string' },
  exited: { role: 'string', name: 'string', pid: 'number', ordered: 'boolean' },
  depth: { q: 'string', ready: 'number', inFlight: 'number', delayed: 'number', dead: 'number' },
  'broker-lost': { why: 'string' },
  'broker-back': { why: 'string' },
  census: { q: 'string', state: 'string', m: 'strings' },
  'census-complete': { q: 'string' },
  ended: { reason: 'string', detail: 'string' },
};

/** Every kind of event there is. */
export const everyKind: readonly string[] = Object.keys(shapes);

const tests: Record<Field, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  strings: (value) => Array.isArray(value) && value.every(tests.string),
  numbers: (value) => Array.isArray(value) && value.every(tests.number),
};

/** Whether a parsed line is an event: a known kind, a time, and what its kind must have. */
export function isEvent(value: unknown): value is LedgerEvent {
  if (typeof value !== 'object' || value === null) return false;
  const line = value as Record<string, unknown>;
  if (typeof line.t !== 'number' || typeof line.e !== 'string' || !Object.hasOwn(shapes, line.e))
    return false;
  const shape = shapes[line.e as LedgerEvent['e']];
  return Object.entries(shape).every(([name, field]) => tests[field](line[name]));
}
