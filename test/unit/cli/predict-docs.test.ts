import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { run } from '../../../src/cli/program.js';

const page = readFileSync(new URL('../../../docs/predict.md', import.meta.url), 'utf8');

/** Each command of the page, with what the page says that it prints. */
const examples = [...page.matchAll(/```console\n\$ (launchpad .*)\n```\n\n```\n([\s\S]*?)```/g)].map(
  ([, command = '', output = '']) => ({ command, output }),
);

/** The words of a shell's line: with quotes, and without escapes. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

async function printed(words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  // Called by npx, it says so in the commands that it suggests.
  vi.stubEnv('npm_command', '');
  const into = (take: (text: string) => void) =>
    ((text: string, done?: (error?: Error | null) => void) => {
      take(text);
      done?.(null);
      return true;
    }) as typeof process.stdout.write;
  vi.spyOn(process.stdout, 'write').mockImplementation(
    into((text) => {
      out += text;
    }),
  );
  vi.spyOn(process.stderr, 'write').mockImplementation(
    into((text) => {
      err += text;
    }),
  );
  const code = await run(['node', ...words, '--no-color']);
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  return { code, out, err };
}

afterEach(() => vi.restoreAllMocks());

describe('docs/predict.md', () => {
  it('has examples', () => {
    expect(examples.length).toBeGreaterThanOrEqual(4);
  });

  it.each(examples)('prints as it says: $command', async ({ command, output }) => {
    const { code, out, err } = await printed(wordsOf(command));
    expect(err).toBe('');
    expect(out).toBe(output);
    expect(code).toBe(output.startsWith('NOT FOUND') ? 99 : 0);
  });
});

const outage = ['launchpad', 'predict', '--scenario', 'outage'];

describe('a sweep', () => {
  it('is given as JSON, with the whole result at each value', async () => {
    const { code, out } = await printed([
      ...outage,
      '--sweep',
      'queues.emails.workers=0..2',
      '--set',
      'faults=[]',
      '--json',
    ]);
    const { schema, path, of, points } = JSON.parse(out);
    expect([code, schema, path, of]).toEqual([
      0,
      'launchpad.sweep/1',
      'queues.emails.workers',
      'emails.catchUp',
    ]);
    expect(points.map(({ value }: { value: string }) => value)).toEqual(['0', '1', '2']);
    expect(points[0].of).toEqual({
      actual: null,
      reason: expect.stringContaining('never: no worker of emails'),
    });
    expect(points[1].of).toEqual({ actual: 56.3, reason: null });
    expect(points[1].result.schema).toBe('launchpad.result/1');
    expect(points[1].result.scenario.changes).toEqual(['--set faults=[]', '--set queues.emails.workers=1']);
  });

  it('draws what is asked for', async () => {
    const { out } = await printed([...outage, '--sweep', 'queues.emails.rate=5,10/s', '--of', 'lost']);
    expect(out).toBe('');
    const words = [...outage, '--sweep', 'queues.emails.rate=5/s,10/s', '--of', 'lost'];
    expect((await printed(words)).out).toContain('lost is 0 at every value.');
  });

  it('names values that never come below the chart', async () => {
    const words = ['launchpad', 'predict', '-s', 'overload', '--sweep', 'queues.emails.workers=0..2'];
    const { out } = await printed(words);
    expect(out).toContain('▲ never at 0');
    expect(out).toContain('payments is the same at every value: peak 900, catch-up 89.3 s');
  });
});

describe('a search', () => {
  it('is given as JSON, with all values that were predicted', async () => {
    const question = 'queues.emails.rate such that emails.catchUp <= 60s and emails.backlog.peak <= 290';
    const { code, out } = await printed([...outage, '--find', question, '--json']);
    const find = JSON.parse(out);
    expect(code).toBe(0);
    expect(find).toMatchObject({
      schema: 'launchpad.find/1',
      path: 'queues.emails.rate',
      found: true,
      value: '5/s',
      reason: null,
      contradiction: null,
      conditions: [
        { expression: 'emails.catchUp <= 60s', of: 'emails.catchUp', unit: 'seconds' },
        { expression: 'emails.backlog.peak <= 290', of: 'emails.backlog.peak', unit: 'count' },
      ],
    });
    const at = (value: string) => find.probes.find((probe: { value: string }) => probe.value === value);
    expect(at('4/s')).toMatchObject({ holds: false });
    expect(at('5/s')).toEqual({
      value: '5/s',
      holds: true,
      measured: [
        { actual: 58.3, reason: null },
        { actual: 290, reason: null },
      ],
    });
    expect(find.result.queues.emails.catchUpSeconds).toBe(58.3);
  });

  it('says why what is never is never', async () => {
    const words = [...outage, '--set', 'faults=[{at: 1s, kill: emails}]', '--expect', 'lost == 0'];
    const { code, out } = await printed([
      ...words,
      '--set',
      'expect=[]',
      '--find',
      'queues.emails.rate such that emails.catchUp <= 60s',
    ]);
    expect(code).toBe(99);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      'Even at queues.emails.rate = 10000/s, emails.catchUp is never: no worker of emails came back',
    );
  });

  it('stays within what the plan can do, which is more than what a run can', async () => {
    const question = 'queues.emails.redelivery.after such that emails.catchUp <= 1s';
    const { code, out } = await printed([...outage, '--find', question]);
    expect(code).toBe(99);
    expect(out).toMatch(/\n {2,}1ms /);
    expect(out).toContain('2590000s');
  });
});

describe('bad input of a search or a sweep', () => {
  it.each([
    [['--find', 'queues.emials.rate such that lost == 0'], 'did you mean `emails`?'],
    [['--find', 'queues.emails.rat such that lost == 0'], 'did you mean `rate`?'],
    [['--find', 'queues.emails.rate such that emails.catchUpp <= 6s'], 'did you mean `emails.catchUp`?'],
    [['--find', 'queues.emails.rate such that emails.catchUp =< 6s'], 'write emails.catchUp <= 6s'],
    [['--find', 'queues.emails.rate with lost == 0'], 'write PATH such that CONDITION'],
    [['--find', 'queues.emails.rate such that lost == 0 and'], 'one of the conditions is empty'],
    [['--find', 'queues.emails such that lost == 0'], 'write such as queues.emails.rate'],
    [['--find', 'workers such that lost == 0'], 'queues.emails.workers or queues.payments.workers'],
    [['--find', 'queues.emails.rate such that emails.confirm.p99 <= 1s'], "a producer's measure"],
    [
      ['--find', 'queues.emails.rate such that orders.lag.max <= 1s'],
      'not known whether orders.lag.max <= 1s',
    ],
    [['--sweep', 'queues.emials.rate=1/s,2/s'], 'did you mean `emails`?'],
    [['--sweep', 'queues.emails.workers=60..70'], '--sweep queues.emails.workers=65'],
    [['--sweep', 'queues.emails.rate=1..900/s'], 'at most 200'],
    [['--sweep', 'workers=1..2'], 'queues.emails.workers or queues.payments.workers'],
    [['--sweep', 'queues.emails.rate=1..2/s', '--of', 'emails.ctchUp'], 'did you mean `emails.catchUp`?'],
    [['--sweep', 'queues.emails.rate=1..2/s', '--find', 'x'], "--sweep and --find don't go together"],
    [['--sweep', 'queues.emails.rate=1..2/s', '--vary', 'seed=1,2'], "--sweep and --vary don't go together"],
    [['--of', 'lost'], '--of says what a sweep draws'],
  ])('%j', async (words, expected) => {
    const { code, out, err } = await printed([...outage, ...words]);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(expected);
    expect(err).not.toContain('    at ');
  });
});
