/** Scenarios with one thing wrong that a schema can tell, each said by the part that is wrong. */

const scenario = (rest: string) =>
  `producers: {orders: {rate: 1/s, for: 1s, to: [emails]}}\nqueues: {emails: {}}\n${rest}`;
const queue = (settings: string) =>
  `producers: {orders: {rate: 1/s, for: 1s, to: [emails]}}\nqueues: {emails: {${settings}}, others: {}}`;
const producer = (settings: string) => `producers: {orders: {${settings}}}\nqueues: {emails: {}}`;
const shop = (provider: string, rest = '') =>
  `producers: {orders: {rate: 1/s, for: 1s, to: [emails], via: http}}\nqueues: {emails: {provider: email}}\nproviders: {email: {${provider}}}\n${rest}`;

const tops = [
  ...[
    'sumary: x',
    'name: My Outage',
    'summary: {a: b}',
    'try: --speed 5',
    'speed: 1000',
    'speed: fast',
    'seed: 1.5',
  ],
  ...[
    'seed: "1"',
    'drain: 10',
    'mode: asynchronous',
    'providers: [email]',
    'queues: [a]',
    'producers: {}',
    'queues: {}',
  ],
  ...[
    'faults: {at: 1s, kill: emails}',
    'faults: [{at: 1s}]',
    'faults: [{kill: emails}]',
    'faults: [{at: 1, kill: emails}]',
  ],
  ...[
    'faults: [{at: 1s, kil: emails}]',
    'faults: [{at: 1s, kill: emails, stop: emails}]',
    'faults: [{at: 1s, kill: emails, for: 5}]',
  ],
  'faults: [{at: 1s, kill: emails}, {at: 2s, restart: emails, for: 1s}]',
  'faults: [{at: 1s, stop: emails, when: after-effect}]',
  'faults: [{at: 1s, kill: emails, when: after-efect}]',
  'faults: [{at: 1s, scale: emails}]',
  'faults: [{at: 1s, scale: emails, workers: all}]',
  'faults: [{at: 1s, scale: emails, workers: 65}]',
  'faults: [{at: 1s, kill: emails, workers: 0}]',
  'faults: [{at: 1s, kill: emails, repaired: true}]',
  'faults: [{at: 1s, redrive: emails, workers: 1}]',
  ...[
    'expect: lost == 0',
    'expect: [lost: 0]',
    'expect: [lots == 0]',
    'expect: [lost = 0]',
    'expect: [lost == 1s]',
  ],
  ...['expect: [emails.catchUp <= 70]', 'expect: [emails.catchUp in 50s]', 'expect: [rate.achieved >= 99]'],
  ...[
    'expect: [lost within 5% of predicted]',
    'expect: [{that: lost == 0, abrot: true}]',
    'expect: [{abort: true}]',
  ],
  ...[
    'variants: []',
    'variants: {}',
    'variants: {a: }',
    'variants: {A b: {}}',
    'variants: {a: {queues.emails.rat: 1/s}}',
  ],
  ...[
    'variants: {a: {queues.emails.rate: 5}}',
    'variants: {a: {queues: {emails: {}}}}',
    'variants: {a: {speed: 500}}',
  ],
  ...[
    'variants: {a: {emails.rate: 5/s}}',
    'variants: {a: {expect: lost == 0}}',
    'variants: {a: {queues.emails: {rat: 1}}}',
  ],
];

