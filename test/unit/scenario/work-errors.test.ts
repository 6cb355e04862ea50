import { describe, expect, it } from 'vitest';
import { problemsOf } from './problemsOf.js';

/** What a queue may have: line 2 is the queue. */
function emails(settings: string, rest: readonly string[] = []): string {
  return [
    'producers: {orders: {rate: 10/s, for: 3s, to: [emails]}}',
    `queues: {emails: {${settings}}}`,
    ...rest,
  ].join('\n');
}

type Row = readonly [what: string, settings: string, expected: string];

const q = '2 queues.emails';

const failures: Row[] = [
  ['a mapping', 'failures: {fail: 10%}', `${q}.failures: is a mapping, not a list → write [{fail: 10%}]`],
  ['nothing', 'failures: [{}]', `${q}.failures[0]: does not say what goes wrong → write {fail: 10%}`],
  [
    'a slip',
    'failures: [{fial: 10%}]',
    `${q}.failures[0].fial: a failure has no key \`fial\` → did you mean \`fail\`?`,
  ],
  [
    'two at once',
    'failures: [{fail: 10%, hang: [1]}]',
    `${q}.failures[0]: is fail and hang at once → write one failure for each`,
  ],
  [
    'a bare number',
    'failures: [{fail: 7}]',
    `${q}.failures[0].fail: 7 may be a message or a share → write [7] for the message, 7% for the share`,
  ],
  [
    'a word',
    'failures: [{fail: some}]',
    `${q}.failures[0].fail: is some, not a share, a list of messages or all → write 10%`,
  ],
  ['more than all', 'failures: [{fail: 110%}]', `${q}.failures[0].fail: 110% is more than all`],
  ['a share of nobody', 'failures: [{fail: 0%}]', `${q}.failures[0].fail: befalls nobody`],
  ['a negative share', 'failures: [{fail: -10%}]', `${q}.failures[0].fail: is -10%, not a share`],
  ['no message', 'failures: [{fail: []}]', `${q}.failures[0].fail: names no message`],
  ['message 0', 'failures: [{fail: [0]}]', `${q}.failures[0].fail[0]: is 0, not a whole number of 1 or more`],
  ['a message twice', 'failures: [{crash: [7, 7]}]', `${q}.failures[0].crash: names message 7 twice`],
  [
    'per with all',
    'failures: [{fail: all, per: message}]',
    `${q}.failures[0].per: \`per\` means nothing with all → use it with a share`,
  ],
  [
    'per with messages',
    'failures: [{fail: [1], per: message}]',
    `${q}.failures[0].per: \`per\` means nothing with a list of messages`,
  ],
  [
    'an unknown per',
    'failures: [{fail: 10%, per: order}]',
    `${q}.failures[0].per: is order, not attempt or message`,
  ],
  [
    'an end before the beginning',
    'failures: [{fail: all, from: 9s, to: 5s}]',
    `${q}.failures[0].to: ends before it begins → write a \`to\` that is later than \`from\``,
  ],
  [
    'an end at the beginning',
    'failures: [{fail: all, from: 5s, to: 5s}]',
    `${q}.failures[0].to: ends before it begins`,
  ],
  ['a bare time', 'failures: [{fail: all, from: 5}]', `${q}.failures[0].from: 5 has no unit → write 5s`],
  [
    'for with fail',
    'failures: [{fail: [7], for: 3s}]',
    `${q}.failures[0].for: \`for\` means nothing with fail → use it with hang; \`from\` and \`to\``,
  ],
  [
    'for with crash',
    'failures: [{crash: [7], for: 3s}]',
    `${q}.failures[0].for: \`for\` means nothing with crash`,
  ],
  [
    'retryable with hang',
    'failures: [{hang: [7], retryable: false}]',
    `${q}.failures[0].retryable: \`retryable\` means nothing with hang → leave it out: a hang that meets`,
  ],
  [
    'retryable with crash',
    'failures: [{crash: [7], retryable: false}]',
    `${q}.failures[0].retryable: \`retryable\` means nothing with crash → leave it out: a crash is no attempt`,
  ],
  [
    'a retryable word',
    'failures: [{fail: [7], retryable: never}]',
    `${q}.failures[0].retryable: is never, not true or false`,
  ],
  [
    'an error of a hang',
    'failures: [{hang: [7], error: x}]',
    `${q}.failures[0].error: \`error\` means nothing with hang`,
  ],
  [
    'an error that is a list',
    'failures: [{fail: [7], error: [x]}]',
    `${q}.failures[0].error: is a list, not a text`,
  ],
  ['no limit at all', 'timeout: 0s', `${q}.timeout: must be longer than 0`],
];

