import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ordersAnswer } from '../../../src/report/orders.js';
import { spreadSentence } from '../../../src/report/services.js';
import { renderReport } from '../../../src/report/terminal.js';
import { visibleWidth } from '../../../src/report/text.js';
import type { OrderBooks, ServiceTrouble } from '../../../src/result/orders.js';
import type { Result } from '../../../src/result/types.js';
import { outage } from '../../fixtures/results.js';
import {
  directShop,
  orderBooks,
  orderService,
  provider,
  queuedShop,
  shop,
} from '../../fixtures/shop-results.js';

const report = (result: Result, width = 100): string => renderReport(result, { color: false, width });

/** The section of the report that begins with this. */
function section(result: Result, title: string): string[] {
  const found = report(result)
    .split('\n\n')
    .find((each) => each.trimStart().startsWith(title));
  return found?.split('\n') ?? [];
}

const none = { p50: null, p95: null, p99: null, max: null };
const final = { p50: 0, p95: 0, p99: 0, max: 0 };
const services = { 'order-service': orderService(), payment: provider(10), email: provider(5) };

/** The answer for 100 orders by HTTP. */
function said(
  books: Partial<OrderBooks>,
  mode: 'queue' | 'sync' = 'queue',
  other: Partial<Result> = {},
): string[] {
  return ordersAnswer('orders', shop(mode, orderBooks(100, books), services, other));
}

describe('the answer for orders that come by HTTP', () => {
  it('through queues says how soon all were accepted, and for how long they were not done', () => {
    expect(ordersAnswer('orders', queuedShop)).toEqual([
      'All 1,000 orders were accepted within 21 ms (p99) and done; an accepted order was not yet done for up to 3 min 12 s (192 s)',
    ]);
  });

  it('called directly says what is in the way, and what is half-done', () => {
    expect(ordersAnswer('orders', directShop)).toEqual([
      'Of 1,000 orders 312 were accepted; 688 customers got an error or no answer',
      '100/s come, which is more than payment (10/s, 647 calls turned away) and email (5/s, 41 calls turned away) can do',
      '41 orders are half-done: payments done, emails missing, and none of them accepted',
    ]);
  });

  it('called directly says that a provider that had too much to do fell over', () => {
    const email = provider(5, { turnedAway: 90, fellOver: 3 });
    const result = shop('sync', orderBooks(100, { accepted: 30, failed: 70 }), { email });
    expect(ordersAnswer('orders', result)).toContain(
      '100/s come, which is more than email (5/s, 90 calls turned away, fell over 3 times) can do',
    );
  });

  it('says that an answer was final where nothing came after it', () => {
    expect(said({ unfinishedSeconds: final }, 'sync')[0]).toBe(
      'All 100 orders were accepted within 21 ms (p99) and done; the answer was final',
    );
  });

  it('begins with what is lost', () => {
    const halves = [{ done: ['payments'], missing: ['emails'], orders: 30, accepted: 20 }];
    expect(said({ done: 77, lost: 23, halfDone: 30, halves }).slice(0, 2)).toEqual([
      '23 accepted orders are lost: the customer was told yes, and nobody has what is missing any more, 20 of them half-done (payments done, emails missing)',
      'All 100 orders were accepted within 21 ms (p99); of the accepted 77 are done and 23 lost; an accepted order was not yet done for up to 3 min 12 s (192 s)',
    ]);
  });

  it.each([
    ['errors only', { accepted: 90 }, 'Of 100 orders 90 were accepted; 10 customers got an error'],
    [
      'one without an answer',
      { accepted: 99, failed: 0, timedOut: 1 },
      'Of 100 orders 99 were accepted; 1 customer got no answer',
    ],
    [
      'none at all',
      { accepted: 0, unfinishedSeconds: none, acceptedSeconds: none },
      'None of 100 orders was accepted; 100 customers got an error',
    ],
    ['nobody', { posted: 0, accepted: 0 }, 'No order was posted'],
    [
      'those of which nobody knows',
      {
        done: 60,
        pending: 10,
        deadLettered: 5,
        leftOut: 5,
        undetermined: 20,
        lost: null,
        unfinishedSeconds: none,
      },
      'All 100 orders were accepted within 21 ms (p99); of the accepted 60 are done, 10 still pending at the end, 5 dead, 5 accepted without a step that was left out and 20 undetermined',
    ],
  ])('of %s', (_, books, expected) => {
    expect(said(books)[0]?.replace(/; an accepted order.*/, '')).toBe(expected);
  });

  it('names the trouble that they were posted in, where capacity is not what was missing', () => {
    const troubles = [
      { causes: ['killed'], fromSeconds: 5, toSeconds: 15, posted: 100, notAccepted: 97, missing: {} },
    ];
    const inTrouble = { ...services, payment: provider(200), email: provider(200, { troubles }) };
    const result = shop('sync', orderBooks(120, { accepted: 23 }), inTrouble);
    expect(ordersAnswer('orders', result)[1]).toBe(
      '97 of those not accepted were posted while email was in trouble (killed from 5 s to 15 s)',
    );
  });

  it('does not blame a provider where the order service only queues', () => {
    const trouble = { causes: ['killed'], fromSeconds: 5, toSeconds: 15, posted: 60, notAccepted: 50 };
    const email = provider(5, { troubles: [{ ...trouble, missing: {} }] });
    const books = orderBooks(100, { accepted: 50, failed: 0, unreached: 50 });
    expect(ordersAnswer('orders', shop('queue', books, { email })).join()).not.toContain('email');
  });

  it('names the freeze of an order service that left customers waiting', () => {
    const fault = {
      ...outage.faults[0]!,
      kind: 'freeze' as const,
      target: 'order-service',
      doneAtSeconds: 1,
    };
    expect(said({ accepted: 80, failed: 0, timedOut: 20 }, 'sync', { faults: [fault] }).join()).toContain(
      '20 customers waited in vain for the order-service (freeze at 1 s)',
    );
  });

  it('names the fault of the order service that left customers without one', () => {
    const [kill] = outage.faults;
    const fault = { ...kill!, target: 'order-service', doneAtSeconds: 3 };
    expect(said({ accepted: 50, failed: 0, unreached: 45, broken: 5 }, 'queue', { faults: [fault] })[1]).toBe(
      '50 customers found no order-service (kill at 3 s)',
    );
  });

  it('says what was done and never told, and what was done too often', () => {
    const steps = {
      payments: { done: 100, missing: 0, duplicated: 3 },
      emails: { done: 100, missing: 0, duplicated: 0 },
    };
    expect(said({ accepted: 90, doneUnaccepted: 10, steps }).slice(1)).toEqual([
      '10 orders were done, though the customer was never told so',
      'done more than once: payments 3 times too often',
    ]);
  });

  it('says what was due and never posted', () => {
    const result = shop('queue', orderBooks(97), services);
    const producers = { orders: { ...result.producers.orders!, scheduled: 100 } };
    expect(ordersAnswer('orders', { ...result, producers })[0]).toMatch(/; 3 were due and never posted$/);
  });
});

