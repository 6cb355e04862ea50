import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LaunchpadError } from '../../../src/errors.js';
import { type ParsedVariants, parseScenario, parseVariants } from '../../../src/scenario/index.js';

type Options = NonNullable<Parameters<typeof parseVariants>[1]>;

/** Line 3 is the queue, the variants begin in line 6. */
function scenario(...variants: string[]): string {
  return [
    'name: tiny',
    'producers: {orders: {rate: 10/s, for: 3s, to: [emails]}}',
    'queues: {emails: {rate: 5/s, attempts: 2, backoff: 1s}}',
    'expect: [lost == 0]',
    ...(variants.length === 0 ? [] : ['variants:', ...variants.map((variant) => `  ${variant}`)]),
  ].join('\n');
}

const two = scenario(
  'slow: {queues.emails.rate: 1/s, expect: [emails.catchUp >= 20s]}',
  'fast: {queues.emails.rate: null}',
);

function namesOf({ variants }: ParsedVariants): (string | null)[] {
  return variants.map(({ name }) => name);
}

/** What is wrong, as lines: `6 variants.slow.speed: message → hint`. */
function problemsOf(text: string, options: Options = {}): string[] {
  try {
    parseVariants(text, { file: 'my.yaml', ...options });
  } catch (error) {
    if (!(error instanceof LaunchpadError) || error.code !== 'scenario-invalid') throw error;
    return error.problems.map(
      ({ line, path, message, hint }) => `${line ?? '-'} ${path}: ${message} → ${hint}`,
    );
  }
  throw new Error('nothing was found wrong');
}

describe('the variants of a file', () => {
  it('are the scenario itself where there are none', () => {
    const { variants, base } = parseVariants(scenario());
    expect(variants).toEqual([{ name: null, scenario: base }]);
    expect(base.variant).toBeNull();
  });

  it('change the scenario, in the order of the file, each by itself', () => {
    const parsed = parseVariants(two);
    expect(namesOf(parsed)).toEqual(['slow', 'fast']);
    const rates = parsed.variants.map(({ scenario }) => scenario.queues[0]?.rate);
    expect(rates).toEqual([{ count: 1, perSeconds: 1 }, null]);
    expect(parsed.variants.map(({ scenario }) => scenario.variant)).toEqual(['slow', 'fast']);
    expect(parsed.base.variant).toBeNull();
    expect(parsed.base).toEqual(parseScenario(two));
  });

  it('may be the scenario as it is', () => {
    const { variants } = parseVariants(scenario('as-it-is: {}'));
    expect(variants.map(({ name }) => name)).toEqual(['as-it-is']);
  });

  it('add to what is expected', () => {
    const expected = parseVariants(two).variants.map(({ scenario }) =>
      scenario.expect.map((e) => e.expression),
    );
    expect(expected).toEqual([['lost == 0', 'emails.catchUp >= 20s'], ['lost == 0']]);
  });

  it('may only expect more', () => {
    expect(namesOf(parseVariants(scenario('strict: {expect: [emails.dropped == 0]}')))).toEqual(['strict']);
  });

  it('replace lists as a whole, and change items of those that are there', () => {
    const text = scenario(
      'hit: {"faults": [{at: 1s, kill: emails}], "producers.orders.to[0]": {queue: emails}}',
    );
    expect(parseVariants(text).variants[0]?.scenario.faults).toHaveLength(1);
  });

  it("are changed by the command line after their own changes, and don't show in what it changed", () => {
    const overrides = {
      set: ['queues.emails.rate=7/s', 'expect=[emails.lost == 0]'],
      expect: ['emails.dropped == 0'],
    };
    for (const { scenario } of parseVariants(two, { overrides }).variants) {
      expect(scenario.queues[0]?.rate).toEqual({ count: 7, perSeconds: 1 });
      expect(scenario.expect.map((e) => e.expression)).toEqual(['emails.lost == 0', 'emails.dropped == 0']);
      expect(scenario.changes).toEqual([
        '--set queues.emails.rate=7/s',
        '--set "expect=[emails.lost == 0]"',
        '--expect "emails.dropped == 0"',
      ]);
    }
  });

  it('are taken away by null', () => {
    expect(namesOf(parseVariants(two, { overrides: { set: ['variants=null'] } }))).toEqual([null]);
  });

  it('may be what makes a change of the command line possible', () => {
    const text = scenario('loop: {queues.emails.rate: null, queues.emails.polling: {batch: 5, sleep: 1s}}');
    const overrides = { set: ['queues.emails.polling.sleep=2s'], speed: '5' };
    const { variants, base } = parseVariants(text, { overrides });
    expect(variants[0]?.scenario.queues[0]?.polling?.sleepSeconds).toBe(2);
    expect(base.queues[0]?.polling).toBeNull();
    expect(base.speed).toBe(5);
  });

  it('are not looked at by parseScenario', () => {
    expect(parseScenario(scenario('Bad Name: []')).name).toBe('tiny');
  });
});

