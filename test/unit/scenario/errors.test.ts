import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LaunchpadError } from '../../../src/errors.js';
import { parseScenario } from '../../../src/scenario/index.js';
import { errorOf, problemsOf } from './problemsOf.js';

/** A good scenario, so that each row shows only what is wrong. Line 1 is the producer, 2 and 3 are the queues. */
function scenario(parts: { orders?: string; emails?: string; payments?: string; rest?: string }): string {
  return [
    `producers: {orders: {${parts.orders ?? 'rate: 100/s, for: 3s, to: [emails, payments]'}}}`,
    `queues: {emails: {${parts.emails ?? 'rate: 5/s, workers: 2'}},`,
    `  payments: {${parts.payments ?? 'rate: 10/s'}}}`,
    ...(parts.rest === undefined ? [] : [parts.rest]),
  ].join('\n');
}

const to = 'to: [emails, payments]';

const rows: [what: string, text: string, expected: string | string[]][] = [
  // The file as a whole.
  ['an empty file', '', '1 : is empty, not a mapping → write a scenario with the keys name'],
  ['a list', '- a', '1 : is a list, not a mapping →'],
  [
    'an unknown key',
    scenario({ rest: 'sumary: x' }),
    '4 sumary: a scenario has no key `sumary` → did you mean `summary`?',
  ],
  [
    'no queues',
    'producers: {orders: {rate: 1/s, for: 1s, to: [a]}}',
    '1 queues: `queues` is missing → write queues:',
  ],
  ['no producers', 'queues: {emails: {}}', '1 producers: `producers` is missing → write producers:'],
  [
    'no queue in queues',
    'producers: {}\nqueues: {}',
    ['1 queues: `queues` is missing', '1 producers: `producers` is missing'],
  ],
  [
    'queues as a list',
    'producers: {orders: {rate: 1/s, for: 1s, to: [a]}}\nqueues: [a]',
    '2 queues: is a list, not a mapping → write queues:',
  ],
  ['an empty value', scenario({ rest: 'seed:' }), '4 seed: has no value → write one, or leave the key out'],
  ['a wrong speed', scenario({ rest: 'speed: 1000' }), '4 speed: a speed of 1000 is outside 0.1 to 100'],
  ['a wrong seed', scenario({ rest: 'seed: 1.5' }), '4 seed: is 1.5, not a whole number of 0 or more'],
  ['a wrong drain', scenario({ rest: 'drain: 10' }), '4 drain: 10 has no unit → write 10s'],
  ['a wrong try', scenario({ rest: 'try: --speed 5' }), '4 try: is --speed 5, not a list'],
  [
    'a text that is a mapping',
    scenario({ rest: 'summary: {a: b}' }),
    '4 summary: is a mapping, not a text → write a text, in quotes',
  ],
  [
    'a wrong name',
    scenario({ rest: 'name: My Outage' }),
    '4 name: `My Outage` is not a name → write my-outage',
  ],
  [
    'a name of signs',
    scenario({ rest: 'name: "!!"' }),
    '4 name: `!!` is not a name → names are small letters',
  ],
  // YAML.
  [
    'a colon in a text',
    scenario({ rest: 'summary: nothing: at all' }),
    '4 : not readable as YAML: nested mappings are not allowed in compact mappings → put quotes',
  ],
  ['an open bracket', 'producers: {\nqueues: [', 'not readable as YAML'],
  [
    'a tab',
    '\tname: x',
    '1 : not readable as YAML: tabs are not allowed as indentation → indent with spaces',
  ],
  [
    'a key twice',
    scenario({ rest: 'seed: 1\nseed: 2' }),
    '5 seed: `seed` is here twice, first in line 4 → keep one of them',
  ],
  [
    'a queue twice',
    'producers: {o: {rate: 1/s, for: 1s, to: [a]}}\nqueues:\n  a: {}\n  a: {rate: 5}',
    '4 queues.a: `a` is here twice, first in line 3',
  ],
  ['two documents', 'a: 1\n---\nb: 2', 'not readable as YAML: source contains multiple documents'],
  [
    'an unknown tag',
    scenario({ rest: 'summary: !big x' }),
    '4 : not readable as YAML: unresolved tag: !big → leave the tag out',
  ],
  [
    'an alias of nothing',
    scenario({ rest: 'seed: *x' }),
    '4 seed: the alias *x names nothing → write the value itself',
  ],
  [
    'an endless alias',
    scenario({ rest: 'try: &a [--x, *a]' }),
    ['there are too many aliases', 'is a list, not a text'],
  ],
  ['a key that is a list', scenario({ rest: '[a]: b' }), '4 : a key must be a word'],
  // Names.
  [
    'a bad queue name',
    scenario({ orders: 'rate: 1/s, for: 1s, to: [payments]' }).replace('emails:', 'E_mails:'),
    [
      '2 queues.E_mails: `E_mails` is not a name → write e-mails',
      '2 queues.E_mails: nobody publishes to E_mails',
    ],
  ],
  [
    'a reserved name',
    'producers: {o: {rate: 1/s, for: 1s, to: [lost]}}\nqueues: {lost: {}}',
    '2 queues.lost: `lost` is a name that results use themselves → write another',
  ],
  [
    'a producer named as a queue',
    'producers: {a: {rate: 1/s, for: 1s, to: [a]}}\nqueues: {a: {}}',
    '1 producers.a: `a` is the name of a queue too',
  ],
  // Producers.
  [
    'an unknown producer key',
    scenario({ orders: `rate: 1/s, for: 1s, ${to}, arivals: poisson` }),
    '1 producers.orders.arivals: a producer has no key `arivals` → did you mean `arrivals`?',
  ],
  [
    'no rate',
    scenario({ orders: `for: 1s, ${to}` }),
    '1 producers.orders.rate: `rate` is missing → write rate and for',
  ],
  [
    'no for',
    scenario({ orders: `rate: 1/s, ${to}` }),
    '1 producers.orders.for: `for` is missing → write rate and for',
  ],
  [
    'no to',
    scenario({ orders: 'rate: 1/s, for: 1s' }),
    '1 producers.orders.to: `to` is missing → name the queues',
  ],
  [
    'a bare rate',
    scenario({ orders: `rate: 100, for: 1s, ${to}` }),
    '1 producers.orders.rate: 100 has no unit → write 100/s',
  ],
  [
    'a rate of 0',
    scenario({ orders: `rate: 0/s, for: 1s, ${to}` }),
    '1 producers.orders.rate: nothing is ever published at 0/s → write a rate above 0; calm is a phase',
  ],
  [
    'a rate that is a list',
    scenario({ orders: `rate: [1/s], for: 1s, ${to}` }),
    '1 producers.orders.rate: is a list, not a rate → write a rate',
  ],
  [
    'a for of 0',
    scenario({ orders: `rate: 1/s, for: 0s, ${to}` }),
    '1 producers.orders.for: must be longer than 0',
  ],
  [
    'an absurd number of messages',
    scenario({ orders: `phases: [${'{rate: 1000000/s, for: 720h}, '.repeat(3500)}], ${to}` }),
    '1 producers.orders: orders publishes 9,072,000,000,000,000 messages, more than can be counted to the last one → at most 9,007,199,254,740,991',
  ],
  [
    'rate and phases',
    scenario({ orders: `rate: 1/s, phases: [{for: 1s, rate: 1/s}], ${to}` }),
    "1 producers.orders.rate: `rate` and `phases` don't go together",
  ],
  [
    'for and phases',
    scenario({ orders: `for: 1s, phases: [{for: 1s, rate: 1/s}], ${to}` }),
    "1 producers.orders.for: `for` and `phases` don't go together",
  ],
  [
    'no phase',
    scenario({ orders: `phases: [], ${to}` }),
    '1 producers.orders.phases: nothing is ever published',
  ],
  [
    'calm only',
    scenario({ orders: `phases: [{for: 1s, rate: 0/s}], ${to}` }),
    '1 producers.orders.phases: nothing is ever published',
  ],
  [
    'phases as a mapping',
    scenario({ orders: `phases: {for: 1s}, ${to}` }),
    '1 producers.orders.phases: is a mapping, not a list',
  ],
  [
    'a phase without a rate',
    scenario({ orders: `phases: [{for: 1s}], ${to}` }),
    '1 producers.orders.phases[0].rate: `rate` is missing → write {for: 30s, rate: 4/s}',
  ],
  [
    'a phase without for',
    scenario({ orders: `phases: [{rate: 1/s}], ${to}` }),
    '1 producers.orders.phases[0].for: `for` is missing',
  ],
  [
    'half a ramp',
    scenario({ orders: `phases: [{for: 1s, from: 1/s}], ${to}` }),
    '1 producers.orders.phases[0].to: `to` is missing',
  ],
  [
    'a ramp with a rate',
    scenario({ orders: `phases: [{for: 1s, rate: 1/s, from: 1/s, to: 2/s}], ${to}` }),
    '1 producers.orders.phases[0].from: `rate` and a ramp',
  ],
  [
    'unknown arrivals',
    scenario({ orders: `rate: 1/s, for: 1s, arrivals: poison, ${to}` }),
    '1 producers.orders.arrivals: is poison, not constant or poisson → did you mean `poisson`?',
  ],
  [
    'a wrong giveUp',
    scenario({ orders: `rate: 1/s, for: 1s, giveUp: 5, ${to}` }),
    '1 producers.orders.giveUp: 5 has no unit → write 5s',
  ],
  [
    'a trace',
    scenario({ orders: `trace: x.csv, ${to}` }),
    "1 producers.orders.trace: there is no file x.csv → its path counts from the scenario file's folder",
  ],
  [
    'a priority',
    scenario({ orders: 'rate: 1/s, for: 1s, to: [emails, {queue: payments, priority: 1}]' }),
    '1 producers.orders.to[1].priority: `priority` is not supported yet',
  ],
  [
    'a delay',
    scenario({ orders: 'rate: 1/s, for: 1s, to: [emails, {queue: payments, delay: 1s}]' }),
    '1 producers.orders.to[1].delay: `delay` is not supported yet',
  ],
  [
    'an unknown queue',
    scenario({ orders: 'rate: 1/s, for: 1s, to: [email, payments]' }),
    '1 producers.orders.to[0]: there is no queue `email` → did you mean `emails`? known here: emails, payments',
  ],
  [
    'a target without a queue',
    scenario({ orders: 'rate: 1/s, for: 1s, to: [emails, payments, {}]' }),
    '1 producers.orders.to[2].queue: `queue` is missing',
  ],
  [
    'a target that is no list',
    scenario({ orders: 'rate: 1/s, for: 1s, to: emails' }),
    '1 producers.orders.to: is emails, not a list → write a list: [emails, payments]',
  ],
  [
    'no target',
    scenario({ orders: 'rate: 1/s, for: 1s, to: []' }),
    [
      '1 producers.orders.to: names no queue',
      '2 queues.emails: nobody publishes to emails',
      '3 queues.payments: nobody',
    ],
  ],
  [
    'a target twice',
    scenario({ orders: 'rate: 1/s, for: 1s, to: [emails, payments, emails]' }),
    '1 producers.orders.to: names emails twice',
  ],
  [
    'a queue that nobody publishes to',
    scenario({ orders: 'rate: 1/s, for: 1s, to: [emails]' }),
    '3 queues.payments: nobody publishes to payments → add it to the `to` of orders',
  ],
  // Queues.
  [
    'an unknown queue key',
    scenario({ emails: 'wokers: 2' }),
    '2 queues.emails.wokers: a queue has no key `wokers` → did you mean `workers`?',
  ],
  [
    'half a message',
    scenario({ emails: 'rate: 0.5/s' }),
    '2 queues.emails.rate: 0.5/s is not a whole number of messages → write 1/2s',
  ],
  [
    'an unknown unit',
    scenario({ emails: 'rate: 5/sec' }),
    '2 queues.emails.rate: 5/sec has an unknown unit, sec → write 5/s',
  ],
  ['a negative rate', scenario({ emails: 'rate: -5/s' }), '2 queues.emails.rate: -5/s is negative'],
  [
    'too many workers',
    scenario({ emails: 'workers: 65' }),
    '2 queues.emails.workers: is 65, not a whole number from 0 to 64',
  ],
  [
    'negative workers',
    scenario({ emails: 'workers: -1' }),
    '2 queues.emails.workers: is -1, not a whole number',
  ],
  [
    'no concurrency',
    scenario({ emails: 'concurrency: 0' }),
    '2 queues.emails.concurrency: is 0, not a whole number from 1 to 10000',
  ],
  [
    'a concurrency of words',
    scenario({ emails: 'concurrency: many' }),
    '2 queues.emails.concurrency: is many, not a whole number',
  ],
  ['bare work', scenario({ emails: 'work: 300' }), '2 queues.emails.work: 300 has no unit → write 300s'],
  [
    'an unknown distribution',
    scenario({ emails: 'work: {exponentail: {mean: 1s}}' }),
    '2 queues.emails.work.exponentail: work has no key `exponentail` → did you mean `exponential`?',
  ],
  [
    'no distribution',
    scenario({ emails: 'work: {}' }),
    '2 queues.emails.work: names no distribution → write a duration',
  ],
  [
    'two distributions',
    scenario({ emails: 'work: {exponential: {mean: 1s}, lognormal: {mean: 1s, cv: 1}}' }),
    '2 queues.emails.work: names two distributions',
  ],
  [
    'a mean of 0',
    scenario({ emails: 'work: {exponential: {mean: 0s}}' }),
    '2 queues.emails.work.exponential.mean: must be longer than 0',
  ],
  [
    'no mean',
    scenario({ emails: 'work: {exponential: {}}' }),
    '2 queues.emails.work.exponential.mean: `mean` is missing',
  ],
  [
    'no cv',
    scenario({ emails: 'work: {lognormal: {mean: 1s}}' }),
    '2 queues.emails.work.lognormal.cv: `cv` is missing',
  ],
  [
    'a negative cv',
    scenario({ emails: 'work: {lognormal: {mean: 1s, cv: -1}}' }),
    '2 queues.emails.work.lognormal.cv: is -1, not a number above 0',
  ],
  [
    'a wrong acknowledge',
    scenario({ emails: 'acknowledge: 2h30' }),
    '2 queues.emails.acknowledge: 2h30 is not a duration',
  ],
  [
    'half a redelivery',
    scenario({ emails: 'redelivery: {after: 5s}' }),
    '2 queues.emails.redelivery.check: `check` is missing → write {after: 5s, check: 1s}',
  ],
  [
    'a redelivery at once',
    scenario({ emails: 'redelivery: {after: 0, check: 1s}' }),
    '2 queues.emails.redelivery.after: must be longer than 0',
  ],
  // Faults.
  [
    'faults as a mapping',
    scenario({ rest: 'faults: {at: 1s, kill: emails}' }),
    '4 faults: is a mapping, not a list',
  ],
  [
    'an unknown kind',
    scenario({ rest: 'faults: [{at: 1s, kil: emails}]' }),
    '4 faults[0].kil: a fault has no key `kil` → did you mean `kill`?',
  ],
  [
    'no kind',
    scenario({ rest: 'faults: [{at: 1s}]' }),
    '4 faults[0]: does not say what is to happen → write {at: 1s, kill: QUEUE}',
  ],
  [
    'two kinds',
    scenario({ rest: 'faults: [{at: 1s, kill: emails, stop: emails}]' }),
    '4 faults[0]: is kill and stop at once',
  ],
  ['no time', scenario({ rest: 'faults: [{kill: emails}]' }), '4 faults[0].at: `at` is missing'],
  [
    'a bare time',
    scenario({ rest: 'faults: [{at: 1, kill: emails}]' }),
    '4 faults[0].at: 1 has no unit → write 1s',
  ],
  [
    'an unknown target',
    scenario({ rest: 'faults: [{at: 1s, kill: email}]' }),
    '4 faults[0].kill: there is no queue `email` → did you mean `emails`?',
  ],
  [
    'a producer as target',
    scenario({ rest: 'faults: [{at: 1s, kill: orders}]' }),
    '4 faults[0].kill: there is no queue `orders` → known here: emails, payments',
  ],
  [
    'for with restart',
    scenario({ rest: 'faults: [{at: 1s, kill: emails}, {at: 2s, restart: emails, for: 1s}]' }),
    '4 faults[1].for: `for` means nothing with restart → use it with kill, stop or freeze',
  ],
  [
    'an aimed stop',
    scenario({ rest: 'faults: [{at: 1s, stop: emails, when: after-effect}]' }),
    '4 faults[0].when: `when: after-effect` means nothing with stop → use it with kill',
  ],
  [
    'an unknown moment',
    scenario({ rest: 'faults: [{at: 1s, kill: emails, when: after-efect}]' }),
    '4 faults[0].when: is after-efect, not now, before-effect, after-effect, before-acknowledge, before-dead-letter or random → did you mean `after-effect`?',
  ],
  [
    'a scale to nothing',
    scenario({ rest: 'faults: [{at: 1s, scale: emails}]' }),
    '4 faults[0].workers: `workers` is missing → write how many',
  ],
  [
    'a scale to all',
    scenario({ rest: 'faults: [{at: 1s, scale: emails, workers: all}]' }),
    '4 faults[0].workers: is all, not a whole number from 0 to 64',
  ],
  [
    'some workers',
    scenario({ rest: 'faults: [{at: 1s, kill: emails, workers: some}]' }),
    '4 faults[0].workers: is not a number of workers → write a whole number, or all',
  ],
  [
    'no workers',
    scenario({ rest: 'faults: [{at: 1s, kill: emails, workers: 0}]' }),
    '4 faults[0].workers: is 0, not a whole number from 1 to 64',
  ],
  [
    'a fault after the run',
    scenario({ rest: 'drain: 10s\nfaults: [{at: 14s, kill: emails}]' }),
    '5 faults[0]: the kill at 14s comes after the end of the run → the last message is due by 3s, and the drain lasts 10s',
  ],
  [
    'an end of for after the run',
    scenario({ rest: 'drain: 10s\nfaults: [{at: 1s, kill: emails, for: 1min}]' }),
    '5 faults[0]: the restart that `for` implies at 61s comes after the end of the run',
  ],
  // Expectations.
  [
    'an unknown measure',
    scenario({ rest: 'expect:\n  - lost == 0\n  - emails.cachUp <= 7s' }),
    '6 expect[1]: a queue has no measure `cachUp` → did you mean `emails.catchUp`?',
  ],
  [
    'an expectation as a mapping',
    scenario({ rest: 'expect:\n  - lost: 0' }),
    '5 expect[0]: is a mapping, not an expectation → write an expectation such as lost == 0',
  ],
  ['one expectation, no list', scenario({ rest: 'expect: lost == 0' }), '4 expect: is lost == 0, not a list'],
];

