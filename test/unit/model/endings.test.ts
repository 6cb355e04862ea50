import { describe, expect, it } from 'vitest';
import {
  type Ending,
  endingsOf,
  meanBackoff,
  meanHoldSeconds,
  ordinary,
} from '../../../src/model/endings.js';
import { longestBackoff } from '../../../src/plan/draws.js';
import type { Backoff, QueueSpec } from '../../../src/scenario/types.js';
import { byHands, failing, ofMessages, ofShare } from './fixtures.js';

const queue = (more: Partial<QueueSpec>): QueueSpec => byHands(5, more);
const short = (endings: readonly Ending[]): string[] =>
  endings.map(({ kind, share }) => `${kind} ${Number(share.toFixed(4))}`);

describe('how attempts end', () => {
  it.each<[string, Partial<QueueSpec>, number, string[]]>([
    ['nothing befalls them', {}, 0, ['effect 1']],
    ['a share fails', { failures: [failing({ select: ofShare(0.1) })] }, 0, ['fail 0.1', 'effect 0.9']],
    [
      'of the rest the next takes its share',
      { failures: [failing({ select: ofShare(0.5) }), failing({ kind: 'crash', select: ofShare(0.5) })] },
      0,
      ['fail 0.5', 'crash 0.25', 'effect 0.25'],
    ],
    ['before the outage', { failures: [failing({ fromSeconds: 5, toSeconds: 15 })] }, 4.9, ['effect 1']],
    ['in it', { failures: [failing({ fromSeconds: 5, toSeconds: 15 })] }, 5, ['fail 1']],
    ['after it', { failures: [failing({ fromSeconds: 5, toSeconds: 15 })] }, 15, ['effect 1']],
    ['it hangs', { failures: [failing({ kind: 'hang' })] }, 0, ['hang 1']],
    ['it hangs for a while', { failures: [failing({ kind: 'hang', forSeconds: 2 })] }, 0, ['slow 1']],
    ['it hangs, and time is up', { failures: [failing({ kind: 'hang' })], timeoutSeconds: 1 }, 0, ['fail 1']],
    ['work is too slow', { timeoutSeconds: 0.2 }, 0, ['fail 1']],
    [
      'exponential work is too slow at times: e⁻²',
      { work: { kind: 'exponential', meanSeconds: 0.3 }, timeoutSeconds: 0.6 },
      0,
      ['fail 0.1353', 'effect 0.8647'],
    ],
    ['another message is meant', { failures: [failing({ select: ofMessages(7) })] }, 0, ['effect 1']],
  ])('%s', (_, more, start, expected) => {
    expect(short(endingsOf(queue(more), ordinary, start))).toEqual(expected);
  });

  it('befalls marked messages always, and repaired ones only what befalls everybody', () => {
    const spec = queue({ failures: [failing({ select: ofMessages(7) }), failing({ fromSeconds: 5 })] });
    const marked = { marks: [0], repaired: false, starts: 0 };
    expect(short(endingsOf(spec, marked, 0))).toEqual(['fail 1']);
    expect(short(endingsOf(spec, { ...marked, repaired: true }, 0))).toEqual(['effect 1']);
    expect(short(endingsOf(spec, { ...marked, repaired: true }, 5))).toEqual(['fail 1']);
  });

  it('befalls a message so often only', () => {
    const spec = queue({ failures: [failing({ select: ofMessages(7), times: 2 })] });
    const then = (starts: number) => short(endingsOf(spec, { marks: [0], repaired: false, starts }, 0));
    expect([then(0), then(1), then(2)]).toEqual([['fail 1'], ['fail 1'], ['effect 1']]);
  });

  it.each<[string, Partial<QueueSpec>, number]>([
    ['work and acknowledge', {}, 0.5],
    ['failing after 50 ms', { failures: [failing({ afterSeconds: 0.05 })] }, 0.05],
    ['half of them', { failures: [failing({ afterSeconds: 0.1, select: ofShare(0.5) })] }, 0.3],
    ['those that hang are left out', { failures: [failing({ kind: 'hang', select: ofShare(0.5) })] }, 0.5],
    ['all of them too slow', { timeoutSeconds: 0.2 }, 0.2],
  ])('occupies a hand: %s', (_, more, expected) => {
    expect(meanHoldSeconds(queue(more), 0)).toBeCloseTo(expected, 9);
  });
});

describe('waits between attempts', () => {
  const fixed: Backoff = { kind: 'fixed', delaySeconds: 1, jitter: 0, maxSeconds: null };
  const doubling: Backoff = { kind: 'exponential', delaySeconds: 1, jitter: 0.5, maxSeconds: 6 };
  it.each<[string, Backoff | null, number[], number[]]>([
    ['none', null, [0, 0, 0, 0], [0, 0, 0, 0]],
    ['fixed', fixed, [1, 1, 1, 1], [1, 1, 1, 1]],
    ['doubling to 6 s, half of it drawn', doubling, [1, 2, 4, 6], [0.75, 1.5, 3, 4.5]],
  ])('%s', (_, backoff, longest, mean) => {
    expect([1, 2, 3, 4].map((failed) => longestBackoff(backoff, failed))).toEqual(longest);
    expect([1, 2, 3, 4].map((failed) => meanBackoff(backoff, failed))).toEqual(mean);
  });
});
