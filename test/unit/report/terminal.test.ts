import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderReport } from '../../../src/report/terminal.js';
import { visibleWidth } from '../../../src/report/text.js';
import type { Result } from '../../../src/result/types.js';
import {
  books,
  inconclusive,
  interrupted,
  neverCatchingUp,
  outage,
  overload,
  predictedOutage,
} from '../../fixtures/results.js';

const all: [string, Result][] = Object.entries({
  outage,
  overload,
  interrupted,
  neverCatchingUp,
  inconclusive,
  predictedOutage,
});

function report(result: Result, width = 100): string {
  return renderReport(result, { color: false, width });
}

/** The lines from the one that begins with these words up to the next empty one. */
function section(result: Result, start: string, width = 100): string[] {
  const lines = report(result, width).split('\n');
  const first = lines.findIndex((line) => line.trim().startsWith(start));
  expect(first, `a section that begins with ${start}`).not.toBe(-1);
  const end = lines.indexOf('', first);
  return lines.slice(first, end === -1 ? undefined : end);
}

const esc = '\u001b';
/** The codes of colours, and no other control sequences. */
const colorCodes = new RegExp(`${esc}\\[\\d+m`, 'g');

describe('every report', () => {
  describe.each(all)('%s', (_, result) => {
    it.each([80, 100, 120])('has no line beyond %i columns, with colour or without', (width) => {
      for (const color of [false, true]) {
        const lines = renderReport(result, { color, width }).split('\n');
        expect(lines.filter((line) => visibleWidth(line) > width)).toEqual([]);
        expect(lines.every((line) => line === line.trimEnd())).toBe(true);
      }
    });

    it('is the same text with colour as without', () => {
      const colored = renderReport(result, { color: true, width: 100 });
      expect(stripVTControlCharacters(colored)).toBe(report(result));
      expect(colored).not.toBe(report(result));
    });
  });

  it('colours the verdict', () => {
    const first = (result: Result) => renderReport(result, { color: true, width: 100 });
    expect(first(outage)).toMatch(new RegExp(String.raw`^${esc}\[1m${esc}\[32mPASS\.`));
    expect(first(neverCatchingUp)).toMatch(new RegExp(String.raw`^${esc}\[1m${esc}\[31mFAIL\.`));
    expect(first(inconclusive)).toMatch(new RegExp(String.raw`^${esc}\[1m${esc}\[33mINCONCLUSIVE\.`));
  });
});

