import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallOutcome } from '../../../../../src/lab/services/http.js';
import { ProviderGuard } from '../../../../../src/lab/services/order-service/protections.js';
import type { OrderServiceSpec } from '../../../../../src/scenario/types.js';
import { tinyOrderService } from '../../../../fixtures/tiny.js';
import { brief, done, post, serve, timedOut, turnedAway, validOrder } from './serving.js';

const breaker = { failures: 3, openSeconds: 10 };

function guarded(spec: Partial<OrderServiceSpec>, speed = 1) {
  const states: string[] = [];
  const guard = new ProviderGuard('email', tinyOrderService(spec), speed, (state) => states.push(state));
  let calls = 0;
  const run = async (outcome: CallOutcome | Promise<CallOutcome>) => {
    const { outcome: what } = await guard.run(async () => {
      calls++;
      return outcome;
    });
    return what;
  };
  return { run, states, calls: () => calls };
}

describe('the circuit breaker', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('opens after so many failures in a row, and not before', async () => {
    const { run, states, calls } = guarded({ circuitBreaker: breaker });
    for (const outcome of [turnedAway, timedOut, done, turnedAway, turnedAway]) await run(outcome);
    expect(states).toEqual([]);
    await run(timedOut);
    expect(states).toEqual(['open']);
    expect(await run(done)).toBe('breaker');
    expect(calls()).toBe(6);
  });

  it('tries one call when its time is over, and closes when that is done', async () => {
    const { run, states, calls } = guarded({ circuitBreaker: breaker });
    for (let i = 0; i < 3; i++) await run(turnedAway);
    vi.advanceTimersByTime(9_999);
    expect(await run(done)).toBe('breaker');
    vi.advanceTimersByTime(1);
    expect(await run(done)).toBe('done');
    expect(await run(done)).toBe('done');
    expect(states).toEqual(['open', 'half-open', 'closed']);
    expect(calls()).toBe(5);
  });

  it('opens again when that has failed, for as long again', async () => {
    const { run, states } = guarded({ circuitBreaker: breaker });
    for (let i = 0; i < 3; i++) await run(turnedAway);
    vi.advanceTimersByTime(10_000);
    expect(await run(timedOut)).toBe('timeout');
    expect(states).toEqual(['open', 'half-open', 'open']);
    vi.advanceTimersByTime(9_999);
    expect(await run(done)).toBe('breaker');
    vi.advanceTimersByTime(1);
    expect(await run(done)).toBe('done');
    expect(states).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
  });

  it('makes no other call while it tries', async () => {
    const { run, calls } = guarded({ circuitBreaker: breaker });
    for (let i = 0; i < 3; i++) await run(turnedAway);
    vi.advanceTimersByTime(10_000);
    let answer: (outcome: CallOutcome) => void = () => undefined;
    const tried = run(
      new Promise((resolve) => {
        answer = resolve;
      }),
    );
    expect(await Promise.all([run(done), run(done)])).toEqual(['breaker', 'breaker']);
    answer(done);
    expect(await tried).toBe('done');
    expect(calls()).toBe(4);
  });

  it('is open for a shorter real time at speed', async () => {
    const { run } = guarded({ circuitBreaker: breaker }, 10);
    for (let i = 0; i < 3; i++) await run(turnedAway);
    vi.advanceTimersByTime(999);
    expect(await run(done)).toBe('breaker');
    vi.advanceTimersByTime(1);
    expect(await run(done)).toBe('done');
  });

  it('is in the ledger, and a call that it prevents has no start and no retry', async () => {
    const { app, email, events, of } = serve({
      setup: {
        mode: 'sync',
        service: tinyOrderService({ circuitBreaker: { failures: 2, openSeconds: 10 }, retries: 3 }),
      },
    });
    email.answer = () => turnedAway;
    await post(app, validOrder, 'orders/1');
    // The third try was not made any more: the breaker had opened.
    expect(email.calls).toHaveLength(2);
    const answer = await post(app, validOrder, 'orders/2');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ done: ['payments'], notDone: ['emails'] });
    expect(of('orders/2').map(brief).slice(5)).toEqual([
      ...['attempted emails', 'failed emails', 'refused emails', 'responded 503'],
    ]);
    vi.advanceTimersByTime(10_000);
    email.answer = () => done;
    expect((await post(app, validOrder, 'orders/3')).statusCode).toBe(201);
    const changes = events().filter((event) => event.e === 'breaker');
    expect(changes.map(brief)).toEqual([
      ...['breaker email open', 'breaker email half-open', 'breaker email closed'],
    ]);
    // Before the call that it lets through.
    const third = events().findIndex((event) => brief(event) === 'breaker email half-open');
    expect(brief(events()[third + 1] as never)).toBe('started emails');
  });
});

describe('the limit of calls at once', () => {
  it('lets so many through, and fails the others at once', async () => {
    const { run, calls } = guarded({ concurrency: 2 });
    let answer: (outcome: CallOutcome) => void = () => undefined;
    const pending = new Promise<CallOutcome>((resolve) => {
      answer = resolve;
    });
    const inFlight = [run(pending), run(pending)];
    expect(await run(done)).toBe('concurrency');
    answer(done);
    expect(await Promise.all(inFlight)).toEqual(['done', 'done']);
    expect(await run(done)).toBe('done');
    expect(calls()).toBe(3);
  });

  it('does not make the breaker open: the provider has not failed', async () => {
    const { run, states } = guarded({ concurrency: 1, circuitBreaker: breaker });
    let answer: (outcome: CallOutcome) => void = () => undefined;
    const first = run(
      new Promise((resolve) => {
        answer = resolve;
      }),
    );
    for (let i = 0; i < 5; i++) expect(await run(done)).toBe('concurrency');
    answer(done);
    await first;
    expect(states).toEqual([]);
  });

  it('fails an order with 503', async () => {
    const { app, payment, of } = serve({
      setup: { mode: 'sync', service: tinyOrderService({ concurrency: 1 }) },
    });
    let answer: () => void = () => undefined;
    payment.answer = () =>
      new Promise((resolve) => {
        answer = () => resolve(done);
      });
    const first = post(app, validOrder, 'orders/1');
    await vi.waitFor(() => expect(payment.calls).toHaveLength(1));
    expect((await post(app, validOrder, 'orders/2')).statusCode).toBe(503);
    expect(of('orders/2').map(brief)).toEqual([
      ...['received', 'attempted payments', 'failed payments', 'refused payments', 'responded 503'],
    ]);
    answer();
    expect((await first).statusCode).toBe(201);
  });
});
