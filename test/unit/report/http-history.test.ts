import { describe, expect, it } from 'vitest';
import { momentOf, traceOf } from '../../../src/analysis/history/index.js';
import { renderMoment } from '../../../src/report/moment.js';
import { visibleWidth } from '../../../src/report/text.js';
import { renderTrace } from '../../../src/report/trace.js';
import { directLedger, httpPlan, queuedLedger } from '../../fixtures/http-history.js';
import { runDirectory } from '../../fixtures/runs.js';

const queued = (): string => runDirectory(httpPlan('queue'), queuedLedger());
const direct = (): string => runDirectory(httpPlan('sync', { retries: 1 }), directLedger());

describe('the history of a run by HTTP', () => {
  it.each([60, 80, 120])('has no line beyond %i columns', (width) => {
    const look = { color: false, width };
    const texts = [
      ...['1', '2', 'basket-77'].map((order) => renderTrace(traceOf(queued(), order), look)),
      ...['1', '2', '3'].map((order) => renderTrace(traceOf(direct(), order), look)),
      ...[0.06, 2.5].map((at) => renderMoment(momentOf(queued(), at), look)),
      ...[1.25, 2.5].map((at) => renderMoment(momentOf(direct(), at), look)),
    ];
    const lines = texts.flatMap((text) => text.split('\n'));
    expect(lines.filter((line) => visibleWidth(line) > width && !line.includes('Run directory'))).toEqual([]);
  });

  it('says where, and by which correlation id', () => {
    const text = renderTrace(traceOf(queued(), 'basket-77'), { color: false, width: 100 });
    expect(text).toMatch(/^guest\/1000000001 \(correlation id basket-77\) in http-shop: 14 events/);
    expect(text).toMatch(/\n +at {2}where +what\n/);
  });

  it('of direct calls has no broker, and of services what they are at', () => {
    const text = renderMoment(momentOf(direct(), 1.25), { color: false, width: 100 });
    expect(text).toContain('emails, called directly  the ledger');
    expect(text).toContain('    orders/2 by order-service (pid 5) since 1.201 s (for 49 ms), at work');
    expect(text).toContain('1 call let in and not done, 2 turned away');
    expect(text).toContain(
      '  Producer orders: 2 of 4 orders posted, 0 accepted, 1 not accepted, 1 without an answer yet',
    );
    expect(text).not.toMatch(/the broker|acknowledged/);
  });
});
