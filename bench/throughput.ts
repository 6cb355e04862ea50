import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findRedis } from '../src/broker/index.js';
import { Clock, LedgerWriter } from '../src/ledger/write.js';
import { simulate } from './lab.js';
import { line, median, spread } from './stats.js';

const messages = 20_000;
const concurrency = 50;
const pairs = 7;

/** The whole lab against bare BullMQ: the same messages, ids, retention and processes; from the first publish to the last completion. */
export async function throughput(): Promise<void> {
  console.log(
    `\nThroughput: ${messages} messages, no limit, concurrency ${concurrency}, ${pairs} interleaved pairs`,
  );
  const bare: number[] = [];
  const lab: number[] = [];
  for (let i = 0; i < pairs; i++) {
    bare.push(messages / (await bareSeconds()));
    lab.push(messages / (await labSeconds()));
  }
  const ratios = lab.map((rate, i) => rate / (bare[i] as number));
  line('bare BullMQ, messages/s', spread(bare, 0));
  line('the whole lab, messages/s', spread(lab, 0));
  line('lab : bare, median of pairs', spread(ratios), {
    text: 'at least 0.70, aim 0.90',
    met: median(ratios) >= 0.7,
  });
  const perMessage = ledgerMicros();
  const share = (perMessage * median(lab)) / 1e6;
  line("the ledger's writes, µs per message of a worker", perMessage.toFixed(1));
  line("the ledger's share of a worker's time", `${(100 * share).toFixed(1)} %`);
}

async function labSeconds(): Promise<number> {
  const scenario = {
    producers: { orders: { rate: '40000/s', for: '500ms', to: ['jobs'] } },
    queues: { jobs: { concurrency } },
  };
  return simulate(scenario, (result, directory) => {
    const { effected, duplicateEffects } = result.queues.jobs?.accounting ?? {};
    if (effected !== messages || duplicateEffects !== 0)
      throw new Error(`The lab did ${effected} of ${messages}`);
    return lastSettled(directory) - firstAttempted(directory);
  });
}

/** Seconds from the zero to the first attempt, as the producer's ledger has it. */
function firstAttempted(directory: string): number {
  const text = readFileSync(join(directory, 'ledger', 'producer-orders.ndjson'), 'utf8');
  return Number(/"t":(-?\d+),"e":"attempted"/.exec(text)?.[1]) / 1e6;
}

function lastSettled(directory: string): number {
  const file = readdirSync(join(directory, 'ledger')).find((name) => name.startsWith('worker-')) as string;
  const text = readFileSync(join(directory, 'ledger', file), 'utf8');
  const last = text.slice(text.lastIndexOf('"e":"settled"') - 30);
  return Number(/"t":(\d+),"e":"settled"/.exec(last)?.[1]) / 1e6;
}

async function bareSeconds(): Promise<number> {
  const server = await findRedis({ allowDownload: true, log: () => undefined });
  const start = (file: string, args: (string | number)[]): ChildProcess =>
    fork(fileURLToPath(new URL(`./${file}.mjs`, import.meta.url)), args.map(String), { execArgv: [] });
  try {
    const worker = start('bare-worker', [server.url, '{bare}', 'work', concurrency, messages]);
    const producer = start('bare-producer', [server.url, '{bare}', 'work', messages, 200]);
    await Promise.all([message(worker, 'ready'), message(producer, 'ready')]);
    const done = message(worker, 'done');
    const began = message(producer, 'began');
    producer.send('go');
    return Number(BigInt((await done).at) - BigInt((await began).at)) / 1e9;
  } finally {
    await server.close();
  }
}

function message(child: ChildProcess, type: string): Promise<{ type: string; at: string }> {
  return new Promise((resolve, reject) => {
    child.on('message', (received: { type: string; at: string }) => {
      if (received.type === type) resolve(received);
    });
    child.once('exit', (code) => reject(new Error(`exit code ${code} before ${type}`)));
  });
}

/** What writing a worker's three records of a message takes, in microseconds. */
function ledgerMicros(): number {
  const directory = mkdtempSync(join(tmpdir(), 'launchpad-bench-'));
  const ledger = new LedgerWriter(directory, 'worker-work-1', new Clock(process.hrtime.bigint()), {
    role: 'worker',
  });
  const begin = performance.now();
  for (let n = 1; n <= messages; n++) {
    ledger.message('started', 'work', `orders/${n}`, ',"n":1,"r":false');
    ledger.message('effect', 'work', `orders/${n}`);
    ledger.message('settled', 'work', `orders/${n}`);
  }
  const micros = ((performance.now() - begin) * 1000) / messages;
  rmSync(directory, { recursive: true });
  return micros;
}
