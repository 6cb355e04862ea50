import { describe, expect, it } from 'vitest';
import { analyseRun } from '../../../../src/analysis/index.js';
import type { ExitedEvent, LedgerEvent, OpenedEvent } from '../../../../src/ledger/events.js';
import type { Plan } from '../../../../src/plan/types.js';
import type { Lifeline } from '../../../../src/result/series.js';
import { ended, fault, micros, runDirectory, worker } from '../../../fixtures/runs.js';
import { tinyPlan } from '../../../fixtures/tiny.js';
import { fellOver, faultOf as providerFault, ready as providerReady, shop } from '../fixtures.js';

/** Lifelines in one line each: `worker emails 1 (11): up 0–5, killed`. */
function told(lines: readonly Lifeline[]): string[] {
  return lines.map(({ role, name, worker: number, pid, spans, end }) => {
    const states = spans.map(({ state, fromSeconds, toSeconds }) => `${state} ${fromSeconds}–${toSeconds}`);
    return `${role} ${name} ${number} (${pid}): ${[...states, end ?? 'to the end'].join(', ')}`;
  });
}

/** What the lab and the files of processes say; the drain ends at 10 s. */
function linesOf(
  lab: readonly LedgerEvent[],
  opened: readonly LedgerEvent[],
  { plan = tinyPlan(), more = {} }: { plan?: Plan; more?: Record<string, readonly LedgerEvent[]> } = {},
): string[] {
  const byTime = [...lab, ended(10)].sort((a, b) => a.t - b.t);
  const files = Object.fromEntries(opened.map((event, i) => [`process-${i}`, [event]]));
  return told(analyseRun(runDirectory(plan, { lab: byTime, ...files, ...more })).series.processes);
}

function ready(seconds: number, number: number, pid: number): LedgerEvent {
  return { t: micros(seconds), e: 'ready', q: 'emails', worker: number, pid };
}

function gone(seconds: number, number: number, pid: number, more: Partial<ExitedEvent> = {}): LedgerEvent {
  const who = { role: 'worker', name: 'emails', worker: number, pid } as const;
  return { t: micros(seconds), e: 'exited', ...who, code: 0, signal: null, ordered: true, up: 0, ...more };
}

function opened(role: OpenedEvent['role'], pid: number, name: string, seconds: number): LedgerEvent {
  return { t: micros(seconds), e: 'opened', role, pid, name };
}

