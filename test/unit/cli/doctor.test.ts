import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  checkClock,
  checkCores,
  checkDisk,
  checkNode,
  checkSystem,
} from '../../../src/cli/doctor/machine.js';
import { checkRedis } from '../../../src/cli/doctor/redis.js';
import { temporaryDirectory } from '../../fixtures/runs.js';

describe('what doctor looks at', () => {
  it.each([
    ['v20.0.0', 'ok'],
    ['v24.11.0', 'ok'],
    ['v18.20.4', 'problem'],
    ['v9.0.0', 'problem'],
  ])('Node %s: %s', (node, outcome) => {
    expect(checkNode(node)).toMatchObject({ outcome, text: expect.stringContaining(node) });
  });

  it('says which systems are supported', () => {
    expect(checkSystem('linux').outcome).toBe('ok');
    expect(checkSystem('darwin').outcome).toBe('ok');
    expect(checkSystem('win32')).toMatchObject({ outcome: 'problem', hint: expect.stringContaining('WSL') });
  });

  it('warns where there is one core, or no time of them', () => {
    expect(checkCores(8, 1)).toMatchObject({ outcome: 'ok', text: '8 cores, load 1.0' });
    expect(checkCores(1, 0)).toMatchObject({ outcome: 'warning', text: '1 core, load 0.0' });
    expect(checkCores(4, 9)).toMatchObject({ outcome: 'warning', hint: expect.stringContaining('busy') });
  });

  it('measures the clock', async () => {
    const { text, outcome } = await checkClock();
    expect(text).toMatch(/^resolves \d+ ns; timers \d+\.\d ms late, \d+\.\d ms at worst \(of 40\)$/);
    expect(['ok', 'warning']).toContain(outcome);
  });

  it('writes where runs would be kept, and leaves nothing there', () => {
    const place = temporaryDirectory();
    const out = join(place, 'not', 'yet');
    expect(checkDisk(out)).toMatchObject({
      text: expect.stringMatching(/can be written to: [\d,]+,000 ledger lines\/s, [\d.]+ GB free$/),
    });
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(place)).toEqual([]);
  });

  it('says where nothing can be written', () => {
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    expect(checkDisk(file)).toMatchObject({
      outcome: 'problem',
      text: expect.stringContaining(`${file} can't be written to`),
      hint: expect.stringContaining('--out'),
    });
  });

  it('says why a Redis that was named is of no use, without its password', async () => {
    const [check] = await checkRedis('redis://:s3cret@127.0.0.1:1', true);
    expect(check).toMatchObject({ name: 'Redis', outcome: 'problem' });
    expect(check?.text).toContain("redis://127.0.0.1:1 can't be reached");
    expect(JSON.stringify(check)).not.toContain('s3cret');
    expect((await checkRedis('not a url', true))[0]).toMatchObject({
      outcome: 'problem',
      hint: expect.stringContaining('redis://'),
    });
  });
});
