import { describe, expect, it } from 'vitest';
import { type Overrides, parseVariants } from '../../../src/scenario/index.js';
import { problemsOf } from './problemsOf.js';

interface Shop {
  readonly orders?: string;
  readonly payments?: string;
  readonly emails?: string;
  readonly payment?: string;
  readonly email?: string;
  /** From line 10 on. */
  readonly rest?: string;
}

/** Orders by HTTP: line 3 is the producer, 5 and 6 are the queues, 8 and 9 the providers. */
function shop(parts: Shop = {}): string {
  const { orders = 'via: http', payments = 'provider: payment', emails = 'provider: email' } = parts;
  const { payment = 'capacity: 10/s', email = 'capacity: 5/s', rest = '' } = parts;
  return `# line 1
producers:
  orders: {rate: 10/s, for: 10s, to: [payments, emails], ${orders}}
queues:
  payments: {${payments}}
  emails: {${emails}}
providers:
  payment: {${payment}}
  email: {${email}}
${rest}`;
}

/** This problem, or these, and no other. */
function found(text: string, expected: string | readonly string[], overrides: Overrides = {}): void {
  expect(problemsOf(text, overrides)).toEqual([expected].flat().map((part) => expect.stringContaining(part)));
}

type Row = readonly [what: string, parts: Shop, expected: string | readonly string[]];

const producers: Row[] = [
  [
    'an unknown via',
    { orders: 'via: htp', rest: 'orderService: {}\nmode: sync\nexpect: [orders.accepted == 1]' },
    '3 producers.orders.via: is htp, not queue or http → did you mean `http`?',
  ],
  [
    'resubmits by HTTP',
    { orders: 'via: http, resubmit: [1s]' },
    '3 producers.orders.resubmit: `resubmit` is not possible with via: http → leave it out, or let the producer publish',
  ],
  [
    'patience with a queue',
    { orders: 'via: queue, patience: 3s' },
    '3 producers.orders.patience: `patience` means nothing with via: queue → write via: http beside it',
  ],
  [
    'patience without via',
    { orders: 'patience: 3s' },
    '3 producers.orders.patience: `patience` means nothing',
  ],
  [
    'no patience',
    { orders: 'via: http, patience: 0s' },
    '3 producers.orders.patience: must be longer than 0',
  ],
];

const queues: Row[] = [
  [
    'an unknown provider',
    { emails: 'provider: emial' },
    [
      '6 queues.emails.provider: there is no provider `emial` → did you mean `email`?',
      '9 providers.email: no queue uses email → write provider: email into a queue, or leave the provider out',
    ],
  ],
  [
    'work beside a provider',
    { emails: 'provider: email, work: 1s' },
    "6 queues.emails.work: `work` and `provider` don't go together → leave it out: the provider's latency",
  ],
  [
    'failures beside a provider',
    { emails: 'provider: email, failures: [{fail: 10%}]' },
    "6 queues.emails.failures: `failures` and `provider` don't go together → leave them out, and let the provider fail",
  ],
  [
    'polling beside a provider',
    { emails: 'provider: email, polling: {batch: 5, sleep: 1s}' },
    "6 queues.emails.polling: `polling` and `provider` don't go together",
  ],
  [
    'a dead-letter queue with the name of a provider',
    { emails: 'provider: email, deadLetter: payment' },
    '6 queues.emails.deadLetter: its dead-letter queue is called payment, and so is a provider',
  ],
];

