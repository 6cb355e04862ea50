import { describe, expect, it } from 'vitest';
import { commandAgain, shellWord } from '../../../../src/report/again.js';
import { booksTable } from '../../../../src/report/books.js';
import { classes } from '../../../../src/report/html/books.js';
import { deadLetters } from '../../../../src/report/html/dead.js';
import { duplicateStories } from '../../../../src/report/html/duplicates.js';
import { lifelines } from '../../../../src/report/html/lifelines.js';
import { marks, plain, tableOf, unlimited } from '../../../../src/report/html/marks.js';
import { again, settings } from '../../../../src/report/html/settings.js';
import { waits } from '../../../../src/report/html/waits.js';
import type { Series } from '../../../../src/result/series.js';
import type { QueueResult, Result } from '../../../../src/result/types.js';
import { idempotency } from '../../../fixtures/comparisons.js';
import { hostile, hostileResult, hostileSeries } from '../../../fixtures/hostile.js';
import { books, outage } from '../../../fixtures/results.js';
import { outageSeries } from '../../../fixtures/series.js';

const emails = outage.queues.emails as QueueResult;
const noTags = /<(?:img|script)|\son\w+=/;

describe('the books', () => {
  it('explain every class that the table can have', () => {
    const figures = Object.keys(emails.accounting).filter((key) => key !== 'balanced');
    const full = books(300, {
      ...Object.fromEntries(figures.map((figure) => [figure, 1])),
      // Not said where it is the same as acknowledged.
      attempted: 2,
    });
    const result: Result = { ...outage, queues: { emails: { ...emails, accounting: full } } };
    const [content] = booksTable(result, marks, unlimited).flatMap((line) => tableOf(line) ?? []);
    const labels = (content?.rows ?? []).map(([label]) => plain(label as string));
    expect(labels).toHaveLength(figures.length + 1);
    expect(labels.filter((label) => !(label in classes))).toEqual([]);
  });
});

describe('lifelines', () => {
  it('draw a row for each worker, with all processes that it was, and say so', () => {
    const workers = outageSeries.processes.filter(({ name }) => name === 'emails');
    const html = lifelines('Workers', workers, 66.9, 'q1');
    expect(html.match(/class="life"/g)).toHaveLength(1);
    expect(html.match(/class="up" x=/g)).toHaveLength(3); // Two, and one in the key.
    expect(html).toContain(
      'aria-label="Workers: worker 1 lived from 0 s to 1.31 s (killed) and from 8 s to the end."',
    );
    expect(html).toContain('<line class="death" x1="1.31" x2="1.31"');
    expect(html).toContain('starting 8\u00a0s to 8.27\u00a0s, up 8.27\u00a0s to 66.9\u00a0s');
    expect(lifelines('Workers', [], 66.9, 'q1')).toBe('');
  });

  it('tell a death from an end by order', () => {
    const [life] = outageSeries.processes;
    const ended = (end: string | null) =>
      lifelines('P', [{ ...life, end } as Series['processes'][number]], 66.9, 'q1');
    const deaths = (html: string) => (html.match(/class="death"/g)?.length ?? 0) - 1;
    expect(['killed', 'exit code 0', 'stopped', 'done', null].map((end) => deaths(ended(end)))).toEqual([
      1, 1, 0, 0, 0,
    ]);
  });

  it('draw no more rows than can be read', () => {
    const [life] = outageSeries.processes;
    const many = Array.from({ length: 60 }, (_, at) => ({
      ...life,
      role: 'worker',
      worker: at + 1,
    })) as Series['processes'];
    const html = lifelines('Workers', many, 66.9, 'q1');
    expect(html.match(/class="life"/g)).toHaveLength(40);
    expect(html).toContain('and 20 further rows');
  });
});

describe('the distribution of waits', () => {
  const of = (messages: number[]): string => {
    const series = {
      waits: {
        fromSeconds: messages.map((_, at) => at),
        toSeconds: messages.map((_, at) => at + 1),
        messages,
      },
    } as unknown as Series['queues'][string];
    return waits('emails', series, emails);
  };
  const counts = (html: string) =>
    [...html.matchAll(/<td class="number">([\d,]+)<\/td>/g)].map(([, amount]) => amount);

  it('has a bar for each span, as long as its share of the longest', () => {
    const html = of([1, 4, 3]);
    expect(counts(html)).toEqual(['1', '4', '3']);
    expect([...html.matchAll(/<rect width="([\d.]+)%"/g)].map(([, width]) => width)).toEqual([
      '25',
      '100',
      '75',
    ]);
    expect(html).toContain('>0 to 1 s<');
    expect(html).toContain('12.5 %');
  });

  it('puts spans together where there are many, and loses no message', () => {
    const html = of(Array.from({ length: 50 }, () => 2));
    expect(counts(html).length).toBeLessThanOrEqual(20);
    expect(counts(html).reduce((sum, amount) => sum + Number(amount), 0)).toBe(100);
  });

  it('is not there where nothing was started', () => {
    expect(of([0, 0])).toBe('');
  });
});

