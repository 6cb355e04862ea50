import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { compare } from '../../src/analysis/index.js';
import { renderHtml } from '../../src/report/html/index.js';
import type { Outcome } from '../../src/result/comparison.js';
import type { Series } from '../../src/result/series.js';
import { findChromium, needsChromium, startChromium } from '../fixtures/chromium.js';
import { facts, variant } from '../fixtures/comparisons.js';
import { hostileResult, hostileSeries } from '../fixtures/hostile.js';
import { outage, predictedOutage } from '../fixtures/results.js';
import { outageSeries } from '../fixtures/series.js';
import { Launched } from './launch.js';

const executable = findChromium();
/** Of the time axis: the prediction lasts a little longer than the run. */
const end = 67;
if (executable === null && !needsChromium())
  console.warn(
    '\n! The HTML report was NOT tested in a browser: no Chromium on the PATH, and CHROMIUM_PATH is not set.\n',
  );

/** An opened report, and all that it did. */
interface Opened {
  readonly page: Page;
  readonly url: string;
  /** Addresses; of those that failed with the reason. */
  readonly requests: string[];
  /** Errors of the console, uncaught errors and dialogs. */
  readonly trouble: string[];
}

/** The value of an expression in the page, where `launchpadReport` is what its script shows of itself. */
async function ask<T>(page: Page, expression: string): Promise<T> {
  return await page.evaluate<T>(expression);
}

