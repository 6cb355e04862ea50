import { describe, expect, it } from 'vitest';
import { forecast } from '../../../src/analysis/index.js';
import { Narrator } from '../../../src/cli/live/narrator.js';
import { Notes } from '../../../src/cli/live/notes.js';
import { LiveStates } from '../../../src/cli/live/state.js';
import { Tally } from '../../../src/cli/live/tally.js';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import type { Plan } from '../../../src/plan/types.js';
import { directLedger, httpPlan, other, queuedLedger } from '../../fixtures/http-history.js';
import { at, type Files } from '../../fixtures/runs.js';

interface Followed {
  readonly lines: readonly string[];
  readonly tally: Tally;
  readonly states: LiveStates;
}

/** Tells and counts a ledger as the live view does, up to a time. */
function follow(plan: Plan, files: Files, untilSeconds = 30): Followed {
  const tally = new Tally(plan);
  const narrator = new Narrator(plan, tally);
  const events = Object.entries(files)
    .flatMap(([file, content]) =>
      (content as LedgerEvent[]).map((event) => ({ event, file: `${file}.ndjson` })),
    )
    .filter(({ event }) => event.t <= untilSeconds * 1e6)
    .sort((a, b) => a.event.t - b.event.t);
  const told = events.flatMap((tailed) => {
    const lines = narrator.tell(tailed);
    tally.add(tailed);
    return lines;
  });
  const lines = [...told, ...narrator.flush(true)].map(({ text }) => text);
  return {
    lines,
    tally,
    states: new LiveStates(plan, forecast(plan, { launchpad: '1', node: 'v20' }), tally),
  };
}

const queued = (untilSeconds?: number): Followed => follow(httpPlan('queue'), queuedLedger(), untilSeconds);
const direct = (untilSeconds?: number): Followed => follow(httpPlan('sync'), directLedger(), untilSeconds);

