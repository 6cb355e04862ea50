import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { forecast } from '../../../src/analysis/index.js';
import { seedsAsked, withBands } from '../../../src/cli/bands.js';
import type { Prepared } from '../../../src/cli/prepare.js';
import { run } from '../../../src/cli/program.js';
import { LaunchpadError } from '../../../src/errors.js';
import type { Plan } from '../../../src/plan/types.js';
import { tinyCapabilities, tinyPlan, tinyProducer } from '../../fixtures/tiny.js';

const program = { launchpad: '0', node: 'v20' };

function prepared(plan: Plan, variant: string | null = null): Prepared {
  return { variant, plan, prediction: forecast(plan, program), drainLimitSeconds: 600 };
}

/** So many orders at random, on average, within 10 s; nobody has to wait long for what comes of them. */
function poisson(orders: number): Plan {
  const phases = [{ forSeconds: 10, fromPerSecond: orders / 10, toPerSecond: orders / 10 }];
  return tinyPlan({ drainSeconds: 1, producers: [tinyProducer({ arrivals: 'poisson', phases })] });
}

function seedsOf({ prediction }: Prepared): number | undefined {
  return prediction.result.queues.emails?.predicted?.band?.seeds;
}

function bandsOf(runs: readonly Prepared[], asked: number | null) {
  let said = '';
  const bands = withBands(runs, asked, (text) => {
    said += text;
  }).map(seedsOf);
  return { bands, said };
}

describe('--seeds', () => {
  it.each([
    [undefined, null],
    ['0', 0],
    ['1', 0],
    ['2', 2],
    ['10000', 10_000],
  ])('%s is read', (typed, seeds) => {
    expect(seedsAsked(typed)).toBe(seeds);
  });

  it.each(['', '-1', '2.5', '10001', '1e3', 'many', ' 5', '9999999999999'])('`%s` is refused', (typed) => {
    expect(() => seedsAsked(typed)).toThrow(/is not a whole number from 2 to 10,000/);
  });
});

describe('bands', () => {
  it('are made unasked where something is drawn, for all plans or for none', () => {
    expect(bandsOf([prepared(poisson(20))], null)).toEqual({ bands: [40], said: '' });
    expect(bandsOf([prepared(tinyPlan())], null)).toEqual({ bands: [undefined], said: '' });
    const two = [prepared(poisson(20), 'a'), prepared(tinyPlan(), 'b')];
    expect(bandsOf(two, null).bands).toEqual([40, undefined]);
    // 40 times 11,000 are more than 400,000.
    const large = [prepared(poisson(11_000), 'a'), prepared(poisson(20), 'b')];
    expect(bandsOf(large, null).bands).toEqual([undefined, undefined]);
  });

  it('are made over as many seeds as are asked for, and left out on request', () => {
    expect(bandsOf([prepared(poisson(20))], 3)).toEqual({ bands: [3], said: '' });
    expect(bandsOf([prepared(poisson(11_000))], 2).bands).toEqual([2]);
    expect(bandsOf([prepared(poisson(20))], 0).bands).toEqual([undefined]);
  });

  it('say where every seed gives the same', () => {
    expect(bandsOf([prepared(tinyPlan())], 3)).toEqual({
      bands: [undefined],
      said: 'Nothing is drawn in tiny: every seed gives the same.\n',
    });
    const two = [prepared(poisson(20), 'a'), prepared(tinyPlan(), 'b')];
    expect(bandsOf(two, 3)).toEqual({
      bands: [3, undefined],
      said: 'Nothing is drawn in variant b: every seed gives the same.\n',
    });
  });

  it('are refused by name where the plan can not be played', () => {
    const strange = { ...poisson(20), capabilities: { ...tinyCapabilities, rateScope: 'worker' as const } };
    const one = { ...prepared(poisson(20), 'odd'), plan: strange };
    expect(bandsOf([one], null).bands).toEqual([undefined]);
    let refused: unknown;
    try {
      bandsOf([one], 3);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(LaunchpadError);
    expect(refused).toMatchObject({
      code: 'plan-refused',
      exitCode: 2,
      message:
        "Variant odd: --seeds plays a plan message by message, and this one can't be: its broker limits each worker by itself",
    });
  });
});

describe('launchpad predict --seeds', () => {
  afterEach(() => vi.restoreAllMocks());

  async function printed(...words: string[]) {
    const texts = { out: '', err: '' };
    const into = (to: 'out' | 'err') =>
      ((text: string, done?: (error?: Error | null) => void) => {
        texts[to] += text;
        done?.(null);
        return true;
      }) as typeof process.stdout.write;
    vi.spyOn(process.stdout, 'write').mockImplementation(into('out'));
    vi.spyOn(process.stderr, 'write').mockImplementation(into('err'));
    const code = await run(['node', 'launchpad', 'predict', ...words, '--no-color']);
    vi.restoreAllMocks();
    return { code, ...texts };
  }

  it.each([
    [['--seeds', 'x'], '--seeds: `x` is not a whole number from 2 to 10,000'],
    [['--seeds', '5', '--sweep', 'queues.emails.workers=1..2'], "--sweep and --seeds don't go together"],
    [
      ['--seeds', '5', '--find', 'queues.emails.rate such that lost == 0'],
      "--find and --seeds don't go together",
    ],
  ])('%j is bad input', async (words, message) => {
    const { code, out, err } = await printed('--scenario', 'outage', ...words);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(err).not.toContain('    at ');
  });

  it('puts the band into the result', async () => {
    const drawn = ['--scenario', 'outage', '--set', 'producers.orders.arrivals=poisson'];
    const { code, out } = await printed(...drawn, '--seeds', '3', '--json');
    const { verdict, queues } = JSON.parse(out);
    expect([0, 99]).toContain(code);
    expect(verdict.seeds.count).toBe(3);
    expect(queues.payments.predicted.band.peakBacklog.low).toBeGreaterThan(200);
  });

  it('prints what docs/predict.md shows of it', async () => {
    const page = readFileSync(new URL('../../../docs/predict.md', import.meta.url), 'utf8');
    const [, command = '', excerpt = ''] =
      /```sh\nlaunchpad predict ([\s\S]*?)\n```\n\n```text\n([\s\S]*?)\n```/.exec(page) ?? [];
    const words = [...command.replaceAll('\\\n', ' ').matchAll(/"([^"]*)"|(\S+)/g)];
    const { out } = await printed(...words.map(([, quoted, plain]) => quoted ?? plain ?? ''));
    const parts = excerpt.split('…\n').map((part) => part.replace(/…$/, ''));
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(out).toContain(part);
  });

  it('says that a scenario without draws has none', async () => {
    const { code, err } = await printed('--scenario', 'outage', '--seeds', '3');
    expect([code, err]).toEqual([0, 'Nothing is drawn in outage: every seed gives the same.\n']);
  });
});
