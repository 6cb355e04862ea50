import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/ci.md'), 'utf8');

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly with?: { readonly path?: string };
}

/** The steps of the page's workflow. */
const steps: readonly Step[] = parse(/```yaml\n(name: [\s\S]*?)```/.exec(page)?.[1] ?? '').jobs.outage.steps;

const configs = ['tsconfig.json', 'tsconfig.build.json', 'tsconfig.client.json'];

/** A checkout of the project, built and with its dependencies: what `npm ci` leaves. The first `npx` builds it again. */
function checkout(): string {
  const directory = mkdtempSync(join(tmpdir(), 'launchpad-ci-'));
  const parts = ['bin', 'dist', 'docs', 'scenarios', 'src', 'package.json', ...configs];
  for (const name of parts) cpSync(join(root, name), join(directory, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  return directory;
}

describe('the workflow of docs/ci.md', () => {
  const directory = checkout();
  const summary = join(directory, 'summary.md');
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('begins with a checkout, Node and npm ci', () => {
    const first = steps.slice(0, 3).map(({ uses, run }) => uses ?? run);
    expect(first).toEqual([
      expect.stringMatching(/^actions\/checkout@/),
      expect.stringMatching(/^actions\/setup-node@/),
      'npm ci',
    ]);
  });

  const commands = steps.flatMap(({ name, run }) =>
    run === undefined || run === 'npm ci' ? [] : [{ name: name ?? run, run }],
  );

  it.each(commands)(
    'step: $name',
    ({ run }) => {
      // As GitHub runs it.
      const { status, stdout, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', run], {
        cwd: directory,
        encoding: 'utf8',
        env: { ...process.env, CI: 'true', GITHUB_STEP_SUMMARY: summary },
      });
      expect(status, stdout + stderr).toBe(0);
      expect(stdout + stderr).not.toContain('\u001b');
    },
    180_000,
  );

  it('leaves its reports where they are uploaded from, and a summary', () => {
    const upload = steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'));
    const reports = join(directory, upload?.with?.path ?? '');
    for (const file of ['outage.xml', 'outage.html', 'outage.json'])
      expect(existsSync(join(reports, file)), file).toBe(true);
    expect(readFileSync(summary, 'utf8')).toContain('outage');
  });
});
