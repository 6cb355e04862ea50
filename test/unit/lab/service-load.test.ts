import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Child } from '../../../src/lab/child.js';
import { type AskedService, loadOf } from '../../../src/lab/service-load.js';
import { answeringService } from './fakes.js';

const email = (count: number): AskedService => answeringService('email', 'provider', [count]);

/** A process that never answers, or that exits before it does. */
const silent = {
  isReady: true,
  send: () => undefined,
  next: () => new Promise(() => undefined),
} as unknown as Child;
const gone = { isReady: true, send: () => undefined, next: async () => null } as unknown as Child;

describe('what a service is at', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    [email(0), null],
    [email(1), 'email 1 call'],
    [email(3), 'email 3 calls'],
    [answeringService('order-service', 'order-service', [1]), 'order-service 1 order'],
    [answeringService('order-service', 'order-service', [20]), 'order-service 20 orders'],
  ])('is what it says, %#', async (service, load) => {
    expect(await loadOf(service)).toBe(load);
  });

  it('is what all of its processes say, one that finishes what it holds too', async () => {
    const working = [...email(2).working, ...email(5).working];
    expect(await loadOf({ ...email(0), working })).toBe('email 7 calls');
    expect(await loadOf({ ...email(0), working: [...working, gone] })).toBe('email 7 calls');
  });

  it('counts as something where it does not answer for a second, or exits', async () => {
    const load = loadOf({ ...email(0), working: [silent] });
    await vi.advanceTimersByTimeAsync(1000);
    expect(await load).toBe('email does not answer');
    expect(await loadOf({ ...email(0), working: [gone] })).toBe('email does not answer');
  });

  it('is its start, until it is ready', async () => {
    const starting = email(0).working.map((child) => ({ ...child, isReady: false }));
    expect(await loadOf({ ...email(0), working: starting })).toBe('email is starting');
    expect(await loadOf({ ...email(0), working: [...email(0).working, ...starting] })).toBe(
      'email is starting',
    );
  });

  it('is nothing where none of it runs, but for one that is going to be started again', async () => {
    expect(await loadOf({ ...email(0), working: [] })).toBeNull();
    expect(await loadOf({ ...email(0), working: [], pending: 1 })).toBe('email is about to be started again');
  });
});