describe('how far a trouble spread', () => {
  const trouble: ServiceTrouble = {
    causes: ['killed'],
    fromSeconds: 5,
    toSeconds: 15,
    posted: 100,
    notAccepted: 97,
    missing: { payments: 96 },
  };

  it.each([
    [
      {},
      'killed from 5 s to 15 s: of 100 orders posted in it 97 were not accepted, and 96 payments did not happen',
    ],
    [{ missing: {} }, 'killed from 5 s to 15 s: of 100 orders posted in it 97 were not accepted'],
    [
      { notAccepted: 0, missing: { payments: 0 } },
      'killed from 5 s to 15 s: all 100 orders posted in it were accepted, and it spread no further',
    ],
    [
      { notAccepted: 0 },
      'killed from 5 s to 15 s: all 100 orders posted in it were accepted, but 96 payments did not happen',
    ],
    [
      { causes: ['fell over', 'turned calls away'], toSeconds: null, posted: 0, notAccepted: 0 },
      'fell over and turned calls away from 5 s to the end: no order was posted in it',
    ],
    [
      { posted: 1, notAccepted: 1, missing: {} },
      'killed from 5 s to 15 s: of the one order posted in it 1 was not accepted',
    ],
  ])('%j', (other, expected) => {
    expect(spreadSentence({ ...trouble, ...other })).toBe(expected);
  });
});