describe.skipIf(executable === null && !needsChromium())(
  'the HTML report in Chromium, from disk, offline',
  () => {
    let browser: Browser;
    const directory = mkdtempSync(join(tmpdir(), 'launchpad-html-'));

    beforeAll(async () => {
      expect(executable, 'a Chromium on the PATH or in CHROMIUM_PATH').not.toBeNull();
      browser = await startChromium(executable as string);
    });
    afterAll(async () => {
      await browser?.close();
      rmSync(directory, { recursive: true });
    });

    async function open(
      outcome: Outcome,
      series: Readonly<Record<string, Series>>,
      options: { readonly width?: number; readonly colorScheme?: 'light' | 'dark' } = {},
    ): Promise<Opened> {
      const file = join(directory, `${Math.random().toString(36).slice(2)}.html`);
      writeFileSync(file, renderHtml(outcome, series, { command: 'launchpad' }));
      const context = await browser.newContext({
        offline: true,
        viewport: { width: options.width ?? 1280, height: 900 },
        colorScheme: options.colorScheme ?? 'light',
        reducedMotion: 'reduce',
      });
      onTestFinished(() => context.close());
      const page = await context.newPage();
      const [requests, trouble]: [string[], string[]] = [[], []];
      page.on('requestfinished', (request) => requests.push(request.url()));
      page.on('requestfailed', (request) =>
        requests.push(`${request.url()}: ${request.failure()?.errorText}`),
      );
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) trouble.push(message.text());
      });
      page.on('pageerror', (error) => trouble.push(error.message));
      page.on('dialog', async (dialog) => {
        trouble.push(`dialog: ${dialog.message()}`);
        await dialog.dismiss();
      });
      const url = pathToFileURL(file).href;
      await page.goto(url);
      await page.locator('html[data-drawn=all]').waitFor({ state: 'attached' });
      return { page, url, requests, trouble };
    }

    const openOutage = (options = {}) => open(outage, { '': outageSeries }, options);

    /** What a chart has drawn, by the labels of its lines, at its own times. */
    async function drawn(page: Page, id: string): Promise<Record<string, (number | null)[]>> {
      return await ask(
        page,
        `(({ series, data }) => Object.fromEntries(series.map(({ label }, at) => [at === 0 ? 'time' : label, [...data[at]]])))
        (launchpadReport.plots.get('${id}').chart)`,
      );
    }

    /** What of the time axis each chart of a group shows. */
    async function shown(page: Page, group: string): Promise<[number, number][]> {
      return await ask(
        page,
        `[...launchpadReport.plots.values()].filter(({ data }) => data.group === '${group}')
        .map(({ chart }) => [chart.scales.x.min, chart.scales.x.max])`,
      );
    }

    /** How many pixels of a chart's picture have a colour. */
    async function pixels(page: Page, id: string, color: readonly [number, number, number]): Promise<number> {
      return await ask(
        page,
        `((canvas) => {
        const image = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        let found = 0;
        for (let at = 0; at < image.length; at += 4)
          if ([${color}].every((part, place) => image[at + place] === part)) found++;
        return found;
      })(document.querySelector('#${id} canvas'))`,
      );
    }

    it('draws every chart with the values of its series, and asks for nothing but itself', async () => {
      const { page, url, requests, trouble } = await openOutage();
      const ids = await ask(page, '[...launchpadReport.plots.keys()]');
      const charts = ['backlog', 'flow', 'rates', 'age'];
      expect(ids).toEqual(['q1', 'q2'].flatMap((queue) => charts.map((chart) => `${queue}-${chart}`)));

      const { backlog, arrived } = outageSeries.queues.emails as Series['queues'][string];
      const lines = await drawn(page, 'q1-backlog');
      const times = lines.time as number[];
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect([times[0], times.at(-1)]).toEqual([0, end]);
      expect(Object.keys(lines).sort()).toEqual(
        ['backlog, measured', 'depth', 'predicted', 'predicted without the faults', 'time'].sort(),
      );
      for (const [at, time] of backlog.atSeconds.entries())
        expect(lines['backlog, measured']?.[times.indexOf(time)], `at ${time} s`).toBe(backlog.values[at]);
      expect(lines.predicted?.[times.indexOf(1.5)]).toBeCloseTo(Math.max(...backlog.values) / 2, 6);

      const flow = await drawn(page, 'q1-flow');
      expect(Math.max(...(flow.arrived as number[]))).toBe(Math.max(...arrived.values));
      expect((await drawn(page, 'q2-rates')).limit?.at(-1)).toBe(10);
      expect(await pixels(page, 'q1-backlog', [10, 95, 191])).toBeGreaterThan(300);
      expect(requests).toEqual([url]);
      expect(trouble).toEqual([]);
    });

    it('says what it shows without a picture', async () => {
      const { page } = await openOutage();
      const plots = page.locator('.plot');
      for (const plot of await plots.all())
        expect(await plot.getAttribute('aria-label')).toMatch(/ .* .*\.$/);
      expect(await page.locator('figure.chart').count()).toBe(
        await page.locator('figure.chart details table').count(),
      );
      expect(await page.locator('#q1-backlog .plot').getAttribute('aria-label')).toBe(
        'Backlog of emails over time: it peaks at 290 at 3 s and is 0 at the end. Predicted was a peak of 290.',
      );
      expect(
        await page
          .locator('[role=img][aria-label^="Workers: worker 1 lived from 0 s to 1.31 s (killed)"]')
          .count(),
      ).toBe(1);
    });

    it('zooms by keys, in all charts of a queue and its workers, and in no other', async () => {
      const { page } = await openOutage();
      await page.locator('#q1-backlog .plot').focus();
      await page.keyboard.press('+');
      const half = [end / 4, (3 * end) / 4];
      for (const range of await shown(page, 'q1'))
        expect(range).toEqual(half.map((value) => expect.closeTo(value, 3)));
      expect(await shown(page, 'q2')).toContainEqual([0, end]);
      const viewBox = await page.locator('.lifelines[data-group=q1] .life svg').getAttribute('viewBox');
      expect(viewBox?.split(' ').map(Number)).toEqual(
        [half[0], 0, end / 2, 20].map((each) => expect.closeTo(each as number, 3)),
      );
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      expect((await shown(page, 'q1'))[0]?.[1]).toBeCloseTo(end, 3);
      await page.keyboard.press('-');
      await page.keyboard.press('0');
      for (const range of await shown(page, 'q1')) expect(range).toEqual([0, end]);
      // Values at the cursor, which Shift and an arrow move.
      await page.keyboard.press('Shift+ArrowRight');
      expect(await page.locator('#q1-flow .key output').allTextContents()).toEqual([
        expect.stringMatching(/^\d+$/),
        '300',
      ]);
    });

    it('zooms by buttons and by dragging, and shows the values under the pointer in all charts of the queue', async () => {
      const { page } = await openOutage();
      await page.locator('[data-group=q2] [data-zoom=in]').click();
      expect((await shown(page, 'q2'))[0]).toEqual([
        expect.closeTo(end / 4, 3),
        expect.closeTo((3 * end) / 4, 3),
      ]);
      await page.locator('[data-group=q2] [data-zoom=reset]').click();
      expect((await shown(page, 'q2'))[0]).toEqual([0, end]);

      const over = page.locator('#q1-backlog .u-over');
      await over.scrollIntoViewIfNeeded();
      const box = await over.boundingBox();
      if (box === null) throw new Error('no chart');
      const [left, middle] = [box.x, box.y + box.height / 2];
      await page.mouse.move(left + 0.5 * box.width, middle);
      await expect.poll(() => page.locator('#q1-rates .at').textContent()).toMatch(/^at 33\.\d s$/);
      expect(await page.locator('#q2-rates .at').textContent()).toBe('');
      expect(await page.locator('#q1-rates .key li').allTextContents()).toEqual([
        'out 5/s',
        'in 0/s',
        'limit 5/s',
      ]);
      await page.mouse.move(left + 0.2 * box.width, middle);
      await page.mouse.down();
      await page.mouse.move(left + 0.6 * box.width, middle, { steps: 5 });
      await page.mouse.up();
      for (const [from, to] of await shown(page, 'q1')) {
        expect(from / end).toBeCloseTo(0.2, 2);
        expect(to / end).toBeCloseTo(0.6, 2);
      }
    });

    it('is light or dark as the system is, or as the reader wants', async () => {
      const ground = (page: Page) => ask(page, 'getComputedStyle(document.body).backgroundColor');
      const { page } = await openOutage({ colorScheme: 'dark' });
      const accent: Record<'light' | 'dark', [number, number, number]> = {
        light: [10, 95, 191],
        dark: [109, 177, 255],
      };
      expect(await ground(page)).toBe('rgb(21, 24, 28)');
      expect(await pixels(page, 'q1-backlog', accent.dark)).toBeGreaterThan(300);
      expect(await page.locator('#theme').textContent()).toBe('Light');
      await page.locator('#theme').click();
      expect(await ground(page)).toBe('rgb(255, 255, 255)');
      expect(await page.locator('#theme').textContent()).toBe('Dark');
      await expect.poll(() => pixels(page, 'q1-backlog', accent.light)).toBeGreaterThan(300);
      expect(await pixels(page, 'q1-backlog', accent.dark)).toBe(0);

      const other = await openOutage();
      expect(await ground(other.page)).toBe('rgb(255, 255, 255)');
      await other.page.emulateMedia({ colorScheme: 'dark' });
      await expect.poll(() => pixels(other.page, 'q1-backlog', accent.dark)).toBeGreaterThan(300);
    });

    it('prints everything: what is folded is open, all charts are drawn, and no control is left', async () => {
      const comparison = compare({ none: variant('none'), key: variant('key') }, facts);
      const { page, trouble } = await open(
        comparison,
        { none: outageSeries, key: outageSeries },
        { colorScheme: 'dark' },
      );
      const charts = () => ask(page, 'launchpadReport.plots.size');
      expect(await charts()).toBe(2);
      await page.emulateMedia({ media: 'print' });
      await expect.poll(charts).toBe(2 + 2 * 8);
      expect(await page.locator('details:not([open])').count()).toBe(0);
      for (const control of ['.zoom', 'nav', '#theme'])
        expect(await page.locator(control).first().isVisible()).toBe(false);
      expect(await ask(page, 'getComputedStyle(document.body).color')).toBe('rgb(27, 31, 36)');
      expect(await pixels(page, 'v2-q1-backlog', [10, 95, 191])).toBeGreaterThan(300);
      await page.emulateMedia({ media: 'screen' });
      await expect.poll(() => page.locator('details[open]').count()).toBe(0);
      expect(trouble).toEqual([]);
    });

    it('sets variants side by side, and draws what is folded when it is opened', async () => {
      const lower = {
        ...outageSeries,
        queues: { ...outageSeries.queues, emails: outageSeries.queues.payments as Series['queues'][string] },
      };
      const comparison = compare({ none: variant('none'), key: variant('key') }, facts);
      const { page, requests, url } = await open(comparison, { none: outageSeries, key: lower });
      const lines = await drawn(page, 'overlay1-backlog');
      const peak = (values: readonly number[] | undefined) => Math.max(...(values ?? []));
      expect(peak(lines.none as number[])).toBe(peak(outageSeries.queues.emails?.backlog.values));
      expect(peak(lines.key as number[])).toBe(peak(outageSeries.queues.payments?.backlog.values));
      await page.locator('details.variant summary', { hasText: 'Variant key' }).first().click();
      await expect
        .poll(async () => Object.keys(await drawn(page, 'v2-q1-backlog').catch(() => ({}))))
        .toContain('predicted');
      expect(requests).toEqual([url]);
    });

    it.each([360, 390, 1280])('fits a page that is %i pixels wide', async (width) => {
      const { page } = await openOutage({ width });
      expect(await ask(page, 'document.documentElement.scrollWidth')).toBe(width);
      const narrowest = await ask(
        page,
        "Math.min(...[...document.querySelectorAll('figure.chart canvas')].map((each) => each.getBoundingClientRect().width))",
      );
      expect(narrowest).toBeGreaterThan(300);
    });

    it('draws a prediction, which has no series', async () => {
      const { page, trouble } = await open(predictedOutage, {});
      expect(Object.keys(await drawn(page, 'q1-backlog'))).toContain('backlog, predicted');
      expect(trouble).toEqual([]);
    });

    it('shows hostile text as text', async () => {
      const { page, url, requests, trouble } = await open(hostileResult, { '': hostileSeries });
      expect(await ask(page, "document.querySelectorAll('img, iframe, object, link, base').length")).toBe(0);
      expect(await ask(page, 'document.scripts.length')).toBe(2);
      expect(
        await ask(
          page,
          "[...document.querySelectorAll('*')].flatMap((each) => each.getAttributeNames()).filter((name) => name.startsWith('on'))",
        ),
      ).toEqual([]);
      expect(await page.locator('h1').textContent()).toContain('</script><img src=x onerror=alert(1)>');
      expect(await page.title()).toContain('</script><img src=x onerror=alert(1)>');
      const lines = await drawn(page, 'q1-backlog');
      expect(Math.max(...(lines['backlog, measured'] as number[]))).toBeGreaterThan(0);
      // What reorders or controls is gone from all that is there, script and data included.
      expect(await page.content()).not.toMatch(/(?!\n)[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
      await page.locator('#q1-backlog .u-over').hover();
      expect(requests).toEqual([url]);
      expect(trouble).toEqual([]);
    });

    it('could not make a request if it wanted to', async () => {
      const { page, url, requests, trouble } = await openOutage();
      const outcome = await ask(
        page,
        `(async () => {
        const image = new Image();
        const loaded = new Promise((resolve) => {
          image.onload = () => resolve('loaded');
          image.onerror = () => resolve('refused');
        });
        image.src = location.href + '?image';
        return [await loaded, await fetch(location.href).catch(() => 'refused')];
      })()`,
      );
      expect(outcome).toEqual(['refused', 'refused']);
      expect(requests.filter((request) => !request.endsWith(': csp'))).toEqual([url]);
      expect(trouble.length).toBeGreaterThan(0);
      expect(trouble.every((text) => text.includes('Content Security Policy'))).toBe(true);
    });
  },
);

describe('--html', () => {
  it('writes the report beside the one in the terminal', async () => {
    const predicted = new Launched(['predict', '--scenario', 'outage', '--html', 'report.html']);
    const { code, stdout } = await predicted.ended;
    expect(code).toBe(0);
    expect(stdout).toContain('PREDICTED PASS. outage');
    const page = readFileSync(join(predicted.directory, 'report.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('launchpad predict --scenario outage');
  });

  it('is refused before the run where it cannot be written', async () => {
    const run = new Launched(['simulate', '--scenario', 'outage', '--html', 'nowhere/report.html']);
    const { code, stdout, stderr } = await run.ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain("The report can't be written to nowhere/report.html");
    expect(existsSync(join(run.directory, 'launchpad-runs'))).toBe(false);
  });
});
