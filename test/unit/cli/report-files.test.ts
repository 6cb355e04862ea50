import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { compareRuns } from '../../../src/cli/commands/compare.js';
import { predict } from '../../../src/cli/commands/predict.js';
import { report } from '../../../src/cli/commands/report.js';
import { outcomeOf } from '../../../src/cli/comparison-directory.js';
import { deliver } from '../../../src/cli/deliver.js';
import type { ReportOptions } from '../../../src/cli/options.js';
import { checkReportFiles } from '../../../src/cli/report-files.js';
import { LaunchpadError } from '../../../src/errors.js';
import { recordsIn } from '../../fixtures/csv.js';
import { outageLedger, outagePlan } from '../../fixtures/outage.js';
import { printed } from '../../fixtures/printed.js';
import { runDirectory, temporaryDirectory } from '../../fixtures/runs.js';
import { all, readXml } from '../../fixtures/xml.js';

describe('report files', () => {
  it.each(['json', 'html', 'markdown', 'junit'] as const)(
    'are tried before anything runs: --%s',
    (option) => {
      const directory = temporaryDirectory();
      const check = (file: string) => () => checkReportFiles({ color: false, [option]: file });
      expect(check(join(directory, 'none', 'file'))).toThrow(LaunchpadError);
      expect(check(join(directory, 'none', 'file'))).toThrow(
        /can't be written to .*none\/file: the directory .*none does not exist$/,
      );
      expect(check(directory)).toThrow(/: it is a directory$/);
      expect(check(join(directory, 'file'))).not.toThrow();
      // An empty file is no report.
      expect(existsSync(join(directory, 'file'))).toBe(false);
      // What is there is not touched by the trial.
      writeFileSync(join(directory, 'kept'), 'as it was');
      expect(check(join(directory, 'kept'))).not.toThrow();
      expect(readFileSync(join(directory, 'kept'), 'utf8')).toBe('as it was');
    },
  );

  it('are told how --json is written alone, where it took what was no file', () => {
    const hintOf = (json: string): string => {
      try {
        checkReportFiles({ color: false, json });
      } catch (error) {
        return (error as LaunchpadError).hint ?? '';
      }
      return '';
    };
    const directory = temporaryDirectory();
    expect(hintOf(directory)).toBe(
      'Name a file that you may write to with --json. Where the result is to be printed, put --json last.',
    );
    expect(hintOf(join(directory, 'none', 'file'))).toBe('Name a file that you may write to with --json.');
  });

  it('are not tried where none is asked for', () => {
    expect(() => checkReportFiles({ color: false, json: true })).not.toThrow();
  });

  it('go into a directory that is made: --csv', () => {
    const directory = temporaryDirectory();
    const check = (path: string) => () => checkReportFiles({ color: false, csv: path });
    expect(check(join(directory, 'made', 'here'))).not.toThrow();
    expect(readdirSync(join(directory, 'made', 'here'))).toEqual([]);
    // A file system in which nothing can be made must not keep the command waiting.
    if (process.platform === 'linux')
      expect(check('/proc/launchpad/tables')).toThrow(/: nothing can be made in \/proc$/);
    writeFileSync(join(directory, 'file'), '');
    expect(check(join(directory, 'file'))).toThrow(
      /The tables can't be written to .*: .*file is there already$/,
    );
    expect(check(join(directory, 'file', 'below'))).toThrow(/file is not a directory$/);
  });

  it('have a file each', () => {
    const directory = temporaryDirectory();
    const [markdown, junit] = [join(directory, 'report'), `${directory}//report`];
    const check = () => checkReportFiles({ color: false, markdown, junit });
    expect(check).toThrow('--markdown and --junit name the same file');
  });

  it('are of one run', async () => {
    await expect(
      report(['a', 'b'], { color: false, out: '.', junit: join(temporaryDirectory(), 'junit.xml') }),
    ).rejects.toThrow('--junit takes one run, not several');
  });

  it('are not of a comparison without rules: --junit', async () => {
    await expect(
      compareRuns(['a', 'b'], { color: false, junit: join(temporaryDirectory(), 'junit.xml') }),
    ).rejects.toThrow('--junit has a test case for each rule');
  });

  it.each([{ sweep: 'queues.emails.rate=5..10/s:5' }, { find: 'queues.emails.rate such that lost == 0' }])(
    'are not of what is no run: %o',
    async (asked) => {
      const csv = join(temporaryDirectory(), 'tables');
      await expect(predict({ color: false, csv, ...asked })).rejects.toThrow(
        '--csv is of a run or a prediction',
      );
      expect(existsSync(csv)).toBe(false);
    },
  );
});

