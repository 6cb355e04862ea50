import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type LiveQueue,
  type LiveState,
  renderEvent,
  renderLive,
  renderStatusLine,
} from '../../../src/report/live.js';
import { visibleWidth } from '../../../src/report/text.js';

const emails: LiveQueue = {
  name: 'emails',
  depth: { ready: 263, inFlight: 5, delayed: 0, dead: 0 },
  history: [0, 100, 200, 290, 268],
  inPerSecond: 0,
  outPerSecond: 5,
  oldestAgeSeconds: 11.23,
  oldestMessage: 'orders/12',
  workersUp: 1,
  workersTotal: 1,
  timeToEmptySeconds: 54.2,
  growthPerSecond: null,
};
const payments: LiveQueue = {
  ...emails,
  name: 'payments',
  depth: { ready: 12_345, inFlight: 1, delayed: 4, dead: 2 },
  inPerSecond: 100,
  oldestAgeSeconds: null,
  oldestMessage: null,
  workersUp: 0,
  timeToEmptySeconds: 'never',
  growthPerSecond: 95,
};
const state: LiveState = {
  atSeconds: 12.43,
  endSeconds: 67,
  phase: 'draining',
  queues: [emails, payments],
  progress: 0.186,
};

const esc = '\u001b';
/** The codes of colours, and no other control sequences. */
const colorCodes = new RegExp(`${esc}\\[\\d+m`, 'g');

