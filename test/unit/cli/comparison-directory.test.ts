import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyse, analyseRun } from '../../../src/analysis/index.js';
import {
  comparisonOf,
  outcomeOf,
  outcomeWithSeries,
  readVariants,
  type VariantsFile,
  writeVariants,
} from '../../../src/cli/comparison-directory.js';
import { latestRun } from '../../../src/cli/latest-run.js';
import { directoriesFor } from '../../../src/cli/variant-directories.js';
import { isComparison } from '../../../src/result/comparison.js';
import { facts } from '../../fixtures/comparisons.js';
import {
  census,
  delivered,
  ended,
  type Files,
  published,
  runDirectory,
  temporaryDirectory,
  worker,
} from '../../fixtures/runs.js';
import { tinyPlan } from '../../fixtures/tiny.js';

const { directory: _, ...run } = facts.run;
const file: VariantsFile = {
  schema: 'launchpad.variants/1',
  scenario: facts.scenario,
  run,
  variants: directoriesFor(['none', 'effect-key']),
};

/** Four messages of which the last was never served. */
const ledger: Files = {
  'producer-orders': [0, 1, 2, 3].flatMap((at) => published(at, `orders/${at + 1}`)),
  'worker-emails-1': [worker(1, 11), ...[0, 1, 2].flatMap((at) => delivered(at + 0.1, `orders/${at + 1}`))],
  lab: [ended(5, 'nobody-left'), ...census(5, { ready: ['orders/4'] })],
};

/** The directory of a comparison of which these were run. */
function comparison(names: readonly string[], described: VariantsFile = file): string {
  const directory = temporaryDirectory();
  writeVariants(directory, described);
  for (const name of names) {
    const made = runDirectory(tinyPlan({ variant: name }), ledger);
    renameSync(made, join(directory, name));
    // What a test's end removes has to be there.
    mkdirSync(made);
  }
  return directory;
}

describe('the directories of variants', () => {
  it.each([
    [
      ['none', 'log-before'],
      ['none', 'log-before'],
    ],
    [['idempotency=none concurrency=5'], ['idempotency=none-concurrency=5']],
    [['work={exponential: {mean: 1s}}'], ['work=-exponential-mean-1s']],
    [
      ['../../etc', '..', ''],
      ['etc', 'variant', 'variant-2'],
    ],
    [
      ['rate=5/s', 'rate=5-s', 'RATE=5/s'],
      ['rate=5-s', 'rate=5-s-2', 'RATE=5-s-3'],
    ],
    [
      ['variants.json', 'result.json'],
      ['variants-json', 'result-json'],
    ],
    [['a'.repeat(300)], ['a'.repeat(80)]],
  ])('of %j are safe, readable and distinct', (names, directories) => {
    expect(directoriesFor(names).map(({ directory }) => directory)).toEqual(directories);
  });
});

