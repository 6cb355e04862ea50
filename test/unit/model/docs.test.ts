import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { forecast } from '../../../src/analysis/index.js';
import { overridesOf, type ScenarioOptions, withScenarioOptions } from '../../../src/cli/options.js';
import { type FifoRun, type FifoSetting, runFifo } from '../../../src/model/fifo/index.js';
import * as formulas from '../../../src/model/formulas.js';
import { buildPlan } from '../../../src/plan/build.js';
import { measures } from '../../../src/result/measures.js';
import type { Result } from '../../../src/result/types.js';
import { loadVariants } from '../../../src/scenario/index.js';
import { constant, exponential, flat, random } from './fifo/settings.js';
import { capabilities } from './fixtures.js';

const page = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8');

/** A number as a page has it: `30,000`, `6,000 s`, `3.846/s`. */
const numberOf = (text: string): number => Number(text.replaceAll(',', '').match(/^-?[\d.]+/)?.[0]);

/** Half of the last digit that the page gives. */
const accuracyOf = (text: string): number => 0.5 * 10 ** -(text.match(/\.(\d+)/)?.[1]?.length ?? 0);

function expectAsWritten(value: unknown, text: string): void {
  expect(typeof value).toBe('number');
  expect(Math.abs((value as number) - numberOf(text))).toBeLessThanOrEqual(accuracyOf(text) * (1 + 1e-9));
}

