import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { LaunchpadError, messageOf } from '../../errors.js';
import { usage } from '../explore.js';
import { type FeedOptions, MetricsFeed } from './feed.js';

/** Metrics are for this machine alone. */
const loopback = '127.0.0.1';

/**
 * Reads `--prometheus-port`.
 * @returns the port; 0: a free one
 * @throws LaunchpadError `usage`
 */
export function portOf(typed: string): number {
  const port = /^\d{1,5}$/.test(typed) ? Number(typed) : Number.NaN;
  if (port <= 65_535) return port;
  throw usage(
    `--prometheus-port: \`${typed}\` is not a port`,
    'write a number from 1 to 65535, or 0 for a free port',
  );
}

/** Serves the metrics of runs, one after the other, from before the first begins until all is over. */
export class PrometheusExporter {
  private feed: MetricsFeed | null = null;

  private constructor(
    private readonly server: Server,
    /** Where the metrics are. */
    readonly url: string,
  ) {
    server.on('request', (request, response) => void this.answer(request, response));
  }

  /**
   * Listens on the port, of the loopback interface only.
   * @param port 0: a free one
   * @throws LaunchpadError `port-in-use` where it can't be listened on
   */
  static async open(port: number): Promise<PrometheusExporter> {
    const server = createServer();
    try {
      const listening = once(server, 'listening');
      server.listen({ host: loopback, port, exclusive: true });
      await listening;
    } catch (error) {
      throw unusable(port, error);
    }
    const { port: actual } = server.address() as AddressInfo;
    return new PrometheusExporter(server, `http://${loopback}:${actual}/metrics`);
  }

  /** From now on the metrics are those of this run, counted from nothing. @returns what is to be ended with the run; its last metrics stay until the next */
  follow(options: FeedOptions): MetricsFeed {
    this.feed = new MetricsFeed(options);
    return this.feed;
  }

  /** Stops serving at once, whoever is still connected. */
  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async answer({ method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
    const say = (status: number, text: string, type = 'text/plain; charset=utf-8'): void => {
      response.writeHead(status, { 'content-type': type }).end(text);
    };
    if (url?.split('?')[0] !== '/metrics') return say(404, 'The metrics are at /metrics\n');
    if (method !== 'GET' && method !== 'HEAD') return say(405, 'GET only\n');
    try {
      // Before the first run's clock is started there is nothing yet.
      say(200, (await this.feed?.text()) ?? '', Registry.PROMETHEUS_CONTENT_TYPE);
    } catch (error) {
      say(500, `${messageOf(error)}\n`);
    }
  }
}

function unusable(port: number, cause: unknown): LaunchpadError {
  const isInUse = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
  return new LaunchpadError(
    'port-in-use',
    isInUse
      ? `--prometheus-port: port ${port} of ${loopback} is in use`
      : `--prometheus-port: port ${port} of ${loopback} can't be listened on: ${messageOf(cause)}`,
    { hint: '--prometheus-port 0 picks a free one, and says which.', cause },
  );
}
