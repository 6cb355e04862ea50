import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Domain, type Found, furthest, search } from '../../../../src/cli/find/search.js';

function domain(lowest: number, start: number, highest: number): Domain {
  return {
    lowest,
    start,
    highest,
    times: (n, factor) =>
      factor > 1 ? Math.max(n + 1, n * factor) : Math.min(n - 1, Math.floor(n * factor)),
  };
}

/** What is found, and at how many values was looked; fails where one is looked at twice, or outside. */
async function found(
  where: Domain,
  holds: (n: number) => boolean,
): Promise<{ found: Found; probed: ReadonlySet<number> }> {
  const probed = new Set<number>();
  const answer = await search(where, async (n) => {
    expect(probed.has(n)).toBe(false);
    expect(n >= where.lowest && n <= where.highest && Number.isInteger(n)).toBe(true);
    probed.add(n);
    return holds(n);
  });
  return { found: answer, probed };
}

describe('a search', () => {
  it('finds the smallest value that holds, wherever it begins', async () => {
    const whole = fc.integer({ min: 1, max: 10_000 });
    await fc.assert(
      fc.asyncProperty(whole, whole, async (start, threshold) => {
        const { found: answer, probed } = await found(domain(1, start, 10_000), (n) => n >= threshold);
        if (threshold === 1) expect(answer).toEqual({ kind: 'from-the-lowest', upTo: null });
        else {
          expect(answer).toEqual({ kind: 'threshold', at: threshold, contradiction: null });
          expect(probed.has(threshold - 1)).toBe(true);
        }
        expect(probed.size).toBeLessThan(50);
      }),
    );
  });

  it('says where a lower value is better up to which it holds', async () => {
    const whole = fc.integer({ min: 1, max: 10_000 });
    await fc.assert(
      fc.asyncProperty(whole, whole, async (start, last) => {
        const { found: answer } = await found(domain(1, start, 10_000), (n) => n <= last);
        expect(answer).toMatchObject({ kind: 'from-the-lowest', upTo: last === 10_000 ? null : last });
      }),
    );
  });

  it('has looked at the lowest and the highest value where nothing holds', async () => {
    const { found: answer, probed } = await found(domain(1, 5, 700), () => false);
    expect(answer).toEqual({ kind: 'nowhere' });
    expect([probed.has(1), probed.has(700)]).toEqual([true, true]);
  });

  it('looks at every value where those that it saw contradict each other', async () => {
    // 20 to 40 hold, 41 to 99 do not, and from 100 on all do.
    const holds = (n: number) => (n >= 20 && n <= 40) || n >= 100;
    const { found: answer, probed } = await found(domain(1, 64, 10_000), holds);
    expect(answer).toMatchObject({ kind: 'threshold', at: 20, contradiction: { holdsAt: 20, failsAt: 49 } });
    expect(Array.from({ length: 20 }, (_, i) => i + 1).every((n) => probed.has(n))).toBe(true);
  });

  it('says where a higher value fails again', async () => {
    const { found: answer } = await found(domain(1, 3, 10_000), (n) => n >= 10 && n < 30);
    expect(answer).toEqual({
      kind: 'threshold',
      at: 10,
      contradiction: { holdsAt: 10, failsAt: 40, scanned: 0 },
    });
  });

  it('finds what holds only below the value where it began', async () => {
    const { found: answer } = await found(domain(1, 64, 128), (n) => n >= 7 && n <= 20);
    expect(answer).toMatchObject({ kind: 'threshold', at: 7 });
  });
});

describe('how far a setting goes', () => {
  it.each([
    [5, 100, 64, 64],
    [5, 100, 100, 100],
    [5, 100, 5, 5],
  ])('from %i towards %i, where %i is possible', async (from, limit, most, expected) => {
    expect(await furthest(from, limit, async (n) => n <= most)).toBe(expected);
  });

  it('downwards', async () => {
    expect(await furthest(50, 0, async (n) => n >= 3)).toBe(3);
    expect(await furthest(50, 0, async () => true)).toBe(0);
  });
});