const providers: Row[] = [
  [
    'no capacity',
    { email: 'latency: 1s' },
    '9 providers.email.capacity: `capacity` is missing → write what it can do, such as capacity: 5/s',
  ],
  [
    'a capacity without a unit',
    { email: 'capacity: 5' },
    '9 providers.email.capacity: 5 has no unit → write 5/s',
  ],
  [
    'half a call',
    { email: 'capacity: 0.5/s' },
    '9 providers.email.capacity: 0.5/s is not a whole number of messages → write 1/2s',
  ],
  [
    'a capacity of 0',
    { email: 'capacity: 0/s' },
    '9 providers.email.capacity: 0/s would let nothing through → write a rate above 0; a provider that is down is a fault',
  ],
  [
    'a mistyped key',
    { email: 'capacity: 5/s, latncy: 1s' },
    '9 providers.email.latncy: a provider has no key `latncy` → did you mean `latency`?',
  ],
  [
    'a mistyped distribution',
    { email: 'capacity: 5/s, latency: {exponentiel: {mean: 1s}}' },
    '9 providers.email.latency.exponentiel: latency has no key `exponentiel` → did you mean `exponential`?',
  ],
  [
    'a negative waiting room',
    { email: 'capacity: 5/s, waitingRoom: -1' },
    '9 providers.email.waitingRoom: is -1, not a whole number from 0',
  ],
  [
    'half a fall',
    { email: 'capacity: 5/s, fallOver: {after: 2s}' },
    '9 providers.email.fallOver.back: `back` is missing → write {after: 2s, back: 5s}',
  ],
  [
    'a fall that is no mapping',
    { email: 'capacity: 5/s, fallOver: 2s' },
    '9 providers.email.fallOver: is 2s, not a mapping → write {after: 2s, back: 5s}',
  ],
  [
    'a fall of an always full waiting room',
    { email: 'capacity: 5/s, waitingRoom: 0, fallOver: {after: 2s, back: 1s}' },
    '9 providers.email.waitingRoom: a waiting room without a place is always full, and `fallOver` waits for that',
  ],
  [
    'a provider that no queue uses',
    { payments: 'work: 1s' },
    '8 providers.payment: no queue uses payment → write provider: payment into a queue, or leave the provider out',
  ],
];

const s = '10 orderService';

const orderServices: Row[] = [
  [
    'a list',
    { rest: 'orderService: []' },
    `${s}: is a list, not a mapping → write the order service with the keys port`,
  ],
  [
    'a mistyped key',
    { rest: 'orderService: {retires: 3}' },
    `${s}.retires: the order service has no key \`retires\` → did you mean \`retries\`?`,
  ],
  [
    'a port',
    { rest: 'orderService: {port: 65536}' },
    `${s}.port: is 65536, not a whole number from 0 to 65535`,
  ],
  [
    'a mistyped publish',
    { rest: 'orderService: {publish: before-anwser}' },
    `${s}.publish: is before-anwser, not before-answer or after-answer → did you mean \`before-answer\`?`,
  ],
  [
    'publish after without a time',
    { rest: 'orderService: {publish: after-answer}' },
    `${s}.publish: \`after-answer\` does not say how long after → write {after-answer: 500ms}`,
  ],
  [
    'publish after with nothing',
    { rest: 'orderService: {publish: {after-answer: }}' },
    `${s}.publish.after-answer: \`after-answer\` does not say how long after`,
  ],
  [
    'publish before with a time',
    { rest: 'orderService: {publish: {before-answer: 1s}}' },
    `${s}.publish.before-answer: \`before-answer\` has no settings → write publish: before-answer`,
  ],
  ['no time at all', { rest: 'orderService: {timeout: 0s}' }, `${s}.timeout: must be longer than 0`],
  [
    'half a retry',
    { rest: 'orderService: {retries: 0.5}' },
    `${s}.retries: is 0.5, not a whole number from 0 to 1000`,
  ],
  [
    'a backoff without an end',
    { rest: 'orderService: {retries: 100, backoff: {exponential: 1s}}' },
    `${s}.backoff: lets the last of 100 retries wait longer than 30 days → write a max beside it, such as max: 30s, or fewer retries`,
  ],
  [
    'half a circuit breaker',
    { rest: 'orderService: {circuitBreaker: {failures: 5}}' },
    `${s}.circuitBreaker.open: \`open\` is missing → write {failures: 5, open: 10s}`,
  ],
  [
    'a circuit breaker that is no mapping',
    { rest: 'orderService: {circuitBreaker: 5}' },
    `${s}.circuitBreaker: is 5, not a mapping → write {failures: 5, open: 10s}`,
  ],
  [
    'a circuit breaker that never closes',
    { rest: 'orderService: {circuitBreaker: {failures: 0, open: 1s}}' },
    `${s}.circuitBreaker.failures: is 0, not a whole number from 1`,
  ],
  [
    'no call at all',
    { rest: 'orderService: {concurrency: 0}' },
    `${s}.concurrency: is 0, not a whole number from 1 to 10000`,
  ],
  [
    'an unknown failure',
    { rest: 'orderService: {onFailure: {emails: quueue}}' },
    `${s}.onFailure.emails: is quueue, not fail, degrade or queue → did you mean \`queue\`?`,
  ],
  [
    'a failure of what is no step',
    { rest: 'orderService: {onFailure: {email: queue}}' },
    `${s}.onFailure.email: email is no step of an order that comes by HTTP → did you mean \`emails\`?`,
  ],
  [
    'a list of failures',
    { rest: 'orderService: {onFailure: [queue]}' },
    `${s}.onFailure: is a list, not fail, degrade or queue → write fail, degrade or queue, or for single steps {payments: queue}`,
  ],
  [
    'nobody who comes by HTTP',
    { orders: '', rest: 'orderService: {onFailure: {emails: queue}}' },
    `${s}: no order comes by HTTP, so there is no order service → write via: http into a producer, such as orders, or leave the section out`,
  ],
];