describe('the first lines', () => {
  it.each([
    ['a pass', outage, ['PASS. outage: all 4 expectations hold.']],
    [
      'a fail',
      neverCatchingUp,
      [
        'FAIL. overload: of 3 expectations, 2 failed.',
        '  - emails.catchUp <= 70s: it never caught up.',
        '  - emails.pending == 0: it was 5,655.',
        'The drain limit ended the run: 5,655 messages left after 10 s.',
      ],
    ],
    [
      'an interrupted run',
      interrupted,
      [
        'INTERRUPTED by SIGINT at 12.3 s. This is what was known by then.',
        'INCONCLUSIVE. overload: the run was interrupted before it had drained.',
      ],
    ],
    [
      'a lost broker',
      inconclusive,
      [
        'INCONCLUSIVE. outage: the broker was lost at 20.1 s, so there is no census.',
        'The broker was lost, and that ended the run: connect ECONNREFUSED 127.0.0.1:6379.',
      ],
    ],
    ['a prediction', predictedOutage, ['PREDICTED PASS. outage: all 2 expectations hold.']],
  ])('of %s', (_, result, lines) => {
    expect(report(result).split('\n\n')[0]!.split('\n')).toEqual(lines);
  });

  it('do not say twice why the run ended', () => {
    const reasons = ['the broker was lost: connect ECONNREFUSED 127.0.0.1:6379'];
    const text = report({ ...inconclusive, verdict: { outcome: 'inconclusive', reasons } });
    expect(text.match(/ECONNREFUSED/g)).toHaveLength(1);
  });

  it('say loudly that books do not balance', () => {
    const wrong = {
      ...overload,
      queues: { emails: { ...overload.queues.emails!, accounting: books(1000, { balanced: false }) } },
    };
    expect(report(wrong)).toContain(
      "The books of emails don't balance. This is an error in Launchpad itself",
    );
    expect(section(wrong, 'The books (messages)').at(-1)).toMatch(/the books +don't balance/);
  });
});

describe('the sections', () => {
  it('give the answer in a paragraph beside the name', () => {
    expect(report(outage, 80).split('\n\n')[1]!.split('\n').slice(0, 2)).toEqual([
      '  emails:   none of 300 lost; caught up 58.7 s after the restart (predicted',
      '            59 s). 290 waiting + 5 redelivered = 295 at 5/s ≈ 59 s. 5 of 300',
    ]);
  });

  it('hold the books, with side counts only where there are any', () => {
    expect(section(outage, 'The books')).toEqual([
      '  The books (messages)   emails  payments',
      '  ───────────────────────────────────────',
      '  scheduled                 300       300',
      '  acknowledged              300       300',
      '  delivered                 300       300',
      '  effected                  300       300',
      '  pending                     0         0',
      '  lost                        0         0',
      '  duplicate deliveries        5         0',
      '  duplicate effects           5         0',
      '  the books             balance   balance',
      "  Second check, by Little's law (sampled depth against the ledger): emails 0.13 % apart, payments",
      '  0.25 % apart.',
    ]);
    const labels = section(inconclusive, 'The books').map((line) => line.slice(2, 24).trim());
    expect(labels).toEqual(
      expect.arrayContaining(['attempted', 'unknown outcome', 'recovered', 'refused', 'undetermined']),
    );
    expect(section(inconclusive, 'The books').join('\n')).toMatch(/lost +not known/);
  });

  it('put queues that do not fit beside each other into several tables', () => {
    const queues = Object.fromEntries(
      Array.from({ length: 12 }, (_, at) => [`queue-number-${at}`, overload.queues.emails!]),
    );
    const text = report({ ...overload, queues }, 80);
    expect(text.match(/The books \(messages\)/g)).toHaveLength(4);
    for (const name of Object.keys(queues)) expect(text).toMatch(new RegExp(`The books.* ${name}( |\n)`));
  });

  it('set what was measured against what was predicted', () => {
    const lines = section(outage, 'emails   ');
    expect(lines[0]).toBe('  emails                       measured  predicted  difference');
    expect(lines).toContain('  catch-up time                  58.7 s     59.0 s     −0.30 s');
    expect(lines).toContain('  redeliveries                        5          5           0');
    expect(lines).toContain('  slowest worker start (real)    271 ms');
    expect(section(interrupted, 'emails   ')).toContain(
      '  catch-up time                not by the end      190 s',
    );
    expect(section(neverCatchingUp, 'emails   ')).toContain(
      '  drained at                      never      never',
    );
  });

  it('hold the producers, with the time to confirmation as a real number', () => {
    expect(section(outage, 'Producers').at(-1)).toBe(
      '  orders     300 of 300       100/s   99.98/s   2.1 ms         1.1 ms  4.2 ms',
    );
    expect(section(neverCatchingUp, 'Producers').at(-1)).toContain('97.2/s not held');
  });

  it('hold the faults, and mark those that nobody ordered', () => {
    expect(section(inconclusive, 'Faults at', 120)).toEqual([
      '  Faults at   done at  what                      pid   held               detail',
      `  ${'─'.repeat(107)}`,
      '     1.00 s    1.31 s  kill emails, worker 1     4711  5 (5 with effect)',
      '     8.00 s    8.00 s  restart emails, worker 1  4712',
      '     12.4 s    12.4 s  emails, worker 1: died    4712  3                  nobody ordered this, signal SIGKILL',
      '     30.0 s  not done  thaw emails               –                        the run had ended',
    ]);
  });

  it('hold the expectations in their own units', () => {
    expect(section(outage, 'Expectations').slice(2)).toEqual([
      '  ✓  lost == 0                            0',
      '  ✓  emails.duplicateEffects == 5         5',
      '  ✓  emails.catchUp <= 70s           58.7 s',
      '  ✓  orders.rate.achieved >= 99/s   99.98/s',
    ]);
    expect(section(neverCatchingUp, 'Expectations')).toContain('  ✗  emails.catchUp <= 70s     never');
    expect(section(interrupted, 'Expectations').at(-1)).toBe(
      '  ?  emails.catchUp <= 200s         –  the run was interrupted',
    );
  });

  it('list five duplicates and count the rest', () => {
    const lines = section(inconclusive, 'Duplicate effects', 120);
    expect(lines.filter((line) => line.includes('orders/')).length).toBe(5);
    expect(lines.at(-1)).toBe('  emails: and 2 more');
    expect(section(outage, 'Duplicate effects', 120).at(-1)).toMatch(/the same$/);
  });

  it('draw the backlog with its faults', () => {
    const lines = section(outage, 'emails: backlog over time');
    expect(lines[0]).toBe('  emails: backlog over time   █ measured   · predicted');
    expect(lines[1]).toMatch(/^ {4}300 ┤ +[▁-█]/);
    expect(lines.at(-2)).toMatch(/▲ kill worker 1 at 1\.31 s/);
    expect(lines.at(-1)).toMatch(/▲ restart worker 1 at 8 s/);
    expect(section(predictedOutage, 'emails: backlog over time')[0]).toContain(
      '█ predicted   · without the faults',
    );
  });

  it('end with warnings, the lesson, whole commands and the run directory', () => {
    expect(section(neverCatchingUp, 'Warnings')[1]).toMatch(/^ {2}! emails: the limiter window/);
    expect(section(outage, 'Lesson')).toHaveLength(3);
    expect(section(outage, 'Try next', 80)).toEqual([
      '  Try next',
      '  launchpad simulate --scenario outage --set queues.emails.rate=10/s',
      '  launchpad simulate --scenario outage --set queues.emails.acknowledge=0ms \\',
      '      --expect "emails.duplicateEffects == 0"',
    ]);
    expect(report(outage).split('\n').slice(-3)).toEqual([
      '  redis 7.0.15 (redis-server on the PATH) · speed 1 · seed 1 · ran for 66.9 s · launchpad 0.1.0 ·',
      '  node 20.20.0',
      '  Run directory: /home/ada/launchpad-runs/20250314-092653-outage',
    ]);
    expect(report(neverCatchingUp)).toContain('speed 10, all times in scenario time unless marked real');
  });

  it('of a prediction leave out what only a run has', () => {
    const text = report(predictedOutage);
    for (const absent of ["Little's law", 'lag', 'measured', 'Run directory', 'redis', 'Duplicate effects']) {
      expect(text).not.toContain(absent);
    }
    expect(section(predictedOutage, 'emails   ')).toContain(
      '  drained at                      67.0 s              60.0 s',
    );
    const emails = predictedOutage.queues.emails!;
    const rate = { ...emails.rate, configuredPerSecond: 5, achievedPerSecond: 3.9 };
    const served = { ...predictedOutage, queues: { ...predictedOutage.queues, emails: { ...emails, rate } } };
    // The limit is not what would be achieved without the faults.
    expect(
      section(served, 'emails   ')
        .find((line) => line.includes('served at'))
        ?.trimEnd(),
    ).toMatch(/ 3\.9\/s$/);
  });
});

describe('hostile text', () => {
  const hostile = '\u001b[2J\u001b]0;owned\u0007evil\r\nPASS.\u009b31m\u202e ';
  const result: Result = {
    ...outage,
    scenario: { ...outage.scenario, summary: hostile, lesson: hostile.repeat(3), try: [`--set ${hostile}`] },
    run: { ...outage.run, directory: `/tmp/${hostile}` },
    verdict: { outcome: 'fail', reasons: [hostile] },
    warnings: [hostile],
    faults: outage.faults.map((fault) => ({ ...fault, detail: hostile })),
    expectations: [{ expression: hostile, actual: null, outcome: 'unknown', reason: hostile }],
    queues: {
      emails: {
        ...outage.queues.emails!,
        catchUpSeconds: null,
        catchUpReason: hostile,
        duplicates: [{ message: hostile, effects: [], why: hostile }],
      },
    },
  };

  it('reaches no terminal', () => {
    const text = report(result, 80);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(text).not.toContain('owned');
    expect(text).not.toMatch(/^PASS/m);
    expect(text).toMatch(/^FAIL\. outage: evil PASS\.$/m);
  });

  it('is as harmless in colour', () => {
    const text = renderReport(result, { color: true, width: 80 });
    expect(text.replace(colorCodes, '').replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});

it('survives a result in which nothing is known', () => {
  const empty = {
    ...inconclusive,
    producers: {},
    queues: {},
    faults: [],
    expectations: [],
    scenario: { ...inconclusive.scenario, lesson: '', try: [], producingSeconds: 0 },
  };
  expect(report(empty)).toMatch(/^INCONCLUSIVE\. outage: the broker was lost/);
  expect(report({ ...empty, verdict: { outcome: 'pass', reasons: [] } })).toContain(
    'nothing was expected of this run',
  );
});
