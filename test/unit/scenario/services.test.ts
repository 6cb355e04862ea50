import { describe, expect, it } from 'vitest';
import { type Overrides, parseScenario, parseVariants, type Scenario } from '../../../src/scenario/index.js';
import { isServed } from '../../../src/scenario/served.js';

/** Orders by HTTP, each to be paid and confirmed. */
const shop = `
producers:
  orders: {rate: 100/s, for: 10s, to: [payments, emails], via: http, patience: 10s}
queues:
  payments: {rate: 10/s, concurrency: 10, provider: payment}
  emails: {rate: 5/s, concurrency: 5, provider: email, timeout: 2s}
providers:
  payment: {capacity: 10/s}
  email: {capacity: 1/200ms, latency: {exponential: {mean: 100ms}}, waitingRoom: 20, fallOver: {after: 2s, back: 5s}}
`;

const usualOrderService = {
  port: 0,
  publishAfterAnswerSeconds: null,
  timeoutSeconds: 3,
  retries: 0,
  backoff: null,
  circuitBreaker: null,
  concurrency: null,
  onFailure: { payments: 'fail', emails: 'fail' },
};

function load(text: string, overrides: Overrides = {}): Scenario {
  return parseScenario(text, { overrides });
}

function orderService(section: string) {
  return load(`${shop}orderService: {${section}}`).orderService;
}

describe('services', () => {
  it('are read, with what is usual', () => {
    const { mode, producers, queues, providers, orderService } = load(shop);
    expect(mode).toBe('queue');
    expect(producers[0]).toMatchObject({ via: 'http', patienceSeconds: 10 });
    expect(queues.map(({ provider, timeoutSeconds }) => [provider, timeoutSeconds])).toEqual([
      ['payment', 3],
      ['email', 2],
    ]);
    expect(providers).toEqual([
      {
        name: 'payment',
        capacity: { count: 10, perSeconds: 1 },
        latency: { kind: 'constant', meanSeconds: 0 },
        waitingRoom: 10,
        fallOver: null,
      },
      {
        name: 'email',
        capacity: { count: 1, perSeconds: 0.2 },
        latency: { kind: 'exponential', meanSeconds: 0.1 },
        waitingRoom: 20,
        fallOver: { afterSeconds: 2, backSeconds: 5 },
      },
    ]);
    expect(orderService).toEqual(usualOrderService);
  });

  it('may be called without orders by HTTP', () => {
    const scenario = load(shop.replace(', via: http, patience: 10s', ''));
    expect(scenario.orderService).toBeNull();
    expect(scenario.providers).toHaveLength(2);
  });

  it('need not do the work of orders by HTTP', () => {
    const scenario = load(
      'producers: {orders: {rate: 1/s, for: 1s, to: [emails], via: http}}\nqueues: {emails: {work: 1s}}',
    );
    expect(scenario.orderService?.onFailure).toEqual({ emails: 'fail' });
    expect(scenario.queues[0]?.timeoutSeconds).toBeNull();
    expect(scenario.producers[0]?.patienceSeconds).toBe(30);
  });

  it.each([
    ['nothing', '', {}],
    ['a port', 'port: 8080', { port: 8080 }],
    ['publishing first', 'publish: before-answer', {}],
    ['answering first', 'publish: {after-answer: 500ms}', { publishAfterAnswerSeconds: 0.5 }],
    ['publishing right after the answer', 'publish: {after-answer: 0}', { publishAfterAnswerSeconds: 0 }],
    ['a time limit', 'timeout: 1s', { timeoutSeconds: 1 }],
    ['retries without a wait', 'retries: 3', { retries: 3 }],
    [
      'a backoff without retries',
      'backoff: 200ms',
      { backoff: { kind: 'fixed', delaySeconds: 0.2, jitter: 0, maxSeconds: null } },
    ],
    [
      'retries with a backoff',
      'retries: 3, backoff: {exponential: 1s, jitter: 0.5, max: 3s}',
      { retries: 3, backoff: { kind: 'exponential', delaySeconds: 1, jitter: 0.5, maxSeconds: 3 } },
    ],
    [
      'a circuit breaker',
      'circuitBreaker: {failures: 5, open: 10s}',
      { circuitBreaker: { failures: 5, openSeconds: 10 } },
    ],
    ['a bound', 'concurrency: 20', { concurrency: 20 }],
    [
      'what to do about all failures',
      'onFailure: degrade',
      { onFailure: { payments: 'degrade', emails: 'degrade' } },
    ],
    [
      'what to do about one failure',
      'onFailure: {emails: queue}',
      { onFailure: { payments: 'fail', emails: 'queue' } },
    ],
    ['null for what is usual', 'timeout: null, onFailure: {emails: null}', {}],
  ])('order service: %s', (_what, section, expected) => {
    expect(orderService(section)).toEqual({ ...usualOrderService, ...expected });
  });

  it('fail with the steps of all producers by HTTP, and of no other', () => {
    const more = shop.replace(
      'queues:\n',
      `  returns: {rate: 1/s, for: 5s, to: [refunds, emails], via: http}
  audit: {rate: 1/s, for: 5s, to: [reports]}
queues:
  refunds: {}
  reports: {}
`,
    );
    expect(Object.keys(load(more).orderService?.onFailure ?? {})).toEqual(['payments', 'emails', 'refunds']);
  });
});

