import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../src/errors.js';
import { readLedger } from '../../src/ledger/read.js';
import type { Plan } from '../../src/plan/types.js';
import type { Result } from '../../src/result/types.js';
import type { Outcome } from './check.js';
import type { Written } from './ledger-index.js';
import type { SoakRedis } from './redis.js';
import type { ScenarioFile } from './scenario-file.js';

const command = fileURLToPath(new URL('../../bin/launchpad.js', import.meta.url));

/** How long processes may be on their way out after the command has ended, in real milliseconds: a guard may be at work. */
const leavingMillis = 4_000;

/** What a run of the soak needs. */
export interface LaunchOptions {
  readonly redis: SoakRedis;
  /** Where the run keeps its files, in a directory of its own. */
  readonly directory: string;
  /** After this it is killed, in real seconds. */
  readonly limitSeconds: number;
}

/** A run that is over, with the directory that holds all its files. */
export interface Launched {
  readonly outcome: Outcome;
  readonly directory: string;
}

/** Runs a scenario with the built command, as a user's would be, and gathers what is known of it afterwards. */
export async function launch(
  scenario: ScenarioFile,
  { redis, directory: parent, limitSeconds }: LaunchOptions,
): Promise<Launched> {
  mkdirSync(parent, { recursive: true });
  const directory = mkdtempSync(join(parent, `${scenario.name}-`));
  const temporary = join(directory, 'tmp');
  mkdirSync(temporary);
  const file = join(directory, 'scenario.json');
  writeFileSync(file, `${JSON.stringify(scenario, null, 2)}\n`);
  const mark = `LAUNCHPAD_TEST=${randomUUID()}`;
  const ended = await run(
    ['simulate', '--scenario', file, '--json', '--redis-url', redis.url, '--out', join(directory, 'runs')],
    { directory, temporary, mark, limitSeconds },
  );
  writeFileSync(join(directory, 'stderr.txt'), ended.stderr);
  const processes = ended.hung ? ended.processes : await survivors(mark);
  killAll(mark);
  const keys = await redis.keys();
  if (keys.length > 0) await redis.clear();
  const runDirectory = newestRun(join(directory, 'runs'));
  return {
    directory,
    outcome: {
      scenario,
      code: ended.code,
      signal: ended.signal,
      hung: ended.hung,
      stderr: ended.hung ? `${ended.stderr}\nRunning then:\n${ended.processes.join('\n')}` : ended.stderr,
      result: resultOf(ended.stdout),
      plan: planOf(runDirectory),
      ledger: ledgerOf(runDirectory),
      left: { processes: ended.hung ? [] : processes, keys: ended.hung ? [] : keys },
    },
  };
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly hung: boolean;
  /** What ran when it was killed for taking too long. */
  readonly processes: readonly string[];
}

function run(
  args: readonly string[],
  where: {
    readonly directory: string;
    readonly temporary: string;
    readonly mark: string;
    readonly limitSeconds: number;
  },
): Promise<Ended> {
  const [name = '', value] = where.mark.split('=');
  const { CI: _ci, FORCE_COLOR: _color, REDIS_URL: _url, ...inherited } = process.env;
  const child = spawn(process.execPath, [command, ...args], {
    cwd: where.directory,
    detached: true,
    env: { ...inherited, NO_COLOR: '1', TMPDIR: where.temporary, [name]: value },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    said.stdout += data;
  });
  child.stderr.setEncoding('utf8').on('data', (data: string) => {
    said.stderr += data;
  });
  let hung = false;
  let processes: readonly string[] = [];
  const timer = setTimeout(() => {
    hung = true;
    processes = marked(where.mark);
    killAll(where.mark);
  }, where.limitSeconds * 1000);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    // A process that outlives the command holds its pipes: what counts is that the command itself has exited.
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      const finish = (): void => resolve({ code, signal, ...said, hung, processes });
      const patience = setTimeout(finish, leavingMillis);
      child.once('close', () => {
        clearTimeout(patience);
        finish();
      });
    });
  });
}

/** Waits for the processes that are on their way out. @returns those that stay */
async function survivors(mark: string): Promise<readonly string[]> {
  const end = performance.now() + leavingMillis;
  for (;;) {
    const left = marked(mark);
    if (left.length === 0 || performance.now() > end) return left;
    await sleep(100);
  }
}

/** The processes that have the mark in their environment. */
function marked(mark: string): string[] {
  const listing = execFileSync('ps', ['axeww', '-o', 'pid=,stat=,command='], {
    encoding: 'utf8',
    maxBuffer: 1 << 27,
  });
  return listing
    .split('\n')
    .filter((line) => line.includes(mark) && !/^\s*\d+\s+Z/.test(line))
    .map((line) => line.replace(/\s+\w+=.*$/, '').trim());
}

function killAll(mark: string): void {
  for (const line of marked(mark)) {
    try {
      process.kill(Number.parseInt(line, 10), 'SIGKILL');
    } catch (error) {
      // It has gone by itself meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function newestRun(out: string): string | null {
  try {
    const name = readdirSync(out).sort().at(-1);
    return name === undefined ? null : join(out, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function resultOf(stdout: string): Result | null {
  try {
    return JSON.parse(stdout) as Result;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function planOf(directory: string | null): Plan | null {
  if (directory === null) return null;
  try {
    return JSON.parse(readFileSync(join(directory, 'plan.json'), 'utf8')) as Plan;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function ledgerOf(directory: string | null): Written[] {
  const ledger: Written[] = [];
  if (directory === null) return ledger;
  try {
    readLedger(join(directory, 'ledger'), (event, file) => ledger.push({ event, file }));
  } catch (error) {
    // A run that failed early has none; its exit code says so already.
    if (!messageOf(error).includes('ledger')) throw error;
  }
  return ledger;
}
