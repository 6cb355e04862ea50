import { execFile } from 'node:child_process';
import { messageOf } from '../../errors.js';

/** A process of this machine, of whichever user. */
export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly user: number;
  /** Real seconds since its start, in whole ones. */
  readonly ageSeconds: number;
  /** With its arguments. */
  readonly command: string;
}

/** The processes of this machine, or why they can't be listed. */
export type ProcessList =
  | { readonly processes: readonly RunningProcess[]; readonly why: null }
  | { readonly processes: null; readonly why: string };

const columns = ['pid', 'ppid', 'uid', 'stat', 'etime', 'command'];

/** Lists the processes of this machine that live, by `ps`. */
export function listProcesses(): Promise<ProcessList> {
  const args = ['-A', '-ww', ...columns.flatMap((name) => ['-o', `${name}=`])];
  const options = { encoding: 'utf8', maxBuffer: 1 << 26, env: { ...process.env, LC_ALL: 'C' } } as const;
  return new Promise((resolve) => {
    execFile('ps', args, options, (error, output) => {
      if (error === null) resolve({ processes: parseProcesses(output), why: null });
      else resolve({ processes: null, why: `processes can't be listed (${firstLine(messageOf(error))})` });
    });
  });
}

/** Reads what `ps` printed; the dead that wait for their parent are left out. */
export function parseProcesses(output: string): RunningProcess[] {
  return output.split('\n').flatMap((line) => {
    const [, pid, parent, user, state, age, command] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (command === undefined || state?.startsWith('Z') === true) return [];
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        user: Number(user),
        ageSeconds: parseAge(age ?? ''),
        command,
      },
    ];
  });
}

/** `[[days-]hours:]minutes:seconds` */
export function parseAge(text: string): number {
  const [clock = '', days = '0'] = text.split('-').reverse();
  const parts = clock.split(':').map(Number);
  return parts.reduce((sum, part) => sum * 60 + part, 0) + Number(days) * 86_400;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