describe('the outcome of a directory', () => {
  it('is that of the variants, put together again from theirs alone', () => {
    const directory = comparison(['none', 'effect-key']);
    const outcome = outcomeOf(directory);
    expect(isComparison(outcome)).toBe(true);
    const results = Object.fromEntries(
      ['none', 'effect-key'].map((name) => [name, analyse(join(directory, name))]),
    );
    expect(outcome).toEqual(comparisonOf(directory, file, results));
    expect(outcome).toMatchObject({
      scenario: facts.scenario,
      run: { ...facts.run, directory },
      notRun: [],
      verdict: { outcome: 'pass' },
    });
    expect(results.none?.queues.emails?.accounting).toMatchObject({ effected: 3, pending: 1 });
  });

  it('of a run is its result, also of one variant', () => {
    const directory = comparison(['none']);
    const outcome = outcomeOf(join(directory, 'none'));
    expect(isComparison(outcome)).toBe(false);
    expect(outcome.scenario).toMatchObject({ name: 'tiny' });
  });

  it('names the variants that were not run', () => {
    expect(outcomeOf(comparison(['none']))).toMatchObject({
      notRun: ['effect-key'],
      verdict: { outcome: 'inconclusive', reasons: ['effect-key was not run'] },
    });
  });

  it('is none where no variant was run', () => {
    expect(() => outcomeOf(comparison([]))).toThrow(/None of the variants/);
  });

  it('comes with the series of each variant, and with each of their messages', () => {
    const directory = comparison(['none', 'effect-key']);
    const told: string[] = [];
    const { outcome, series } = outcomeWithSeries(directory, (variant, { message, ended: end }) => {
      told.push(`${variant}: ${message} ${end}`);
    });
    expect(outcome).toEqual(outcomeOf(directory));
    expect(Object.keys(series)).toEqual(['none', 'effect-key']);
    expect(series.none).toEqual(analyseRun(join(directory, 'none')).series);
    expect(told).toHaveLength(8);
    expect([told[0], told[7]]).toEqual(['none: orders/1 effected', 'effect-key: orders/4 pending']);
  });

  it('of a single run comes with one series, which has no name', () => {
    const run = join(comparison(['none']), 'none');
    const { outcome, series } = outcomeWithSeries(run);
    expect(isComparison(outcome)).toBe(false);
    expect(series).toEqual({ '': analyseRun(run).series });
  });

  it.each([
    [
      'plan.json',
      '{"schema":',
      /plan\.json can't be used: it is not whole.*So this is what result\.json said/,
    ],
    ['plan.json', null, /it has no plan\.json\. So this is/],
    ['ledger', null, /The ledger .* can't be read.*So this is/],
  ])('is what result.json says where %s is %j', (name, content, warning) => {
    const directory = join(comparison(['none']), 'none');
    const whole = analyse(directory);
    writeFileSync(join(directory, 'result.json'), JSON.stringify(whole));
    rmSync(join(directory, name), { recursive: true });
    if (content !== null) writeFileSync(join(directory, name), content);
    const { outcome, series } = outcomeWithSeries(directory);
    expect(outcome).toEqual({
      ...whole,
      warnings: [...whole.warnings, expect.stringMatching(warning)],
    });
    expect(series).toEqual({});
  });

  it.each([
    ['is not there', null],
    ['is not whole', '{'],
    ['is of a newer version', '{"schema":"launchpad.result/2"}'],
  ])('is none where neither the ledger can be read nor result.json, which %s', (_, content) => {
    const directory = join(comparison(['none']), 'none');
    rmSync(join(directory, 'ledger'), { recursive: true });
    if (content !== null) writeFileSync(join(directory, 'result.json'), content);
    expect(() => outcomeOf(directory)).toThrow(/The ledger .* can't be read/);
  });

  it('says which variants can not be read, and why, and gives the others', () => {
    const directory = comparison(['none', 'effect-key']);
    const plan = join(directory, 'effect-key', 'plan.json');
    writeFileSync(plan, '{"schema":"launchpad.plan/1",');
    const { outcome, series } = outcomeWithSeries(directory);
    expect(outcome).toMatchObject({ notRun: ['effect-key'], verdict: { outcome: 'inconclusive' } });
    expect(outcome.verdict.reasons.join()).toMatch(/^effect-key can't be read: .*plan\.json .* not whole/);
    expect(Object.keys(series)).toEqual(['none']);
    writeFileSync(plan, '{"schema":"launchpad.plan/7"}');
    expect(outcomeOf(directory).verdict.reasons.join()).toMatch(/a newer version of Launchpad/);
  });

  it('is refused where no variant can be read', () => {
    const directory = comparison(['none']);
    writeFileSync(join(directory, 'none', 'plan.json'), '{');
    expect(() => outcomeOf(directory)).toThrow(/none\/plan\.json can't be used/);
  });

  it('is refused where what was to be run can not be read', () => {
    const directory = temporaryDirectory();
    expect(readVariants(directory)).toBeNull();
    expect(readVariants(join(directory, 'nowhere'))).toBeNull();
    writeFileSync(join(directory, 'variants.json'), '{"schema":');
    expect(() => readVariants(directory)).toThrow(/it is not whole/);
    writeFileSync(join(directory, 'variants.json'), '{"schema":"another/1"}');
    expect(() => readVariants(directory)).toThrow(/launchpad\.variants\/1/);
    writeFileSync(join(directory, 'variants.json'), '{"schema":"launchpad.variants/2"}');
    expect(() => readVariants(directory)).toThrow(/a newer version of Launchpad wrote it/);
    writeFileSync(join(directory, 'variants.json'), 'null');
    expect(() => readVariants(directory)).toThrow(/launchpad\.variants\/1/);
  });
});

describe('the latest run', () => {
  function kept(...names: readonly string[]): string {
    const out = temporaryDirectory();
    for (const name of names) mkdirSync(join(out, name), { recursive: true });
    return out;
  }

  function withLedger(directory: string): void {
    mkdirSync(join(directory, 'ledger'), { recursive: true });
    writeFileSync(join(directory, 'ledger', 'lab.ndjson'), '');
  }

  it('may be a comparison', () => {
    const out = kept('20260101-000000-outage-1', '20260102-000000-idempotency-2');
    withLedger(join(out, '20260101-000000-outage-1'));
    const latest = join(out, '20260102-000000-idempotency-2');
    expect(latestRun(out)).toBe(join(out, '20260101-000000-outage-1'));
    writeVariants(latest, file);
    // Nothing of it was run yet.
    expect(latestRun(out)).toBe(join(out, '20260101-000000-outage-1'));
    withLedger(join(latest, 'none'));
    expect(latestRun(out)).toBe(latest);
  });

  it('is not any directory that holds others', () => {
    const out = kept('20260103-000000-mine');
    withLedger(join(out, '20260103-000000-mine', 'inner'));
    expect(existsSync(join(out, '20260103-000000-mine', 'variants.json'))).toBe(false);
    expect(() => latestRun(out)).toThrow(/There is no run/);
  });

  it('is none where runs were never kept', () => {
    expect(() => latestRun(join(temporaryDirectory(), 'nowhere'))).toThrow(/There is no run/);
  });
});