describe('the lifeline of a worker', () => {
  it('is cut at the zero, and at the end of the drain, after which all are told to go', () => {
    const lines = linesOf([ready(-0.1, 1, 11), gone(10.2, 1, 11)], [worker(1, 11, -0.3)]);
    expect(lines).toEqual(['worker emails 1 (11): up 0–10, to the end']);
  });

  it('that was killed ends with the kill; the next one starts with the order and is up when it is ready', () => {
    const lab = [
      ready(-0.1, 1, 11),
      fault(2, 'kill', [11], 0),
      gone(2.1, 1, 11, { code: null, signal: 'SIGKILL' }),
      fault(5, 'restart', [12], 1, { index: 1 }),
      ready(5.5, 1, 12),
    ];
    expect(linesOf(lab, [worker(1, 11, -0.3), worker(1, 12, 5.4)])).toEqual([
      'worker emails 1 (11): up 0–2, killed',
      'worker emails 1 (12): starting 5–5.5, up 5.5–10, to the end',
    ]);
  });

  it('is in scenario seconds', () => {
    const lab = [ready(-0.1, 1, 11), fault(2, 'kill', [11], 0)];
    expect(linesOf(lab, [worker(1, 11, -0.3)], { plan: tinyPlan({ speed: 10 }) })).toEqual([
      'worker emails 1 (11): up 0–20, killed',
    ]);
  });

  it('has the spans in which it was frozen; killed while frozen it ends so', () => {
    const lab = [
      ready(-0.1, 1, 11),
      ready(-0.1, 2, 12),
      fault(1, 'freeze', [11, 12], 0),
      fault(3, 'thaw', [11], 1, { index: 1 }),
      fault(4, 'freeze', [11], 0, { index: 2 }),
      fault(6, 'kill', [12], 0, { index: 3 }),
    ];
    expect(linesOf(lab, [worker(1, 11, -0.3), worker(2, 12, -0.2)])).toEqual([
      'worker emails 1 (11): up 0–1, frozen 1–3, up 3–4, frozen 4–10, to the end',
      'worker emails 2 (12): up 0–1, frozen 1–6, killed',
    ]);
  });

  it('that was told to stop finishes what it has in hand', () => {
    const lab = [ready(-0.1, 1, 11), fault(2, 'stop', [11], 0), gone(2.4, 1, 11)];
    expect(linesOf(lab, [worker(1, 11, -0.3)])).toEqual(['worker emails 1 (11): up 0–2.4, stopped']);
  });

  it('that a scale started begins with it, and one that a scale stopped ends', () => {
    const lab = [
      ready(-0.1, 1, 11),
      fault(1, 'scale', [12], 2, { workers: [2] }),
      ready(1.3, 2, 12),
      fault(4, 'scale', [12], 1, { index: 1, workers: [2] }),
      gone(4.2, 2, 12, { up: 1 }),
    ];
    expect(linesOf(lab, [worker(1, 11, -0.3), worker(2, 12, 1.2)])).toEqual([
      'worker emails 1 (11): up 0–10, to the end',
      'worker emails 2 (12): starting 1–1.3, up 1.3–4.2, stopped',
    ]);
  });

  it.each<[string, Partial<ExitedEvent>]>([
    ['exit code 1', { code: 1 }],
    ['exit code 0', { code: 0 }],
    ['signal SIGSEGV', { code: null, signal: 'SIGSEGV' }],
    ['signal SIGKILL', { code: null, signal: 'SIGKILL' }],
  ])('that died of itself ends with %s, and the supervisor starts the next', (how, exit) => {
    const lab: LedgerEvent[] = [
      ready(-0.1, 1, 11),
      gone(3, 1, 11, { ordered: false, ...exit }),
      { t: micros(4), e: 'supervised', q: 'emails', worker: 1, pid: 12, up: 1 },
      ready(4.25, 1, 12),
    ];
    expect(linesOf(lab, [worker(1, 11, -0.3), worker(1, 12, 4.2)])).toEqual([
      `worker emails 1 (11): up 0–3, ${how}`,
      'worker emails 1 (12): starting 4–4.25, up 4.25–10, to the end',
    ]);
  });

  it('that never said that it was ready is up from its first start, and starting where there is none', () => {
    const lab = [fault(2, 'restart', [12, 13], 2)];
    const start: LedgerEvent = { t: micros(3), e: 'started', q: 'emails', m: 'orders/1', n: 1, r: false };
    const more = { 'worker-12': [worker(1, 12, 2.5), start], 'worker-13': [worker(2, 13, 2.5)] };
    expect(linesOf(lab, [], { more })).toEqual([
      'worker emails 1 (12): starting 2–3, up 3–10, to the end',
      'worker emails 2 (13): starting 2–10, to the end',
    ]);
  });

  it('is known where its file is gone', () => {
    const lab = [
      ready(-0.1, 1, 11),
      fault(2, 'kill', [11], 0),
      fault(5, 'restart', [12], 1, { index: 1 }),
      gone(6, 1, 12, { code: 1, ordered: false }),
    ];
    expect(linesOf(lab, [])).toEqual([
      'worker emails 1 (11): up 0–2, killed',
      'worker emails 1 (12): starting 5–6, exit code 1',
    ]);
  });
});

describe('the lifelines of others', () => {
  it('of a producer that has sent all ends so; one that is not done by the end lives on', () => {
    const done = gone(4, 1, 21, { role: 'producer', name: 'orders' });
    const late = gone(10.5, 1, 22, { role: 'producer', name: 'returns' });
    const files = [opened('producer', 21, 'orders', -0.2), opened('producer', 22, 'returns', -0.1)];
    expect(linesOf([done, late], files)).toEqual([
      'producer orders 1 (21): up 0–4, done',
      'producer returns 1 (22): up 0–10, to the end',
    ]);
  });

  it('of services have their names, and how they fell', () => {
    const exit = { role: 'provider', name: 'email', code: 1, ordered: false } as const;
    const lab = [
      fellOver(3),
      gone(3.1, 1, 31, exit),
      providerFault(6, 'restart', 32),
      providerReady(6.2, 32),
      providerFault(8, 'kill', 32),
    ];
    const files = [
      opened('order-service', 20, 'order-service', -0.3),
      opened('provider', 31, 'email', -0.2),
      opened('provider', 32, 'email', 6.1),
    ];
    expect(linesOf(lab, files, { plan: shop() })).toEqual([
      'order-service order-service 1 (20): up 0–10, to the end',
      'provider email 1 (31): up 0–3.1, fell over',
      'provider email 1 (32): starting 6–6.2, up 6.2–8, killed',
    ]);
  });
});