describe('what is wrong with a scenario', () => {
  it('is nothing in the scenario that the rows start from', () => {
    expect(parseScenario(scenario({})).queues.map(({ name }) => name)).toEqual(['emails', 'payments']);
  });

  it.each(rows)('%s', (_what, text, expected) => {
    const found = problemsOf(text);
    const wanted = typeof expected === 'string' ? [expected] : expected;
    expect(found).toHaveLength(wanted.length);
    wanted.forEach((part, i) => {
      expect(found[i]).toContain(part);
    });
  });

  it('is told all at once, in order of lines, with the file', () => {
    const text = scenario({ orders: `rate: 100, for: 3s, ${to}`, emails: 'rate: 0.5/s', rest: 'sede: 1' });
    const error = errorOf(text);
    expect(error.problems.map(({ line }) => line)).toEqual([1, 2, 4]);
    expect(error.problems.every(({ file }) => file === 'my.yaml')).toBe(true);
    expect(error.message).toBe('3 problems, in my.yaml or in what was to change it');
    expect(error.exitCode).toBe(2);
  });

  it('is in the message itself where it is only one thing', () => {
    const error = errorOf(scenario({ rest: 'sede: 1' }));
    expect(error.message).toBe('my.yaml:4: sede: a scenario has no key `sede`');
    expect(error.hint).toContain('did you mean `seed`?');
  });

  it('is always told in order, however a file is damaged', () => {
    const good = scenario({
      emails: 'work: {exponential: {mean: 1s}}',
      rest: 'faults: [{at: 1s, kill: emails, for: 2s}]',
    });
    const noise = fc.constantFrom(
      '',
      '{',
      '}',
      '[',
      ': ',
      '- ',
      '"',
      '*a',
      '&a ',
      '!x ',
      '\n',
      '\t',
      '0',
      '1e9',
      'null',
      '-',
      '#',
      'constructor',
    );
    const cuts = fc.array(fc.tuple(fc.nat(good.length), fc.nat(8), noise), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(cuts, (list) => {
        let text = good;
        for (const [at, length, word] of list) text = text.slice(0, at) + word + text.slice(at + length);
        try {
          parseScenario(text);
        } catch (error) {
          if (!(error instanceof LaunchpadError)) throw error;
          expect(error.code).toBe('scenario-invalid');
          for (const { message, hint } of error.problems)
            expect(`${message}${hint}`).not.toMatch(/undefined|\[object|NaN/);
        }
      }),
      { numRuns: 500 },
    );
  });
});