describe('docs/formulas.md', () => {
  const text = page('formulas');
  const rows = [...text.matchAll(/^\| `(\w+)\((.*)\)` \| (.+) \|$/gm)].map(([, name, args, gives]) => ({
    call: `${name}(${args})`,
    name: name as string,
    args: parse(`[${args}]`) as never[],
    gives: [...(gives as string).matchAll(/(?:`(\w+)` )?(-?[\d.,]*\d)/g)].map(([, field, value]) => ({
      field: field ?? null,
      value: value as string,
    })),
  }));

  it('has an example of every formula', () => {
    expect(new Set(rows.map(({ name }) => name))).toEqual(new Set(Object.keys(formulas)));
    expect(rows.length).toBeGreaterThan(20);
  });

  const byName = new Map<string, unknown>(Object.entries(formulas));
  const called = ({ name, args }: (typeof rows)[number]): unknown =>
    (byName.get(name) as (...given: never[]) => unknown)(...args);
  const partOf = (value: unknown, field: string | null): unknown =>
    field === null ? value : (value as Record<string, unknown>)[field];

  it.each(rows)('the formula gives what the page says: $call', (row) => {
    expect(row.gives.length).toBeGreaterThan(0);
    for (const { field, value } of row.gives) expectAsWritten(partOf(called(row), field), value);
  });

  /** The waits of about a million messages, in batches, without the beginning. */
  const waits = (setting: FifoSetting): number[] => {
    const all = new Float64Array(900_000);
    expect(runFifo({ ...setting, waits: all }).arrived).toBeGreaterThan(all.length);
    return Array.from({ length: 40 }, (_, i) => {
      const batch = all.subarray(100_000 + i * 20_000, 100_000 + (i + 1) * 20_000);
      return batch.reduce((sum, wait) => sum + wait, 0) / batch.length;
    });
  };
  const within = (means: readonly number[], expected: number): void => {
    const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
    const variance = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (means.length - 1);
    expect(Math.abs(mean - expected)).toBeLessThanOrEqual(4 * Math.sqrt(variance / means.length));
  };
  const million = 1_000_000;
  const lognormal = (meanSeconds: number, cv: number) => ({ kind: 'lognormal', meanSeconds, cv }) as const;

  it.each<[string, FifoSetting]>([
    ['mm1(4, 5)', random(4, million, { hands: 1, work: exponential(0.2) })],
    ['mm1(4.5, 5)', random(4.5, million, { hands: 1, work: exponential(0.2) })],
    ['md1(4, 0.2)', random(4, million, { hands: 1, work: constant(0.2) })],
    ['mg1(4, 0.2, 0.5)', random(4, million, { hands: 1, work: lognormal(0.2, 0.5) })],
    ['mg1(4, 0.2, 2)', random(4, million, { hands: 1, work: lognormal(0.2, 2) })],
    ['mmc(9, 1, 10)', random(9, million, { hands: 10, work: exponential(1) })],
    ['mmc(90, 1, 100)', random(90, million, { hands: 100, work: exponential(1) })],
  ])('the engine gives the same wait: %s', (call, setting) => {
    const row = rows.find((candidate) => candidate.call === call);
    const wait = row?.gives.find(({ field }) => field === 'waitSeconds');
    expect(wait).toBeDefined();
    within(waits(setting), numberOf(wait?.value ?? ''));
  });

  it('the engine gives the same shares of those that wait, and hands that are busy', () => {
    const single = runFifo(random(4, million, { hands: 1, work: exponential(0.2) }));
    const share = rows.find(({ name }) => name === 'mm1WaitsLonger')?.gives[0]?.value ?? '';
    expect(single.waitSeconds.above(2)).toBeCloseTo(numberOf(share), 2);
    expect(single.busySeconds / single.endSeconds).toBeCloseTo(numberOf('0.8'), 2);
    const ten = runFifo(random(9, million, { hands: 10, work: exponential(1) }));
    const erlang = rows.find(({ call }) => call === 'erlangC(10, 9)')?.gives[0]?.value ?? '';
    expect(Math.abs(ten.waitSeconds.above(0) - numberOf(erlang))).toBeLessThan(0.02);
    const longer = rows.find(({ name }) => name === 'mmcWaitsLonger')?.gives[0]?.value ?? '';
    expect(Math.abs(ten.waitSeconds.above(1) - numberOf(longer))).toBeLessThan(0.02);
    const inHand = runFifo(random(100, 100_000, { hands: 1000, work: constant(0.3) }));
    expect(inHand.littlesLaw.meanBacklog).toBeCloseTo(30, -0.5);
  });

  it('the engine gives the same outages', () => {
    const outages = rows.filter(({ name }) => name === 'outage');
    expect(outages).toHaveLength(2);
    for (const { args, gives } of outages) {
      const [perSecond, capacity, seconds] = args as unknown as [number, number, number];
      const run = runFifo({
        arrivals: { curve: flat(perSecond, 2000), arrivals: 'constant' },
        hands: 1,
        work: constant(1 / capacity),
        outages: [{ fromSeconds: 100, toSeconds: 100 + seconds, inHand: 'finished' }],
        draws: { kind: 'stream', seed: 1 },
      });
      const given = (name: string): number =>
        numberOf(gives.find(({ field }) => field === name)?.value ?? '');
      expect(run.troubles[0]?.backlogAtRecovery).toBe(given('backlog'));
      // To within one message that is served anyway.
      const catchUp = run.troubles[0]?.catchUpSeconds ?? 0;
      expect(Math.abs(catchUp - given('catchUpSeconds'))).toBeLessThanOrEqual(
        1 / (capacity - perSecond) + 1e-6,
      );
      expect(run.waitSeconds.max).toBeCloseTo(seconds, 6);
    }
  });

  it('says how far off the approximation is', () => {
    const [, approximated] = /<!-- approximated -->([\d.]+) s/.exec(text) ?? [];
    const [, simulated] = /<!-- simulated -->([\d.]+) s/.exec(text) ?? [];
    const { waitSeconds } = formulas.allenCunneen({
      arrivalsPerSecond: 9,
      serviceSeconds: 1,
      servers: 10,
      arrivalCv: 0,
      serviceCv: 1,
    });
    expectAsWritten(waitSeconds, approximated ?? '');
    const run: FifoRun = runFifo({
      arrivals: { curve: flat(9, 200_000), arrivals: 'constant' },
      hands: 10,
      work: exponential(1),
      draws: { kind: 'stream', seed: 1 },
    });
    expectAsWritten(run.waitSeconds.mean, simulated ?? '');
  });
});

