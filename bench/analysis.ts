import {
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forecast } from '../src/analysis/index.js';
import { describeDriver } from '../src/broker/index.js';
import { buildPlan } from '../src/plan/build.js';
import { parseScenario } from '../src/scenario/index.js';
import { command, run } from './lab.js';
import { line } from './stats.js';

const messages = 1_000_000;

/** The analysis of a ledger of a million messages: time and peak memory, of the process as a whole. */
export async function analysis(): Promise<void> {
  console.log(`\nAnalysis: a ledger of ${messages} messages on one queue`);
  const directory = mkdtempSync(join(tmpdir(), 'launchpad-bench-'));
  try {
    makeRun(directory);
    const bytes = readdirSync(join(directory, 'ledger')).reduce(
      (sum, file) => sum + statSync(join(directory, 'ledger', file)).size,
      0,
    );
    const { code, seconds } = await run('/usr/bin/env', [
      'bash',
      '-c',
      `exec "$0" "$@"`,
      process.execPath,
      command,
      'report',
      directory,
      '--json',
      join(directory, 'again.json'),
    ]);
    if (code !== 0 && code !== 3) throw new Error(`The report ended with exit code ${code}`);
    line('ledger', `${(bytes / 1e6).toFixed(0)} MB, ${((5 * messages) / 1e6).toFixed(0)} M events`);
    line('launchpad report, seconds', seconds.toFixed(1));
    const memory = await run(process.execPath, [
      '-e',
      `
      const { analyse } = await import(${JSON.stringify(new URL('../dist/analysis/index.js', import.meta.url).href)});
      await analyse(${JSON.stringify(directory)});
      console.log(process.resourceUsage().maxRSS);
    `,
      '--input-type=module',
    ]);
    line('peak memory of the process, MB', (Number(memory.stdout) / 1024).toFixed(0));
    const timed = await run(process.execPath, [
      '-e',
      `
      const { analyse, analyseRun } = await import(${JSON.stringify(new URL('../dist/analysis/index.js', import.meta.url).href)});
      const directory = ${JSON.stringify(directory)};
      // Of the processor: what little there is would drown in what else the machine does.
      const secondsOf = (work) => {
        const before = process.cpuUsage();
        work();
        return process.cpuUsage(before).user / 1e6;
      };
      const median = (values) => values.sort((a, b) => a - b)[1];
      const rounds = [1, 2, 3].map(() => ({
        alone: secondsOf(() => analyse(directory)),
        series: secondsOf(() => analyseRun(directory)),
        rows: secondsOf(() => analyseRun(directory, { messages: () => {} })),
      }));
      const alone = median(rounds.map((round) => round.alone));
      console.log(median(rounds.map((round) => round.series)) - alone, median(rounds.map((round) => round.rows)) - alone);
    `,
      '--input-type=module',
    ]);
    const [series, rows] = timed.stdout.trim().split(' ').map(Number);
    line('series on top of the analysis, CPU seconds', (series ?? Number.NaN).toFixed(1));
    line('and every message told, CPU seconds', (rows ?? Number.NaN).toFixed(1));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Writes a run by hand: 10,000/s, each served at once. */
export function makeRun(directory: string): void {
  const scenario = parseScenario(
    'producers: {orders: {rate: 10000/s, for: 100s, to: [jobs]}}\nqueues: {jobs: {}}\n',
    { file: 'bench.yaml' },
  );
  const plan = buildPlan(scenario, describeDriver('bullmq'));
  const broker = { driver: 'bullmq', server: 'redis', version: '7', source: 'none', warnings: [] };
  const run = {
    id: 'bench',
    startedAt: new Date(0).toISOString(),
    launchpad: '0',
    node: process.version,
    broker,
    drainLimitSeconds: 60,
  };
  writeFileSync(join(directory, 'plan.json'), JSON.stringify(plan));
  writeFileSync(
    join(directory, 'prediction.json'),
    JSON.stringify(forecast(plan, { launchpad: '0', node: process.version })),
  );
  writeFileSync(join(directory, 'run.json'), JSON.stringify(run));
  mkdirSync(join(directory, 'ledger'));
  const write = (file: string, header: object, lines: (n: number) => string): void => {
    const descriptor = openSync(join(directory, 'ledger', `${file}.ndjson`), 'w');
    let text = `${JSON.stringify({ t: -1, e: 'opened', pid: 1, ...header })}\n`;
    for (let n = 1; n <= messages; n++) {
      text += lines(n);
      if (text.length > 1 << 20) {
        writeSync(descriptor, text);
        text = '';
      }
    }
    writeSync(descriptor, text);
  };
  const at = (n: number): number => (n - 1) * 100;
  write(
    'producer-orders',
    { role: 'producer', name: 'orders' },
    (n) =>
      `{"t":${at(n)},"e":"attempted","q":"jobs","m":"orders/${n}","due":${at(n)}}\n{"t":${at(n) + 50},"e":"acknowledged","q":"jobs","m":"orders/${n}"}\n`,
  );
  write(
    'worker-jobs-1',
    { role: 'worker', name: 'jobs', worker: 1 },
    (n) =>
      `{"t":${at(n) + 60},"e":"started","q":"jobs","m":"orders/${n}","n":1,"r":false}\n{"t":${at(n) + 70},"e":"effect","q":"jobs","m":"orders/${n}"}\n{"t":${at(n) + 80},"e":"settled","q":"jobs","m":"orders/${n}"}\n`,
  );
  const end = at(messages) + 1000;
  writeFileSync(
    join(directory, 'ledger', 'lab.ndjson'),
    [
      { t: -1, e: 'opened', role: 'lab', pid: 1 },
      { t: 0, e: 'run', wall: new Date(0).toISOString() },
      { t: end, e: 'ended', reason: 'drained', detail: 'nothing was left' },
      { t: end + 1, e: 'census-complete', q: 'jobs' },
    ]
      .map((event) => `${JSON.stringify(event)}\n`)
      .join(''),
  );
}
