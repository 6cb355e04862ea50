import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Guard } from '../../../src/lab/guard/guard.js';
import { temporaryDirectory } from '../../fixtures/runs.js';

/** A process that would go on for a minute, in a group of its own. */
function start() {
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  return { pid: child.pid as number, exited: once(child, 'exit') as Promise<[number | null, string | null]> };
}

describe('the guard', () => {
  it('kills what it watches, even when it is told so before it has started itself', async () => {
    const guard = new Guard();
    const child = start();
    guard.watch(child.pid);
    guard.killAll();
    expect((await child.exited)[1]).toBe('SIGKILL');
    await guard.dismiss();
  });

  it('leaves alone what it was told to forget, and everything after a goodbye', async () => {
    const guard = new Guard();
    const [forgotten, watched] = [start(), start()];
    guard.watch(forgotten.pid);
    guard.watch(watched.pid);
    guard.forget(forgotten.pid);
    await guard.dismiss();
    // Both live: a signal can be sent to them, and it is this one that ends them.
    for (const child of [forgotten, watched]) {
      process.kill(-child.pid, 'SIGTERM');
      expect((await child.exited)[1]).toBe('SIGTERM');
    }
  });

  it('removes the directory of what it kills', async () => {
    const guard = new Guard();
    const child = start();
    const directory = `${temporaryDirectory()}/server`;
    const { mkdirSync } = await import('node:fs');
    mkdirSync(directory);
    guard.watch(child.pid, directory);
    guard.killAll();
    await child.exited;
    await guard.dismiss();
    expect(existsSync(directory)).toBe(false);
  });
});
