import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LaunchpadError } from '../../../src/errors.js';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import { type LedgerSummary, readLedger } from '../../../src/ledger/read.js';
import { Clock, LedgerWriter } from '../../../src/ledger/write.js';
import { type Files, temporaryDirectory, writeLedger } from '../../fixtures/runs.js';

function read(files: Files): LedgerSummary & { seen: LedgerEvent[]; from: number[] } {
  const directory = temporaryDirectory();
  writeLedger(directory, files);
  const seen: LedgerEvent[] = [];
  const from: number[] = [];
  const summary = readLedger(directory, (event, file) => {
    seen.push(event);
    from.push(file);
  });
  return { ...summary, seen, from };
}

const effect = (t: number, m: string): LedgerEvent => ({ t, e: 'effect', q: 'emails', m });

describe('readLedger', () => {
  it('merges all files into one stream in order of time, and says whose each event is', () => {
    const { seen, from, files, events } = read({
      b: [effect(1, 'o/1'), effect(4, 'o/4'), effect(5, 'o/5')],
      a: [effect(2, 'o/2'), effect(3, 'o/3'), effect(6, 'o/6')],
    });
    expect(seen.map((event) => event.t)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(files).toEqual(['a.ndjson', 'b.ndjson']);
    expect(from).toEqual([1, 0, 0, 1, 1, 0]);
    expect(events).toBe(6);
  });

  it('orders ties by cause, then file, then line', () => {
    const t = 7;
    const { seen } = read({
      c: [{ t, e: 'attempted', q: 'emails', m: 'o/1', due: t }],
      b: [effect(t, 'o/3'), effect(t, 'o/2')],
      a: [
        { t, e: 'opened', role: 'worker', pid: 1 },
        { t, e: 'started', q: 'emails', m: 'o/1' },
        effect(t, 'o/1'),
      ],
    });
    const told = seen.map((event) => ('m' in event ? `${event.e} ${event.m}` : event.e));
    expect(told).toEqual([
      'opened',
      'attempted o/1',
      'started o/1',
      'effect o/1',
      'effect o/3',
      'effect o/2',
    ]);
  });

  it('tells of a death before the dead-letter queue, and of a redrive before the start that follows', () => {
    const of = (e: string, more: object = {}): LedgerEvent =>
      ({ t: 7, e, q: 'emails', m: 'o/1', ...more }) as LedgerEvent;
    const { seen } = read({
      a: [of('dead-lettered')],
      b: [of('dead')],
      c: [of('started')],
      d: [of('redriven', { repaired: false })],
      e: [{ t: 7, e: 'supervised', q: 'emails', worker: 1, pid: 2, up: 1 }],
    });
    expect(seen.map(({ e }) => e)).toEqual(['redriven', 'started', 'dead', 'dead-lettered', 'supervised']);
  });

  it('tells an order’s way in the order of its causes, in either mode', () => {
    const of = (e: string, more: object = {}): LedgerEvent => ({ t: 7, e, m: 'o/1', ...more }) as LedgerEvent;
    const step = { q: 'emails' };
    const { seen } = read({
      customer: [of('posted', { due: 7 }), of('answered', { status: 201 })],
      'a-provider': [
        of('called', { ...step, s: 'email', waiting: 0 }),
        of('effect', { ...step, s: 'email' }),
        { t: 7, e: 'fell-over', s: 'email', why: 'it was full' },
      ],
      'a-service': [
        of('received'),
        of('attempted', { ...step, due: 7 }),
        of('started', { ...step, n: 1 }),
        of('settled', step),
        of('responded', { status: 201 }),
      ],
    });
    expect(seen.map(({ e }) => e)).toEqual([
      'posted',
      'received',
      'attempted',
      'started',
      'called',
      'effect',
      'settled',
      'responded',
      'answered',
      'fell-over',
    ]);
  });

  it('keeps the order of lines within a file, also where a time lies before its predecessor', () => {
    const { seen } = read({
      a: [effect(5, 'o/1'), effect(2, 'o/2'), effect(6, 'o/3')],
      b: [effect(3, 'o/4'), effect(7, 'o/5')],
    });
    expect(seen.map((event) => event.t)).toEqual([3, 5, 2, 6, 7]);
  });

  it('counts a torn last line and reads all before it', () => {
    const summary = read({
      a: `${JSON.stringify(effect(1, 'o/1'))}\n{"t":2,"e":"eff`,
      b: [effect(2, 'o/2')],
    });
    expect(summary).toMatchObject({ events: 2, tornLines: 1, damagedLines: 0 });
  });

  it('takes a whole last line without its end', () => {
    const summary = read({ a: JSON.stringify(effect(1, 'o/1')) });
    expect(summary).toMatchObject({ events: 1, tornLines: 0, damagedLines: 0 });
  });

  it('counts broken lines elsewhere, passes over empty ones, and goes on', () => {
    const line = JSON.stringify(effect(1, 'o/1'));
    const summary = read({ a: `${line}\n\n{"t":1,\n  \n${line}\nnonsense\n` });
    expect(summary).toMatchObject({ events: 2, tornLines: 0, damagedLines: 2 });
  });

  it('reads lines longer than its buffer, and letters of several bytes across its end', () => {
    const ids = Array.from({ length: 60_000 }, (_, i) => `orders/${i + 1}`);
    const files = {
      a: [
        { t: 1, e: 'census', q: 'emails', state: 'ready', m: ids },
        ...Array.from({ length: 3000 }, (_, i) => ({
          t: 2 + i,
          e: 'dead',
          q: 'emails',
          m: `o/${i}`,
          why: 'zurückgewiesen ✗ '.repeat(10),
        })),
      ] as LedgerEvent[],
    };
    expect(read(files).seen).toEqual(files.a);
  });

  it('reads what the writer writes', () => {
    const directory = temporaryDirectory();
    const writer = new LedgerWriter(directory, 'worker-emails-1', new Clock(process.hrtime.bigint()), {
      role: 'worker',
      name: 'emails',
      worker: 1,
    });
    const t = writer.message('started', 'emails', 'orders/1', ',"n":2,"r":true');
    writer.write({ e: 'dead', q: 'emails', m: 'orders/1', why: 'zu oft' }, t);
    const seen: LedgerEvent[] = [];
    readLedger(directory, (event) => seen.push(event));
    expect(seen).toEqual([
      { t: expect.any(Number), e: 'opened', role: 'worker', name: 'emails', worker: 1, pid: process.pid },
      { t, e: 'started', q: 'emails', m: 'orders/1', n: 2, r: true },
      { t, e: 'dead', q: 'emails', m: 'orders/1', why: 'zu oft' },
    ]);
  });

  it('gives every event once, in order, whatever the files', () => {
    const file = fc.array(fc.nat(50), { maxLength: 20 }).map((times) => times.sort((a, b) => a - b));
    fc.assert(
      fc.property(fc.array(file, { minLength: 1, maxLength: 5 }), (times) => {
        fc.pre(times.flat().length > 0);
        const files = Object.fromEntries(
          times.map((list, f) => [`f${f}`, list.map((t, i) => effect(t, `f${f}/${i}`))]),
        );
        const { seen } = read(files);
        const expected = Object.values(files)
          .flat()
          .map((event, i) => ({ event, i }))
          .sort((a, b) => a.event.t - b.event.t || a.i - b.i);
        expect(seen).toEqual(expected.map(({ event }) => event));
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['no files', {}],
    ['empty files', { a: '' }],
    ['nothing but nonsense', { a: 'nonsense\nmore' }],
  ])('is an error with %s', (_, files) => {
    expect(() => read(files)).toThrowError(expect.objectContaining({ code: 'ledger-damaged' }));
  });

  it('is an error without a directory', () => {
    const directory = join(temporaryDirectory(), 'nowhere');
    expect(() => readLedger(directory, () => undefined)).toThrowError(LaunchpadError);
  });
});
