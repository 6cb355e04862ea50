import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { analyse } from '../src/analysis/index.js';
import { describeDriver } from '../src/broker/index.js';
import { whyNotSimulated } from '../src/model/index.js';
import { buildPlan } from '../src/plan/build.js';
import { whatIsRandom } from '../src/plan/random.js';
import type { Difference, Result } from '../src/result/types.js';
import { loadVariants } from '../src/scenario/index.js';
import { command, run } from './lab.js';
import { line } from './stats.js';

const scenarios = fileURLToPath(new URL('../scenarios', import.meta.url));

/** What takes real time is so many times as large in scenario time. */
const speed = process.env.PREDICTIONS_SPEED ?? '4';

/** The measures that the prediction has to explain. */
const measures = ['catchUpSeconds', 'peakBacklog'] as const satisfies readonly Difference['measure'][];

/**
 * Real runs of every deterministic built-in scenario: predicted against measured catch-up and peak, before and after what was measured of
 * worker start, limiter, hands and so on is put into the prediction. `PREDICTIONS=outage,spike` runs only those, `PREDICTIONS_SPEED=1` at
 * another speed than 4.
 */
export async function predictions(): Promise<void> {
  console.log(`predictions: real runs at speed ${speed}; predicted → predicted again with what was measured`);
  const wanted = process.env.PREDICTIONS?.split(',');
  for (const name of wanted ?? (await deterministic()))
    for (const result of await runsOf(name)) compare(result);
}

/** The built-in scenarios of which all variants are deterministic and can be predicted again. */
async function deterministic(): Promise<string[]> {
  const names = readdirSync(scenarios).map((file) => file.replace('.yaml', ''));
  const found: string[] = [];
  for (const name of names.sort()) {
    const { variants } = await loadVariants(name);
    const plans = variants.map(({ scenario }) => buildPlan(scenario, describeDriver('bullmq')));
    if (plans.every((plan) => whatIsRandom(plan).length === 0 && whyNotSimulated(plan) === null))
      found.push(name);
  }
  return found;
}

/** Runs a scenario, each of its variants, and analyses what their directories hold. */
async function runsOf(name: string): Promise<Result[]> {
  const out = mkdtempSync(join(tmpdir(), 'launchpad-bench-'));
  try {
    const args = ['simulate', '--scenario', name, '--speed', speed, '--quiet', '--out', out];
    const { code, stdout } = await run(process.execPath, [command, ...args]);
    if (code === 1 || code === 2)
      throw new Error(`The run of ${name} ended with exit code ${code}\n${stdout}`);
    const plans = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('plan.json'),
    );
    return plans.sort().map((path) => analyse(join(out, dirname(path))));
  } finally {
    rmSync(out, { recursive: true });
  }
}

function compare({ scenario, queues, run: { ended } }: Result): void {
  const title = [scenario.name, ...(scenario.variant === null ? [] : [scenario.variant])].join(' ');
  if (ended?.reason !== 'drained') line(title, `ended early: ${ended?.reason ?? 'unknown'}`);
  for (const [name, { difference }] of Object.entries(queues)) {
    for (const measure of measures) {
      const found = difference.find((each) => each.measure === measure);
      if (found === undefined) continue;
      const { predicted, measured, again, unexplained, verdict, remark } = found;
      const text = `measured ${figure(measured)}: predicted ${figure(predicted)} → ${figure(again)}`;
      const rest = unexplained === null ? '' : `, unexplained ${figure(unexplained)}`;
      line(`${title}: ${name}, ${measure === 'peakBacklog' ? 'peak' : 'catch-up'}`, text + rest, {
        text: remark ?? 'within 2 % or two messages',
        met: verdict === 'explained',
      });
    }
  }
}

function figure(value: number | null): string {
  return value === null ? 'never' : value.toFixed(2);
}
