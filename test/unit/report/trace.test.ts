import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderHistoryJson } from '../../../src/report/history.js';
import { visibleWidth } from '../../../src/report/text.js';
import { renderTrace } from '../../../src/report/trace.js';
import type { Trace } from '../../../src/result/history.js';

const trace: Trace = {
  schema: 'launchpad.trace/1',
  run: { id: 'run', directory: '/tmp/run', scenario: 'outage', variant: 'none', speed: 5 },
  order: 'orders/142',
  lines: [
    {
      atSeconds: 1.41,
      queue: 'emails',
      message: 'orders/142',
      event: 'attempted',
      what: 'published by orders',
    },
    {
      atSeconds: 12.0004,
      queue: 'emails',
      message: 'orders/142',
      event: 'fault',
      what: 'worker 1 (pid 4711) was killed (SIGKILL): the effect had happened, the broker was not told',
    },
  ],
  ends: [
    {
      queue: 'emails',
      message: 'orders/142',
      ended: 'effected',
      text: 'its effect happened twice, at 1.710 s and 13.100 s: a duplicate',
    },
    {
      queue: 'inventory',
      message: 'orders/142.emails',
      ended: 'lost',
      text: 'lost: the broker had it, and it is nowhere',
    },
  ],
  whole: { ended: 'lost', text: 'orders/142 is lost on inventory' },
};

describe('the story of an order', () => {
  it('is a line for each event, what became of it, and a sentence for the whole', () => {
    expect(renderTrace(trace, { color: false, width: 80 }).split('\n')).toEqual([
      'orders/142 in outage, variant none, speed 5, all times in scenario time: 2',
      '  events in the ledger.',
      '',
      '        at  queue   what',
      '  ──────────────────────────────────────────────────────────────────────────────',
      '   1.410 s  emails  published by orders',
      '  12.000 s  emails  worker 1 (pid 4711) was killed (SIGKILL): the effect had',
      '                    happened, the broker was not told',
      '',
      '  What became of it',
      '  emails:    its effect happened twice, at 1.710 s and 13.100 s: a duplicate.',
      '  inventory: lost: the broker had it, and it is nowhere.',
      '',
      '  orders/142 is lost on inventory.',
      '  Run directory: /tmp/run',
    ]);
  });

  it('names the message where the order came to one queue by two ways', () => {
    const [first, second] = trace.ends as [Trace['ends'][0], Trace['ends'][0]];
    const both = { ...trace, ends: [first, { ...second, queue: 'emails', message: 'orders/142.intake' }] };
    const lines = renderTrace(both, { color: false, width: 120 }).split('\n');
    expect(lines).toContain('   1.410 s  emails (orders/142)  published by orders');
    expect(lines).toContain('  emails (orders/142.intake):');
  });

  it('fits, is the same with colour, and obeys nothing that is in it', () => {
    const [line] = trace.lines as [Trace['lines'][0]];
    const evil = { ...trace, lines: [{ ...line, what: 'failed: \u001b[2Jboo\nhoo' }] };
    for (const width of [60, 80, 120]) {
      const plain = renderTrace(evil, { color: false, width });
      expect(stripVTControlCharacters(renderTrace(evil, { color: true, width }))).toBe(plain);
      expect(plain.split('\n').filter((each) => visibleWidth(each) > width)).toEqual([]);
      expect(plain).toContain('failed: boo hoo');
    }
  });

  it('is JSON that a terminal can show', () => {
    const text = renderHistoryJson({ ...trace, order: '\u009b2J' });
    expect(text).toContain('\\u009b2J');
    expect(JSON.parse(text)).toEqual({ ...trace, order: '\u009b2J' });
    expect(text.endsWith('}\n')).toBe(true);
  });
});
