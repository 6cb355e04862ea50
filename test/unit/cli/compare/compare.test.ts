import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { compareRuns } from '../../../../src/cli/commands/compare.js';
import { baselineFor } from '../../../../src/cli/compare/baseline.js';
import { readGates, withKeptGates, writeGates } from '../../../../src/cli/compare/gates-file.js';
import { subjectsOf } from '../../../../src/cli/compare/subjects.js';
import { timesAsked } from '../../../../src/cli/repeat.js';
import { LaunchpadError } from '../../../../src/errors.js';
import { renderJson } from '../../../../src/report/json.js';
import type { RunComparison } from '../../../../src/result/compare.js';
import type { Outcome } from '../../../../src/result/comparison.js';
import { idempotency } from '../../../fixtures/comparisons.js';
import { outageLedger, outagePlan } from '../../../fixtures/outage.js';
import { outage, overload, predictedOutage } from '../../../fixtures/results.js';
import { runDirectory, temporaryDirectory } from '../../../fixtures/runs.js';
import { tinyScenario } from '../../../fixtures/tiny.js';
import { caughtUpIn } from '../../analysis/compare-runs/sides.js';

let printed = '';

beforeEach(() => {
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text, ...rest) => {
    printed += String(text);
    const done = rest.at(-1);
    if (typeof done === 'function') (done as () => void)();
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

function file(outcome: Outcome | string, name = 'result.json'): string {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, typeof outcome === 'string' ? outcome : renderJson(outcome));
  return path;
}

async function compared(sources: readonly string[], options: object = {}): Promise<RunComparison> {
  await compareRuns(sources, { json: true, color: false, ...options });
  return JSON.parse(printed) as RunComparison;
}

async function errorOf(sources: readonly string[], options: object = {}): Promise<LaunchpadError> {
  try {
    await compareRuns(sources, { color: false, ...options });
  } catch (error) {
    if (error instanceof LaunchpadError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** The same data with one member, somewhere in it, that is something else. */
function withOneChanged(data: unknown, choices: Iterator<number>, value: unknown): unknown {
  const keys = typeof data === 'object' && data !== null ? Object.keys(data) : [];
  const key = keys[(choices.next().value ?? 0) % keys.length];
  if (key === undefined || choices.next().value % 5 === 0) return value;
  const changed = withOneChanged((data as Record<string, unknown>)[key], choices, value);
  if (Array.isArray(data)) return data.map((each, at) => (String(at) === key ? changed : each));
  return { ...(data as object), [key]: changed };
}

describe('launchpad compare', () => {
  it('sets results beside each other, the first is the reference', async () => {
    const [a, b] = [file(caughtUpIn(50), 'a.json'), file(caughtUpIn(60), 'b.json')];
    const { schema, runs, settings, comparisons, verdict } = await compared([a, b]);
    expect(schema).toBe('launchpad.compare/1');
    expect(runs.map(({ label, name, runs: times }) => [label, name, times])).toEqual([
      ['A', 'a.json', 1],
      ['B', 'b.json', 1],
    ]);
    expect(settings).toEqual([]);
    expect(comparisons).toHaveLength(1);
    expect(comparisons[0]).toMatchObject({ run: 'B', against: 'A' });
    expect(comparisons[0]?.differences).toEqual([
      expect.objectContaining({ measure: 'emails.catchUp', difference: 10, ratio: 1.2 }),
    ]);
    expect(verdict).toBeNull();
  });

  it('exits with 0 whatever the runs came to', async () => {
    const failed = { ...outage, verdict: { outcome: 'fail', reasons: ['lost'] } } as const;
    expect(await compareRuns([file(outage), file(failed)], { color: false })).toBe(0);
  });

  it('takes a run directory, with its plan', async () => {
    const directory = runDirectory(outagePlan(), outageLedger());
    const faster = runDirectory(outagePlan(2), outageLedger());
    const { settings, settingsFrom, runs } = await compared([directory, faster]);
    expect(settingsFrom).toBe('plan');
    expect(settings).toContainEqual({ setting: 'speed', values: { A: '1', B: '2' }, isUnlike: false });
    expect(runs.map(({ source }) => source)).toEqual([directory, faster]);
  });

  it('takes a run directory without its ledger by the result in it', async () => {
    const kept = file(outage);
    expect(subjectsOf(join(kept, '..'))[0]?.result.scenario.name).toBe('outage');
  });

  it('compares the variants of a comparison', async () => {
    const { runs, comparisons } = await compared([file(idempotency, 'all.json')]);
    expect(runs.map(({ name }) => name)).toEqual([
      'all.json/none',
      'all.json/log-before',
      'all.json/effect-key',
    ]);
    expect(comparisons.map(({ run, against }) => [run, against])).toEqual([
      ['B', 'A'],
      ['C', 'A'],
    ]);
    expect(comparisons[0]?.differences).toContainEqual(
      expect.objectContaining({
        measure: 'emails.lost',
        difference: 5,
        noise: expect.objectContaining({ verdict: 'beyond' }),
      }),
    );
  });

  it('compares what is unlike only when asked', async () => {
    const sources = [file(outage, 'a.json'), file(overload, 'b.json')];
    const error = await errorOf(sources);
    expect(error.exitCode).toBe(2);
    expect(error.message).toBe('These are not alike: the scenario is outage (a.json) and overload (b.json)');
    expect(error.hint).toMatch(/--anyway/);
    const { settings } = await compared(sources, { anyway: true });
    expect(settings[0]).toMatchObject({ setting: 'scenario', isUnlike: true });
    expect((await errorOf([file(outage), file(predictedOutage)])).message).toMatch(
      /origin is measured .* and predicted/,
    );
    const newer = JSON.stringify({ ...outage, schema: 'launchpad.result/2' });
    expect((await errorOf([file(outage), file(newer)])).message).toMatch(/schema is launchpad.result\/1/);
  });

  it.each([
    [[], /nothing to compare/],
    [['only'], /nothing to compare result.json with|nothing to compare .* with/],
  ])('refuses too few: %j', async (which, message) => {
    const error = await errorOf(which.map(() => file(outage)));
    expect(error.message).toMatch(message);
    expect(error.exitCode).toBe(2);
  });

  it('refuses more than there are letters', async () => {
    const one = file(outage);
    expect((await errorOf(Array.from({ length: 27 }, () => one))).hint).toMatch(/at most 26/);
  });

  it.each([
    ['not JSON at all', /it is not whole/],
    ['{}', /says no schema/],
    ['null', /says no schema/],
    ['{"schema":"launchpad.sweep/1"}', /of the schema launchpad.sweep\/1/],
    ['{"schema":"launchpad.result/1"}', /it has no scenario/],
    ['{"schema":"launchpad.result/1","variants":{}}', /variants are not there/],
    ['{"schema":"launchpad.repeat/1","times":3}', /it is not whole/],
    [JSON.stringify({ ...outage, queues: { emails: {} } }), /queue emails has no accounting/],
    [JSON.stringify({ ...outage, queues: { emails: 5 } }), /queue emails is not whole/],
    [
      JSON.stringify({ ...outage, scenario: { ...outage.scenario, settings: { queues: { emails: 5 } } } }),
      /its settings are not whole/,
    ],
    [JSON.stringify({ ...outage, producers: { orders: { rate: {} } } }), /producer orders has no lagSeconds/],
    [
      JSON.stringify({
        ...outage,
        queues: { emails: { ...outage.queues.emails, curve: { atSeconds: ['x'], backlog: [1] } } },
      }),
      /queue emails is not whole/,
    ],
  ])('refuses a file that is %s', async (text, message) => {
    const error = await errorOf([file(outage), file(text)]);
    expect(error.message).toMatch(message);
    expect(error.exitCode).toBe(2);
  });

  it('compares or refuses a file with anything wrong in it', async () => {
    const whole = renderJson(outage);
    const sound = file(outage, 'sound.json');
    const wrong = fc.constantFrom<unknown>(null, 5, 'x', [], {}, true, [[1]], undefined);
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat(1000)), wrong, async (choices, value) => {
        const broken = file(
          String(JSON.stringify(withOneChanged(JSON.parse(whole), choices, value))),
          'broken.json',
        );
        try {
          await compareRuns([sound, broken], { color: false, anyway: true });
        } catch (error) {
          expect(error).toBeInstanceOf(LaunchpadError);
          expect((error as LaunchpadError).exitCode).toBe(2);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('refuses what is not there', async () => {
    const error = await errorOf(['/nonexistent/run', file(outage)]);
    expect(error).toMatchObject({ code: 'run-not-found', exitCode: 2 });
  });

  it('shows hostile names as text', async () => {
    const hostile = { ...outage, scenario: { ...outage.scenario, changes: ['\u001b[31m--set x\u0007'] } };
    await compareRuns([file(outage), file(hostile)], { color: false });
    expect(printed).toContain('--set x');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is tested
    expect(printed).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });
});

describe('the gate', () => {
  const gate = { baseline: '', failOn: ['emails.catchUp +10%'] };

  it.each([
    [54, 0, 'pass'],
    [56, 99, 'fail'],
    [null, 99, 'fail'],
  ] as const)('of 50 s and a tenth: %d s now exits with %i', async (now, code, outcome) => {
    const baseline = file(caughtUpIn(50), 'base.json');
    const options = { ...gate, baseline, json: true, color: false } as const;
    expect(await compareRuns([file(caughtUpIn(now))], options)).toBe(code);
    const { verdict, comparisons } = JSON.parse(printed) as RunComparison;
    expect(verdict?.outcome).toBe(outcome);
    expect(comparisons[0]?.gates?.rules[0]).toMatchObject({
      baseline: 50,
      limit: 55,
      actual: now ?? 'never',
      outcome,
    });
  });

  it('exits with 3 where a measure is unknown on one side', async () => {
    const { emails: _, ...queues } = outage.queues;
    const baseline = file({ ...outage, queues });
    expect(await compareRuns([file(outage)], { ...gate, baseline, color: false })).toBe(3);
    expect(printed).toMatch(/INCONCLUSIVE/);
  });

  it('holds each run against the baseline, and the worst decides', async () => {
    const baseline = file(caughtUpIn(50));
    const sources = [file(caughtUpIn(50)), file(caughtUpIn(70))];
    expect(await compareRuns(sources, { ...gate, baseline, color: false })).toBe(99);
    expect(printed).toMatch(/^FAIL\. C: emails\.catchUp \+10% is broken/);
  });

  it('holds a variant against the same of the baseline', async () => {
    const baseline = file(idempotency, 'base.json');
    const failOn = ['emails.lost +0', 'emails.duplicateEffects +0'];
    const options = { baseline, failOn, color: false, json: true } as const;
    expect(await compareRuns([file(idempotency, 'now.json')], options)).toBe(0);
    const { comparisons } = JSON.parse(printed) as RunComparison;
    expect(comparisons.map(({ run, against }) => [run, against])).toEqual([
      ['D', 'A'],
      ['E', 'B'],
      ['F', 'C'],
    ]);
  });

  it('needs a baseline', async () => {
    const error = await errorOf([file(outage), file(outage)], { failOn: ['lost +0'] });
    expect(error.hint).toMatch(/--baseline FILE/);
  });
});

describe('the baseline of what is to be run', () => {
  const toRun = {
    base: { ...tinyScenario(), name: 'outage' },
    runs: [{ variant: null, plan: outagePlan() }],
  };
  const options = (baseline: string, ...failOn: string[]) => ({
    baseline,
    failOn: failOn.length === 0 ? ['lost +0'] : failOn,
  });
  const refusal = (given: object): string => {
    try {
      baselineFor(given, toRun);
    } catch (error) {
      if (error instanceof LaunchpadError && error.exitCode === 2) return error.message;
      throw error;
    }
    return 'nothing was refused';
  };

  it('is none where none is named', () => {
    expect(baselineFor({}, toRun)).toBeNull();
  });

  it('is taken where it is of the same scenario', () => {
    expect(baselineFor(options(file(outage)), toRun)?.rules).toHaveLength(1);
  });

  it.each([
    ['alone', { baseline: 'base.json' }, /--baseline alone decides nothing/],
    ['missing', options('/nonexistent.json'), /There is no \/nonexistent.json/],
  ])('is refused: %s', (_, given, message) => {
    expect(refusal(given)).toMatch(message);
  });

  it('is refused where it is damaged, of another scenario, a prediction, of other variants; so is a rule of nothing', () => {
    expect(refusal(options(file('{"schema":')))).toMatch(/it is not whole/);
    expect(refusal(options(file(overload)))).toMatch(/of the scenario overload, and this is outage/);
    expect(refusal(options(file(predictedOutage)))).toMatch(/is a prediction, and not a run/);
    expect(refusal(options(file(idempotency)))).toMatch(/scenario|variants/);
    expect(refusal(options(file(outage), 'mails.lost +0'))).toMatch(/there is no queue or producer `mails`/);
  });
});

describe('what the gate said', () => {
  it('is kept beside the run, and said again', async () => {
    const baseline = file(caughtUpIn(50));
    await compareRuns([file(caughtUpIn(70))], {
      baseline,
      failOn: ['emails.catchUp +10%'],
      json: true,
      color: false,
    });
    const gates = (JSON.parse(printed) as RunComparison).comparisons[0]?.gates;
    if (gates === undefined) throw new Error('there is no gate');
    const directory = temporaryDirectory();
    expect(withKeptGates(outage, directory)).toBe(outage);
    writeGates(directory, [{ variant: null, gates }]);
    expect(readGates(directory)).toEqual([{ variant: null, gates }]);
    expect(withKeptGates(outage, directory)).toMatchObject({ gates, verdict: { outcome: 'fail' } });
    writeFileSync(
      join(directory, 'gates.json'),
      readFileSync(join(directory, 'gates.json'), 'utf8').slice(0, 40),
    );
    expect(() => withKeptGates(outage, directory)).toThrow(/gates.json can't be used/);
  });
});

describe('--repeat', () => {
  it.each([
    [undefined, null],
    ['2', 2],
    ['100', 100],
  ])('%s is %s', (typed, times) => {
    expect(timesAsked(typed)).toBe(times);
  });

  it.each(['1', '0', '101', '-3', '2.5', 'five', ''])('%s is refused', (typed) => {
    expect(() => timesAsked(typed)).toThrow(/is not a whole number from 2 to 100/);
  });
});
