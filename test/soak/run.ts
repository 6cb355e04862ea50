import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { coverageOf } from './coverage.js';
import { defaultSpeed } from './generate.js';
import { soak } from './soak.js';

/** `npm run soak -- --runs 200 --seed 1 --speed 20 --minutes 30 --jobs 1` (docs/soak.md). */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    speed: { type: 'string', default: String(defaultSpeed) },
    minutes: { type: 'string', default: '30' },
    jobs: { type: 'string', default: '1' },
    tries: { type: 'string', default: '60' },
    out: { type: 'string', default: 'launchpad-runs/soak' },
  },
});

/** A number of an option, within limits. */
function numberOf(option: Exclude<keyof typeof values, 'out'>, from: number, to: number): number {
  const value = Number(values[option]);
  if (value >= from && value <= to) return value;
  process.stderr.write(`--${option} is a number from ${from} to ${to}, not ${values[option]}\n`);
  process.exit(2);
}

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(1);
    process.stdout.write(`${signal}: the run that is under way is the last.\n`);
    interruption.abort();
  });

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const soaked = await soak({
  runs: numberOf('runs', 1, 1_000_000),
  seed: numberOf('seed', 0, 1_000_000_000),
  speed: numberOf('speed', 0.1, 100),
  minutes: numberOf('minutes', 0, 10_000),
  jobs: numberOf('jobs', 1, 2),
  tries: numberOf('tries', 0, 10_000),
  out: resolve(values.out),
  say,
  signal: interruption.signal,
});
const failed = soaked.filter(({ problems }) => problems.length > 0);
say(coverageOf(soaked));
say(
  `${soaked.length} runs, ${failed.length} failed${failed.length === 0 ? '' : `: seeds ${failed.map(({ seed }) => seed).join(', ')}`}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
