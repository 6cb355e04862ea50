import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../src/cli/commands/compare.js';
import { report } from '../../src/cli/commands/report.js';
import { outageLedger, outagePlan } from '../fixtures/outage.js';
import { printed } from '../fixtures/printed.js';
import { runDirectory, temporaryDirectory } from '../fixtures/runs.js';

function outageRun(): string {
  return runDirectory(outagePlan(), outageLedger());
}

// The page's script is part of what is built.
describe('the page', () => {
  it('goes into the run directory where it has no name of its own', async () => {
    const run = outageRun();
    const { code } = await printed(() => report([run], { color: false, out: '.', html: true }));
    expect(code).toBe(0);
    expect(readFileSync(join(run, 'report.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });

  it('of runs that are compared begins with the settings that differ', async () => {
    const page = join(temporaryDirectory(), 'page.html');
    const fast = outagePlan();
    const other = runDirectory({ ...fast, speed: 2 }, outageLedger());
    await printed(() => compareRuns([outageRun(), other], { color: false, html: page }));
    const text = readFileSync(page, 'utf8').replace(/<script.*?<\/script>/gs, '');
    expect(text).toContain('Runs compared');
    const places = [
      'Settings that differ',
      '>speed<',
      '<h2>Backlog, side by side',
      '>B / A<',
      '<h2>Each run',
    ].map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });
});
