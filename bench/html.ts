import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findChromium, startChromium } from '../test/fixtures/chromium.js';
import { makeRun } from './analysis.js';
import { run } from './lab.js';
import { line, median, spread } from './stats.js';

const messages = 1_000_000;
const rounds = 5;

/** The HTML report of a million messages: how long it takes, with the analysis; how large it is; how soon a browser shows its first chart. */
export async function html(): Promise<void> {
  console.log(`\nHTML report: ${messages} messages on one queue`);
  const directory = mkdtempSync(join(tmpdir(), 'launchpad-bench-'));
  try {
    const runDirectory = join(directory, 'run');
    mkdirSync(runDirectory);
    makeRun(runDirectory);
    const file = join(directory, 'report.html');
    const { code, stdout, seconds } = await run(process.execPath, [
      '--input-type=module',
      '-e',
      `
      import { writeFileSync } from 'node:fs';
      const { analyseRun } = await import(${built('analysis/index.js')});
      const { renderHtml } = await import(${built('report/html/index.js')});
      const { result, series } = analyseRun(${JSON.stringify(runDirectory)});
      const analysed = performance.now();
      writeFileSync(${JSON.stringify(file)}, renderHtml(result, { '': series }, { command: 'launchpad' }));
      const { user, system } = process.cpuUsage();
      console.log(JSON.stringify([performance.now() - analysed, (user + system) / 1e6]));
    `,
    ]);
    if (code !== 0) throw new Error(`It ended with exit code ${code}`);
    const bytes = statSync(file).size;
    line('analysis and HTML, seconds, of the whole process', seconds.toFixed(1), {
      text: 'under 5 s',
      met: seconds < 5,
    });
    const [htmlMilliseconds, cpuSeconds] = JSON.parse(stdout) as [number, number];
    line('of these the HTML, ms', htmlMilliseconds.toFixed(0));
    line('of the processor, seconds', cpuSeconds.toFixed(1));
    line('size, MB', (bytes / 1e6).toFixed(2), { text: 'under 2 MB', met: bytes < 2e6 });
    await firstChart(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** From the start of the navigation until the first chart is on the screen. */
async function firstChart(file: string): Promise<void> {
  const executable = findChromium();
  if (executable === null) {
    line('first chart in Chromium', 'not measured: no Chromium on the PATH, and CHROMIUM_PATH is not set');
    return;
  }
  const browser = await startChromium(executable);
  try {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await page.goto(pathToFileURL(file).href);
      await page.locator('html[data-first-chart]').waitFor({ state: 'attached' });
      times.push(Number(await page.evaluate('document.documentElement.dataset.firstChart')));
      await page.close();
    }
    line('first chart in Chromium, ms', spread(times, 0), {
      text: 'within 1 s',
      met: median(times) < 1000,
    });
  } finally {
    await browser.close();
  }
}

function built(module: string): string {
  return JSON.stringify(new URL(`../dist/${module}`, import.meta.url).href);
}
