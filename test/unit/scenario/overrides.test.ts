import { describe, expect, it } from 'vitest';
import { type Overrides, parseScenario, type Scenario } from '../../../src/scenario/index.js';
import { problemsOf } from './problemsOf.js';

const outage = `
producers:
  orders: {rate: 100/s, for: 3s, to: [emails, payments]}
queues:
  emails: {rate: 5/s, concurrency: 5, work: 300ms}
  payments: {rate: 10/s}
faults:
  - {at: 1s, kill: emails, when: after-effect}
  - {at: 8s, restart: emails}
  - {at: 2s, freeze: payments, for: 1s}
expect: [lost == 0]
`;
const phased = `
producers:
  orders: {phases: [{for: 30s, rate: 2/s}, {for: 1min, from: 2/s, to: 20/s}], to: [emails]}
  returns: {rate: 1/s, for: 5s, to: [emails]}
queues: {emails: {}}
`;

function load(text: string, overrides: Overrides): Scenario {
  return parseScenario(text, { overrides });
}

function queue(scenario: Scenario, name: string) {
  return scenario.queues.find((candidate) => candidate.name === name);
}

describe('--set', () => {
  it.each([
    [
      'a value',
      'queues.emails.rate=10/s',
      (s: Scenario) => queue(s, 'emails')?.rate,
      { count: 10, perSeconds: 1 },
    ],
    [
      'a key that was not there',
      'queues.payments.workers=3',
      (s: Scenario) => queue(s, 'payments')?.workers,
      3,
    ],
    [
      'null, which takes a key away',
      'queues.emails.rate=null',
      (s: Scenario) => queue(s, 'emails')?.rate,
      null,
    ],
    [
      'a mapping',
      'queues.emails.redelivery={after: 5s, check: 1s}',
      (s: Scenario) => queue(s, 'emails')?.redelivery,
      { afterSeconds: 5, checkSeconds: 1, limit: 1 },
    ],
    [
      'a fault',
      'faults[0].at=2s',
      (s: Scenario) => s.faults.find(({ kind }) => kind === 'kill')?.atSeconds,
      2,
    ],
    ['a producer', 'producers.orders.rate=50/s', (s: Scenario) => s.producers[0]?.phases[0]?.toPerSecond, 50],
    ['an empty list', 'faults=[]', (s: Scenario) => s.faults, []],
    [
      'a value with equals signs',
      'expect=[emails.lost == 0]',
      (s: Scenario) => s.expect.map((e) => e.expression),
      ['emails.lost == 0'],
    ],
    [
      'a part of what is not there, if the rest follows',
      'queues.emails.work={exponential: {mean: 1s}}',
      (s: Scenario) => queue(s, 'emails')?.work,
      { kind: 'exponential', meanSeconds: 1 },
    ],
    ['the name', 'name=other', (s: Scenario) => s.name, 'other'],
  ])('takes %s', (_what, set, read, expected) => {
    expect(read(load(outage, { set: [set] }))).toEqual(expected);
  });

  it('is applied in order, and builds up what is not there', () => {
    const set = [
      'queues.payments.redelivery.after=9s',
      'queues.payments.redelivery.check=2s',
      'queues.payments.workers=2',
      'queues.payments.workers=4',
    ];
    const payments = queue(load(outage, { set }), 'payments');
    expect(payments).toMatchObject({ workers: 4, redelivery: { afterSeconds: 9, checkSeconds: 2 } });
  });

  it.each([
    ['queues.email.rate=10/s', 'there is no queue `email` → did you mean `emails`?'],
    ['producers.order.rate=10/s', 'there is no producer `order` → did you mean `orders`?'],
    ['queues.emails.rat=10/s', 'a queue has no key `rat` → did you mean `rate`?'],
    ['queue.emails.rate=10/s', 'a scenario has no key `queue` → did you mean `queues`?'],
    ['faults[7].at=2s', 'there is no faults[7] → there are 3, faults[0] to faults[2]'],
    ['faults.at=2s', 'faults is a list, and has no key `at` → write faults[0]'],
    [
      'queues.emails.work.exponential.mean=1s',
      'queues.emails.work is 300ms, and has no key `exponential` → set queues.emails.work as a whole',
    ],
    ['queues.emails.rate=0.5/s', '0.5/s is not a whole number of messages → write 1/2s'],
    ['queues.emails.rate=', 'has no value → write one'],
    ['queues.emails.rate', 'has no value → write path=value'],
    ['queues..rate=1/s', '`queues..rate` is not a path → write path=value'],
    ['variants.none.speed=2', "variants can't be changed → --only NAME runs one of them"],
    ['faults=[', 'not readable as YAML'],
  ])('%s is refused by its name', (set, expected) => {
    const found = problemsOf(outage, { set: [set] });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`- --set ${set}: `);
    expect(found[0]).toContain(expected);
  });
});

