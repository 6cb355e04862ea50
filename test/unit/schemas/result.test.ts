import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repeatOf } from '../../../src/analysis/compare-runs/index.js';
import { analyse, forecast } from '../../../src/analysis/index.js';
import { predictOne } from '../../../src/cli/predict-one.js';
import { run } from '../../../src/cli/program.js';
import { renderJson, toJson } from '../../../src/report/json.js';
import { listScenarios, loadVariants } from '../../../src/scenario/index.js';
import { cutComparison, facts, idempotency, manyVariants } from '../../fixtures/comparisons.js';
import { shopLedger, shopPlan } from '../../fixtures/history.js';
import { hostileResult } from '../../fixtures/hostile.js';
import { directLedger, httpPlan, queuedLedger } from '../../fixtures/http-history.js';
import { outageLedger, outagePlan } from '../../fixtures/outage.js';
import { printed } from '../../fixtures/printed.js';
import { inconclusive, interrupted, neverCatchingUp, outage, overload } from '../../fixtures/results.js';
import { at, published, runDirectory, temporaryDirectory } from '../../fixtures/runs.js';
import { schemaText, validator } from '../../fixtures/schemas.js';
import { calm, directShop, queuedShop } from '../../fixtures/shop-results.js';
import { tinyPlan } from '../../fixtures/tiny.js';
import { schemas, textOf } from '../../schemas/write.js';

describe('the published schemas', () => {
  it.each(['scenario', 'result'] as const)('%s is as `npm run schemas` writes it', (name) => {
    const schema = schemas[`${name}.schema.json`];
    expect(schema && textOf(schema()) === schemaText(name), 'run `npm run schemas`').toBe(true);
  });
});

const validate = validator('result');
/** The same with no key that the types do not have: what is written should be in them. */
const validateClosed = validator('result', (schema) => closed(schema) as object);

/** The schema with no further keys allowed in the types' mappings. */
function closed(part: unknown, isType = false): unknown {
  if (typeof part !== 'object' || part === null) return part;
  if (Array.isArray(part)) return part.map((each) => closed(each, isType));
  const entries = Object.entries(part).map(([key, value]) => [
    key,
    closed(value, isType || key === 'definitions'),
  ]);
  const open =
    isType && 'properties' in part && !('additionalProperties' in part) && part.properties !== null;
  return { ...Object.fromEntries(entries), ...(open ? { additionalProperties: false } : {}) };
}

/** What is wrong with the text of a result. */
function wrongIn(text: string): string[] {
  const value: unknown = JSON.parse(text);
  return [...validate(value), ...validateClosed(value)];
}

const names = (await listScenarios()).map(({ name }) => name);

describe('the schema of results', () => {
  it.each(names)('has what is predicted of %s', async (name) => {
    const { variants } = await loadVariants(name);
    expect(variants.flatMap(({ scenario }) => wrongIn(renderJson(predictOne(scenario))))).toEqual([]);
  });

  it.each(
    Object.entries({
      outage,
      overload,
      interrupted,
      neverCatchingUp,
      inconclusive,
      hostileResult,
      queuedShop,
      directShop,
    }),
  )('has %s', (_name, result) => {
    expect(wrongIn(renderJson(result))).toEqual([]);
  });

  it.each(Object.entries({ idempotency, cutComparison, manyVariants, calm }))(
    'has the comparison %s',
    (_name, comparison) => {
      expect(wrongIn(renderJson(comparison))).toEqual([]);
    },
  );

  const info = { launchpad: '1', node: 'v20' };
  it.each([
    ['an outage', outagePlan(), outageLedger()],
    ['a chain with dead letters', shopPlan(), shopLedger()],
    ['orders by HTTP with a queue', httpPlan('queue'), queuedLedger()],
    ['orders by HTTP without', httpPlan('sync'), directLedger()],
    ['a run without a census', tinyPlan(), { producer: published(0, 'orders/1') }],
    ['a run that was cut off at once', tinyPlan(), { lab: [at(0, 'started', 'orders/1')] }],
  ])('has what the ledger says of %s', (_what, plan, ledger) => {
    const directory = runDirectory(plan, ledger, { 'prediction.json': forecast(plan, info) });
    expect(wrongIn(renderJson(analyse(directory)))).toEqual([]);
  });

  it('has repeated runs', () => {
    const rounds = [outage, interrupted, neverCatchingUp].map((result, i) => ({
      round: i + 1,
      directory: String(i + 1),
      result,
    }));
    const { scenario, run: about } = facts;
    const repeat = repeatOf([{ variant: null, rounds, drawn: ['work'] }], { scenario, run: about, times: 4 });
    expect(wrongIn(toJson(repeat))).toEqual([]);
  });

  const predict = ['predict', '--scenario', 'outage', '--json'];
  it.each([
    ['a sweep', [...predict, '--sweep', 'queues.emails.workers=0..2', '--set', 'faults=[]']],
    ['a search', [...predict, '--find', 'queues.emails.rate such that emails.catchUp <= 60s']],
    ['a search without an end', [...predict, '--find', 'queues.emails.rate such that lost > 5']],
    ['a comparison of variants', ['predict', '--scenario', 'idempotency', '--json']],
  ])('has %s', async (_what, words) => {
    const { text } = await printed(() => run(['node', 'launchpad', ...words]));
    expect(wrongIn(text)).toEqual([]);
  });

  it('has results side by side', async () => {
    const [a = '', b = ''] = [outage, neverCatchingUp].map((result, i) => {
      const file = join(temporaryDirectory(), `${i}.json`);
      writeFileSync(file, renderJson(result));
      return file;
    });
    const { text } = await printed(() => run(['node', 'launchpad', 'compare', a, b, '--anyway', '--json']));
    expect(JSON.parse(text)).toMatchObject({ schema: 'launchpad.compare/1' });
    expect(wrongIn(text)).toEqual([]);
  });

  it('lets results have more than it knows', () => {
    expect(validate({ ...outage, later: 1 })).toEqual([]);
    expect(validateClosed({ ...outage, later: 1 })).not.toEqual([]);
  });

  it.each([
    ['no result', 5, '/ must be object'],
    ['nothing', {}, "/ must have required property 'schema'"],
    [
      'of a newer version',
      { ...outage, schema: 'launchpad.result/2' },
      '/schema must be equal to one of the allowed values',
    ],
    ['without queues', { ...outage, queues: undefined }, "/ must have required property 'queues'"],
    ['a text for a number', { ...outage, run: { ...outage.run, seed: '1' } }, '/run/seed must be number'],
    [
      'an outcome that there is not',
      { ...outage, verdict: { outcome: 'passed', reasons: [] } },
      '/verdict/outcome must be equal to one of the allowed values',
    ],
    [
      'a variant that is no result',
      { ...idempotency, variants: { none: {} } },
      "/variants/none must have required property 'schema'",
    ],
    ['a search without an answer', { schema: 'launchpad.find/1' }, "/ must have required property 'found'"],
  ])('refuses what is %s', (_what, value, problem) => {
    // As JSON has it: what is undefined is not there.
    expect(validate(JSON.parse(JSON.stringify(value)))).toContain(problem);
  });
});