describe('--only', () => {
  it('is kept with --vary, as typed, so that the same can be asked for again', () => {
    const vary = ['queues.emails.rate=1/s,2/s'];
    const { base, variants } = parseVariants(two, { only: ['rate=2/s'], vary });
    expect(base).toMatchObject({ only: ['rate=2/s'], vary });
    expect(variants[0]?.scenario).toMatchObject({ variant: 'rate=2/s', vary });
    expect(variants[0]?.scenario).not.toHaveProperty('only');
    const all = parseVariants(two).base;
    expect([Object.hasOwn(all, 'only'), Object.hasOwn(all, 'vary')]).toEqual([false, false]);
  });

  it('chooses, in the order of the file', () => {
    expect(namesOf(parseVariants(two, { only: ['fast'] }))).toEqual(['fast']);
    expect(namesOf(parseVariants(two, { only: ['fast', 'slow', 'fast'] }))).toEqual(['slow', 'fast']);
    expect(namesOf(parseVariants(two, { only: ['rate=2/s'], vary: ['queues.emails.rate=1/s,2/s'] }))).toEqual(
      ['rate=2/s'],
    );
  });

  it.each([
    [
      two,
      ['fats'],
      '- --only fats: there is no variant `fats` → did you mean `fast`? known here: slow, fast',
    ],
    [scenario(), ['fast'], '- --only fast: the scenario has no variants → leave --only out'],
  ])('must be there', (text, only, expected) => {
    expect(problemsOf(text, { only })).toEqual([expect.stringContaining(expected)]);
  });

  it('leaves what is wrong with the others', () => {
    const text = scenario('good: {queues.emails.rate: 1/s}', 'bad: {queues.emails.rate: 0.5/s}');
    expect(namesOf(parseVariants(text, { only: ['good'] }))).toEqual(['good']);
    expect(problemsOf(text)).toHaveLength(1);
  });
});

describe('--vary', () => {
  it.each<[readonly string[], string[]]>([
    [['queues.emails.rate=1/s,2/s'], ['rate=1/s', 'rate=2/s']],
    [['queues.emails.idempotency=none, memory'], ['idempotency=none', 'idempotency=memory']],
    [['seed=1'], ['seed=1']],
    [
      ['queues.emails.idempotency=none,{delivery-log: before},{delivery-log: after}'],
      ['idempotency=none', 'idempotency={delivery-log: before}', 'idempotency={delivery-log: after}'],
    ],
    [
      ['queues.emails.failures=[],[{fail: [1, 2], error: "a, b"}]'],
      ['failures=[]', 'failures=[{fail: [1, 2], error: "a, b"}]'],
    ],
    [
      ['queues.emails.rate=1/s,2/s', 'seed=3,4'],
      ['rate=1/s seed=3', 'rate=1/s seed=4', 'rate=2/s seed=3', 'rate=2/s seed=4'],
    ],
    [
      ['queues.emails.rate=1/s,2/s', 'producers.orders.rate=3/s'],
      ['emails.rate=1/s orders.rate=3/s', 'emails.rate=2/s orders.rate=3/s'],
    ],
    [['producers.orders.to[0]=emails'], ['to[0]=emails']],
  ])("%j takes the place of the file's variants", (vary, names) => {
    const parsed = parseVariants(two, { vary });
    expect(namesOf(parsed)).toEqual(names);
    expect(parsed.variants.map(({ scenario }) => scenario.variant)).toEqual(names);
    expect(parsed.base.changes).toEqual([]);
  });

  it('sets each value', () => {
    const { variants } = parseVariants(scenario(), { vary: ['queues.emails.rate=1/s,null', 'seed=1,2'] });
    expect(variants.map(({ scenario }) => [scenario.queues[0]?.rate?.count ?? null, scenario.seed])).toEqual([
      [1, 1],
      [1, 2],
      [null, 1],
      [null, 2],
    ]);
  });

  it.each<[readonly string[], string]>([
    [['queues.emails.rate'], '- --vary queues.emails.rate: has no values → write path=value,value'],
    [['queues.emails.rate='], '- --vary queues.emails.rate=: has no values → write path=value,value'],
    [['queues..rate=1/s'], '- --vary queues..rate=1/s: `queues..rate` is not a path'],
    [['seed=1,,2'], '- --vary seed=1,,2: has a value that is empty → write null'],
    [['seed=1,2,1'], '- --vary seed=1,2,1: has the value 1 twice'],
    [['seed=1,2', 'seed=3'], '- --vary seed=3: varies seed a second time'],
    [['seed=1,[2'], '- --vary seed=1,[2: not readable as YAML'],
    [
      ['queues.email.rate=1/s,2/s'],
      '- --vary queues.email.rate=1/s,2/s: there is no queue `email` → did you mean',
    ],
    [
      ['queues.emails.rat=1/s,2/s'],
      '- --vary queues.emails.rat=1/s,2/s: a queue has no key `rat` → did you mean `rate`?',
    ],
    [
      ['queues.emails.rate=1/s,0.5/s'],
      '- --vary queues.emails.rate=1/s,0.5/s: 0.5/s is not a whole number of messages',
    ],
    [
      ['queues.emails.attempts=1,3'],
      '- --vary queues.emails.attempts=1,3: with attempts=1, queues.emails.backoff, line 3: is a backoff without attempts',
    ],
    [['variants.slow=1'], "- --vary variants.slow=1: variants can't be changed"],
    [['seed=1,2,3,4,5,6', 'speed=1,2,3,4,5,6'], '- --vary seed=1,2,3,4,5,6: 36 combinations → at most 32'],
  ])('%j is refused', (vary, expected) => {
    expect(problemsOf(two, { vary })).toEqual([expect.stringContaining(expected)]);
  });
});

