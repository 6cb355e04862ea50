import { describe, expect, it } from 'vitest';
import { faultKinds } from '../../../src/lab/faults/index.js';
import type { PlannedFault } from '../../../src/plan/types.js';
import { FakePool } from './fakes.js';

type State = FakePool['states'][number];

const mixed: readonly State[] = ['down', 'up', 'frozen', 'up', 'down', 'frozen'];

interface Case {
  readonly kind: Exclude<PlannedFault['kind'], 'redrive'>;
  readonly workers: number | 'all';
  readonly states?: readonly State[];
  readonly done: readonly string[];
  readonly pids?: readonly number[];
  readonly skipped?: string;
}

describe('what a fault hits', () => {
  it.each<Case>([
    { kind: 'kill', workers: 1, done: ['SIGKILL 2'], pids: [102] },
    // Those that are up first, then frozen ones.
    { kind: 'kill', workers: 3, done: ['SIGKILL 2', 'SIGKILL 4', 'SIGKILL 3'], pids: [102, 104, 103] },
    { kind: 'kill', workers: 'all', done: ['SIGKILL 2', 'SIGKILL 4', 'SIGKILL 3', 'SIGKILL 6'] },
    { kind: 'kill', workers: 9, done: ['SIGKILL 2', 'SIGKILL 4', 'SIGKILL 3', 'SIGKILL 6'] },
    { kind: 'kill', workers: 1, states: ['down'], done: [], skipped: 'no worker of emails was running' },
    { kind: 'stop', workers: 'all', done: ['SIGTERM 2', 'SIGTERM 4'], pids: [102, 104] },
    { kind: 'stop', workers: 1, states: ['frozen'], done: [], skipped: 'no worker of emails was running' },
    { kind: 'freeze', workers: 1, done: ['SIGSTOP 2'], pids: [102] },
    {
      kind: 'freeze',
      workers: 'all',
      states: ['frozen'],
      done: [],
      skipped: 'no worker of emails was running',
    },
    { kind: 'thaw', workers: 1, done: ['SIGCONT 3'], pids: [103] },
    { kind: 'thaw', workers: 'all', done: ['SIGCONT 3', 'SIGCONT 6'], pids: [103, 106] },
    { kind: 'thaw', workers: 'all', states: ['up'], done: [], skipped: 'no worker of emails was frozen' },
    // The pids are those of the new processes.
    { kind: 'restart', workers: 'all', done: ['restart 1', 'restart 5'], pids: [201, 205] },
    { kind: 'restart', workers: 1, done: ['restart 1'], pids: [201] },
    { kind: 'restart', workers: 1, states: ['up'], done: [], skipped: 'no worker of emails was down' },
    { kind: 'scale', workers: 4, done: ['add 7', 'add 8'], pids: [107, 108] },
    // The highest-numbered go first.
    {
      kind: 'scale',
      workers: 1,
      states: ['up', 'up', 'up'],
      done: ['SIGTERM 3', 'SIGTERM 2'],
      pids: [103, 102],
    },
    { kind: 'scale', workers: 0, done: ['SIGTERM 4', 'SIGTERM 2'], pids: [104, 102] },
    { kind: 'scale', workers: 2, done: [], skipped: 'emails had 2 workers already' },
  ])('$kind $workers of $states: $done', ({ kind, workers, states, done, pids, skipped }) => {
    const pool = new FakePool('emails', [...(states ?? mixed)]);
    const fault = {
      index: 0,
      atSeconds: 0,
      kind,
      queue: 'emails',
      workers,
      when: 'now',
      repaired: false,
    } as const;
    const hit = faultKinds[kind](pool.asPool, fault);
    expect(pool.done).toEqual(done);
    expect(hit.workers).toEqual(done.map((what) => Number(what.split(' ')[1])));
    expect(hit.pids).toHaveLength(done.length);
    if (pids !== undefined) expect(hit.pids).toEqual(pids);
    expect(hit.skipped).toBe(skipped);
  });

  it('scale leaves down what the supervisor would have started again', () => {
    const pool = new FakePool('emails', ['up', 'down']);
    pool.pending = 1;
    const scale = { index: 0, atSeconds: 0, kind: 'scale', queue: 'emails', workers: 2 } as const;
    faultKinds.scale(pool.asPool, { ...scale, when: 'now', repaired: false });
    expect(pool.done).toEqual(['add 3']);
    expect(pool.pending).toBe(0);
  });

  it.each([
    ['kill', 'down', 'email was not running'],
    ['freeze', 'frozen', 'email was not running'],
    ['thaw', 'up', 'email was not frozen'],
    ['restart', 'up', 'email was not down'],
  ] as const)('a service is hit by %s like a worker; where it is %s: %s', (kind, state, skipped) => {
    const fault = { index: 0, atSeconds: 0, kind, queue: 'email', workers: 'all', when: 'now' } as const;
    const pool = new FakePool('email', [state], 'provider');
    const hit = faultKinds[kind](pool.asPool, { ...fault, repaired: false });
    expect(hit).toEqual({ workers: [], pids: [], skipped });
    const other = ({ kill: 'frozen', freeze: 'up', thaw: 'frozen', restart: 'down' } as const)[kind];
    const ready = new FakePool('email', [other], 'provider');
    expect(faultKinds[kind](ready.asPool, { ...fault, repaired: false }).workers).toEqual([1]);
  });
});
