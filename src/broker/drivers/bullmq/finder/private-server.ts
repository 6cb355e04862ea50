import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LaunchpadError } from '../../../../errors.js';
import type { FoundServer } from '../../../types.js';
import { parseRedisUrl } from '../url.js';
import { onAbort, signalGroup, throwIfAborted } from './interruption.js';
import { directoryPrefix, markOwner } from './owner.js';
import { ask } from './ping.js';
import { serverEnvironment } from './search.js';
import type { FindRedisOptions, ServerProgram } from './types.js';

const startLimitMillis = 10_000;
const stopLimitMillis = 1_500;
/** Another process may take the port between the moment it was free and the server's start. */
const portAttempts = 5;

/**
 * Starts a server for one run: loopback, a free port, a temporary directory, no eviction. It leads a process group of
 * its own, so that a terminal's Ctrl-C does not reach it.
 *
 * @throws LaunchpadError `redis-not-found`, with what the server printed
 * @throws Error when the signal is aborted before the server answers, once the server is gone
 */
export async function startPrivateServer(
  program: ServerProgram,
  options: FindRedisOptions,
): Promise<FoundServer> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    throwIfAborted(options.signal);
    const server = await start(program, options, port);
    if (server !== 'port-taken') return server;
    if (attempt === portAttempts) {
      throw new LaunchpadError(
        'redis-not-found',
        `${program.file} found its port taken ${portAttempts} times in a row`,
        {
          hint: 'Try again, or name a Redis with --redis-url',
        },
      );
    }
  }
}

async function start(
  program: ServerProgram,
  options: FindRedisOptions,
  port: number,
): Promise<FoundServer | 'port-taken'> {
  const directory = mkdtempSync(join(tmpdir(), directoryPrefix));
  markOwner(directory, port);
  const logFile = join(directory, 'redis.log');
  const log = openSync(logFile, 'a');
  const child = spawn(program.file, settings(port, directory, options.appendOnly ?? false), {
    cwd: directory,
    detached: true,
    env: serverEnvironment(program, options.environment ?? process.env),
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = endOf(child);
  const remove = (): void => rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  if (child.pid !== undefined) options.onSpawn?.(child.pid, directory);

  const stopListening = onAbort(options.signal, () => signalServer(child, 'SIGKILL'));
  const started = await Promise.race([untilItAnswers(child, port), ended]);
  stopListening();
  if (options.signal?.aborted) {
    await ended;
    remove();
  }
  throwIfAborted(options.signal);
  if (started !== true) {
    await stop(child, ended);
    const printed = readFileSync(logFile, 'utf8');
    remove();
    if (/address already in use/i.test(printed)) return 'port-taken';
    const reason = started === false ? `did not answer within ${startLimitMillis / 1000} s` : started;
    throw new LaunchpadError(
      'redis-not-found',
      `${program.file} did not start: ${reason}${lastLine(printed)}`,
      {
        hint: 'Start it by hand to see why, or name a Redis with --redis-url',
      },
    );
  }

  const url = `redis://127.0.0.1:${port}`;
  let stopping: Promise<void> | null = null;
  return {
    url,
    displayUrl: url,
    source: `${program.source}, started for this run`,
    isPrivate: true,
    pid: child.pid ?? null,
    directory,
    died: ended.then((how) => (stopping === null ? how : new Promise<string>(() => undefined))),
    close: () => {
      stopping ??= stop(child, ended).then(remove);
      return stopping;
    },
  };
}

function settings(port: number, directory: string, appendOnly: boolean): string[] {
  const values: Record<string, string> = {
    port: String(port),
    bind: '127.0.0.1',
    dir: directory,
    daemonize: 'no',
    save: '',
    appendonly: appendOnly ? 'yes' : 'no',
    'maxmemory-policy': 'noeviction',
    'tcp-backlog': '128',
    loglevel: 'notice',
  };
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
}

/** Resolves with how it ended, in words. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`it could not be run (${error.message})`));
    child.once('exit', (code, signal) => {
      resolve(signal === null ? `it exited with code ${code}` : `it was killed by ${signal}`);
    });
  });
}

/** true once this very process answers, false after the time limit. */
async function untilItAnswers(child: ChildProcess, port: number): Promise<boolean> {
  const address = parseRedisUrl(`redis://127.0.0.1:${port}`);
  const deadline = performance.now() + startLimitMillis;
  while (performance.now() < deadline && child.exitCode === null && child.signalCode === null) {
    // Not just a PING: on a port that somebody else took, somebody else would answer it.
    const answer = await ask(address, ['INFO', 'server'], 1_000);
    if (answer.kind === 'ok' && new RegExp(`^process_id:${child.pid}\\r?$`, 'm').test(answer.text))
      return true;
    await sleep(10);
  }
  return false;
}

/** Resolves when the process is gone: asked first, killed after the time limit (frozen, it doesn't hear). */
async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  signalServer(child, 'SIGTERM');
  const killer = setTimeout(() => signalServer(child, 'SIGKILL'), stopLimitMillis);
  await ended;
  clearTimeout(killer);
}

function signalServer(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  signalGroup(child.pid, signal);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function lastLine(printed: string): string {
  const line = printed.trim().split('\n').at(-1) ?? '';
  return line === '' ? '' : ` (it printed: ${line})`;
}
