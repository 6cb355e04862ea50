import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { command } from './lab.js';
import { line, median, spread } from './stats.js';

const pairs = 5;
const seconds = 4;
const connections = 20;
const aim = { perSecond: 2_000, p99Millis: 50 };

interface Load {
  readonly perSecond: number;
  readonly p99Millis: number;
}

/** A server under load, and the processor time that its processes have used, in seconds. */
interface Server {
  readonly url: string;
  readonly used: () => Readonly<Record<string, number>>;
  readonly stop: () => Promise<void>;
}

/** What the order service takes per second, two messages each, and the same framework with an empty answer; by another process, one right after the other. */
export async function orders(): Promise<void> {
  console.log(
    `\nOrders: POST /orders in queue mode, two messages each, ${connections} connections, ${seconds} s, ${pairs} interleaved pairs`,
  );
  const bare: Load[] = [];
  const lab: Load[] = [];
  let perOrder: Readonly<Record<string, number>> = {};
  for (let i = 0; i < pairs; i++) {
    bare.push((await loaded(await bareServer())).load);
    const { load, microsPerOrder } = await loaded(await orderService());
    lab.push(load);
    perOrder = microsPerOrder;
  }
  line(
    'empty 202, per second',
    spread(
      bare.map(({ perSecond }) => perSecond),
      0,
    ),
  );
  line(
    'orders accepted, per second',
    spread(
      lab.map(({ perSecond }) => perSecond),
      0,
    ),
    {
      text: `at least ${aim.perSecond}`,
      met: median(lab.map(({ perSecond }) => perSecond)) >= aim.perSecond,
    },
  );
  line(
    'orders : empty, median of pairs',
    spread(lab.map(({ perSecond }, i) => perSecond / (bare[i]?.perSecond ?? 1))),
  );
  line(
    'p99 at that load, ms',
    spread(
      lab.map(({ p99Millis }) => p99Millis),
      1,
    ),
  );
  const paced = (await loaded(await orderService(), aim.perSecond)).load;
  line(`p99 at ${paced.perSecond.toFixed(0)} orders/s, ms`, paced.p99Millis.toFixed(1), {
    text: `under ${aim.p99Millis} at ${aim.perSecond}/s`,
    met: paced.p99Millis < aim.p99Millis && paced.perSecond >= 0.98 * aim.perSecond,
  });
  const shares = Object.entries(perOrder).map(([name, micros]) => `${name} ${micros.toFixed(0)} µs`);
  line('processor time per order: what bounds it', shares.join(', '));
}

async function loaded(
  server: Server,
  overallRate?: number,
): Promise<{ load: Load; microsPerOrder: Readonly<Record<string, number>> }> {
  try {
    // Compiled and connected before anything is measured.
    await fire(server.url, 1);
    const before = server.used();
    const result = await fire(server.url, seconds, overallRate);
    const after = server.used();
    if (result.non2xx + result.errors + result.timeouts > 0)
      throw new Error(`${result.non2xx} other answers, ${result.errors} errors, ${result.timeouts} timeouts`);
    const count = result['2xx'];
    return {
      load: { perSecond: count / result.duration, p99Millis: result.latency.p99 },
      microsPerOrder: Object.fromEntries(
        Object.entries(after).map(([name, used]) => [name, ((used - (before[name] ?? 0)) * 1e6) / count]),
      ),
    };
  } finally {
    await server.stop();
  }
}

function fire(url: string, duration: number, overallRate?: number): Promise<autocannon.Result> {
  return autocannon({
    url: `${url}/orders`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ customer: 'c-1', items: [{ sku: 'book-1', quantity: 1 }] }),
    connections,
    duration,
    workers: 1,
    ...(overallRate === undefined ? {} : { overallRate }),
  });
}

async function bareServer(): Promise<Server> {
  const port = 18_080;
  const child = fork(fileURLToPath(new URL('./bare-http.mjs', import.meta.url)), [String(port)], {
    execArgv: [],
  });
  await once(child, 'message');
  return { url: `http://127.0.0.1:${port}`, used: () => ({}), stop: () => stopped(child) };
}

/** A run whose queues nobody serves, so that nothing but taking the orders is measured. */
async function orderService(): Promise<Server> {
  const directory = mkdtempSync(join(tmpdir(), 'launchpad-bench-'));
  const file = join(directory, 'scenario.json');
  const scenario = {
    producers: { orders: { rate: '1/s', for: '60s', to: ['payments', 'emails'], via: 'http' } },
    queues: { payments: { workers: 0 }, emails: { workers: 0 } },
  };
  writeFileSync(file, JSON.stringify(scenario));
  const args = [command, 'simulate', '--scenario', file, '--verbose', '--out', join(directory, 'runs')];
  const run = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  run.stderr.on('data', (data) => {
    said += data;
  });
  const ledger = await untilFirstOrder(join(directory, 'runs'), run, () => said);
  const own = readFileSync(join(ledger, 'order-service.ndjson'), 'utf8');
  const [service, redis] = [/"pid":(\d+)/.exec(own)?.[1], /Server: .*pid (\d+)/.exec(said)?.[1]];
  const runFile = JSON.parse(readFileSync(join(ledger, '..', 'run.json'), 'utf8')) as {
    services: { name: string; url: string }[];
  };
  return {
    url: runFile.services.find(({ name }) => name === 'order-service')?.url ?? '',
    used: () => ({ 'order service': cpuSeconds(service), Redis: cpuSeconds(redis) }),
    stop: async () => {
      await stopped(run);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Waits for a run's first order. @returns the run's ledger directory */
async function untilFirstOrder(runs: string, run: ChildProcess, said: () => string): Promise<string> {
  for (;;) {
    if (run.exitCode !== null) throw new Error(`The run has ended with exit code ${run.exitCode}\n${said()}`);
    await sleep(50);
    try {
      const ledger = join(runs, readdirSync(runs)[0] as string, 'ledger');
      if (readFileSync(join(ledger, 'order-service.ndjson'), 'utf8').includes('"responded"')) return ledger;
    } catch {
      // Not there yet.
    }
  }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  await exited;
}

/** User and system time of a process, of /proc; 0 where there is none. */
function cpuSeconds(pid: string | undefined): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