const retries: Row[] = [
  ['no attempt', 'attempts: 0', `${q}.attempts: is 0, not a whole number from 1 to 1000000`],
  ['half an attempt', 'attempts: 1.5', `${q}.attempts: is 1.5, not a whole number`],
  [
    'a backoff without attempts',
    'backoff: 1s',
    `${q}.backoff: is a backoff without attempts: nothing is tried a second time → write attempts: 3, or leave the backoff out`,
  ],
  [
    'a backoff with one attempt',
    'attempts: 1, backoff: {exponential: 1s}',
    `${q}.backoff: is a backoff without attempts`,
  ],
  ['a backoff of 0', 'attempts: 2, backoff: 0', `${q}.backoff: must be longer than 0`],
  [
    'an empty backoff',
    'attempts: 2, backoff: {}',
    `${q}.backoff: does not say how long → write 1s, {fixed: 1s, jitter: 0.5}`,
  ],
  [
    'an unknown backoff',
    'attempts: 2, backoff: {expo: 1s}',
    `${q}.backoff.expo: a backoff has no key \`expo\``,
  ],
  [
    'two backoffs',
    'attempts: 2, backoff: {fixed: 1s, exponential: 1s}',
    `${q}.backoff: is fixed and exponential at once`,
  ],
  [
    'jitter above 1',
    'attempts: 2, backoff: {fixed: 1s, jitter: 1.5}',
    `${q}.backoff.jitter: is 1.5, outside 0 to 1 → write the share of the wait`,
  ],
  [
    'jitter below 0',
    'attempts: 2, backoff: {fixed: 1s, jitter: -0.5}',
    `${q}.backoff.jitter: is -0.5, outside 0 to 1`,
  ],
  [
    'max with fixed',
    'attempts: 2, backoff: {fixed: 1s, max: 3s}',
    `${q}.backoff.max: \`max\` means nothing with fixed`,
  ],
  [
    'max below the first wait',
    'attempts: 2, backoff: {exponential: 5s, max: 3s}',
    `${q}.backoff.max: is below the first wait, 5s`,
  ],
  [
    'a backoff without an end',
    'attempts: 1000, backoff: {exponential: 1s}',
    `${q}.backoff: lets the last of 1,000 attempts wait longer than 30 days → write a max beside it`,
  ],
  [
    'half a redelivery',
    'redelivery: {after: 1s, limit: 2}',
    `${q}.redelivery.check: \`check\` is missing → write {after: 5s, check: 1s}`,
  ],
  [
    'a negative limit',
    'redelivery: {after: 1s, check: 1s, limit: -1}',
    `${q}.redelivery.limit: is -1, not a whole number from 0 to 1000`,
  ],
  [
    'a bare supervise',
    'supervise: 1s',
    `${q}.supervise: is 1s, not a mapping → write supervise with the key after`,
  ],
  ['an empty supervise', 'supervise: {}', `${q}.supervise.after: \`after\` is missing → write {after: 1s}`],
];

const deadLetters: Row[] = [
  [
    'a bad name',
    'deadLetter: Dead Letters',
    `${q}.deadLetter: \`Dead Letters\` is not a name → write dead-letters`,
  ],
  ['a reserved name', 'deadLetter: lost', `${q}.deadLetter: \`lost\` is a name that results use themselves`],
  ['false', 'deadLetter: false', `${q}.deadLetter: is false, not a name → write none`],
  [
    'the queue itself',
    'deadLetter: emails',
    `${q}.deadLetter: its dead-letter queue is called emails, and so is a queue of the scenario, this one`,
  ],
  [
    'a producer',
    'deadLetter: {queue: orders}',
    `${q}.deadLetter.queue: its dead-letter queue is called orders, and so is a producer`,
  ],
  [
    'an unknown move',
    'deadLetter: {queue: x, move: maybe}',
    `${q}.deadLetter.move: is maybe, not safe or on-failed`,
  ],
  ['an unknown key', 'deadLetter: {name: x}', `${q}.deadLetter.name: deadLetter has no key \`name\``],
];

