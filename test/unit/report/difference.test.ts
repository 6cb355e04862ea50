import { describe, expect, it } from 'vitest';
import { differenceLines } from '../../../src/report/difference.js';
import type { Difference, Result } from '../../../src/result/types.js';
import { outage, overload } from '../../fixtures/results.js';

const plain: Difference = {
  measure: 'drainedAtSeconds',
  predicted: 67,
  measured: 68,
  causes: [],
  again: 68,
  unexplained: 0,
  verdict: 'explained',
  remark: null,
};

/** The lines for these differences of `emails`. */
function lines(difference: readonly Partial<Difference>[], width = 200): string[] {
  const emails = { ...overload.queues.emails, difference: difference.map((each) => ({ ...plain, ...each })) };
  return differenceLines({ ...overload, queues: { emails } } as Result, width);
}

describe('why a run differs from its prediction', () => {
  it('names the causes with their shares, and what they predict together; without those that are next to nothing', () => {
    expect(differenceLines(outage, 120)).toEqual([
      "  emails, catch-up time: 58.7 s instead of 59 s (−0.3 s): worker start (+0.27 s), the limiter's true window (+0.13 s),",
      '    broker and network time (−0.63 s). Predicted again with what was measured: 58.8 s.',
    ]);
  });

  it('says plainly what stays unexplained', () => {
    const remark = 'more than 2 % or two messages';
    expect(lines([{ again: 65, unexplained: 3, verdict: 'unexplained', remark }])).toEqual([
      '  emails, drained at: 68 s instead of 67 s (+1 s). Predicted again with what was measured: 65 s. The rest stays unexplained (+3 s): more than 2 % or two messages.',
    ]);
    // Also where measured and predicted are the same.
    const same = { measured: 67, again: 60, unexplained: 7, verdict: 'unexplained', remark } as const;
    expect(lines([same])).toHaveLength(1);
  });

  it('gives counts in messages, and says it where a figure lies within the band', () => {
    const causes = [{ cause: 'worker start', seconds: null, amount: 4 }];
    const remark = 'within what other seeds give';
    const peak = {
      measure: 'peakBacklog',
      predicted: 122,
      measured: 126,
      causes,
      again: 126,
      remark,
    } as const;
    expect(lines([peak])).toEqual([
      '  emails, peak backlog: 126 instead of 122 (+4): worker start (+4). Predicted again with what was measured: 126, within what other seeds give.',
    ]);
  });

  it('leaves out what hardly differs', () => {
    expect(
      lines([
        { measure: 'peakBacklog', predicted: 289.7, measured: 290, again: 290, unexplained: 0.3 },
        { predicted: 67, measured: 67.04 },
        { measure: 'redeliveries', predicted: 5, measured: 5 },
      ]),
    ).toEqual([]);
  });

  it('says never where something never comes, and names the cause of that', () => {
    const causes = [{ cause: 'producer lag', seconds: null, amount: null }];
    expect(lines([{ measured: null, causes, again: null, unexplained: null }])).toEqual([
      '  emails, drained at: never instead of 67 s: producer lag. Predicted again with what was measured: never.',
    ]);
    const rest = { measured: null, again: 70, unexplained: null, verdict: 'unexplained' } as const;
    expect(lines([rest])[0]).toMatch(/measured: 70 s\. The rest stays unexplained\.$/);
  });

  it('says once why it was not predicted again', () => {
    const remark = 'not predicted again: the run was cut off';
    const not = { again: null, unexplained: 1, verdict: 'not-compared', remark } as const;
    expect(lines([not, { ...not, measure: 'maxWaitSeconds' }])).toEqual([
      '  emails, drained at: 68 s instead of 67 s (+1 s).',
      '  emails, longest wait: 68 s instead of 67 s (+1 s).',
      '  emails: not predicted again: the run was cut off.',
    ]);
  });
});