/** The report of a run again, with these files, in a job whose summary is this one. */
async function reported(files: Partial<ReportOptions>, summary = '') {
  const run = outageRun();
  return await printed(() => {
    vi.stubEnv('GITHUB_STEP_SUMMARY', summary);
    return report([run], { color: false, out: '.', ...files });
  });
}

function outageRun(): string {
  return runDirectory(outagePlan(), outageLedger());
}

describe('several reports at once', () => {
  it('are all written, and of the same run', async () => {
    const directory = temporaryDirectory();
    const file = (name: string) => join(directory, name);
    const read = (name: string) => readFileSync(file(name), 'utf8');
    const { code, text, errors } = await reported({
      json: file('result.json'),
      markdown: file('report.md'),
      junit: file('junit.xml'),
      csv: file('tables'),
    });
    expect(code).toBe(0);
    expect(errors).toBe('');
    expect(text).toContain('PASS. tiny');
    expect(JSON.parse(read('result.json'))).toMatchObject({ schema: 'launchpad.result/1' });
    expect(read('report.md')).toMatch(/^## ✅ tiny\n/);
    expect(all(readXml(read('junit.xml')), 'testcase').map(({ attributes }) => attributes.name)).toEqual([
      'the books balance',
    ]);
    expect(readdirSync(file('tables')).sort()).toEqual([
      'emails-series.csv',
      'expectations.csv',
      'messages.csv',
      'processes.csv',
    ]);
    const messages = recordsIn(read('tables/messages.csv'));
    expect(messages).toHaveLength(300);
    expect(messages[5]).toMatchObject({ message: 'orders/6', starts: '2', effects: '2', ended: 'effected' });
  });

  it('are of a prediction as well', async () => {
    const directory = temporaryDirectory();
    const [csv, junit] = [join(directory, 'tables'), join(directory, 'junit.xml')];
    const { code } = await printed(() => predict({ scenario: 'outage', color: false, csv, junit }));
    expect(code).toBe(0);
    expect(readdirSync(csv).sort()).toEqual([
      'emails-series.csv',
      'expectations.csv',
      'payments-series.csv',
      'processes.csv',
    ]);
    const backlogs = recordsIn(readFileSync(join(csv, 'emails-series.csv'), 'utf8')).map((row) =>
      Number(row.backlog),
    );
    expect(Math.max(...backlogs)).toBe(290);
    expect(readXml(readFileSync(junit, 'utf8')).attributes.failures).toBe('0');
  });

  it('are written though one of them can’t be, and so is what is printed', async () => {
    const directory = temporaryDirectory();
    const [markdown, junit] = [join(directory, 'gone', 'report.md'), join(directory, 'junit.xml')];
    const outcome = outcomeOf(outageRun());
    const caught = { error: null as unknown };
    const { text } = await printed(async () => {
      caught.error = await deliver(outcome, { color: false, markdown, junit }).catch((error) => error);
      return 0;
    });
    // The run was done by then, so it is not that nothing was started.
    expect(caught.error).toMatchObject({ code: 'output-unwritable', exitCode: 1 });
    expect(text).toContain('PASS. tiny');
    expect(existsSync(junit)).toBe(true);
  });
});

describe("a job's summary", () => {
  it('is added to', async () => {
    const file = join(temporaryDirectory(), 'summary.md');
    writeFileSync(file, 'of a step before');
    await reported({}, file);
    await reported({ markdown: join(temporaryDirectory(), 'report.md') }, file);
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^of a step before\n## ✅ tiny\n/);
    expect(text.match(/^## /gm)).toHaveLength(2);
  });

  it('is not there where the variable is empty', async () => {
    expect((await reported({}, '')).errors).toBe('');
  });

  it('that can’t be written is a warning', async () => {
    const { code, text, errors } = await reported({}, temporaryDirectory());
    expect(code).toBe(0);
    expect(text).toContain('PASS. tiny');
    expect(errors).toMatch(/^The job's summary \(GITHUB_STEP_SUMMARY\) can't be written: EISDIR/);
  });
});
