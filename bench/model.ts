import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FifoSetting, runFifo } from '../src/model/fifo/index.js';
import { md1 } from '../src/model/formulas.js';
import type { Distribution } from '../src/scenario/types.js';
import { playing } from './events.js';
import { command, run } from './lab.js';
import { line, median, spread } from './stats.js';

const messages = 5_000_000;
const rounds = 5;
const load = 0.8;
/** The manual's way in SimPy is a hundred times slower, so it gets fewer. */
const simpyMessages = 100_000;

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Hands of 1 ms each, at four fifths of what they can serve. */
function queue(
  arrivals: 'constant' | 'poisson',
  hands: number,
  more: Partial<FifoSetting> = {},
): FifoSetting {
  const perSecond = load * 1000 * hands;
  const endSeconds = messages / perSecond;
  const work: Distribution = { kind: 'constant', meanSeconds: 0.001 };
  return {
    arrivals: {
      curve: [{ startSeconds: 0, endSeconds, fromPerSecond: perSecond, toPerSecond: perSecond }],
      arrivals,
    },
    hands,
    work,
    draws: { kind: 'stream', seed: 1 },
    ...more,
  };
}

/** As the scenario `outage`, but long: a limiter's bursts, and a kill in the middle that costs a twentieth of the run. */
function outage(): FifoSetting {
  const perSecond = 100_000;
  const seconds = messages / perSecond;
  return {
    arrivals: {
      curve: [{ startSeconds: 0, endSeconds: seconds, fromPerSecond: perSecond, toPerSecond: perSecond }],
      arrivals: 'constant',
    },
    hands: 1000,
    work: { kind: 'constant', meanSeconds: 0.003 },
    acknowledgeSeconds: 0.002,
    limit: { count: 12_500, perSeconds: 0.1 },
    outages: [
      {
        fromSeconds: seconds / 2,
        toSeconds: seconds * 0.55,
        inHand: { backAfterSeconds: seconds * 0.06, order: 'reversed' },
      },
    ],
    draws: { kind: 'stream', seed: 1 },
  };
}

/** How fast the model's engines are. */
export async function model(): Promise<void> {
  const md1PerSecond = fastPath();
  await besideSimPy(md1PerSecond);
  playing();
  await week();
}

/** @returns the messages per second of M/D/1 */
function fastPath(): number {
  console.log(
    `\nDiscrete-event engine, fast path: ${messages / 1e6} M messages, M messages/s on one thread, ${rounds} interleaved rounds after one to warm up`,
  );
  const settings = [
    { name: 'D/D/1', setting: queue('constant', 1) },
    { name: 'M/D/1', setting: queue('poisson', 1) },
    { name: 'M/D/50', setting: queue('poisson', 50) },
    { name: 'outage (limiter, kill, redelivery)', setting: outage() },
  ].map((each) => ({ ...each, millions: [] as number[] }));
  for (let round = 0; round <= rounds; round++) {
    for (const { name, setting, millions } of settings) {
      const begin = performance.now();
      const { arrived, effected, littlesLaw } = runFifo(setting);
      const million = arrived / (performance.now() - begin) / 1000;
      if (effected !== arrived || littlesLaw.area !== littlesLaw.times)
        throw new Error(`The books of ${name} do not balance`);
      if (round > 0) millions.push(million);
    }
  }
  let ofMd1 = 0;
  for (const { name, millions } of settings) {
    const aim = name === 'M/D/1' ? { text: 'at least 15', met: median(millions) >= 15 } : undefined;
    if (name === 'M/D/1') ofMd1 = median(millions) * 1e6;
    line(name, spread(millions, 1), aim);
  }
  return ofMd1;
}

/** Debian's own python has it, which need not be the first on the path; null: none has. */
async function pythonWithSimPy(): Promise<string | null> {
  for (const python of ['python3', '/usr/bin/python3'])
    if ((await run(python, ['-c', 'import simpy'])).code === 0) return python;
  return null;
}

async function besideSimPy(md1PerSecond: number): Promise<void> {
  const python = await pythonWithSimPy();
  if (python === null) {
    console.log(
      '  SIMPY IS MISSING: M/D/1 was NOT compared with it (Debian: apt install python3-simpy3; the aim is at least 60 times its speed)',
    );
    return;
  }
  const figures: { perSecond: number; wait: number }[] = [];
  let version = '';
  for (let i = 0; i < 3; i++) {
    const { code, stdout } = await run(python, [file('mdone.py'), String(simpyMessages), String(load)]);
    if (code !== 0) throw new Error(`bench/mdone.py ended with exit code ${code}`);
    const [said = '', perSecond = '', wait = ''] = stdout.trim().split(' ');
    version = said;
    figures.push({ perSecond: Number(perSecond), wait: Number(wait) });
  }
  const perSecond = figures.map((each) => each.perSecond);
  line(
    `the same M/D/1 in SimPy ${version}`,
    spread(
      perSecond.map((each) => each / 1e6),
      3,
    ),
  );
  const expected = md1(load, 1).waitSeconds;
  line('its mean wait, in services', `${figures[0]?.wait.toFixed(2)} (theory: ${expected.toFixed(2)})`);
  const times = md1PerSecond / median(perSecond);
  line('as fast as SimPy', `${times.toFixed(0)} times`, { text: 'at least 60 times', met: times >= 60 });
}

/** The command at internet scale, its start included. */
async function week(): Promise<void> {
  console.log(
    '\nlaunchpad predict: seven days at 1,000,000/s, the workers away for two hours; process start included',
  );
  const directory = mkdtempSync(join(tmpdir(), 'launchpad-bench-'));
  const scenario = file('../test/fixtures/scenarios/week.yaml');
  try {
    await predicted('regular arrivals', scenario, [], directory);
    await predicted('random arrivals', scenario, ['--set', 'producers.orders.arrivals=poisson'], directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Predicts a scenario in processes of their own, and prints what each took. */
async function predicted(
  name: string,
  scenario: string,
  more: readonly string[],
  directory: string,
): Promise<void> {
  const memory = join(directory, 'memory');
  const hook = ['--import', file('peak-memory.mjs')];
  const seconds: number[] = [];
  const megabytes: number[] = [];
  process.env.PEAK_MEMORY_FILE = memory;
  try {
    for (let i = 0; i < rounds; i++) {
      const ended = await run(process.execPath, [
        ...[...hook, command],
        ...['predict', '--scenario', scenario, ...more],
      ]);
      if (ended.code !== 0) {
        line(name, `exit code ${ended.code}`, { text: 'it is predicted', met: false });
        return;
      }
      seconds.push(ended.seconds);
      megabytes.push(Number(readFileSync(memory, 'utf8')) / 1000);
    }
  } finally {
    delete process.env.PEAK_MEMORY_FILE;
  }
  line(`${name}: seconds`, spread(seconds), { text: 'under 2 s', met: Math.max(...seconds) < 2 });
  line(`${name}: peak memory, MB`, spread(megabytes, 0), {
    text: 'under 300 MB',
    met: Math.max(...megabytes) < 300,
  });
}