const modes: Row[] = [
  ['a mistyped mode', { rest: 'mode: snyc' }, '10 mode: is snyc, not queue or sync → did you mean `sync`?'],
  [
    'sync without anybody who comes by HTTP',
    { orders: '', rest: 'mode: sync' },
    '10 mode: no order comes by HTTP, so none is handled in mode sync → write via: http into a producer, such as orders',
  ],
  [
    'sync without a provider',
    { emails: 'rate: 5/s', payments: 'provider: email', payment: 'capacity: 1/s', rest: 'mode: sync' },
    [
      '6 queues.emails: in mode sync the order service calls a provider for emails, and it has none → write provider: payment or email into the queue',
      '8 providers.payment: no queue uses payment',
    ],
  ],
  [
    'sync with something that follows',
    { payments: 'provider: payment, to: [emails]', rest: 'mode: sync' },
    '5 queues.payments.to: in mode sync nothing follows on payments: the order service does its work, and publishes nothing on → leave `to` out',
  ],
  [
    'sync with outcomes',
    { payments: 'provider: payment, outcomes: {paid: 100%}', rest: 'mode: sync' },
    '5 queues.payments.outcomes: in mode sync nothing follows on payments',
  ],
];

const faults: Row[] = [
  [
    'an unknown name',
    { rest: 'faults: [{at: 1s, kill: emial}]' },
    '10 faults[0].kill: there is no queue or service `emial` → did you mean `email`? known here: payments, emails, payment, email, order-service',
  ],
  [
    'an order service that is not there',
    { orders: '', rest: 'faults: [{at: 1s, kill: order-service}]' },
    '10 faults[0].kill: no order comes by HTTP, so there is no order service → write via: http into a producer',
  ],
  [
    'scale',
    { rest: 'faults: [{at: 1s, scale: email, workers: 3}]' },
    '10 faults[0].scale: `scale` is for queues, and email is a provider → write kill, stop, restart, freeze or thaw',
  ],
  [
    'redrive',
    { rest: 'faults: [{at: 1s, redrive: order-service}]' },
    '10 faults[0].redrive: `redrive` is for queues, and order-service is the order service',
  ],
  [
    'workers',
    { rest: 'faults: [{at: 1s, kill: email, workers: 1}]' },
    '10 faults[0].workers: `workers` means nothing with a provider, which is one process → leave it out',
  ],
  [
    'an aimed kill',
    { rest: 'faults: [{at: 1s, kill: order-service, when: after-effect}]' },
    '10 faults[0].when: only the workers of a queue can be killed at a chosen point, and order-service is the order service',
  ],
  [
    'an aimed stop',
    { rest: 'faults: [{at: 1s, stop: email, when: after-effect}]' },
    '10 faults[0].when: `when: after-effect` means nothing with stop',
  ],
  [
    'a kill after a kill',
    { rest: 'faults: [{at: 1s, kill: email}, {at: 2s, kill: email}]' },
    '10 faults[1]: the kill at 2s finds that email is not running → restart it before, or leave the fault out',
  ],
  [
    'a restart of what is up',
    { rest: 'faults: [{at: 1s, restart: order-service}]' },
    '10 faults[0]: the restart at 1s finds that order-service is not down → kill or stop it before',
  ],
  [
    'a restart of what is frozen',
    { rest: 'faults: [{at: 1s, freeze: email}, {at: 2s, restart: email}]' },
    '10 faults[1]: the restart at 2s finds that email is not down → it is frozen: write thaw',
  ],
  [
    'a thaw of what is not frozen',
    { rest: 'faults: [{at: 1s, thaw: email}]' },
    '10 faults[0]: the thaw at 1s finds that email is not frozen → freeze it before',
  ],
  [
    'a restart of what is back',
    { rest: 'faults: [{at: 1s, kill: email, for: 2s}, {at: 5s, restart: email}]' },
    '10 faults[1]: the restart at 5s finds that email is not down',
  ],
  [
    'a fault after the end',
    { rest: 'drain: 10s\nfaults: [{at: 30s, kill: email}]' },
    '11 faults[0]: the kill at 30s comes after the end of the run',
  ],
  [
    'workers that are not there',
    { rest: 'mode: sync\nfaults: [{at: 1s, kill: emails}, {at: 2s, redrive: payments}]' },
    [
      '11 faults[0]: in mode sync nothing is published to emails, so it has no workers and no dead letters → leave the fault out, or write kill: email; with onFailure: {emails: queue} it would have workers',
      '11 faults[1]: in mode sync nothing is published to payments, so it has no workers and no dead letters → leave the fault out; with onFailure',
    ],
  ],
];

