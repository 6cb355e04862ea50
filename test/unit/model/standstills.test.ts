import { describe, expect, it } from 'vitest';
import { withStandstills } from '../../../src/model/standstills.js';
import type { FailureSpec } from '../../../src/scenario/types.js';
import { tinyFailure, tinyQueue } from '../../fixtures/tiny.js';

function down(overrides: Partial<FailureSpec> = {}): FailureSpec {
  return tinyFailure({ fromSeconds: 5, toSeconds: 15, error: 'down', ...overrides });
}

const capacity = [
  { atSeconds: 0, perSecond: 10 },
  { atSeconds: 8, perSecond: 0 },
  { atSeconds: 12, perSecond: 5 },
];
const takings = [{ atSeconds: 8, cause: 'emails killed at 8 s' }];

describe('a dependency that is down', () => {
  it('leaves no capacity while it lasts, and is what took it', () => {
    expect(withStandstills(tinyQueue({ failures: [down()] }), capacity, takings)).toEqual({
      capacity: [
        { atSeconds: 0, perSecond: 10 },
        { atSeconds: 5, perSecond: 0 },
        { atSeconds: 8, perSecond: 0 },
        { atSeconds: 12, perSecond: 0 },
        { atSeconds: 15, perSecond: 5 },
      ],
      takings: [
        {
          atSeconds: 5,
          cause: 'all work of emails fails from 5 s',
          standstill: 'all work of emails fails',
        },
        ...takings,
      ],
    });
  });

  it('may last to the end', () => {
    const queue = tinyQueue({ failures: [down({ kind: 'hang', toSeconds: null })] });
    expect(withStandstills(queue, capacity, []).capacity.map(({ perSecond }) => perSecond)).toEqual([
      10, 0, 0, 0,
    ]);
  });

  it.each<[string, Partial<FailureSpec>]>([
    ['single messages', { select: { kind: 'messages', messages: [1] } }],
    ['a share', { select: { kind: 'share', share: 1, per: 'attempt' } }],
    ['first attempts only', { times: 1 }],
    ['hangs that end', { kind: 'hang', forSeconds: 2 }],
    ['crashes', { kind: 'crash' }],
  ])('is not what befalls %s', (_, overrides) => {
    const result = withStandstills(tinyQueue({ failures: [down(overrides)] }), capacity, takings);
    expect(result).toEqual({ capacity, takings });
  });
});