describe('the live view of a run by HTTP', () => {
  it('counts what customers get, by status and by silence', () => {
    expect(direct().states.at(3e6, false).customers).toEqual([
      { name: 'orders', posted: 3, accepted: 0, notAccepted: { 502: 1, 503: 1, broken: 1 }, inFlight: 0 },
    ]);
    expect(queued(0.005).states.at(5000, false).customers).toEqual([
      { name: 'orders', posted: 1, accepted: 0, notAccepted: {}, inFlight: 1 },
    ]);
  });

  it('counts what providers do, and knows which service is up', () => {
    expect(direct(1.25).states.at(1.25e6, false).services).toEqual([
      { name: 'order-service', state: 'up', calls: null },
      { name: 'payment', state: 'up', calls: { effects: 2, turnedAway: 0, waiting: 0, breaker: null } },
      { name: 'email', state: 'up', calls: { effects: 0, turnedAway: 2, waiting: 1, breaker: null } },
    ]);
    expect(
      direct(3)
        .states.at(3e6, false)
        .services?.map(({ state }) => state),
    ).toEqual(['down', 'up', 'down']);
  });

  it('shows no depth of what is called directly', () => {
    expect(direct().states.at(3e6, false).queues).toEqual([]);
    expect(direct().states.at(3e6, false).progress).toBeCloseTo(0.75);
    expect(
      queued()
        .states.at(3e6, false)
        .queues.map(({ name }) => name),
    ).toEqual(['payments', 'emails']);
  });

  it('waits for no step of an order that was not accepted', () => {
    // Of four orders one was accepted and done, one was not accepted, and two are still to come.
    expect(queued(2).states.at(2e6, false).progress).toBeCloseTo(0.5);
  });

  it('does not say when a queue will be empty whose provider is not there', () => {
    const plan = httpPlan('queue');
    const kill = other(1.5, 'fault', { q: 'email', kind: 'kill', index: 0, workers: [1], pids: [7], up: 0 });
    const { states } = follow(plan, { ...queuedLedger(), more: [kill] });
    expect(states.at(2e6, false).queues.map(({ timeToEmptySeconds }) => timeToEmptySeconds === null)).toEqual(
      [false, true],
    );
  });

  it('names services in faults, and no workers of theirs', () => {
    const lab: LedgerEvent[] = [
      other(1, 'fault', { q: 'email', kind: 'freeze', index: 0, workers: [1], pids: [7], up: 0 }),
      other(2, 'fault', { q: 'email', kind: 'thaw', index: 1, workers: [1], pids: [7], up: 1 }),
      other(3, 'fault', { q: 'order-service', kind: 'kill', index: 2, workers: [1], pids: [5], up: 0 }),
      other(4, 'fault', { q: 'order-service', kind: 'restart', index: 3, workers: [1], pids: [8], up: 1 }),
      other(4.25, 'ready', { q: 'order-service', worker: 1, pid: 8 }),
      other(5, 'fell-over', { s: 'email', why: 'its waiting room was full for 2 s' }),
      other(5.01, 'exited', {
        role: 'provider',
        name: 'email',
        worker: 1,
        pid: 7,
        code: 1,
        signal: null,
        ordered: false,
      }),
      other(6, 'supervised', { q: 'email', worker: 1, pid: 9, up: 1 }),
      other(6.3, 'ready', { q: 'email', worker: 1, pid: 9 }),
      other(7, 'exited', {
        role: 'provider',
        name: 'email',
        worker: 1,
        pid: 9,
        code: null,
        signal: 'SIGSEGV',
        ordered: false,
      }),
      other(8, 'breaker', { s: 'email', state: 'open' }),
    ];
    const { lines, states } = follow(httpPlan('queue'), { lab });
    expect(lines).toEqual([
      'email: frozen (pid 7)',
      'email: thawed (pid 7)',
      'order-service: killed (pid 5)',
      'order-service: restarted (pid 8)',
      'order-service ready after 0.25 s of real time',
      'email: fell over: its waiting room was full for 2 s',
      'email: started again (pid 9)',
      'email ready after 0.30 s of real time',
      'email (pid 9) died by itself: signal SIGSEGV; nobody ordered this',
      'email: the circuit breaker for it is open',
    ]);
    expect(states.at(9e6, false).services).toMatchObject([
      { name: 'order-service', state: 'up' },
      { name: 'payment', state: 'up' },
      { name: 'email', state: 'down', calls: { breaker: 'open' } },
    ]);
  });

  it('says once that the last order is posted', () => {
    const m = 'orders/4';
    const { lines } = follow(httpPlan('queue'), {
      producer: [other(3, 'posted', { m, due: 3_000_000 })],
      'order-service': [at(3.1, 'attempted', m), at(3.1, 'attempted', m, { q: 'payments' })],
    });
    expect(lines).toEqual(['orders: the last of 4 is posted']);
  });

  it("puts a provider's effect into the hands of the worker that called it", () => {
    const kill = other(0.111, 'fault', {
      q: 'emails',
      kind: 'kill',
      index: 0,
      workers: [1],
      pids: [41],
      up: 0,
    });
    const { lines } = follow(httpPlan('queue'), { ...queuedLedger(), more: [kill] }, 0.111);
    expect(lines).toEqual([
      'emails: worker 1 killed (pid 41), holding 1 message, 1 of them with their effect',
    ]);
  });
});

describe('what is told now and then', () => {
  const noted = (n: number) => ({ q: 'emails', m: `orders/${n}`, t: n });

  it('waits for more after some was told, and is told whole at the end', () => {
    const notes = new Notes(() => 1000);
    notes.add(noted(1), 'turned away');
    expect(notes.take(1, false)).toHaveLength(1);
    notes.add(noted(2), 'turned away');
    expect(notes.take(500, false)).toEqual([]);
    notes.add(noted(3), 'turned away');
    expect(notes.take(501, true)).toEqual([
      { queue: 'emails', at: 2, until: 3, messages: ['orders/2', 'orders/3'], why: 'turned away' },
    ]);
  });

  it('tells all reasons of a queue at once', () => {
    const notes = new Notes(() => 1000);
    notes.add(noted(1), 'turned away');
    notes.add(noted(2), 'no answer within 3 s');
    expect(notes.take(1, false).map(({ why }) => why)).toEqual(['turned away', 'no answer within 3 s']);
  });
});