const expectations: Row[] = [
  [
    "an order service's measure of a provider",
    { rest: 'expect: [email.received == 3]' },
    "10 expect[0]: `received` is the order service's measure, and email is a provider → write order-service.received; a provider has calls, turnedAway, effects, replayed, fellOver, breakerOpened, started, died, peakWaiting",
  ],
  [
    "a provider's measure of the order service",
    { rest: 'expect: [order-service.turnedAway == 3]' },
    "10 expect[0]: `turnedAway` is a provider's measure, and order-service is the order service → write payment.turnedAway; the order service has received, guests, started, died",
  ],
  [
    "a service's measure of a queue",
    { rest: 'expect: [emails.calls == 3]' },
    "10 expect[0]: `calls` is a provider's measure, and emails is a queue → write payment.calls",
  ],
  [
    "a queue's measure of a provider",
    { rest: 'expect: [email.lost == 3]' },
    "10 expect[0]: `lost` is a queue's measure, and email is a provider → write payments.lost; a provider has calls",
  ],
  [
    "a queue's measure of a producer that has one like it",
    { rest: 'expect: [orders.undetermined == 0]' },
    "10 expect[0]: `undetermined` is a queue's measure, and orders is a producer → write payments.undetermined, or orders.orderBooks.undetermined",
  ],
  [
    'a mistyped measure',
    { rest: 'expect: [email.turnedaway == 3]' },
    '10 expect[0]: a provider has no measure `turnedaway` → did you mean `email.turnedAway`?',
  ],
  [
    'nothing like a measure',
    { rest: 'expect: [order-service.xyzzy == 3]' },
    '10 expect[0]: the order service has no measure `xyzzy` → there are: received, guests, started, died',
  ],
  [
    'half a measure',
    { rest: 'expect: [orders.unfinished <= 5s]' },
    '10 expect[0]: a producer has no measure `unfinished` → there are, for example: unfinished.p50, unfinished.p95, unfinished.p99, unfinished.max; all are in docs/words.md',
  ],
  [
    'only a name',
    { rest: 'expect: [order-service == 3]' },
    '10 expect[0]: `order-service` is the order service, not a measure → write such as order-service.received',
  ],
  [
    'a mistyped service',
    { rest: 'expect: [emial.turnedAway == 3]' },
    '10 expect[0]: there is no queue, producer or service `emial` → did you mean `email`?',
  ],
  [
    'books of orders that are none',
    { orders: '', rest: 'expect: [orders.halfDone == 0]' },
    '10 expect[0]: `halfDone` is a measure of producers by HTTP, and orders is none → write via: http into orders',
  ],
  [
    'books of orders where there are none',
    { orders: '', rest: 'expect: [halfDone == 0]' },
    '10 expect[0]: `halfDone` is a measure of producers by HTTP, and no order comes by HTTP → write via: http',
  ],
  [
    'the order service where there is none',
    { orders: '', rest: 'expect: [order-service.received == 0, received == 0]' },
    [
      '10 expect[0]: no order comes by HTTP, so there is no order service → write via: http into a producer',
      "10 expect[1]: `received` is the order service's measure, and no order comes by HTTP",
    ],
  ],
];

describe.each([
  ['producers', producers],
  ['queues', queues],
  ['providers', providers],
  ['the order service', orderServices],
  ['the mode', modes],
  ['faults on services', faults],
  ['expectations', expectations],
])('what is wrong with %s', (_kind, rows) => {
  it.each(rows)('%s', (_what, parts, expected) => {
    found(shop(parts), expected);
  });
});