describe('what is wrong with variants', () => {
  it.each<[string, string, string]>([
    ['a list', scenario('[a]'), '5 variants: is a list, not a mapping → write {none:'],
    ['none at all', scenario('{}'), '5 variants: names no variant'],
    ['one with nothing behind it', scenario('none:'), '6 variants.none: does not say what it changes'],
    ['one that is null', scenario('none: null'), '6 variants.none: does not say what it changes'],
    ['one that is a list', scenario('none: [a]'), '6 variants.none: is a list, not a mapping'],
    [
      'a bad name',
      scenario('None at all: {seed: 2}'),
      '6 variants.None at all: `None at all` is not a name → write none-at-all',
    ],
    [
      'a name twice',
      scenario('a: {seed: 2}', 'a: {seed: 3}'),
      '7 variants.a: `a` is here twice, first in line 6',
    ],
    ['a path twice', scenario('a: {seed: 2, seed: 3}'), '6 variants.a.seed: `seed` is here twice'],
    [
      'what is no path',
      scenario('a: {queues..rate: 1/s}'),
      '6 variants.a.queues..rate: `queues..rate` is not a path → write path: value',
    ],
    [
      'an unknown queue',
      scenario('a: {seed: 2}', 'b: {queues.email.rate: 1/s}'),
      '7 variants.b.queues.email.rate: there is no queue `email` → did you mean `emails`?',
    ],
    [
      'an unknown key',
      scenario('a: {queues.emails.rat: 1/s}'),
      '6 variants.a.queues.emails.rat: a queue has no key `rat` → did you mean `rate`?',
    ],
    [
      'an unknown item',
      scenario('a: {"faults[0].at": 1s}'),
      '6 variants.a.faults[0].at: there is no faults[0]',
    ],
    [
      'a bad value',
      scenario('a: {queues.emails.rate: 0.5/s}'),
      '6 variants.a.queues.emails.rate: 0.5/s is not a whole number',
    ],
    [
      'a bad value far down',
      scenario('a:', '  queues.emails.failures:', '    - { fail: 10% }', '    - { fial: 10% }'),
      '9 variants.a.queues.emails.failures[1].fial: a failure has no key `fial`',
    ],
    ['no value', scenario('a: {queues.emails.rate: }'), '6 variants.a.queues.emails.rate: has no value'],
    [
      'a scenario in it',
      scenario('a: {queues: {emails: {rate: 1/s}}}'),
      '6 variants.a.queues: replaces all queues → write the whole path: queues.emails.rate: 1/s',
    ],
    [
      'variants in it',
      scenario('a: {variants.b.seed: 1}'),
      "6 variants.a.variants.b.seed: variants can't be changed",
    ],
    [
      'an expectation that is no list',
      scenario('a: {expect: lost == 0}'),
      '6 variants.a.expect: is lost == 0, not a list',
    ],
    [
      'a bad expectation',
      scenario('a: {expect: [losst == 0]}'),
      '6 variants.a.expect[0]: there is no measure `losst`',
    ],
    [
      'what only it makes wrong',
      scenario('ok: {seed: 2}', 'once: {queues.emails.attempts: 1}'),
      '7 variants.once: with once, queues.emails.backoff, line 3: is a backoff without attempts',
    ],
  ])('%s', (_what, text, expected) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(expected)]);
  });

  it('is too many', () => {
    const many = Array.from({ length: 33 }, (_, i) => `v${i}: {seed: ${i}}`);
    expect(problemsOf(scenario(...many))).toEqual(['5 variants: has 33 variants → at most 32']);
  });

  it('is told once where the scenario itself is wrong, beside what is wrong with each', () => {
    const text = scenario('a: {seed: x}', 'b: {seed: 3}').replace('rate: 5/s', 'rate: 5');
    expect(problemsOf(text)).toEqual([
      '3 queues.emails.rate: 5 has no unit → write 5/s',
      expect.stringContaining('6 variants.a.seed: is x, not a whole number'),
    ]);
  });

  it('is a flag that goes with the scenario and not with a variant', () => {
    const text = scenario('a: {faults: []}', 'b: {seed: 3}').replace(
      'expect:',
      'faults: [{at: 1s, kill: emails}]\nexpect:',
    );
    const found = problemsOf(text, { overrides: { set: ['faults[0].at=2s'] } });
    expect(found).toEqual([
      '- --set faults[0].at=2s: there is no faults[0] (in the variant a) → faults has no items',
    ]);
  });

  it('is a flag that goes with nothing, once', () => {
    const found = problemsOf(two, { overrides: { set: ['queues.email.rate=2/s'] } });
    expect(found).toEqual([
      expect.stringContaining('- --set queues.email.rate=2/s: there is no queue `email` →'),
    ]);
  });
});

