import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/analysis/index.js';
import {
  comparisonOf,
  directoriesFor,
  outcomeOf,
  readVariants,
  type VariantsFile,
  writeVariants,
} from '../../../src/cli/comparison-directory.js';
import { latestRun } from '../../../src/cli/latest-run.js';
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

  it('is refused where what was to be run can not be read', () => {
    const directory = temporaryDirectory();
    expect(readVariants(directory)).toBeNull();
    expect(readVariants(join(directory, 'nowhere'))).toBeNull();
    writeFileSync(join(directory, 'variants.json'), '{"schema":');
    expect(() => readVariants(directory)).toThrow(/it is not whole/);
    writeFileSync(join(directory, 'variants.json'), '{"schema":"another/1"}');
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