describe('the report of a run by HTTP', () => {
  it.each([60, 80, 100, 120])('has no line beyond %i columns', (width) => {
    for (const result of [queuedShop, directShop]) {
      for (const color of [false, true]) {
        const lines = renderReport(result, { color, width }).split('\n');
        expect(lines.filter((line) => visibleWidth(line) > width && !line.includes('/home/'))).toEqual([]);
        expect(lines.every((line) => line === line.trimEnd())).toBe(true);
      }
    }
  });

  it('is the same text with colour as without', () => {
    for (const result of [queuedShop, directShop]) {
      expect(stripVTControlCharacters(renderReport(result, { color: true, width: 100 }))).toBe(
        report(result),
      );
    }
  });

  it('has the orders as the customers saw them', () => {
    expect(section(directShop, 'Orders, as')).toEqual([
      '  Orders, as the customers saw them          orders',
      `  ${'─'.repeat(49)}`,
      '  posted                                      1,000',
      '  accepted                                      312',
      '  not accepted                                  688',
      '  failed (5xx)                                  600',
      '  timed out                                      88',
      '  accepted and done                             312',
      '  accepted and lost                               0',
      '  half-done                                      41',
      '  response p50                                20 ms',
      '  response p95                               2.90 s',
      '  response p99                               4.10 s',
      '  response, longest                          6.02 s',
      '  not yet done p50                              0 s',
      '  not yet done p99                              0 s',
      '  not yet done, longest                         0 s',
      '  all well again at                  not by the end',
      '  the books                                 balance',
      '  Not well again by the end: the last orders were not accepted',
    ]);
    expect(section(directShop, 'Half-done').at(-1)).toMatch(/payments done, emails missing +41 +0$/);
    expect(section(directShop, 'Steps')[2]).toMatch(/payments +353 +647 +0$/);
  });

  it('has what the services wrote down', () => {
    expect(section(directShop, 'Services').join('\n')).toMatch(
      /order-service +sync +1,000 +0 +201: 312, 503: 600, 504: 88; refused +1 +0\n +requests: 400: 3/,
    );
    expect(section(directShop, 'Providers')).toContain('  turned away (503)         647     41');
    expect(section(directShop, "How far a provider's")).toEqual([
      "  How far a provider's trouble spread",
      '  email: turned calls away from 2.5 s to 10.1 s: of 750 orders posted in it 650 were not accepted,',
      '    and 640 payments did not happen',
    ]);
  });

  it('does not list the troubles of a provider that falls over again and again', () => {
    const trouble = {
      causes: ['fell over'],
      fromSeconds: 1,
      toSeconds: 2,
      posted: 1,
      notAccepted: 0,
      missing: {},
    };
    const email = provider(5, { fellOver: 9, troubles: Array.from({ length: 9 }, () => trouble) });
    const lines = section(shop('queue', orderBooks(9), { ...services, email }), "How far a provider's");
    expect(lines.filter((line) => line.startsWith('  email: fell over'))).toHaveLength(5);
    expect(lines.at(-1)).toBe('  email: and 4 further troubles');
  });

  it('of direct calls does not read as if there were queues', () => {
    const text = report(directShop);
    expect(text).toContain(
      'emails:   called directly (mode: sync), without a queue: of 1,000 orders that got to it 312',
    );
    expect(text).toContain('emails, called directly');
    expect(text).not.toMatch(
      /backlog|predicted|drained|catch|caught|redeliver|longest wait|worker|Troubles/i,
    );
    expect(report(queuedShop)).toMatch(/payments: backlog over time/);
  });

  it('names the services in the faults, and no worker of theirs', () => {
    const [kill] = outage.faults;
    const faults = [{ ...kill!, target: 'email', held: null }];
    const rows = section({ ...queuedShop, faults }, 'Faults at');
    expect(rows[2]).toMatch(/kill email +4711/);
  });

  it('says which books do not balance', () => {
    const result = shop('queue', orderBooks(100, { balanced: false }), services);
    expect(report(result)).toContain("The books of orders don't balance.");
  });

  it('of older results says nothing of orders or services', () => {
    const { services: _, ...older } = outage;
    expect(report(older)).toBe(report(outage));
    expect(report(outage)).not.toMatch(/as the customers|Services|Providers/);
  });

  it('cleans what comes from elsewhere', () => {
    const hostile = shop(
      'queue',
      orderBooks(1, {
        halfDone: 1,
        halves: [{ done: ['a\u001b[2J'], missing: ['b\nc'], orders: 1, accepted: 0 }],
      }),
      {
        ...services,
        email: provider(5, {
          troubles: [
            {
              causes: ['x\u0007'],
              fromSeconds: 0,
              toSeconds: 1,
              posted: 1,
              notAccepted: 1,
              missing: { 'p\r': 1 },
            },
          ],
        }),
      },
    );
    expect(report(hostile).split('\n').join('')).not.toMatch(/\p{Cc}/u);
  });
});
