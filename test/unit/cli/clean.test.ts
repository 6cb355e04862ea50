import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { clean } from '../../../src/cli/commands/clean.js';
import { printed } from '../../fixtures/printed.js';
import { temporaryDirectory } from '../../fixtures/runs.js';

function oldRun(place: string, days: number): string {
  const directory = join(place, `20261101-100000-outage-000${days}`);
  mkdirSync(directory);
  writeFileSync(join(directory, 'plan.json'), '{}');
  const then = new Date(Date.now() - days * 86_400_000);
  for (const name of ['plan.json', '.']) utimesSync(join(directory, name), then, then);
  return directory;
}

describe('launchpad clean', () => {
  it.each([
    [{}, /no terminal to ask/],
    [{ yes: true, olderThan: '7d' }, /--older-than is about run directories/],
    [{ yes: true, runs: true, olderThan: 'old' }, /--older-than: /],
    [{ yes: true, runs: true, olderThan: '7 days' }, /--older-than: /],
    [{ yes: true, redisUrl: 'http://localhost' }, /scheme http/],
  ])('refuses %j, with what to do instead', async (options, message) => {
    await expect(clean({ out: temporaryDirectory(), color: false, ...options })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(message),
      hint: expect.any(String),
    });
  });

  it('removes run directories that are old enough, and nothing beside them', async () => {
    // What others on this machine have left is theirs.
    vi.stubEnv('TMPDIR', temporaryDirectory());
    vi.stubEnv('REDIS_URL', '');
    const place = temporaryDirectory();
    const [older, younger] = [oldRun(place, 9), oldRun(place, 5)];
    mkdirSync(join(place, 'notes'));
    const options = { out: place, runs: true, color: false };

    const told = await printed(() => clean({ ...options, dryRun: true }));
    expect(told.code).toBe(0);
    expect(told.text).toContain(`Old run directories\n  ${older}, 9 days old\n`);
    expect(told.text).not.toContain(younger);
    expect(told.text).toContain('No Redis was looked at');
    expect(existsSync(older)).toBe(true);
  });
});
