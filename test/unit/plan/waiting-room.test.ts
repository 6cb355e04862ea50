import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WaitingRoom } from '../../../src/plan/waiting-room.js';

/** A room whose next start can be 100 after the last, and which notes who was started when. */
function room({ places = 2, spacing = 100, lateness = 10 } = {}) {
  const started: [string, number][] = [];
  let now = 0;
  const subject = new WaitingRoom<string>({
    spacing,
    places,
    lateness,
    start: (call) => started.push([call, now]),
  });
  return {
    subject,
    started,
    enter: (call: string, at: number): number | null => {
      now = at;
      return subject.enter(call, now);
    },
    advance: (at: number): void => {
      now = at;
      subject.advance(now);
    },
  };
}

describe('a waiting room', () => {
  it('starts the first at once and the others one spacing after the other, in the order in which they came', () => {
    const { enter, advance, started, subject } = room();
    expect(['a', 'b', 'c'].map((call) => enter(call, 5))).toEqual([0, 0, 1]);
    expect([subject.waiting, subject.dueAt]).toEqual([2, 105]);
    for (const at of [104, 105, 204, 205, 305]) advance(at);
    expect(started).toEqual([
      ['a', 5],
      ['b', 105],
      ['c', 205],
    ]);
    expect([subject.waiting, subject.dueAt]).toEqual([0, null]);
  });

  it('turns away who finds no place, and who comes later than that finds one', () => {
    const { enter, started } = room();
    expect(['a', 'b', 'c', 'd'].map((call) => enter(call, 0))).toEqual([0, 0, 1, null]);
    expect(enter('e', 99)).toBeNull();
    expect(enter('f', 100)).toBe(1);
    expect(started.map(([call]) => call)).toEqual(['a', 'b']);
  });

  it('without places takes only who can be started at once', () => {
    const { enter, started, subject } = room({ places: 0 });
    expect([enter('a', 0), enter('b', 50), enter('c', 100)]).toEqual([0, null, 0]);
    expect(started.map(([call]) => call)).toEqual(['a', 'c']);
    expect(subject.fullSince).toBeNull();
  });

  it.each([
    // [when it looks, when the start after that is due]
    [100, 200],
    [104, 200],
    [110, 200],
    [111, 201],
    [5000, 5090],
  ])(
    'looked at at %i, not 100, starts the next at %i: little is forgiven, and no standstill caught up with',
    (late, next) => {
      const { enter, advance, subject, started } = room();
      for (const call of ['a', 'b', 'c']) enter(call, 0);
      advance(late);
      expect(started).toHaveLength(2);
      expect(subject.dueAt).toBe(next);
    },
  );

  it('gives who comes after a pause no more than who comes first', () => {
    const { enter, subject } = room();
    enter('a', 0);
    expect(enter('b', 1000)).toBe(0);
    enter('c', 1000);
    expect(subject.dueAt).toBe(1100);
  });

  it('sends all away who wait', () => {
    const { enter, advance, subject, started } = room();
    for (const call of ['a', 'b', 'c']) enter(call, 0);
    expect(subject.clear()).toEqual(['b', 'c']);
    advance(1000);
    expect(started).toHaveLength(1);
    expect([subject.waiting, subject.dueAt, subject.fullSince]).toEqual([0, null, null]);
  });
});

describe('a waiting room is full', () => {
  it('from when its last place was taken, also over places that are taken again before the next start', () => {
    const { enter, advance, subject } = room();
    enter('a', 0);
    enter('b', 10);
    expect(subject.fullSince).toBeNull();
    enter('c', 20);
    expect(subject.fullSince).toBe(20);
    for (let turn = 1; turn <= 5; turn++) {
      advance(turn * 100);
      expect(subject.waiting).toBe(1);
      enter('next', turn * 100 + 99);
    }
    expect(subject.fullSince).toBe(20);
  });

  it('until a place is free at the next start', () => {
    const { enter, advance, subject } = room();
    for (const call of ['a', 'b', 'c']) enter(call, 0);
    advance(100);
    advance(199);
    expect(subject.fullSince).toBe(0);
    advance(200);
    expect(subject.fullSince).toBeNull();
  });

  it('no more, where somebody comes later than that, who may be the first to see it', () => {
    const { enter, advance, subject } = room({ places: 1 });
    enter('a', 0);
    enter('b', 0);
    advance(100);
    expect(subject.fullSince).toBe(0);
    enter('c', 200);
    expect(subject.fullSince).toBeNull();
    enter('d', 250);
    expect(subject.fullSince).toBe(250);
  });

  it('all through a standstill', () => {
    const { enter, advance, subject } = room();
    for (const call of ['a', 'b', 'c']) enter(call, 0);
    advance(10_000);
    expect(subject.fullSince).toBe(0);
  });
});

describe('whatever comes', () => {
  const steps = fc.array(fc.record({ after: fc.oneof(fc.nat(30), fc.nat(2000)), comes: fc.boolean() }), {
    maxLength: 200,
  });

  it('no window has more starts than the capacity allows, nobody overtakes, and no more wait than there are places', () => {
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 1, max: 300 }),
        fc.nat(5),
        fc.nat(40),
        (script, spacing, places, lateness) => {
          const { enter, advance, started, subject } = room({ spacing, places, lateness });
          const admitted: string[] = [];
          let now = 0;
          for (const [i, { after, comes }] of script.entries()) {
            now += after;
            const before = subject.waiting;
            if (!comes) advance(now);
            else {
              const waiting = enter(`${i}`, now);
              if (waiting === null) expect(before).toBeGreaterThanOrEqual(places);
              else {
                expect(waiting).toBeLessThanOrEqual(before);
                admitted.push(`${i}`);
              }
            }
            expect(subject.waiting).toBeLessThanOrEqual(places);
            // Nobody waits who could be started.
            expect(subject.dueAt ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now);
          }
          expect(started.map(([call]) => call)).toEqual(admitted.slice(0, started.length));
          expect(started.length + subject.waiting).toBe(admitted.length);
          for (const [first, [, from]] of started.entries())
            for (const [last, [, to]] of started.entries())
              if (last >= first)
                expect(last - first + 1).toBeLessThanOrEqual(
                  Math.floor((to - from + lateness) / spacing) + 1,
                );
        },
      ),
    );
  });

  it('timers that are a little late cost nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10), { minLength: 1, maxLength: 50 }), (lates) => {
        const { enter, advance, started } = room({ places: 100 });
        for (let i = 0; i <= lates.length; i++) enter(`${i}`, 0);
        for (const [i, late] of lates.entries()) advance((i + 1) * 100 + late);
        expect(started).toHaveLength(lates.length + 1);
      }),
    );
  });
});
