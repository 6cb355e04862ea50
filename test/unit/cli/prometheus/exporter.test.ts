import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { run } from '../../../../src/cli/program.js';
import { PrometheusExporter, portOf } from '../../../../src/cli/prometheus/exporter.js';
import { LedgerTail } from '../../../../src/ledger/tail.js';
import { temporaryDirectory } from '../../../fixtures/runs.js';
import { tinyPlan } from '../../../fixtures/tiny.js';

async function opened(): Promise<PrometheusExporter> {
  const exporter = await PrometheusExporter.open(0);
  onTestFinished(() => exporter.close());
  return exporter;
}

/** A port that somebody else listens on. */
async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe('--prometheus-port', () => {
  it.each(['0', '9464', '65535'])('takes %s', (typed) => expect(portOf(typed)).toBe(Number(typed)));

  it.each(['', '-1', '65536', '80a', '1e3', '0x50', '127.0.0.1:80'])('refuses `%s`', (typed) =>
    expect(() => portOf(typed)).toThrow(
      expect.objectContaining({ code: 'usage', exitCode: 2, message: expect.stringContaining('not a port') }),
    ),
  );

  it('a port that is in use is told, with what helps', async () => {
    const port = await takenPort();
    await expect(PrometheusExporter.open(port)).rejects.toMatchObject({
      code: 'port-in-use',
      exitCode: 2,
      message: `--prometheus-port: port ${port} of 127.0.0.1 is in use`,
      hint: '--prometheus-port 0 picks a free one, and says which.',
    });
  });
});

describe('the exporter', () => {
  it('serves an empty page until a run begins, and nothing elsewhere', async () => {
    const { url } = await opened();
    expect(new URL(url).hostname).toBe('127.0.0.1');
    const page = await fetch(url);
    expect([page.status, await page.text()]).toEqual([200, '']);
    expect(page.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect((await fetch(new URL('/', url))).status).toBe(404);
    expect((await fetch(url, { method: 'POST' })).status).toBe(405);
  });

  it('shows the run that was begun last, and the last run after its end', async () => {
    const exporter = await opened();
    const clock = { now: () => 0 };
    const info = async (): Promise<string | undefined> =>
      (await (await fetch(exporter.url)).text())
        .split('\n')
        .find((line) => line.startsWith('launchpad_run_info'));
    for (const variant of ['a', 'b']) {
      const tail = new LedgerTail(temporaryDirectory());
      const feed = exporter.follow({ plan: tinyPlan(), run: `runs/${variant}`, variant, tail, clock });
      const line = `launchpad_run_info{scenario="tiny",seed="1",speed="1",run="runs/${variant}",variant="${variant}"} 1`;
      expect(await info()).toBe(line);
      feed.end();
      expect(await info()).toBe(line);
    }
  });

  it('is closed at once, also where somebody is still connected', async () => {
    const exporter = await PrometheusExporter.open(0);
    const { port } = new URL(exporter.url);
    const client = connect(Number(port), '127.0.0.1');
    const cut = new Promise((resolve) => {
      client.once('close', resolve);
      client.once('error', () => undefined);
    });
    await once(client, 'connect');
    await fetch(exporter.url);
    await exporter.close();
    await cut;
    await expect(fetch(exporter.url)).rejects.toThrow();
  });
});

describe('simulate', () => {
  it('starts nothing where the port is in use: exit code 2', async () => {
    const port = await takenPort();
    const out = `${temporaryDirectory()}/runs`;
    const said: string[] = [];
    const { write } = process.stderr;
    process.stderr.write = ((text: string) => said.push(text) > 0) as typeof write;
    onTestFinished(() => {
      process.stderr.write = write;
    });
    const code = await run([
      'node',
      'launchpad',
      'simulate',
      '--out',
      out,
      '--prometheus-port',
      String(port),
    ]);
    expect(code).toBe(2);
    expect(said.join('')).toContain(`port ${port} of 127.0.0.1 is in use`);
    expect(said.join('')).not.toContain('Metrics: ');
  });
});
