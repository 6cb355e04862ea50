import { describe, expect, it } from 'vitest';
import { boughtSentence } from '../../../src/report/bought.js';
import { renderReport } from '../../../src/report/terminal.js';
import { visibleWidth } from '../../../src/report/text.js';
import type { Comparison } from '../../../src/result/comparison.js';
import type { OrderBooks } from '../../../src/result/orders.js';
import type { Result } from '../../../src/result/types.js';
import { idempotency } from '../../fixtures/comparisons.js';
import {
  calm,
  compareShops,
  directShop,
  orderBooks,
  orderService,
  provider,
  queuedShop,
  shop,
} from '../../fixtures/shop-results.js';

const final = { p50: 0, p95: 0, p99: 0, max: 0 };
const quick = { p50: 0.2, p95: 0.2, p99: 0.2, max: 0.2 };
const services = (mode: 'queue' | 'sync') => ({
  'order-service': orderService({ mode }),
  payment: provider(20),
  email: provider(20),
});

const sync = (books: Partial<OrderBooks> = {}): Result =>
  shop(
    'sync',
    orderBooks(120, { unfinishedSeconds: final, acceptedSeconds: quick, responseSeconds: quick, ...books }),
    services('sync'),
  );
const queue = (books: Partial<OrderBooks> = {}): Result =>
  shop('queue', orderBooks(120, books), services('queue'));

describe('what the queue bought and what it cost', () => {
  it('is said in orders, in halves, in answers and in time', () => {
    expect(boughtSentence(compareShops({ sync: directShop, queue: queuedShop }))).toBe(
      'The queue bought 688 more accepted orders (all 1,000 instead of 312), no half-done orders instead of 41 and answers within 21 ms instead of 4.1 s (p99). ' +
        "It cost time: an accepted order was not yet done for up to 3 min 12 s (192 s), where the direct calls' answer was final after 3.2 s (p99).",
    );
  });

  it('is fair where it bought nothing', () => {
    expect(boughtSentence(calm)).toBe(
      'The queue bought nothing here: both took all 60 orders. ' +
        "It cost time: an accepted order was not yet done for up to 0.41 s, where the direct calls' answer was final after 0.21 s (p99).",
    );
  });

  it('where all was done as soon as the direct answer came is no time', () => {
    const slow = { p50: 0.5, p95: 0.5, p99: 0.53, max: 0.53 };
    const soon = { p50: 0.1, p95: 0.2, p99: 0.25, max: 0.25 };
    const comparison = compareShops({
      sync: sync({ acceptedSeconds: slow }),
      queue: queue({ unfinishedSeconds: soon }),
    });
    expect(boughtSentence(comparison)).toContain(
      "It cost a final answer: an accepted order was not yet done for up to 0.25 s, where the direct calls' answer was final after 0.53 s (p99).",
    );
  });

  it('of several ways to call directly names what each took, and the one that is as good', () => {
    const half = {
      halfDone: 60,
      halves: [{ done: ['payments'], missing: ['emails'], orders: 60, accepted: 0 }],
    };
    const comparison = compareShops({
      sync: sync({ accepted: 60, ...half }),
      breaker: sync({ accepted: 61 }),
      degrade: sync({ done: 60, leftOut: 60 }),
      'queue-what-failed': sync({ unfinishedSeconds: { p50: 0, p95: 14, p99: 15, max: 16 } }),
      queue: queue(),
    });
    expect(boughtSentence(comparison)).toBe(
      'The queue bought up to 60 more accepted orders (all 120; of the direct calls queue-what-failed took 120, degrade 120 (60 with a step left out), breaker 61 and sync 60) and no half-done orders instead of up to 60. ' +
        'Over queue-what-failed it bought nothing. ' +
        'It cost time: an accepted order was not yet done for up to 3 min 12 s (192 s), where with queue-what-failed it was for up to 16 s.',
    );
  });

  it('counts steps that were left out, and steps that were done twice', () => {
    const steps = { emails: { done: 120, missing: 0, duplicated: 7 } };
    expect(
      boughtSentence(compareShops({ degrade: sync({ done: 60, leftOut: 60, steps }), queue: queue() })),
    ).toMatch(
      /^The queue bought 60 more orders done in full \(120 instead of 60\) and no steps done twice instead of 7\..*and said what was left out \(60\)\.$/,
    );
  });

  it('says what the queue did worse', () => {
    const steps = { emails: { done: 120, missing: 0, duplicated: 2 } };
    const worse = queue({ accepted: 110, done: 80, lost: 23, pending: 7, halfDone: 3, steps });
    expect(boughtSentence(compareShops({ sync: sync(), queue: worse }))).toBe(
      'The queue bought nothing here: it took 110 of 120 orders, direct calls took 120. ' +
        "It cost time: an accepted order was not yet done for up to 3 min 12 s (192 s), and 7 accepted orders were not done by the end, where the direct calls' answer was final after 0.2 s (p99). " +
        'It also cost 23 accepted orders lost, 10 orders not accepted that direct calls took, 3 half-done orders instead of 0 and 2 steps done twice instead of 0.',
    );
  });

  it('knows that nothing may have been done', () => {
    const none = { p50: null, p95: null, p99: null, max: null };
    const nothing = { accepted: 0, acceptedSeconds: none, unfinishedSeconds: none };
    expect(
      boughtSentence(
        compareShops({
          sync: sync(nothing),
          queue: queue({ done: 0, pending: 120, unfinishedSeconds: none }),
        }),
      ),
    ).toMatch(/It cost time: no accepted order was done by the end\.$/);
  });

  it('is not said without both, of what was cut short, or of predictions', () => {
    const cut = {
      ...queuedShop,
      run: { ...queuedShop.run, ended: { reason: 'interrupted' as const, detail: '', signal: 'SIGINT' } },
    };
    expect(boughtSentence(compareShops({ a: queuedShop, b: queuedShop }))).toBeNull();
    expect(boughtSentence(compareShops({ sync: directShop, queue: cut }))).toBeNull();
    expect(boughtSentence({ ...calm, origin: 'predicted' })).toBeNull();
    expect(boughtSentence(idempotency)).toBeNull();
  });
});

