import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CsvDirectory } from '../../../src/cli/csv-directory.js';
import type { MessageRow } from '../../../src/result/series.js';
import { idempotency } from '../../fixtures/comparisons.js';
import { recordsIn } from '../../fixtures/csv.js';
import { attacks } from '../../fixtures/hostile.js';
import { outage, predictedOutage } from '../../fixtures/results.js';
import { temporaryDirectory } from '../../fixtures/runs.js';
import { outageSeries } from '../../fixtures/series.js';

function message(number: number): MessageRow {
  return {
    queue: 'emails',
    message: `orders/${number}`,
    arrivedSeconds: number / 100,
    firstStartSeconds: null,
    firstEffectSeconds: null,
    starts: 0,
    effects: 0,
    ended: 'pending',
  };
}

const tablesOfARun = [
  'emails-series.csv',
  'expectations.csv',
  'messages.csv',
  'payments-series.csv',
  'processes.csv',
];

describe('the directory of tables', () => {
  it('has those of a run', () => {
    const path = join(temporaryDirectory(), 'made', 'of it');
    const tables = new CsvDirectory(path);
    for (const number of [1, 2, 3]) tables.hear('', message(number));
    tables.end(outage, { '': outageSeries });
    expect(readdirSync(path).sort()).toEqual(tablesOfARun);
    const rows = recordsIn(readFileSync(join(path, 'messages.csv'), 'utf8'));
    expect(rows.map((row) => row.message)).toEqual(['orders/1', 'orders/2', 'orders/3']);
    expect(recordsIn(readFileSync(join(path, 'expectations.csv'), 'utf8'))).toHaveLength(4);
  });

  it('writes messages as they come, and all of them', () => {
    const path = temporaryDirectory();
    const tables = new CsvDirectory(path);
    const file = join(path, 'messages.csv');
    for (let number = 1; number <= 5_000; number++) tables.hear('', message(number));
    const meanwhile = readFileSync(file).length;
    expect(meanwhile).toBeGreaterThan(100_000);
    tables.close();
    expect(readFileSync(file).length).toBeGreaterThan(meanwhile);
    expect(recordsIn(readFileSync(file, 'utf8')).at(-1)?.message).toBe('orders/5000');
  });

  it('has a directory for each variant', () => {
    const path = temporaryDirectory();
    const tables = new CsvDirectory(path);
    const names = Object.keys(idempotency.variants);
    for (const name of names) tables.hear(name, message(1));
    tables.end(idempotency, Object.fromEntries(names.map((name) => [name, outageSeries])));
    expect(readdirSync(path).sort()).toEqual(['effect-key', 'log-before', 'none']);
    for (const name of names) expect(readdirSync(join(path, name)).sort()).toEqual(tablesOfARun);
  });

  it('has no messages of a prediction, and replaces what an earlier one left of a table', () => {
    const path = temporaryDirectory();
    new CsvDirectory(path).end(predictedOutage, { '': outageSeries });
    expect(readdirSync(path)).not.toContain('messages.csv');
    const again = new CsvDirectory(path);
    again.hear('', message(1));
    again.end(outage, { '': outageSeries });
    new CsvDirectory(path).end(outage, { '': outageSeries });
    expect(recordsIn(readFileSync(join(path, 'messages.csv'), 'utf8'))).toEqual([]);
  });

  it('is never left by a name', () => {
    const path = join(temporaryDirectory(), 'in', 'here');
    const names = ['../../out', '/etc', ...Object.values(attacks)];
    const tables = new CsvDirectory(path);
    const variants = Object.fromEntries(names.map((name) => [name, outage]));
    const queues = { '../../../out': outageSeries.queues.emails, '': outageSeries.queues.emails };
    const series = { ...outageSeries, queues } as typeof outageSeries;
    tables.end({ ...idempotency, variants }, Object.fromEntries(names.map((name) => [name, series])));
    expect(readdirSync(path)).toHaveLength(names.length);
    expect(existsSync(join(path, '..', 'out'))).toBe(false);
    expect(readdirSync(join(path, '..', '..'))).toEqual(['in']);
    expect(readdirSync(join(path, '..'))).toEqual(['here']);
  });
});
