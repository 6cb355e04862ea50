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
  console.log(
    '  Above the ceiling the lag grows: producer, workers and Redis share the cores; the report says rate not held.',
  );
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