describe('duplicates', () => {
  it('tell the story of both effects', () => {
    expect(duplicateStories(outage)).toContain(
      '<b>orders/6</b>: done at 1.31\u00a0s by pid 4711, and again at 14.3\u00a0s by pid 4712, 13\u00a0s later. Why: worker 1 (pid 4711) was killed 0.0\u00a0s after the first effect, before the broker was told.',
    );
  });

  it('fold away what is more than five', () => {
    const [first] = emails.duplicates;
    const many = Array.from({ length: 12 }, () => first) as QueueResult['duplicates'];
    const html = duplicateStories({ ...outage, queues: { emails: { ...emails, duplicates: many } } });
    expect(html).toContain('<summary>7 more of emails</summary>');
    expect(html.match(/<li>/g)).toHaveLength(12);
  });
});

describe('settings', () => {
  it('say with what it was made, and how to make it again', () => {
    expect(settings(outage)).toContain('<th scope="row">seed</th><td>1</td>');
    const changed: Result = {
      ...outage,
      scenario: { ...outage.scenario, changes: ["--set 'a=b c'"], variant: 'two words' },
      run: { ...outage.run, speed: 4, seed: 7 },
    };
    expect(again(changed, 'npx launchpad')).toBe(
      '<pre tabindex="0"><code>npx launchpad simulate --scenario outage --only &#39;two words&#39; --set &#39;a=b c&#39; --seed 7 --speed 4\nnpx launchpad report /home/ada/launchpad-runs/20250314-092653-outage --html report.html</code></pre>',
    );
    expect(
      again({ ...outage, origin: 'predicted', run: { ...outage.run, directory: null } }, 'launchpad'),
    ).toContain('launchpad predict --scenario outage --seed 1<');
  });

  it('have a column for each producer and each queue', () => {
    const set = {
      producers: { orders: { rate: '100/s for 3 s', to: 'emails' } },
      queues: { emails: { rate: '5/s', workers: '1' }, '<img>': { rate: 'no limit', provider: 'p' } },
      services: { p: 'a provider: at most 5/s' },
    };
    const html = settings({ ...outage, scenario: { ...outage.scenario, settings: set } });
    expect(html).toContain('<th scope="col">producer</th><th scope="col">orders</th>');
    expect(html).toContain('<th scope="row">rate</th><td>100/s for 3\u00a0s</td>');
    expect(html).toContain(
      '<th scope="col">queue</th><th scope="col">emails</th><th scope="col">&lt;img&gt;</th>',
    );
    expect(html).toContain('<th scope="row">rate</th><td>5/s</td><td>no limit</td>');
    expect(html).toContain('<th scope="row">workers</th><td>1</td><td></td>');
    expect(html).toContain('<th scope="row">p</th><td>a provider: at most 5/s</td>');
  });

  it('run again only those variants that were wanted, and those that were made', () => {
    const chosen = { ...idempotency.scenario, only: ['none', 'effect key'], vary: ['a.b=1,2'] };
    expect(commandAgain({ ...idempotency, scenario: chosen }, 'launchpad')).toMatch(
      / --vary a\.b=1,2 --only none --only 'effect key' --seed /,
    );
    expect(commandAgain(idempotency, 'launchpad')).not.toContain('--only');
    const one = { ...outage.scenario, variant: 'b=1', vary: ['a.b=1,2'] };
    expect(commandAgain({ ...outage, scenario: one }, 'launchpad')).toContain('--vary a.b=1,2 --only b=1 ');
  });

  it('quotes for a shell what it would not take as it is', () => {
    expect([`a/b-1.yaml`, `a b`, `it's`, `$(rm)`, ''].map(shellWord)).toEqual([
      'a/b-1.yaml',
      "'a b'",
      `'it'\\''s'`,
      "'$(rm)'",
      "''",
    ]);
  });
});

describe('every part', () => {
  it('takes hostile text as text', () => {
    const series = hostileSeries.queues[hostile] as Series['queues'][string];
    const queue = hostileResult.queues[hostile] as QueueResult;
    const parts = [
      lifelines(hostile, hostileSeries.processes, 66.9, 'q1'),
      waits(hostile, series, queue),
      duplicateStories(hostileResult),
      deadLetters(hostileResult),
      settings(hostileResult),
      again(hostileResult, hostile),
    ];
    for (const html of parts) {
      expect(html.length).toBeGreaterThan(100);
      expect(html.replace(/&[a-z#0-9]+;[^<]*/g, '')).not.toMatch(noTags);
    }
  });
});