describe('docs/handbook-arithmetic.md', () => {
  const text = page('handbook-arithmetic');
  const examples = [
    ...text.matchAll(/```sh\n([\s\S]*?)```\n\n\| measure \| is \|\n\|[-|]+\|\n((?:\|.*\|\n)+)/g),
  ].map(([, command, table]) => ({
    command: (command as string).replaceAll('\\\n', ' ').trim(),
    rows: [...(table as string).matchAll(/^\| `([\w-]+)\.([\w.]+)` \| (.+) \|$/gm)],
  }));

  it('has a table for every command, and a command for every claim but the one about percentiles', () => {
    const claims = text.split(/^## /m).slice(1);
    expect(examples).toHaveLength(text.match(/```sh/g)?.length ?? 0);
    expect(claims.length).toBeGreaterThan(10);
    expect(claims.filter((claim) => !claim.includes('launchpad predict'))).toEqual([
      expect.stringMatching(/There is no `predict` line/),
    ]);
  });

  /** As a shell would split it. */
  const words = (command: string): string[] =>
    [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

  const predicted = async (command: string): Promise<Result> => {
    const [program, name, ...args] = words(command);
    expect([program, name]).toEqual(['launchpad', 'predict']);
    const parsed = withScenarioOptions(new Command().exitOverride()).parse(args, { from: 'user' });
    expect(parsed.args).toEqual([]);
    const options = parsed.opts<ScenarioOptions>();
    const { variants } = await loadVariants(options.scenario ?? '', overridesOf(options), {
      only: options.only,
    });
    expect(variants).toHaveLength(1);
    const [variant] = variants;
    if (variant === undefined) throw new Error('There is no scenario');
    const plan = buildPlan(variant.scenario, capabilities);
    return forecast(plan, { launchpad: '0', node: 'test' }).result;
  };

  const measured = (result: Result, queue: string, name: string): unknown => {
    const measure = measures.find(({ of, names }) => of === 'queue' && names.includes(name));
    expect(measure, `${name} is a measure`).toBeDefined();
    return measure?.path
      .split('.')
      .reduce<unknown>((part, key) => (part as Record<string, unknown>)?.[key], result.queues[queue]);
  };

  it.each(examples)('$command', async ({ command, rows }) => {
    const result = await predicted(command);
    // The expectations of the command hold, so that whoever types it sees a pass.
    expect(result.verdict).toMatchObject({ outcome: 'pass' });
    expect(rows.length).toBeGreaterThan(0);
    for (const [, queue, name, is] of rows) {
      const value = measured(result, queue as string, name as string);
      if (is === 'never') expect(value).toBeNull();
      else {
        const expected = numberOf(is as string);
        const off = Math.abs((value as number) - expected);
        // Two percent, or two messages.
        const allowed = /s$/.test(is as string) ? 0.02 * expected : Math.max(2, 0.02 * expected);
        expect(off, `${queue}.${name} is ${value}`).toBeLessThanOrEqual(expected === 0 ? 0 : allowed);
      }
    }
  });

  it('knows its percentiles', () => {
    const written = (name: string): string => new RegExp(`<!-- ${name} -->([\\d.]+) s`).exec(text)?.[1] ?? '';
    const one = -Math.log(0.01);
    expectAsWritten(one, written('one'));
    expectAsWritten(2 * one, written('sum'));
    let [low, high] = [one, 2 * one];
    while (high - low > 1e-9) {
      const middle = (low + high) / 2;
      if ((1 + middle) * Math.exp(-middle) > 0.01) low = middle;
      else high = middle;
    }
    expectAsWritten(low, written('both'));
  });
});