const queues = [
  ...[
    'wokers: 2',
    'rate: 5',
    'rate: 0.5/s',
    'rate: 5/sec',
    'rate: -5/s',
    'rate: 0/s',
    'rate: 5/0s',
    'workers: 65',
  ],
  ...[
    'workers: -1',
    'workers: "2"',
    'concurrency: 0',
    'concurrency: 10001',
    'work: 300',
    'work: {exponentail: {mean: 1s}}',
  ],
  ...[
    'work: {}',
    'work: {exponential: {mean: 1s}, lognormal: {mean: 1s, cv: 1}}',
    'work: {exponential: {mean: 0s}}',
  ],
  ...['work: {exponential: {}}', 'work: {lognormal: {mean: 1s}}', 'work: {lognormal: {mean: 1s, cv: 21}}'],
  ...[
    'acknowledge: 2h30',
    'acknowledge: 200',
    'redelivery: {after: 5s}',
    'redelivery: {after: 0, check: 1s}',
  ],
  ...[
    'redelivery: {after: 1s, check: 1s, limit: 1001}',
    'failures: {fail: 10%}',
    'failures: [{}]',
    'failures: [{fial: 10%}]',
  ],
  ...[
    'failures: [{fail: 10%, hang: [1]}]',
    'failures: [{fail: 7}]',
    'failures: [{fail: some}]',
    'failures: [{fail: 110%}]',
  ],
  ...[
    'failures: [{fail: 0%}]',
    'failures: [{fail: []}]',
    'failures: [{fail: [0]}]',
    'failures: [{crash: [7, 7]}]',
  ],
  ...[
    'failures: [{fail: all, per: message}]',
    'failures: [{fail: 10%, per: order}]',
    'failures: [{fail: 10%, times: 0}]',
  ],
  ...[
    'failures: [{fail: 10%, for: 1s}]',
    'failures: [{hang: 10%, retryable: false}]',
    'failures: [{crash: 10%, error: x}]',
  ],
  ...[
    'failures: [{fail: 10%, retryable: maybe}]',
    'timeout: 0s',
    'timeout: 3',
    'attempts: 0',
    'attempts: 1.5',
  ],
  ...['backoff: 1s', 'attempts: 1, backoff: 1s', 'attempts: 2, backoff: 1', 'attempts: 2, backoff: {}'],
  ...['attempts: 2, backoff: {fixed: 1s, exponential: 1s}', 'attempts: 2, backoff: {fixed: 1s, max: 2s}'],
  ...[
    'attempts: 2, backoff: {fixed: 1s, jitter: 2}',
    'attempts: 2, backoff: {fixt: 1s}',
    'deadLetter: Bad Name',
  ],
  ...[
    'deadLetter: false',
    'deadLetter: lost',
    'deadLetter: {move: now}',
    'deadLetter: {to: x}',
    'idempotency: effect-keys',
  ],
  ...[
    'idempotency: {delivery-log: later}',
    'idempotency: {memory: 5}',
    'idempotency: {}',
    'deduplication: throttle',
  ],
  ...['deduplication: {throttle: 5}', 'deduplication: {job-id: {}}', 'deduplication: {job-id: {keep: -1}}'],
  ...[
    'deduplication: {throttle: 5s, extend: 5s}',
    'deduplication: {none: 1}',
    'supervise: 1s',
    'supervise: {}',
  ],
  ...['polling: {batch: 5}', 'polling: {batch: 0, sleep: 1s}', 'rate: 1/s, polling: {batch: 5, sleep: 1s}'],
  ...[
    'concurrency: 2, polling: {batch: 5, sleep: 1s}',
    'to: others',
    'to: [{que: others}]',
    'to: [others, others]',
  ],
  ...[
    'to: [others], outcomes: {a: 100%}',
    'outcomes: {}',
    'outcomes: {A: 100%}',
    'outcomes: {a: 0%, b: 100%}',
  ],
  ...['outcomes: {a: {to: [others]}}', 'outcomes: {a: {share: 100%, too: [others]}}', 'provider: Bad Name'],
];

