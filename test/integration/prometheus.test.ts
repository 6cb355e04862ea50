import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Comparison } from '../../src/result/comparison.js';
import { readPage } from '../fixtures/prometheus.js';
import { temporaryDirectory } from '../fixtures/runs.js';
import { Launched } from './launch.js';

const scenario = `name: tiny
summary: Forty orders in two seconds, and twenty emails a second.
producers:
  orders: { rate: 20/s, for: 2s, to: [emails] }
queues:
  emails: { rate: 20/s, concurrency: 5, work: 20ms }
`;

describe('live metrics', () => {
  it('follow two variants one after the other, also with --quiet, and are gone with the command', async () => {
    const file = join(temporaryDirectory(), 'tiny.yaml');
    writeFileSync(file, scenario);
    const vary = ['--vary', 'queues.emails.rate=20/s,30/s'];
    const launched = new Launched([
      'simulate',
      ...['--scenario', file, '--quiet', '--json', '--prometheus-port', '0', ...vary],
    ]);
    await launched.says(/^Metrics: http:\/\/127\.0\.0\.1:\d+\/metrics\n/);
    const url = /Metrics: (\S+)/.exec(launched.stderr)?.[1] as string;

    const runs: string[] = [];
    for (const rate of ['20/s', '30/s']) {
      const samples = await vi.waitFor(
        async () => {
          const page = readPage(await (await fetch(url)).text());
          expect(page.variant).toContain(rate);
          expect(page.samples['launchpad_effects_total{producer="orders",queue="emails"}']).toBeGreaterThan(
            0,
          );
          runs.push(page.run);
          return page.samples;
        },
        { timeout: 20_000, interval: 50 },
      );
      expect(samples['launchpad_run_info{scenario="tiny",seed="1",speed="1"}']).toBe(1);
      expect(samples['launchpad_workers_up{queue="emails"}']).toBe(1);
      const effects = samples['launchpad_effects_total{producer="orders",queue="emails"}'] as number;
      // Each variant is counted from nothing.
      expect(effects).toBeLessThanOrEqual(40);
      expect(samples['launchpad_wait_seconds_count{queue="emails"}']).toBeGreaterThanOrEqual(effects);
    }
    expect(new Set(runs).size).toBe(2);

    const { code, stdout } = await launched.ended;
    // A machine that stands still for a moment while orders are due leaves a run inconclusive.
    expect([0, 3]).toContain(code);
    const { variants } = JSON.parse(stdout) as Comparison;
    for (const { queues } of Object.values(variants)) expect(queues.emails?.accounting.effected).toBe(40);
    await expect(fetch(url)).rejects.toThrow();
    await launched.leavesNothing();
  });
});