describe('--rate and --for', () => {
  it('change only what is given', () => {
    const [rate] = load(outage, { rate: ['50/s'] }).producers;
    expect(rate?.phases).toEqual([{ forSeconds: 3, fromPerSecond: 50, toPerSecond: 50 }]);
    const [length] = load(outage, { for: ['10s'] }).producers;
    expect(length?.phases).toEqual([{ forSeconds: 10, fromPerSecond: 100, toPerSecond: 100 }]);
  });

  it('replace phases, for as long as all of them', () => {
    const [orders] = load(phased, { rate: ['orders=5/s'] }).producers;
    expect(orders?.phases).toEqual([{ forSeconds: 90, fromPerSecond: 5, toPerSecond: 5 }]);
  });

  it('count phases that were set to null as none', () => {
    const overrides = { set: ['producers.orders.phases=null'], rate: ['orders=5/s'], for: ['orders=7s'] };
    expect(load(phased, overrides).producers[0]?.phases).toEqual([
      { forSeconds: 7, fromPerSecond: 5, toPerSecond: 5 },
    ]);
  });

  it('replace phases together', () => {
    const { producers } = load(phased, { rate: ['orders=5/s'], for: ['orders=7s', 'returns=2s'] });
    expect(producers.map(({ phases }) => phases[0]?.forSeconds)).toEqual([7, 2]);
  });

  it.each([
    [
      { rate: ['5/s'] },
      '- --rate 5/s: there are 2 producers → say which: --rate orders=5/s or --rate returns=5/s',
    ],
    [{ rate: ['order=5/s'] }, '- --rate order=5/s: there is no producer `order` → did you mean `orders`?'],
    [{ rate: ['returns=5'] }, '- --rate returns=5: 5 has no unit → write 5/s'],
    [{ for: ['orders=5s'] }, '- --for orders=5s: orders has phases → give --rate beside --for'],
    [{ for: ['returns=5'] }, '- --for returns=5: 5 has no unit → write 5s'],
  ])('%j is refused by its name', (overrides, expected) => {
    const found = problemsOf(phased, overrides);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  it('leave phases that are wrong to the check of the file', () => {
    const found = problemsOf(phased.replace('1min', '1mni'), { rate: ['orders=5/s'] });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(
      '3 producers.orders.phases[1].for: 1mni has an unknown unit, mni → write 1min',
    );
  });
});

describe('--kill and --restart', () => {
  function faults(overrides: Overrides): string[] {
    const list = load(outage, overrides).faults;
    return list.map((fault) => `${fault.atSeconds} ${fault.kind} ${fault.queue} ${fault.when}`);
  }

  it("replace the file's faults on that queue, and leave the others", () => {
    expect(faults({ kill: ['emails@3s'] })).toEqual(['2 freeze payments now', '3 kill emails now']);
  });

  it('are kept both, in any number', () => {
    const overrides = { kill: ['emails@3s', 'emails@7s'], restart: ['emails@6s', 'emails@9s'] };
    expect(faults(overrides)).toEqual([
      '2 freeze payments now',
      '3 kill emails now',
      '6 restart emails now',
      '7 kill emails now',
      '9 restart emails now',
    ]);
  });

  it('are faults where the file has none', () => {
    expect(faults({ set: ['faults=null'], kill: ['payments@1s'] })).toEqual(['1 kill payments now']);
  });

  it.each([
    [
      { kill: ['emails'] },
      '- --kill emails: `emails` is not a name and a time → write NAME@TIME, the name of a queue or a service, such as --kill emails@3s',
    ],
    [{ kill: ['email@3s'] }, '- --kill email@3s: there is no queue `email` → did you mean `emails`?'],
    [{ kill: ['emails@3'] }, '- --kill emails@3: 3 has no unit → write 3s'],
    [
      { restart: ['emails@3s'] },
      '- --restart emails@3s: the restart at 3s finds no worker of emails that is down',
    ],
  ])('%j is refused by its name', (overrides, expected) => {
    const found = problemsOf(outage, overrides);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });
});

describe('--speed, --seed and --expect', () => {
  it('are taken over', () => {
    const {
      speed,
      seed,
      expect: all,
    } = load(outage, { speed: '5', seed: '42', expect: ['emails.catchUp <= 70s'] });
    expect([speed, seed, ...all.map(({ expression }) => expression)]).toEqual([
      5,
      42,
      'lost == 0',
      'emails.catchUp <= 70s',
    ]);
  });

  it.each([
    [{ speed: '10x' }, '- --speed 10x: 10x is not a plain number → write 10'],
    [{ speed: '1000' }, '- --speed 1000: a speed of 1000 is outside 0.1 to 100'],
    [{ seed: '-1' }, '- --seed -1: is -1, not a whole number of 0 or more'],
    [
      { expect: ['losst == 0'] },
      '- --expect "losst == 0": there is no measure `losst` → did you mean `lost`?',
    ],
  ])('%j is refused by its name', (overrides, expected) => {
    const found = problemsOf(outage, overrides);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  it("are told after the file's own problems", () => {
    const found = problemsOf(outage.replace('10/s', '10'), { speed: '0' });
    expect(found.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      '6 queues.payments.rate:',
      '- --speed',
    ]);
  });
});
