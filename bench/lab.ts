import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Result } from '../src/result/types.js';

/** The command as a user starts it. */
export const command = fileURLToPath(new URL('../bin/launchpad.js', import.meta.url));

/** How a process ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly seconds: number;
}

/** Runs a program to its end. */
export function run(file: string, args: readonly string[]): Promise<Ended> {
  const begin = performance.now();
  return new Promise((resolve) => {
    execFile(file, args, { maxBuffer: 1 << 28 }, (error, stdout) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, seconds: (performance.now() - begin) / 1000 });
    });
  });
}

/** Runs a scenario, and hands its result and its directory to a function before the directory is removed. */
export async function simulate<Value>(
  scenario: object,
  use: (result: Result, directory: string) => Value,
  args: readonly string[] = [],
): Promise<Value> {
  const { writeFileSync } = await import('node:fs');
  const directory = mkdtempSync(join(tmpdir(), 'launchpad-bench-'));
  try {
    const file = join(directory, 'scenario.json');
    writeFileSync(file, JSON.stringify(scenario));
    const out = join(directory, 'result.json');
    const { code, stdout } = await run(process.execPath, [
      command,
      'simulate',
      '--scenario',
      file,
      '--quiet',
      '--out',
      join(directory, 'runs'),
      '--json',
      out,
      ...args,
    ]);
    if (code === 1 || code === 2) throw new Error(`The run ended with exit code ${code}\n${stdout}`);
    const result = JSON.parse(readFileSync(out, 'utf8')) as Result;
    return use(result, result.run.directory as string);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
