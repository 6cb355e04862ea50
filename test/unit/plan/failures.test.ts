import { describe, expect, it } from 'vitest';
import { drawBackoff, drawFailure, drawOutcome } from '../../../src/plan/draws.js';
import type { Backoff } from '../../../src/scenario/types.js';
import { tinyFailure as failure, tinyQueue } from '../../fixtures/tiny.js';

const first = { message: 'orders/7', attempt: 1, startSeconds: 1, repaired: false };

describe('a drawn failure', () => {
  it('befalls the messages that are named, on every attempt, until they are repaired', () => {
    const queue = tinyQueue({ failures: [failure({ select: { kind: 'messages', messages: [7] } })] });
    expect(drawFailure(queue, 1, first)).toBe(queue.failures[0]);
    expect(drawFailure(queue, 1, { ...first, attempt: 5 })).toBe(queue.failures[0]);
    expect(drawFailure(queue, 1, { ...first, message: 'orders/7.intake' })).toBe(queue.failures[0]);
    expect(drawFailure(queue, 1, { ...first, message: 'orders/17' })).toBeNull();
    expect(drawFailure(queue, 1, { ...first, repaired: true })).toBeNull();
  });

  it('befalls only the first deliveries where it has its times', () => {
    const queue = tinyQueue({ failures: [failure({ times: 2 })] });
    const at = (attempt: number) => drawFailure(queue, 1, { ...first, attempt }) !== null;
    expect([1, 2, 3].map(at)).toEqual([true, true, false]);
  });

  it('befalls all within its span, its end not included, repaired or not', () => {
    const queue = tinyQueue({ failures: [failure({ fromSeconds: 5, toSeconds: 15 })] });
    const at = (startSeconds: number) =>
      drawFailure(queue, 1, { ...first, startSeconds, repaired: true }) !== null;
    expect([4.9, 5, 14.9, 15].map(at)).toEqual([false, true, true, false]);
  });

  it('befalls a share of attempts, each drawn anew, or of messages, always the same', () => {
    const drawn = (per: 'attempt' | 'message') => {
      const queue = tinyQueue({ failures: [failure({ select: { kind: 'share', share: 0.3, per } })] });
      return (attempt: number) =>
        Array.from(
          { length: 2000 },
          (_, i) => drawFailure(queue, 1, { ...first, message: `orders/${i + 1}`, attempt }) !== null,
        );
    };
    const byAttempt = drawn('attempt');
    const byMessage = drawn('message');
    for (const draw of [byAttempt(1), byAttempt(2), byMessage(1)])
      expect(Math.abs(draw.filter(Boolean).length / 2000 - 0.3)).toBeLessThan(0.04);
    expect(byAttempt(1)).not.toEqual(byAttempt(2));
    expect(byMessage(1)).toEqual(byMessage(2));
  });

  it('is the first that applies', () => {
    const queue = tinyQueue({
      failures: [failure({ select: { kind: 'messages', messages: [8] } }), failure({ kind: 'crash' })],
    });
    expect(drawFailure(queue, 1, first)?.kind).toBe('crash');
    expect(drawFailure(queue, 1, { ...first, message: 'orders/8' })?.kind).toBe('fail');
  });
});

describe('a drawn outcome', () => {
  const outcomes = [
    { name: 'reserved', share: 0.9, to: [] },
    { name: 'failed', share: 0.1, to: [] },
  ];

  it('is the only one there is, or none', () => {
    expect(drawOutcome(tinyQueue(), 1, 'orders/1')).toBeNull();
    expect(
      drawOutcome(tinyQueue({ outcomes: [{ name: 'done', share: 1, to: [] }] }), 1, 'orders/1')?.name,
    ).toBe('done');
  });

  it('comes in its share', () => {
    const names = Array.from(
      { length: 5000 },
      (_, i) => drawOutcome(tinyQueue({ outcomes }), 1, `orders/${i + 1}`)?.name,
    );
    expect(Math.abs(names.filter((name) => name === 'failed').length / 5000 - 0.1)).toBeLessThan(0.02);
  });
});

describe('a drawn backoff', () => {
  const backoff = (overrides: Partial<Backoff>): Backoff => ({
    kind: 'exponential',
    delaySeconds: 1,
    jitter: 0,
    maxSeconds: null,
    ...overrides,
  });
  const waits = (of: Backoff | null) => [1, 2, 3, 4].map((n) => drawBackoff(of, 1, 'emails', 'orders/1', n));

  it.each<[string, Backoff | null, number[]]>([
    ['none', null, [0, 0, 0, 0]],
    ['fixed', backoff({ kind: 'fixed' }), [1, 1, 1, 1]],
    ['exponential', backoff({}), [1, 2, 4, 8]],
    ['exponential, with a maximum', backoff({ maxSeconds: 5 }), [1, 2, 4, 5]],
  ])('%s', (_, of, expected) => {
    expect(waits(of)).toEqual(expected);
  });

  it('with jitter lies between its share and the whole', () => {
    const drawn = waits(backoff({ jitter: 0.5 }));
    for (const [i, wait] of drawn.entries()) {
      expect(wait).toBeGreaterThan(2 ** i / 2);
      expect(wait).toBeLessThan(2 ** i);
    }
    expect(drawn).toEqual(waits(backoff({ jitter: 0.5 })));
  });
});