describe('the live table', () => {
  it('of 80 columns', () => {
    expect(renderLive(state, { color: false, width: 80 }).map((line) => line.trimEnd())).toEqual([
      '  draining   12.4 s of about 67 s   ━━━━━━━───────────────────────────────  18 %',
      '',
      '  queue     depth trend       in/s out/s  oldest message         up     empty in',
      '  emails      268      ▁▄▆██   0.0   5.0  11.2 s orders/12      1/1         54 s',
      '  payments 12,350      ▁▄▆██   100   5.0       – –              0/1  never +95/s',
      '  payments: 4 delayed, 2 dead',
    ]);
  });

  const queues = fc.record<LiveQueue>({
    name: fc.constantFrom('emails', 'a-queue-with-a-very-long-name-indeed'),
    depth: fc.record({
      ready: fc.nat(10_000_000),
      inFlight: fc.nat(100),
      delayed: fc.nat(9),
      dead: fc.nat(9),
    }),
    history: fc.array(fc.nat(1000)),
    inPerSecond: fc.double({ min: 0, max: 1e6, noNaN: true }),
    outPerSecond: fc.double({ min: 0, max: 1e6, noNaN: true }),
    oldestAgeSeconds: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
    oldestMessage: fc.option(fc.constantFrom('orders/1', 'orders/123456789', 'x\u001b[2J\ny')),
    workersUp: fc.nat(50),
    workersTotal: fc.nat(50),
    timeToEmptySeconds: fc.oneof(
      fc.constant(null),
      fc.constant('never' as const),
      fc.double({ min: 0, max: 1e7, noNaN: true }),
    ),
    growthPerSecond: fc.option(fc.double({ min: 0, max: 1e5, noNaN: true })),
  });

  it('never changes its size, whatever the figures', () => {
    const states = fc.record<LiveState>({
      atSeconds: fc.double({ min: -1, max: 1e6, noNaN: true }),
      endSeconds: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
      phase: fc.constantFrom('starting', 'producing', 'draining', 'stopping'),
      queues: fc.array(queues, { minLength: 1, maxLength: 3 }),
      progress: fc.double(),
    });
    fc.assert(
      fc.property(states, fc.integer({ min: 20, max: 160 }), fc.boolean(), (each, width, color) => {
        const lines = renderLive(each, { color, width });
        expect(lines).toHaveLength(each.queues.length + 4);
        expect(lines.map(visibleWidth)).toEqual(lines.map(() => width));
        expect(lines.join('').replace(colorCodes, '')).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  it('keeps every figure in its place while time passes', () => {
    const later = {
      ...state,
      atSeconds: 101.2,
      progress: 0.99,
      queues: [{ ...emails, depth: { ...emails.depth, ready: 1 } }, payments],
    };
    const [bar, , head] = renderLive(state, { color: false, width: 100 });
    const [laterBar, , laterHead] = renderLive(later, { color: false, width: 100 });
    expect(laterHead).toBe(head);
    expect(laterBar!.indexOf('━')).toBe(bar!.indexOf('━'));
  });

  it('in colour shows workers that are down, and growth', () => {
    const text = renderLive(state, { color: true, width: 100 }).join('\n');
    expect(text).toMatch(new RegExp(String.raw`${esc}\[31m +0/1`));
    expect(text).toMatch(new RegExp(String.raw`${esc}\[33m +never \+95/s`));
  });
});

describe('the status line', () => {
  it('says the same in one plain line', () => {
    expect(renderStatusLine(state)).toBe(
      '12.4 s of about 67 s, draining | emails: depth 268, in 0.0/s, out 5.0/s, oldest 11.2 s (orders/12), workers 1/1, empty in 54 s | payments: depth 12,350, in 100/s, out 5.0/s, workers 0/1, never empty, +95/s, 2 dead',
    );
  });

  it('is one line without control characters', () => {
    const hostile = { ...state, endSeconds: null, queues: [{ ...emails, oldestMessage: 'a\n\u001b[31mb' }] };
    expect(renderStatusLine(hostile)).not.toMatch(/\p{Cc}/u);
    expect(renderStatusLine(hostile)).toMatch(/^12\.4 s, draining \| .*\(a b\)/);
  });
});

describe('an event', () => {
  const text = 'emails: worker 1 restarted (pid 4712), ready after 0.27 s';

  it('is a line with its time', () => {
    expect(renderEvent({ atSeconds: 8, text, tone: 'good' }, { color: false, width: 80 })).toBe(
      `  8.00 s  ${text}`,
    );
    expect(renderEvent({ atSeconds: 102.346, text, tone: 'plain' }, { color: false, width: 80 })).toBe(
      `102.35 s  ${text}`,
    );
  });

  it('is wrapped beside its time, and not at all where there is no width', () => {
    expect(renderEvent({ atSeconds: 8, text, tone: 'good' }, { color: false, width: 50 })).toBe(
      '  8.00 s  emails: worker 1 restarted (pid 4712),\n          ready after 0.27 s',
    );
    const long = 'word '.repeat(100).trim();
    expect(
      renderEvent(
        { atSeconds: 8, text: long, tone: 'plain' },
        { color: false, width: Number.POSITIVE_INFINITY },
      ),
    ).toBe(`  8.00 s  ${long}`);
  });

  it.each([
    ['fault', '\u001b[31m'],
    ['good', '\u001b[32m'],
    ['warn', '\u001b[33m'],
  ] as const)('of the tone %s has its colour', (tone, code) => {
    expect(renderEvent({ atSeconds: 1, text: 'x', tone }, { color: true, width: 80 })).toContain(`${code}x`);
  });

  it('lets no control sequence through', () => {
    const line = renderEvent(
      { atSeconds: 1, text: 'a\u001b[2J\nb', tone: 'plain' },
      { color: false, width: 80 },
    );
    expect(line).toBe('  1.00 s  a b');
  });
});

describe('what is rare', () => {
  const rare = { ...emails, failedAttempts: 12, deadLetters: 1 };

  it('has its place below the table and in the status line', () => {
    const lines = renderLive({ ...state, queues: [rare] }, { color: false, width: 100 });
    expect(lines.at(-1)).toContain('12 failed attempts, 1 dead letter');
    expect(renderStatusLine({ ...state, queues: [rare] })).toMatch(/, 12 failed attempts, 1 dead letter$/);
  });
});
