import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, vi } from 'vitest';
import type { LedgerEvent } from '../../src/ledger/events.js';
import { LedgerTail } from '../../src/ledger/tail.js';
import { isComparison, type Outcome } from '../../src/result/comparison.js';
import type { Result } from '../../src/result/types.js';
import { temporaryDirectory } from '../fixtures/runs.js';

const command = fileURLToPath(new URL('../../bin/launchpad.js', import.meta.url));

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A `launchpad` command that runs as a user's would: the built one, a process group of its own, a working directory of its own. */
export class Launched {
  readonly directory: string;
  /** Where the command makes its temporary files, a private server's among them. */
  private readonly temporary: string;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  private readonly child: ChildProcess;
  /** Inherited by every process that the command starts, whoever its parent is later. */
  private readonly mark = `LAUNCHPAD_TEST=${randomUUID()}`;

  /** @param how `terminal`: in a terminal of its own, whose screen is what stdout has then; Linux only */
  constructor(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    how: 'plain' | 'terminal' = 'plain',
  ) {
    this.directory = temporaryDirectory();
    this.temporary = temporaryDirectory();
    const [name, value] = this.mark.split('=') as [string, string];
    // CI and colour settings of whoever runs the tests must not decide what they see.
    const { CI: _ci, FORCE_COLOR: _color, REDIS_URL: _url, NO_COLOR: _plain, ...inherited } = process.env;
    const typed = [process.execPath, command, ...args];
    const [file, ...rest] = how === 'terminal' ? inTerminal(typed) : typed;
    this.child = spawn(file as string, rest, {
      cwd: this.directory,
      detached: true,
      env: { ...inherited, TMPDIR: this.temporary, ...environment, [name]: value },
      stdio: [how === 'terminal' ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (data) => {
      this.stdout += data;
    });
    this.child.stderr?.on('data', (data) => {
      this.stderr += data;
    });
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code, signal) =>
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr }),
      );
    });
    onTestFinished(async () => {
      this.signal('SIGKILL');
      await this.ended;
    });
  }

  /** Types into the terminal. */
  type(keys: string): void {
    this.child.stdin?.write(keys);
  }

  /** Sends a signal to the command's whole process group, as a terminal does. */
  signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-(this.child.pid as number), signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** Resolves when standard error has said it. */
  async says(text: RegExp): Promise<void> {
    await vi.waitFor(() => expect(this.stderr).toMatch(text), { timeout: 20_000, interval: 20 });
  }

  /** The run's own directory, once it is named on the first screen. */
  get runDirectory(): string {
    return /Run directory: (.+)/.exec(this.stderr)?.[1] ?? '';
  }

  /** The first event of the run's ledger that fits, once it is there. */
  async event(fits: (event: LedgerEvent) => boolean): Promise<LedgerEvent> {
    await this.says(/Run directory: /);
    const tail = new LedgerTail(join(this.runDirectory, 'ledger'));
    try {
      return await vi.waitFor(
        () => {
          const found = tail.poll().find(({ event }) => fits(event));
          if (found === undefined) throw new Error('no such event in the ledger');
          return found.event;
        },
        { timeout: 20_000, interval: 20 },
      );
    } finally {
      tail.close();
    }
  }

  /** The command lines of the processes that it has started and that still run. */
  survivors(): string[] {
    const listing = execFileSync('ps', ['axeww', '-o', 'pid=,stat=,command='], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    const living = listing.split('\n').filter((line) => !/^\s*\d+\s+Z/.test(line));
    return living.filter((line) => line.includes(this.mark) || this.isServer(Number.parseInt(line, 10)));
  }

  /** Redis writes its title over its environment, and with it the mark; but it works in its own directory. */
  private isServer(pid: number): boolean {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(this.temporary);
    } catch {
      return false;
    }
  }

  /** Waits until nothing of it is left, neither process nor temporary file; within seconds, because a guard may still be at work. */
  async leavesNothing(): Promise<void> {
    await vi.waitFor(
      () => {
        expect(this.survivors()).toEqual([]);
        expect(readdirSync(this.temporary)).toEqual([]);
      },
      { timeout: 5_000, interval: 50 },
    );
  }
}

/** The command that runs another in a pseudo-terminal, and exits as that does. */
function inTerminal(typed: readonly string[]): string[] {
  const quoted = typed.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return ['script', '-qefc', `stty rows 40 cols 100; exec ${quoted}`, '/dev/null'];
}

/** Runs a command to its end, and makes sure that no process of it is left. */
export async function launch(
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<Ended> {
  const launched = new Launched(args, environment);
  const ended = await launched.ended;
  await launched.leavesNothing();
  return ended;
}

/** Runs a scenario to its end and reads what came of it. */
export async function simulateAll(
  args: readonly string[],
): Promise<{ code: number | null; outcome: Outcome; stderr: string }> {
  const { code, stdout, stderr } = await launch(['simulate', '--json', ...args]);
  if (stdout === '') throw new Error(`No result, exit code ${code}: ${stderr}`);
  return { code, outcome: JSON.parse(stdout) as Outcome, stderr };
}

/** Runs a scenario without variants to its end and reads its result. */
export async function simulate(
  args: readonly string[],
): Promise<{ code: number | null; result: Result; stderr: string }> {
  const { code, outcome, stderr } = await simulateAll(args);
  if (isComparison(outcome)) throw new Error('The scenario has variants');
  return { code, result: outcome, stderr };
}

/** The results of all variants by name; of a scenario without any, its result by the empty name. */
export function resultsOf(outcome: Outcome): Readonly<Record<string, Result>> {
  return isComparison(outcome) ? outcome.variants : { '': outcome };
}

/**
 * Makes sure that everything that was expected holds. A machine that stands still for a moment while orders are due is no
 * reason to fail: then the verdict is that the rate was not held, nothing else may be in doubt but times and rates, and all counts
 * have to be right all the same.
 */
export function expectPass(outcome: Outcome, code: number | null, stderr: string): void {
  const about = `${outcome.verdict.reasons.join('\n')}\n${stderr}`;
  for (const { expectations, verdict } of Object.values(resultsOf(outcome))) {
    const stalled =
      verdict.outcome === 'inconclusive' && /did not hold its rate/.test(verdict.reasons[0] ?? '');
    for (const { outcome: came, reason } of expectations) {
      if (stalled && came === 'unknown') expect(reason, about).toMatch(/did not hold the rate/);
      else expect(came, about).toBe('pass');
    }
    if (!stalled) expect(verdict.outcome, about).toBe('pass');
  }
  expect(code, about).toBe(outcome.verdict.outcome === 'pass' ? 0 : 3);
}

/** The accounting of a queue. */
export function booksOf(result: Result, queue: string): Result['queues'][string]['accounting'] {
  const found = result.queues[queue];
  if (found === undefined) throw new Error(`The result has no queue ${queue}`);
  return found.accounting;
}

/** A JSON file. */
export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