describe('what is wrong in a scenario without services', () => {
  const plain = (rest: string) =>
    `producers: {orders: {rate: 10/s, for: 3s, to: [emails]}}\nqueues: {emails: {}}\n${rest}`;

  it.each([
    ['providers that are nothing', 'providers:', '3 providers: has no value'],
    [
      'providers that are a list',
      'providers: [email]',
      '3 providers: is a list, not a mapping → write providers: {',
    ],
    [
      "a provider's measure",
      'expect: [turnedAway == 0]',
      "3 expect[0]: `turnedAway` is a provider's measure, and the scenario has no provider → write one: providers:",
    ],
    [
      "a service's measure",
      'expect: [died == 0]',
      "3 expect[0]: `died` is a service's measure, and the scenario has no",
    ],
    [
      'a fault on what is not there',
      'faults: [{at: 1s, kill: email}]',
      '3 faults[0].kill: there is no queue `email` → did you mean `emails`?',
    ],
  ])('%s', (_what, rest, expected) => {
    found(plain(rest), expected);
  });

  it('is a queue with a provider that nobody wrote', () => {
    found(
      plain('').replace('emails: {}', 'emails: {provider: email}'),
      '2 queues.emails.provider: there is no provider `email` → write it into the scenario: providers: {email: {capacity: 5/s}}',
    );
  });

  it.each([
    ['orderService.retries=2', 'no order comes by HTTP, so there is no order service'],
    ['mode=sync', 'no order comes by HTTP, so none is handled in mode sync'],
    ['providers.email.capacity=5/s', 'there is no provider `email`'],
  ])('is --set %s', (set, expected) => {
    found(plain(''), `- --set ${set}: ${expected}`, { set: [set] });
  });
});

describe('names', () => {
  it.each([
    ['a queue and a provider', '  emails: {capacity: 1/s}', '`emails` is the name of a queue too'],
    ['a producer and a provider', '  orders: {capacity: 1/s}', '`orders` is the name of a producer too'],
    [
      'a reserved one',
      '  order-service: {capacity: 1/s}',
      '`order-service` is a name that results use themselves',
    ],
    ['guests', '  guest: {capacity: 1/s}', '`guest` is a name that results use themselves'],
    ['none at all', '  E-Mail: {capacity: 1/s}', '`E-Mail` is not a name → write e-mail'],
  ])('%s', (_what, line, expected) => {
    const lines = problemsOf(shop({ rest: line }));
    expect(lines.join('\n')).toContain(expected);
    expect(lines.filter((each) => !each.includes('no queue uses'))).toHaveLength(1);
  });
});

describe('flags', () => {
  it.each([
    [{ kill: ['email@3'] }, '- --kill email@3: 3 has no unit → write 3s'],
    [{ restart: ['email@3s'] }, '- --restart email@3s: the restart at 3s finds that email is not down'],
    [
      { set: ['providers.emial.capacity=5/s'] },
      '- --set providers.emial.capacity=5/s: there is no provider `emial` → did you mean `email`?',
    ],
    [
      { set: ['orderService.retires=5'] },
      '- --set orderService.retires=5: the order service has no key `retires`',
    ],
    [{ set: ['mode=snyc'] }, '- --set mode=snyc: is snyc, not queue or sync'],
  ])('%j', (overrides, expected) => {
    found(shop(), expected, overrides);
  });
});

describe('variants', () => {
  const variants = (text: string) => () => parseVariants(shop({ rest: `variants: {sync: {${text}}}` }));

  it.each([
    [
      'mode: sync, queues.emails.provider: null',
      'in mode sync the order service calls a provider for emails',
    ],
    ['mode: snyc', 'is snyc, not queue or sync'],
    ['providers: {email: {capacity: 9/s}}', 'replaces all providers'],
  ])('%s', (text, expected) => {
    const thrown = expect.objectContaining({ message: expect.stringContaining(expected) });
    const all = expect.objectContaining({ problems: expect.arrayContaining([thrown]) });
    expect(variants(text)).toThrow(all);
  });
});

it('is all told at once', () => {
  const lines = problemsOf(
    shop({
      orders: 'via: http, resubmit: [1s]',
      emails: 'provider: email, work: 1s',
      email: 'latency: 5',
      rest: 'mode: snyc\norderService: {retries: -1, onFailure: {mail: queue}}\nfaults: [{at: 1s, scale: email}]\nexpect: [email.lost == 0]',
    }),
  );
  expect(lines).toHaveLength(9);
});