const idempotency: Row[] = [
  [
    'an unknown word',
    'idempotency: redis',
    `${q}.idempotency: is redis, not none, memory, delivery-log or effect-key → known here: none, memory`,
  ],
  [
    'a log without a place',
    'idempotency: {delivery-log: }',
    `${q}.idempotency.delivery-log: does not say where it is recorded: before or after the effect → write {delivery-log: after} or {delivery-log: before}`,
  ],
  [
    'a log with null for a place',
    'idempotency: {delivery-log: null}',
    `${q}.idempotency.delivery-log: does not say where it is recorded`,
  ],
  [
    'a log in an unknown place',
    'idempotency: {delivery-log: during}',
    `${q}.idempotency.delivery-log: is during, not before or after`,
  ],
  ['an empty mapping', 'idempotency: {}', `${q}.idempotency: says nothing`],
  [
    'two at once',
    'idempotency: {memory: 1, delivery-log: after}',
    `${q}.idempotency: says memory and delivery-log at once`,
  ],
  [
    'settings of memory',
    'idempotency: {memory: 1}',
    `${q}.idempotency.memory: \`memory\` has no settings → write idempotency: memory`,
  ],
  ['an unknown key', 'idempotency: {log: after}', `${q}.idempotency.log: idempotency has no key \`log\``],
  [
    'an unknown deduplication',
    'deduplication: jobid',
    `${q}.deduplication: is jobid, not none, job-id, until-finished, keep-last, throttle, extend, reschedule or debounce → did you mean \`job-id\`?`,
  ],
  [
    'throttle without a time',
    'deduplication: throttle',
    `${q}.deduplication: \`throttle\` does not say how long its key is held → write {throttle: 5s}`,
  ],
  [
    'debounce without a time',
    'deduplication: {debounce: }',
    `${q}.deduplication.debounce: \`debounce\` does not say how long`,
  ],
  ['throttle for 0', 'deduplication: {throttle: 0s}', `${q}.deduplication.throttle: must be longer than 0`],
  [
    'job-id without keep',
    'deduplication: {job-id: {}}',
    `${q}.deduplication.job-id.keep: \`keep\` is missing`,
  ],
  [
    'keeping for ever',
    'deduplication: {job-id: {keep: forever}}',
    `${q}.deduplication.job-id.keep: is forever, not a number of jobs, a duration or all`,
  ],
  [
    'keeping half a job',
    'deduplication: {job-id: {keep: 0.5}}',
    `${q}.deduplication.job-id.keep: is 0.5, not a whole number of 0 or more`,
  ],
  [
    'until-finished with a time',
    'deduplication: {until-finished: 5s}',
    `${q}.deduplication.until-finished: \`until-finished\` has no settings`,
  ],
];

const polling: Row[] = [
  [
    'no batch',
    'polling: {sleep: 1s}',
    `${q}.polling.batch: \`batch\` is missing → write {batch: 5, sleep: 1s`,
  ],
  ['no sleep', 'polling: {batch: 5, sleep: 0s}', `${q}.polling.sleep: must be longer than 0`],
  [
    'a rate beside it',
    'rate: 5/s, polling: {batch: 5, sleep: 1s}',
    `${q}.rate: \`rate\` and \`polling\` don't go together`,
  ],
  [
    'a concurrency beside it',
    'concurrency: 5, polling: {batch: 5, sleep: 1s}',
    `${q}.concurrency: \`concurrency\` and \`polling\` don't go together → leave it out: what is in hand at once is the batch`,
  ],
];

const outcomes: Row[] = [
  ['to itself', 'to: [emails]', `${q}.to: emails publishes to itself → leave it out`],
  [
    'to itself by an outcome',
    'outcomes: {again: {share: 100%, to: [emails]}}',
    `${q}.outcomes: emails publishes to itself`,
  ],
  ['an unknown queue', 'to: [mail]', `${q}.to[0]: there is no queue \`mail\``],
  ['no outcome', 'outcomes: {}', `${q}.outcomes: names no outcome`],
  ['a list', 'outcomes: [done]', `${q}.outcomes: is a list, not a mapping → write {reserved:`],
  [
    'too little',
    'outcomes: {good: 50%, bad: 10%}',
    `${q}.outcomes: the shares add up to 60%, not 100% → write bad: 50%, or change the others`,
  ],
  [
    'too much',
    'outcomes: {good: 90%, bad: 0.2}',
    `${q}.outcomes: the shares add up to 110%, not 100% → write bad: 10%`,
  ],
  [
    'far too much',
    'outcomes: {good: 90%, worse: 90%, bad: 10%}',
    `${q}.outcomes: the shares add up to 190%, not 100% → write shares that add up to 100%`,
  ],
  ['no share', 'outcomes: {good: {to: []}}', `${q}.outcomes.good.share: \`share\` is missing`],
  ['a share of 0', 'outcomes: {good: 100%, bad: 0%}', `${q}.outcomes.bad: is the share of no message`],
  ['a bad name', 'outcomes: {Good: 100%}', `${q}.outcomes.Good: \`Good\` is not a name → write good`],
  [
    'an unknown key',
    'outcomes: {good: {share: 100%, next: []}}',
    `${q}.outcomes.good.next: an outcome has no key \`next\``,
  ],
];