describe('a scenario with everything in it', () => {
  const good = `producers: {orders: {rate: 10/s, for: 3s, to: [intake], resubmit: [1s]}}
queues:
  intake: {to: [emails], attempts: 3, backoff: {exponential: 1s, jitter: 0.5, max: 8s}, failures: [{fail: 10%, per: message}]}
  emails:
    failures: [{hang: [7], for: 1s}, {crash: [3]}, {fail: all, from: 1s, to: 2s, retryable: false}]
    deadLetter: {queue: dead, move: on-failed}
    idempotency: {delivery-log: before}
    deduplication: {job-id: {keep: 5s}}
    supervise: {after: 1s}
    outcomes: {good: {share: 90%, to: [sms]}, bad: 10%}
  sms: {polling: {batch: 5, sleep: 1s}}
faults: [{at: 1s, kill: emails, when: random}, {at: 9s, redrive: emails, repaired: true}]
variants:
  a: {queues.emails.idempotency: none, expect: [lost == 0]}
  b: {queues.sms.polling: null}
`;

  it('is good', () => {
    expect(namesOf(parseVariants(good))).toEqual(['a', 'b']);
  });

  it('is refused in order, however it is damaged', () => {
    const noise = fc.constantFrom(
      '',
      '{',
      '}',
      '[',
      ']',
      ': ',
      ', ',
      '- ',
      '"',
      '\n',
      '0',
      '-1',
      '1e9',
      '200%',
      'null',
      'none',
      '[]',
      '{}',
    );
    const cuts = fc.array(fc.tuple(fc.nat(good.length), fc.nat(8), noise), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(cuts, fc.constantFrom([], ['queues.emails.idempotency=none,memory']), (list, vary) => {
        let text = good;
        for (const [at, length, word] of list) text = text.slice(0, at) + word + text.slice(at + length);
        try {
          parseVariants(text, { vary });
        } catch (error) {
          if (!(error instanceof LaunchpadError)) throw error;
          expect(error.code).toBe('scenario-invalid');
          for (const { message, hint } of error.problems)
            expect(`${message}${hint}`).not.toMatch(/undefined|\[object|NaN/);
        }
      }),
      { numRuns: 200 },
    );
  });
});
