import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a process of Launchpad exits with (the first that holds, see docs/exit-codes.md). */
export const exitCodes = {
  pass: 0,
  internal: 1,
  badInput: 2,
  inconclusive: 3,
  expectationFailed: 99,
  hangup: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** The kinds of error that Launchpad raises. Stable: scripts may compare them. */
export type ErrorCode =
  | 'usage'
  | 'scenario-not-found'
  | 'scenario-invalid'
  | 'plan-refused'
  | 'port-in-use'
  | 'redis-not-found'
  | 'broker-unreachable'
  | 'broker-lost'
  | 'output-unwritable'
  | 'run-not-found'
  | 'ledger-damaged'
  | 'run-too-new'
  | 'process-failed'
  | 'internal';

/** One of several things that are wrong with an input. */
export interface Problem {
  /** The file that it is in, where there is one. */
  readonly file?: string;
  /** Line in that file, from 1. */
  readonly line?: number;
  /** Where in the input: `queues.emails.rate`, or the flag: `--set queues.emails.rate`. */
  readonly path: string;
  /** What is wrong, as a sentence without a full stop. */
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
}

/** Options of a LaunchpadError. */
export interface LaunchpadErrorOptions {
  /** What the user can do about it. */
  readonly hint?: string;
  /** Default: 2 (bad input); 1 for the code `internal`. */
  readonly exitCode?: number;
  /** All that is wrong, where one error stands for several. */
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

/** The one error class. Its message says what is wrong and where, its hint what to do. */
export class LaunchpadError extends Error {
  override readonly name = 'LaunchpadError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly exitCode: number;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, message: string, options: LaunchpadErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? (code === 'internal' ? exitCodes.internal : exitCodes.badInput);
    this.problems = options.problems ?? [];
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Why a file or a directory can't be written or made, in words; what has none, as the system says it. */
export function whyUnwritable(error: unknown): string {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === undefined || path === undefined) return messageOf(error);
  const above = dirname(path);
  switch (code) {
    case 'ENOENT':
      // Such as /proc, which is there and takes nothing.
      return existsSync(above) ? `nothing can be made in ${above}` : `the directory ${above} does not exist`;
    case 'ENOTDIR':
      return `${above} is not a directory`;
    case 'EISDIR':
      return 'it is a directory';
    case 'EEXIST':
      return `${path} is there already`;
    case 'EACCES':
    case 'EPERM':
      return existsSync(path) ? 'it is not writable' : `the directory ${above} is not writable`;
    case 'EROFS':
      return 'its file system is read-only';
    case 'ENOSPC':
      return 'the disk is full';
    default:
      return messageOf(error);
  }
}