/** This problem, or these, and no other. */
function found(text: string, expected: string | readonly string[]): void {
  expect(problemsOf(text)).toEqual([expected].flat().map((part) => expect.stringContaining(part)));
}

describe.each([
  ['failures', failures],
  ['retries', retries],
  ['dead letters', deadLetters],
  ['idempotency and deduplication', idempotency],
  ['polling', polling],
  ['outcomes', outcomes],
])('what is wrong with %s', (_kind, rows) => {
  it.each(rows)('%s', (_what, settings, expected) => {
    found(emails(settings), expected);
  });
});

describe('what is wrong with a producer', () => {
  it.each([
    ['a bare resubmit', 'resubmit: 1s', '1 producers.orders.resubmit: is 1s, not a list → write the times'],
    ['a resubmit at once', 'resubmit: [0]', '1 producers.orders.resubmit[0]: must be longer than 0'],
    [
      'a resubmit without a unit',
      'resubmit: [1]',
      '1 producers.orders.resubmit[0]: 1 has no unit → write 1s',
    ],
  ])('%s', (_what, setting, expected) => {
    found(emails('').replace('to: [emails]', `to: [emails], ${setting}`), expected);
  });

  it('is more publishes than can be counted, resubmits among them', () => {
    const times = Array.from({ length: 3500 }, (_, i) => `${i + 1}ms`);
    const text = emails('').replace('10/s, for: 3s', `1000000/s, for: 720h, resubmit: [${times.join(', ')}]`);
    found(text, 'orders publishes 9,074,592,000,000,000 messages, more than can be counted to the last one');
  });
});

describe('what is wrong between queues', () => {
  const chain = (a: string, b: string, c: string, to = '[a]') => `
producers: {orders: {rate: 10/s, for: 3s, to: ${to}}}
queues:
  a: {${a}}
  b: {${b}}
  c: {${c}}`;

  it.each([
    [
      'a circle of two',
      chain('to: [b]', 'to: [a]', '', '[a, c]'),
      '4 queues.a.to: is a chain in a circle: a → b → a → take one',
    ],
    [
      'a circle of three',
      chain('to: [b]', 'to: [c]', 'to: [a]'),
      '4 queues.a.to: is a chain in a circle: a → b → c → a',
    ],
    [
      'a circle behind a chain',
      chain('to: [b]', 'to: [c]', 'outcomes: {again: {share: 1, to: [b]}}'),
      '5 queues.b.to: is a chain in a circle: b → c → b',
    ],
    [
      'to and outcomes',
      chain('to: [b], outcomes: {good: {share: 100%, to: [c]}}', '', ''),
      "4 queues.a.to: `to` and `outcomes` don't go together",
    ],
    [
      'a queue that nobody publishes to',
      chain('to: [b]', '', ''),
      '6 queues.c: nobody publishes to c → add it to the `to` of orders, or of a queue',
    ],
    [
      'a queue that only itself publishes to',
      chain('to: [b]', '', 'to: [c]'),
      ['6 queues.c: nobody publishes to c', '6 queues.c.to: c publishes to itself'],
    ],
    [
      'two with the same dead-letter queue',
      chain('deadLetter: dead, to: [b, c]', 'deadLetter: dead', ''),
      '5 queues.b.deadLetter: its dead-letter queue is called dead, and so is the dead-letter queue of a',
    ],
    [
      'a queue with the usual name of a dead-letter queue',
      chain('to: [b, c, a-dead]', '', '} \n  a-dead: {'),
      '4 queues.a: its dead-letter queue is called a-dead, and so is a queue of the scenario',
    ],
  ])('%s', (_what, text, expected) => {
    found(text, expected);
  });

  it('is one circle once, and nothing else', () => {
    expect(problemsOf(chain('to: [b]', 'to: [c]', 'to: [a]'))).toHaveLength(1);
  });

  it('is too many ways to a queue', () => {
    const layers = Array.from({ length: 8 }, (_, i) => [
      `  l${i}: {to: [r${i + 1}, l${i + 1}]}`,
      `  r${i}: {to: [r${i + 1}, l${i + 1}]}`,
    ]).flat();
    const lines = problemsOf(
      [
        'producers: {orders: {rate: 1/s, for: 1s, to: [l0, r0]}}',
        'queues:',
        ...layers,
        '  l8: {}',
        '  r8: {}',
      ].join('\n'),
    );
    expect(lines).toHaveLength(4);
    expect(lines[3]).toContain('20 queues.r8: there are 256 ways for messages to come to r8 → at most 100');
  });
});

