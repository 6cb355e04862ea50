import { spawn } from 'node:child_process';
import { onAbort, signalGroup, throwIfAborted } from './interruption.js';

/** How a command ended. */
export interface CommandResult {
  readonly ok: boolean;
  readonly output: string;
  /** In words, with what it printed last; empty where it went well. */
  readonly failure: string;
}

/** Options of run. */
export interface CommandOptions {
  readonly directory?: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Real time, after which it is killed. */
  readonly limitMillis: number;
  /** Aborted: it is killed, or not started at all. */
  readonly signal?: AbortSignal | undefined;
  /** Told the process, leader of its own process group, as soon as it exists. */
  readonly onSpawn?: (pid: number) => void;
}

/**
 * Runs a program to its end, in a process group of its own, so that what it started is killed with it. A program that
 * fails, or can't be started, is a result.
 *
 * @throws Error where the signal is aborted, once the program is gone
 */
export async function run(
  file: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  throwIfAborted(options.signal);
  const result = await runToItsEnd(file, args, options);
  throwIfAborted(options.signal);
  return result;
}

function runToItsEnd(
  file: string,
  args: readonly string[],
  { directory, environment, limitMillis, signal: abort, onSpawn }: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    let output = '';
    let errors = '';
    const child = spawn(file, args, {
      cwd: directory,
      detached: true,
      env: { ...environment, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { pid } = child;
    const kill = (): void => {
      if (pid !== undefined) signalGroup(pid, 'SIGKILL');
    };
    if (pid !== undefined) onSpawn?.(pid);
    const timer = setTimeout(kill, limitMillis);
    const stopListening = onAbort(abort, kill);
    const end = (result: CommandResult): void => {
      clearTimeout(timer);
      stopListening();
      resolve(result);
    };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      errors += chunk;
    });
    child.on('error', (error) => end({ ok: false, output, failure: error.message }));
    child.on('close', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : signal;
      const failure = code === 0 ? '' : `${how}: ${lastWords(errors || output)}`;
      end({ ok: code === 0, output, failure });
    });
  });
}

function lastWords(text: string): string {
  return text.trim().split('\n').slice(-2).join(' ').slice(0, 300) || 'it printed nothing';
}
