import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/analysis/compare.js';
import { renderJson } from '../../../src/report/json.js';
import { renderReport } from '../../../src/report/terminal.js';
import { visibleWidth } from '../../../src/report/text.js';
import type { Comparison } from '../../../src/result/comparison.js';
import { cutComparison, facts, idempotency, manyVariants, variant } from '../../fixtures/comparisons.js';
import { books, deadLetters, noFailures, predictedOutage } from '../../fixtures/results.js';

function report(comparison: Comparison, width = 100): string {
  return renderReport(comparison, { color: false, width });
}

/** The paragraphs of the report, each as its lines. */
function paragraphs(comparison: Comparison, width = 100): string[][] {
  return report(comparison, width)
    .split('\n\n')
    .map((paragraph) => paragraph.split('\n'));
}

describe('the report of a comparison', () => {
  describe.each(Object.entries({ idempotency, cutComparison, manyVariants }))('%s', (_, comparison) => {
    it.each([60, 80, 100, 120])('has no line beyond %i columns but for directories', (width) => {
      for (const color of [false, true]) {
        const lines = renderReport(comparison, { color, width }).split('\n');
        const tooWide = lines.filter((line) => visibleWidth(line) > width);
        expect(tooWide.filter((line) => !line.includes('/runs/'))).toEqual([]);
        expect(lines.every((line) => line === line.trimEnd())).toBe(true);
      }
    });

    it('is the same text with colour as without', () => {
      const colored = renderReport(comparison, { color: true, width: 100 });
      expect(stripVTControlCharacters(colored)).toBe(report(comparison));
      expect(colored).not.toBe(report(comparison));
    });
  });

  it('begins with the verdict, and with what did not hold in which variant', () => {
    expect(paragraphs(idempotency)[0]).toEqual([
      'FAIL. idempotency: of 3 variants, 1 failed.',
      '  - log-before: lost == 0 does not hold: it was 5.',
    ]);
  });

  it('answers in a sentence for each variant', () => {
    expect(paragraphs(idempotency)[1]).toEqual([
      '  none:       5 duplicate effects on emails, 0 lost.',
      '  log-before: 0 duplicate effects, 5 lost on emails.',
      '  effect-key: 0 duplicate effects, 0 lost.',
    ]);
  });

  it('sets the figures beside each other, with the verdicts below', () => {
    expect(paragraphs(idempotency)[2]).toEqual([
      '  Differences                 none  log-before  effect-key',
      `  ${'─'.repeat(56)}`,
      '  lost                           0           5           0',
      '  emails.duplicateEffects        5           0           0',
      '  emails.catchUp            58.7 s      58.7 s      58.7 s',
      '  orders.rate.achieved     99.98/s     99.98/s     99.98/s',
      '  emails.suppressed              0           5           5',
      '  emails.effected              300         295         300',
      '  verdict                     pass        fail        pass',
    ]);
  });

  it('gives each variant a line where they do not fit beside each other', () => {
    const lines = paragraphs(manyVariants)[2]!;
    expect(lines[0]).toMatch(/^ +emails\. +emails\. +orders\.$/);
    expect(lines[1]).toMatch(/^ {2}Variant +verdict +lost +duplicateEffects +catchUp +rate\.achieved$/);
    expect(lines.slice(3)).toHaveLength(6);
    expect(lines[3]).toMatch(/^ {2}concurrency=1 idempotency=delivery-log +pass +0 +0 +58\.7 s +99\.98\/s$/);
    expect(report(manyVariants, 60).match(/^ {2}Variant /gm)).toHaveLength(3);
  });

  it('of one that was interrupted says where, and what was not run', () => {
    expect(paragraphs(cutComparison)[0]).toEqual([
      'INTERRUPTED by SIGINT in log-before at 12.3 s. This is what was known by then. Not run: effect-key.',
      'INCONCLUSIVE. idempotency: of 3 variants, 1 is inconclusive and 1 was not run.',
      '  - log-before: the run was interrupted: ended by SIGINT.',
      '  - effect-key was not run.',
    ]);
    expect(paragraphs(cutComparison)[1]).toEqual([
      '  log-before: interrupted at 12.3 s.',
      '  effect-key: not run.',
      '  In all of them: 5 duplicate effects on emails, 0 lost.',
    ]);
  });

  it('between two variants has no signal to name', () => {
    const between = compare({ a: variant('a'), b: variant('b') }, { ...facts, notRun: ['c'] });
    expect(paragraphs(between)[0]![0]).toBe('INTERRUPTED. This is what was known by then. Not run: c.');
  });

  it('ends with the lesson, what to try, and the directories', () => {
    expect(paragraphs(idempotency).slice(3)).toEqual([
      ['  Lesson', '  Effect and record have to be one step.'],
      [
        '  Try next',
        '  launchpad simulate --scenario idempotency --only effect-key',
        '  launchpad report --dead',
      ],
      [
        '  redis 7.0.15 (redis-server on the PATH) · speed 1 · seed 1, the same draws in every variant ·',
        '  launchpad 0.1.0 · node 20.20.0',
        '  Run directory: /runs/idempotency',
        "  Each variant's own report: launchpad report DIRECTORY",
        '    none        /runs/idempotency/none',
        '    log-before  /runs/idempotency/log-before',
        '    effect-key  /runs/idempotency/effect-key',
      ],
    ]);
  });

  it('says never and not known for what they are', () => {
    const never = {
      catchUpSeconds: null,
      catchUpReason: 'never: 100/s arrive, 5/s leave, +95/s',
      drainedAtSeconds: null,
    };
    const unknown = { accounting: books(300, { lost: null, pending: null, undetermined: 5 }) };
    const text = report(compare({ good: variant('good'), slow: variant('slow', never) }, facts));
    expect(text).toMatch(/emails\.catchUp +58\.7 s +never/);
    expect(text).toContain('slow: never caught up.');
    const doubtful = report(compare({ good: variant('good'), open: variant('open', unknown) }, facts));
    expect(doubtful).toMatch(/^ {2}lost +0 +–$/m);
    expect(doubtful).toContain('how many are lost is not known');
  });

  it('speaks of the dead and the stranded', () => {
    const dead = (stranded: number) =>
      variant('x', {
        accounting: books(300, { effected: 297, deadLettered: 3 }),
        deadLetters: deadLetters({ queue: 'emails-dead', given: 3, final: 3, stranded }),
      });
    expect(paragraphs(compare({ safe: dead(0), 'on-failed': dead(2) }, facts))[1]).toEqual([
      '  safe:      3 dead on emails, all of them in the dead-letter queue.',
      '  on-failed: 3 dead on emails, 2 of them never reached the dead-letter queue.',
      '  In all of them: 0 duplicate effects, 0 lost.',
    ]);
  });

  it('does not know of the stranded where there is no complete census', () => {
    const dead = (stranded: number | null) =>
      variant('x', { deadLetters: deadLetters({ queue: 'emails-dead', given: 3, final: 3, stranded }) });
    expect(paragraphs(compare({ safe: dead(0), 'on-failed': dead(null) }, facts))[1]).toEqual([
      '  safe:      3 dead on emails, all of them in the dead-letter queue.',
      '  on-failed: 3 dead on emails, whether all of them reached the dead-letter queue is not known.',
      '  In all of them: 5 duplicate effects on emails, 0 lost.',
    ]);
  });

  it('says whose a warning is that not all of them have', () => {
    const warned = (...warnings: string[]) => variant('x', {}, { warnings });
    const text = report(
      compare({ a: warned('slow', 'odd'), b: warned('odd'), c: warned('slow', 'odd') }, facts),
    );
    expect(text).toContain('  Warnings\n  ! a and c: slow\n  ! odd\n');
  });

  it('has one word for all of them where they end alike', () => {
    const open = (name: string) =>
      variant(name, {}, { verdict: { outcome: 'inconclusive', reasons: ['nobody knows'] } });
    const first = (...names: string[]) =>
      report(compare(Object.fromEntries(names.map((name) => [name, open(name)])), facts)).split('\n')[0];
    expect(first('a', 'b')).toBe('INCONCLUSIVE. idempotency: both variants are inconclusive.');
    expect(first('a', 'b', 'c')).toBe('INCONCLUSIVE. idempotency: all 3 variants are inconclusive.');
  });

  it('claims the same draws only where the seed is the same', () => {
    const seeded = (seed: number, speed: number) =>
      variant('x', {}, { run: { ...variant('x').run, seed, speed } });
    expect(report(compare({ a: seeded(1, 1), b: seeded(2, 5) }, facts)).replace(/\s+/g, ' ')).toContain(
      '· speed 1, 5, all times in scenario time unless marked real · seed 1, 2 · launchpad',
    );
  });

  it('falls back on what is finer where nobody came to grief', () => {
    const failing = { failures: { ...noFailures, failed: 41, messages: 12, recovered: 12 } };
    expect(
      paragraphs(compare({ calm: variant('calm'), storm: variant('storm', failing) }, facts))[1],
    ).toEqual([
      '  calm:  0 failed attempts.',
      '  storm: 41 failed attempts on emails.',
      '  In all of them: 5 duplicate effects on emails, 0 lost.',
    ]);
  });

  it('of a prediction says that it is one, and names no directories', () => {
    const predicted = compare(
      { a: predictedOutage, b: predictedOutage },
      { ...facts, run: { ...facts.run, id: null, directory: null, startedAt: null } },
    );
    expect(report(predicted)).toMatch(/^PREDICTED PASS\. idempotency: both variants pass\./);
    expect(report(predicted)).not.toMatch(/directory|own report/i);
  });

  it('says loudly that books do not balance', () => {
    const wrong = compare(
      { a: variant('a'), b: variant('b', { accounting: books(300, { balanced: false }) }) },
      facts,
    );
    expect(report(wrong)).toContain("The books of emails in b don't balance. This is an error in Launchpad");
  });

  it('lets no control sequence through', () => {
    const hostile = '\u001b[2Jevil\nPASS.\u0007';
    const comparison = compare(
      { [hostile]: variant(hostile), other: variant('other') },
      { ...facts, scenario: { ...facts.scenario, name: hostile, lesson: hostile, try: [hostile] } },
    );
    const text = report({ ...comparison, notRun: [hostile] });
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(text).not.toMatch(/^PASS\.$/m);
  });
});

describe('a comparison of one variant', () => {
  it('is the usual report, with the variant named', () => {
    const only = variant('effect-key', { duplicates: [] });
    const text = report(compare({ 'effect-key': only }, facts));
    expect(text).toBe(renderReport(only, { color: false, width: 100 }));
    expect(text).toMatch(/^PASS\. outage, variant effect-key: all 4 expectations hold\./);
  });

  it('that was cut short before the others says so', () => {
    const one = compare({ none: variant('none') }, { ...facts, notRun: ['effect-key'] });
    expect(report(one)).toContain('Not run: effect-key');
  });
});

it('is written as JSON with what JSON can not hold as a warning of its variant', () => {
  const broken = { ...variant('b'), faults: [{ ...variant('b').faults[0]!, atSeconds: Number.NaN }] };
  const comparison = compare({ a: variant('a'), b: broken }, facts);
  const read = JSON.parse(renderJson(comparison)) as Comparison;
  expect(Object.keys(read.variants)).toEqual(['a', 'b']);
  expect(read.variants.a!.warnings).toEqual([]);
  expect(read.variants.b!.warnings[0]).toMatch(/^faults\.0\.atSeconds is not a number/);
});