describe('the report of a comparison by HTTP', () => {
  const comparison = compareShops({ sync: directShop, queue: queuedShop });
  const report = (of: Comparison, width = 100): string => renderReport(of, { color: false, width });
  const section = (of: Comparison, title: string): string[] =>
    report(of)
      .split('\n\n')
      .find((each) => each.trimStart().startsWith(title))
      ?.split('\n') ?? [];
  const many = compareShops({
    sync: directShop,
    'sync-with-retries-and-a-long-name': directShop,
    'sync-with-a-circuit-breaker': directShop,
    degrade: directShop,
    queue: queuedShop,
  });

  it.each([60, 80, 100, 120])('has no line beyond %i columns', (width) => {
    for (const of of [comparison, calm, many]) {
      const lines = report(of, width).split('\n');
      expect(lines.filter((line) => visibleWidth(line) > width && !line.includes('/runs/'))).toEqual([]);
    }
  });

  it('begins with what the queue bought, and goes on with an answer for each', () => {
    const [verdict, bought, answers] = report(comparison).split('\n\n');
    expect(verdict).toMatch(/^PASS/);
    expect(bought).toMatch(/^ {2}The queue bought 688 more accepted orders/);
    expect(answers).toMatch(/^ {2}sync: {2}Of 1,000 orders 312 were accepted;/);
    expect(answers).toMatch(/\n {2}queue: All 1,000 orders were accepted within 21 ms/);
  });

  it('sets the orders beside each other', () => {
    expect(section(comparison, 'Orders')).toEqual([
      '  Orders                                     sync        queue',
      `  ${'─'.repeat(60)}`,
      '  posted                                    1,000        1,000',
      '  accepted                                    312        1,000',
      '  not accepted                                688            0',
      '  failed (5xx)                                600            0',
      '  timed out                                    88            0',
      '  response p50                              20 ms       4.0 ms',
      '  response p99                             4.10 s        21 ms',
      '  payments done                               353        1,000',
      '  payments missing                            647            0',
      '  emails done                                 312        1,000',
      '  emails missing                              688            0',
      '  accepted and done                           312        1,000',
      '  accepted and lost                             0            0',
      '  half-done                                    41            0',
      '  not yet done, longest                       0 s        192 s',
      "  not accepted in email's trouble      650 of 750   no trouble",
      '  all well again at                not by the end  always well',
    ]);
  });

  it('says nothing twice, and nothing of queues that there were none of', () => {
    const expected = [
      { expression: 'orders.accepted == 1000', actual: 1000, outcome: 'pass' as const, reason: null },
      { expression: 'emails.effected == 1000', actual: 1000, outcome: 'pass' as const, reason: null },
    ];
    const expecting = compareShops({ sync: directShop, queue: { ...queuedShop, expectations: expected } });
    const lines = section(expecting, 'Differences').join('\n');
    expect(lines).not.toMatch(/orders\.accepted |orders\.notAccepted|effected/);
    expect(lines).toMatch(/emails\.catchUp +– +26\.1 s/);
    expect(lines).toMatch(/verdict +pass +pass/);
  });

  it('gives each variant a line where they do not fit beside each other', () => {
    expect(report(many, 80)).toMatch(/Variant +posted +accepted/);
  });

  it('of two that both go through queues has the table without the sentence', () => {
    const lossy = queue({ done: 100, lost: 20 });
    const text = report(compareShops({ 'publish-first': queue(), 'answer-first': lossy }));
    expect(text).not.toContain('bought');
    expect(text).toContain('answer-first:  20 accepted orders are lost:');
    expect(text).toMatch(/accepted and lost +0 +20/);
  });
});
