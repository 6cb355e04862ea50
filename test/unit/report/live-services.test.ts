import { describe, expect, it } from 'vitest';
import { type LiveState, renderLive, renderStatusLine } from '../../../src/report/live.js';
import { visibleWidth } from '../../../src/report/text.js';

const state: LiveState = {
  atSeconds: 4,
  endSeconds: 10,
  phase: 'producing',
  queues: [],
  customers: [
    { name: 'orders', posted: 1000, accepted: 312, notAccepted: { 503: 600, timeout: 76 }, inFlight: 12 },
  ],
  services: [
    { name: 'order-service', state: 'up', calls: null },
    { name: 'email', state: 'down', calls: { effects: 312, turnedAway: 41, waiting: 20, breaker: 'open' } },
  ],
  progress: 0.4,
};

describe('the live view of a run by HTTP', () => {
  it('has a line for each producer and each service, and no table without queues', () => {
    expect(renderLive(state, { color: false, width: 100 }).map((line) => line.trimEnd())).toEqual([
      expect.stringMatching(/^ {2}producing/),
      '',
      '  orders         posted 1,000, in flight 12, accepted 312, not accepted 676 (503: 600, timeout: 76)',
      '  order-service  up',
      '  email          down, effects 312, turned away 41, waiting 20, circuit breaker open',
    ]);
  });

  it.each([20, 40, 60, 80, 120])('is exactly %i columns wide', (width) => {
    for (const color of [false, true]) {
      const lines = renderLive(
        { ...state, customers: [{ ...state.customers![0]!, name: 'x\u001b[2Jy' }] },
        { color, width },
      );
      expect(lines.map(visibleWidth)).toEqual(lines.map(() => width));
    }
  });

  it('in colour shows a service that is not there', () => {
    expect(renderLive(state, { color: true, width: 100 }).at(-1)).toContain('\u001b[31mdown');
  });

  it('says the same in one plain line', () => {
    expect(renderStatusLine(state)).toBe(
      '4.0 s of about 10 s, producing | orders: posted 1,000, in flight 12, accepted 312, not accepted 676 (503: 600, timeout: 76) | order-service: up | email: down, effects 312, turned away 41, waiting 20, circuit breaker open',
    );
  });
});