describe('faults on services', () => {
  it('are those of one process', () => {
    const { faults } = load(`${shop}
faults:
  - {at: 1s, kill: payment, for: 2s}
  - {at: 5s, freeze: payment, workers: all, when: now}
  - {at: 6s, thaw: payment}
  - {at: 6s, stop: order-service}
  - {at: 7s, restart: order-service}
  - {at: 9s, restart: email}
  - {at: 9s, kill: emails, when: after-effect}`);
    expect(faults.map(({ kind, queue, workers }) => `${kind} ${queue} ${workers}`)).toEqual([
      'kill payment all',
      'freeze payment all',
      'thaw payment all',
      'stop order-service all',
      'restart order-service all',
      // It may have fallen over.
      'restart email all',
      'kill emails all',
    ]);
  });

  it('come from the short forms too', () => {
    const text = `${shop}faults: [{at: 1s, freeze: email, for: 1s}, {at: 2s, kill: payment, for: 1s}]`;
    const { faults } = load(text, { kill: ['email@3s', 'order-service@4s'], restart: ['order-service@6s'] });
    expect(faults.map(({ atSeconds, kind, queue }) => `${atSeconds} ${kind} ${queue}`)).toEqual([
      '2 kill payment',
      '3 kill email',
      '4 kill order-service',
      '6 restart order-service',
    ]);
  });
});

describe('expectations on services and orders', () => {
  it.each([
    ['orders.accepted == 1000', 'orders', 'orderBooks.accepted'],
    ['orders.halfDone == 0', 'orders', 'orderBooks.halfDone'],
    ['orders.orderBooks.lost == 0', 'orders', 'orderBooks.lost'],
    ['orders.response.p99 < 50ms', 'orders', 'orderBooks.responseSeconds.p99'],
    ['email.turnedAway > 0', 'email', 'turnedAway'],
    ['email.died == 0', 'email', 'died'],
    ['order-service.received == 1000', 'order-service', 'received'],
    ['order-service.started == 1', 'order-service', 'started'],
    ['accepted == 1000', null, 'orderBooks.accepted'],
    ['turnedAway == 0', null, 'turnedAway'],
    ['received == 3', null, 'received'],
  ])('%s', (expression, scope, measure) => {
    const [spec] = load(shop, { expect: [expression] }).expect;
    expect(spec).toMatchObject({ expression, scope, measure });
  });
});

describe('the mode', () => {
  it('leaves alone what means something in the other one', () => {
    const both = `${shop}
orderService: {retries: 3, circuitBreaker: {failures: 5, open: 2s}, onFailure: degrade, publish: {after-answer: 1s}}
`;
    for (const mode of ['queue', 'sync']) expect(load(`${both}mode: ${mode}`).mode).toBe(mode);
  });

  it('is varied', () => {
    const { variants } = parseVariants(shop, { vary: ['mode=sync,queue'] });
    expect(variants.map(({ name, scenario }) => [name, scenario.mode])).toEqual([
      ['mode=sync', 'sync'],
      ['mode=queue', 'queue'],
    ]);
  });

  it.each([
    ['queue', '', ['payments', 'emails']],
    ['sync', '', []],
    ['sync', 'orderService: {onFailure: {emails: queue}}', ['emails']],
  ])('%s decides which queues have workers: %s', (mode, rest, served) => {
    const scenario = load(`${shop}mode: ${mode}\n${rest}`);
    const names = scenario.queues.map(({ name }) => name);
    expect(names.filter((name) => isServed(name, scenario))).toEqual(served);
  });

  it('leaves the workers of queues that others publish to', () => {
    const scenario = load(
      `${shop.replace('queues:\n', '  batch: {rate: 1/s, for: 1s, to: [emails, first]}\nqueues:\n  first: {to: [second]}\n  second: {}\n')}mode: sync
faults: [{at: 1s, kill: emails}, {at: 1s, kill: second}]`,
    );
    const names = scenario.queues.map(({ name }) => name);
    expect(names.filter((name) => isServed(name, scenario))).toEqual(['first', 'second', 'emails']);
  });
});

describe('--set', () => {
  it.each([
    ['mode=sync', (s: Scenario) => s.mode, 'sync'],
    [
      'providers.email.capacity=10/s',
      (s: Scenario) => s.providers[1]?.capacity,
      { count: 10, perSeconds: 1 },
    ],
    ['providers.email.fallOver=null', (s: Scenario) => s.providers[1]?.fallOver, null],
    ['orderService.retries=2', (s: Scenario) => s.orderService, { ...usualOrderService, retries: 2 }],
    ['orderService.publish.after-answer=2s', (s: Scenario) => s.orderService?.publishAfterAnswerSeconds, 2],
    ['orderService.onFailure.emails=queue', (s: Scenario) => s.orderService?.onFailure.emails, 'queue'],
    [
      'orderService.circuitBreaker={failures: 1, open: 1s}',
      (s: Scenario) => s.orderService?.circuitBreaker,
      { failures: 1, openSeconds: 1 },
    ],
    ['producers.orders.patience=1s', (s: Scenario) => s.producers[0]?.patienceSeconds, 1],
  ])('takes %s', (set, read, expected) => {
    expect(read(load(shop, { set: [set] }))).toEqual(expected);
  });

  it('makes a scenario without services one with them', () => {
    const plain = 'producers: {orders: {rate: 1/s, for: 1s, to: [emails]}}\nqueues: {emails: {work: 1s}}';
    const set = [
      'producers.orders.via=http',
      'queues.emails.work=null',
      'queues.emails.provider=email',
      'providers={email: {capacity: 5/s}}',
      'mode=sync',
    ];
    const scenario = load(plain, { set });
    expect(scenario.providers.map(({ name }) => name)).toEqual(['email']);
    expect(scenario.orderService?.onFailure).toEqual({ emails: 'fail' });
  });
});
