import { spawn } from 'node:child_process';

/** How a command ended. */
export interface CommandResult {
  readonly ok: boolean;
  readonly output: string;
  /** In words, with what it printed last; empty where it went well. */
  readonly failure: string;
}

/**
 * Runs a program to its end. Never rejects: a program that can't be started is a failure too.
 *
 * @param limitMillis real time, after which it is killed
 */
export function run(
  file: string,
  args: readonly string[],
  options: {
    readonly directory?: string;
    readonly environment: NodeJS.ProcessEnv;
    readonly limitMillis: number;
  },
): Promise<CommandResult> {
  return new Promise((resolve) => {
    let output = '';
    let errors = '';
    const child = spawn(file, args, {
      cwd: options.directory,
      env: { ...options.environment, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.limitMillis,
      killSignal: 'SIGKILL',
    });
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      errors += chunk;
    });
    child.on('error', (error) => resolve({ ok: false, output, failure: error.message }));
    child.on('close', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : signal;
      const failure = code === 0 ? '' : `${how}: ${lastWords(errors || output)}`;
      resolve({ ok: code === 0, output, failure });
    });
  });
}

function lastWords(text: string): string {
  return text.trim().split('\n').slice(-2).join(' ').slice(0, 300) || 'it printed nothing';
}