describe('what is wrong with faults', () => {
  it.each([
    [
      'a redrive of an empty name',
      '',
      '{at: 1s, redrive: ""}',
      '3 faults[0].redrive: names no queue to redrive → known here: emails',
    ],
    ['a redrive of nothing', '', '{at: 1s, redrive: }', '3 faults[0].redrive: names no queue to redrive'],
    [
      'a redrive of an unknown queue',
      '',
      '{at: 1s, redrive: email}',
      '3 faults[0].redrive: there is no queue `email` → did you mean `emails`?',
    ],
    [
      'a redrive of the dead-letter queue',
      '',
      '{at: 1s, redrive: emails-dead}',
      '3 faults[0].redrive: emails-dead is the dead-letter queue of emails → write redrive: emails',
    ],
    [
      'a kill of the dead-letter queue',
      '',
      '{at: 1s, kill: emails-dead}',
      '→ it has no workers; write kill: emails',
    ],
    [
      'a redrive where none are kept',
      'deadLetter: none',
      '{at: 1s, redrive: emails}',
      '3 faults[0]: emails has no dead-letter queue that anything could be put back from → give it one',
    ],
    [
      'repaired with a kill',
      '',
      '{at: 1s, kill: emails, repaired: true}',
      '3 faults[0].repaired: `repaired` means nothing with kill → use it with redrive',
    ],
    [
      'a repaired word',
      '',
      '{at: 1s, redrive: emails, repaired: maybe}',
      '3 faults[0].repaired: is maybe, not true or false',
    ],
    [
      'workers with redrive',
      '',
      '{at: 1s, redrive: emails, workers: 1}',
      '3 faults[0].workers: `workers` means nothing with redrive → use it with kill, stop',
    ],
    [
      'for with redrive',
      '',
      '{at: 1s, redrive: emails, for: 1s}',
      '3 faults[0].for: `for` means nothing with redrive',
    ],
    [
      'when with redrive',
      '',
      '{at: 1s, redrive: emails, when: random}',
      '3 faults[0].when: `when: random` means nothing with redrive',
    ],
    [
      'a kill before a move that never comes',
      'deadLetter: none',
      '{at: 1s, kill: emails, when: before-dead-letter}',
      '3 faults[0]: no message of emails is ever moved to a dead-letter queue',
    ],
    [
      'a restart of the supervised',
      'supervise: {after: 1s}',
      '{at: 1s, kill: emails}, {at: 3s, restart: emails}',
      '3 faults[1]: emails is supervised: who died there is started again without being told → leave the restart out',
    ],
    [
      'a kill with for of the supervised',
      'supervise: {after: 1s}',
      '{at: 1s, kill: emails, for: 3s}',
      '3 faults[0]: emails is supervised: who was killed is started again after 1s, whatever `for` says',
    ],
    [
      'a kill before the supervisor is there',
      'supervise: {after: 5s}',
      '{at: 1s, kill: emails}, {at: 3s, kill: emails}',
      '3 faults[1]: the kill at 3s finds no worker of emails that is running → its supervisor starts them again 5s after a kill',
    ],
  ])('%s', (_what, settings, faults, expected) => {
    const lines = problemsOf(emails(settings, [`faults: [${faults}]`]));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(expected);
  });
});

describe('all of it', () => {
  it('is told at once', () => {
    const lines = problemsOf(
      emails(
        'failures: [{fail: 200%}], backoff: 1s, idempotency: {delivery-log: }, to: [x], timeout: 0s, deadLetter: X',
      ),
    );
    expect(lines).toHaveLength(6);
  });
});