const producers = [
  ...[
    'for: 1s, to: [emails]',
    'rate: 1/s, to: [emails]',
    'rate: 1/s, for: 1s',
    'rate: 100, for: 1s, to: [emails]',
  ],
  ...['rate: 0/s, for: 1s, to: [emails]', 'rate: 1/s, for: 0s, to: [emails]', 'rate: 1/s, for: 1s, to: []'],
  ...['rate: 1/s, for: 1s, to: emails', 'rate: 1/s, for: 1s, to: [emails], arivals: poisson'],
  ...['rate: 1/s, for: 1s, to: [emails], arrivals: poison', 'rate: 1/s, for: 1s, to: [emails], giveUp: 5'],
  'rate: 1/s, phases: [{for: 1s, rate: 1/s}], to: [emails]',
  ...[
    'phases: [], to: [emails]',
    'phases: [{for: 1s, rate: 0/s}], to: [emails]',
    'phases: {for: 1s}, to: [emails]',
  ],
  ...['phases: [{for: 1s}], to: [emails]', 'phases: [{rate: 1/s}], to: [emails]'],
  'phases: [{for: 1s, from: 1/s}], to: [emails]',
  'phases: [{for: 1s, rate: 1/s, from: 1/s, to: 2/s}], to: [emails]',
  ...['trace: x.csv, rate: 1/s, to: [emails]', 'trace: x.csv, phases: [{for: 1s, rate: 1/s}], to: [emails]'],
  'rate: 1/s, for: 1s, to: [{queue: emails, priority: 1}]',
  ...[
    'rate: 1/s, for: 1s, to: [emails], resubmit: 1s',
    'rate: 1/s, for: 1s, to: [emails], via: http, resubmit: [1s]',
  ],
  ...['rate: 1/s, for: 1s, to: [emails], patience: 3s', 'rate: 1/s, for: 1s, to: [emails], via: htp'],
];

const providers = [
  ...['', 'capacity: 5', 'capacity: 0/s', 'capacity: 5/s, latency: 5', 'capacity: 5/s, waitingRoom: -1'],
  ...[
    'capacity: 5/s, fallOver: {after: 2s}',
    'capacity: 5/s, waitingRoom: 0, fallOver: {after: 2s, back: 5s}',
  ],
  'capcity: 5/s',
];

const besideProvider = ['work: 1s', 'failures: [{fail: 10%}]', 'polling: {batch: 5, sleep: 1s}'];

const orderServices = [
  ...[
    'retires: 5',
    'retries: -1',
    'retries: 1001',
    'port: 65536',
    'publish: after-answer',
    'publish: {before-answer: 1s}',
  ],
  ...[
    'timeout: 3',
    'circuitBreaker: {failures: 5}',
    'circuitBreaker: {failures: 0, open: 1s}',
    'concurrency: 0',
  ],
  ...['onFailure: give-up', 'onFailure: {emails: retry}', 'onFailure: [queue]'],
];

/** What is wrong, and the whole of it. */
export const wrong: readonly (readonly [what: string, text: string])[] = [
  ['an empty file', ''],
  ['a list', '- a'],
  ['no producers', 'queues: {emails: {}}'],
  ['no queues', 'producers: {orders: {rate: 1/s, for: 1s, to: [emails]}}'],
  ['a bad name', 'producers: {o: {rate: 1/s, for: 1s, to: [E_mails]}}\nqueues: {E_mails: {}}'],
  ['a reserved name', 'producers: {o: {rate: 1/s, for: 1s, to: [lost]}}\nqueues: {lost: {}}'],
  ...tops.map((line) => [line, top(line)] as const),
  ...queues.map((settings) => [`a queue: ${settings}`, queue(settings)] as const),
  ...producers.map((settings) => [`a producer: ${settings}`, producer(settings)] as const),
  ...besideProvider.map((settings) => [`a provider beside ${settings}`, provided(settings)] as const),
  ...providers.map((settings) => [`a provider: ${settings}`, shop(settings)] as const),
  ...orderServices.map(
    (settings) =>
      [`an order service: ${settings}`, shop('capacity: 5/s', `orderService: {${settings}}`)] as const,
  ),
];

/** The same with settings of the queue beside its provider. */
function provided(settings: string): string {
  return shop('capacity: 5/s').replace('provider: email', `provider: email, ${settings}`);
}

/** A key at the top in place of the scenario's own of that name. */
function top(line: string): string {
  const key = line.slice(0, line.indexOf(':'));
  const lines = scenario(line).split('\n');
  return lines.filter((each) => each === line || !each.startsWith(`${key}:`)).join('\n');
}
