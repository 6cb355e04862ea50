import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Result } from '../src/result/types.js';
import { simulate } from './lab.js';
import { line } from './stats.js';

function scenario(rate: string, duration: string): object {
  return {
    producers: { orders: { rate, for: duration, to: ['jobs'] } },
    queues: { jobs: { concurrency: 50 } },
  };
}

/** How well the producer holds its rate, and where it can't any more. */
export async function pacing(): Promise<void> {
  console.log('\nProducer: achieved against configured over 20 s, real time');
  for (const { rate, percent } of [
    { rate: 100, percent: 0.5 },
    { rate: 1000, percent: 1 },
  ]) {
    const { achieved, lag } = await simulate(scenario(`${rate}/s`, '20s'), figures);
    const off = (100 * (achieved - rate)) / rate;
    line(`${rate}/s: achieved`, `${achieved.toFixed(3)}/s, off by ${off.toFixed(3)} %`, {
      text: `within ${percent} %`,
      met: Math.abs(off) <= percent,
    });
    const aim = rate === 1000 ? { text: 'under 10 ms', met: lag < 0.01 } : undefined;
    line(`${rate}/s: lag p99`, `${(lag * 1000).toFixed(2)} ms`, aim);
  }
  for (const rate of [5000, 10_000, 20_000, 40_000]) {
    const { achieved, lag } = await simulate(scenario(`${rate}/s`, '3s'), figures);
    line(`${rate}/s for 3 s: achieved`, `${achieved.toFixed(0)}/s, lag p99 ${(lag * 1000).toFixed(1)} ms`);
  }
  const busy = busiest();
  await simulate(scenario('40000/s', '4s'), figures);
  line('at the ceiling, share of one core', (await busy).join(', '));
}

/** Whether the limiter's rates are what was configured. */
export async function limits(): Promise<void> {
  console.log('\nLimits: emails at 5/s and payments at 10/s over whole windows, 30 s, real time');
  const both = {
    producers: { orders: { rate: '20/s', for: '15s', to: ['emails', 'payments'] } },
    queues: {
      emails: { rate: '5/s', concurrency: 5, work: '300ms', acknowledge: '200ms' },
      payments: { rate: '10/s', work: '50ms' },
    },
  };
  const rates = await simulate(both, (result) => ({
    emails: result.queues.emails?.rate.achievedPerSecond ?? 0,
    payments: result.queues.payments?.rate.achievedPerSecond ?? 0,
  }));
  for (const [name, limit] of [
    ['emails', 5],
    ['payments', 10],
  ] as const) {
    const off = (100 * (rates[name] - limit)) / limit;
    line(`${name} at ${limit}/s`, `${rates[name].toFixed(3)}/s, off by ${off.toFixed(2)} %`, {
      text: 'within 1 %',
      met: Math.abs(off) <= 1,
    });
  }
}

function figures(result: Result): { achieved: number; lag: number } {
  const orders = result.producers.orders;
  return { achieved: orders?.rate.achievedPerSecond ?? 0, lag: orders?.lagRealSeconds.p99 ?? 0 };
}

/** While a run is under its load: what share of one core each of its processes uses, over a second; Linux alone tells. */
async function busiest(): Promise<string[]> {
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const before = cpuTicks();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const after = cpuTicks();
  const names = [...after.keys()].filter((name) => before.has(name));
  if (names.length === 0) return ['not measured here'];
  // A clock tick is a hundredth of a second on Linux, so ticks in a second are percent of a core.
  const shares = names.map((name) => ({ name, percent: (after.get(name) ?? 0) - (before.get(name) ?? 0) }));
  const sorted = shares.sort((a, b) => b.percent - a.percent);
  const top = sorted[0] as { name: string; percent: number };
  const bound = top.percent >= 90 ? `bound by ${top.name}` : `${top.name} is the busiest`;
  return [...sorted.map(({ name, percent }) => `${name} ${percent} %`), bound];
}

const processNames: readonly [string, RegExp][] = [
  ['Redis', /redis-server|valkey-server/],
  ['the producer (Node)', /lab\/producer\/main/],
  ['the worker (Node)', /lab\/worker\/main/],
  ['the lab itself', /bin\/launchpad\.js simulate|bin\/launchpad\.js\0simulate/],
];

/** User and system time of the run's processes so far, in clock ticks. */
function cpuTicks(): Map<string, number> {
  const ticks = new Map<string, number>();
  for (const pid of (existsSync('/proc') ? readdirSync('/proc') : []).filter((name) => /^\d+$/.test(name))) {
    const command = read(`/proc/${pid}/cmdline`);
    const name = processNames.find(([, pattern]) => pattern.test(command))?.[0];
    if (name === undefined) continue;
    const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
    ticks.set(name, (ticks.get(name) ?? 0) + Number(fields[11]) + Number(fields[12]));
  }
  return ticks;
}

/** A file of /proc; empty where the process has gone meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
