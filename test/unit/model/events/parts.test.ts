import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Agenda } from '../../../../src/model/events/agenda.js';
import { DelayedJobs } from '../../../../src/model/events/delayed.js';
import { IntRing } from '../../../../src/model/events/int-ring.js';
import { JobPool } from '../../../../src/model/events/jobs.js';
import { MomentHeap, moment } from '../../../../src/model/events/moments.js';

test('the heap: by time, then by rank, then by when it came', () => {
  const kinds = [moment.sample, moment.work, moment.fault];
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.constantFrom(...kinds)), { maxLength: 300 }),
      (entries) => {
        const heap = new MomentHeap();
        for (const [i, [time, kind]] of entries.entries()) heap.push(time, kind, i, 2 * i);
        const popped: [number, number, number][] = [];
        while (heap.size > 0) {
          expect(heap.nextTime).toBe(Math.min(heap.nextTime));
          heap.pop();
          expect(heap.b).toBe(2 * heap.a);
          popped.push([heap.time, heap.kind, heap.a]);
        }
        const rank = (kind: number): number =>
          [moment.fault, moment.work, moment.sample].indexOf(kind as never);
        const expected = entries
          .map(([time, kind], i): [number, number, number] => [time, kind, i])
          .sort((a, b) => a[0] - b[0] || rank(a[1]) - rank(b[1]) || a[2] - b[2]);
        expect(popped).toEqual(expected);
      },
    ),
  );
});

test('the agenda: what a heap of everything would say, with whatever is taken out in between', () => {
  const kinds = [moment.arrival, moment.work, moment.due, moment.look, moment.fault];
  const step = fc.record({
    later: fc.integer({ min: 0, max: 5 }),
    kind: fc.constantFrom(...kinds),
    take: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600 }), (steps) => {
      const [agenda, heap] = [new Agenda(), new MomentHeap()];
      const take = (): void => {
        expect(agenda.nextTime).toBe(heap.nextTime);
        agenda.pop();
        heap.pop();
        const { time, kind, a, b } = heap;
        expect(agenda).toMatchObject({ time, kind, a, b });
      };
      for (const [i, { later, kind, take: takes }] of steps.entries()) {
        for (const each of [agenda, heap]) each.push(heap.time + later, kind, i, 2 * i);
        expect(agenda.counts[kind]).toBeGreaterThan(0);
        if (takes) take();
      }
      while (heap.size > 0) take();
      expect(agenda.size).toBe(0);
      expect(agenda.nextTime).toBe(Number.POSITIVE_INFINITY);
      expect(agenda.counts.every((count) => count === 0)).toBe(true);
    }),
  );
});

test('the ring does what a list does', () => {
  const step = fc.tuple(fc.constantFrom('push', 'pushFront', 'shift', 'take'), fc.nat(1000));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const ring = new IntRing();
      const list: number[] = [];
      for (const [what, value] of steps) {
        if (what === 'push') {
          ring.push(value);
          list.push(value);
        } else if (what === 'pushFront') {
          ring.pushFront(value);
          list.unshift(value);
        } else if (list.length > 0 && what === 'shift') expect(ring.shift()).toBe(list.shift());
        else if (list.length > 0)
          expect(ring.take(value % list.length)).toBe(list.splice(value % list.length, 1)[0]);
        expect(ring.toArray()).toEqual(list);
      }
    }),
    { numRuns: 50 },
  );
});

test('delayed jobs come at their time, and not those that were taken out', () => {
  const jobs = new JobPool();
  const delayed = new DelayedJobs(jobs);
  const [a, b, c] = [jobs.add(1, false), jobs.add(2, false), jobs.add(3, false)];
  delayed.add(a, 5);
  delayed.add(b, 5);
  delayed.add(c, 3);
  delayed.remove(c);
  delayed.add(c, 7);
  delayed.remove(a);
  expect([delayed.size, delayed.nextDueAt(), delayed.shiftDue(4)]).toEqual([2, 5, -1]);
  expect([delayed.shiftDue(7), delayed.shiftDue(7), delayed.shiftDue(7)]).toEqual([b, c, -1]);
});
