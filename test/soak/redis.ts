import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { findRedis } from '../../src/broker/index.js';
import type { FoundServer } from '../../src/broker/types.js';

/** A Redis that all runs of a soak share, one after the other: what a run leaves there can be seen. */
export class SoakRedis implements AsyncDisposable {
  private constructor(private readonly server: FoundServer) {
    process.once('exit', this.endAtOnce);
  }

  static async start(log: (sentence: string) => void): Promise<SoakRedis> {
    return new SoakRedis(await findRedis({ allowDownload: true, log }));
  }

  get url(): string {
    return this.server.url;
  }

  /** Every key that there is. */
  async keys(): Promise<string[]> {
    const found = new Set<string>();
    let cursor = '0';
    do {
      const [next, ...keys] = await this.ask('SCAN', cursor, 'COUNT', '1000');
      for (const key of keys) found.add(key);
      cursor = next ?? '0';
    } while (cursor !== '0');
    return [...found].sort();
  }

  /** Forgets everything, so that what one run left is not blamed on the next. */
  async clear(): Promise<void> {
    await this.ask('FLUSHALL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.removeListener('exit', this.endAtOnce);
    await this.server.close();
  }

  /** For a soak that ends out of order: the server has a process group of its own, and would stay. */
  private readonly endAtOnce = (): void => {
    const { pid, directory } = this.server;
    if (pid !== null) process.kill(pid, 'SIGKILL');
    if (directory !== null) rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
  };

  /** One command; the words of its reply, lists laid flat. */
  private async ask(...command: string[]): Promise<string[]> {
    const { hostname, port } = new URL(this.server.url);
    const socket = connect(Number(port), hostname);
    try {
      await once(socket, 'connect');
      socket.write(`${command.join(' ')}\r\n`);
      let received = '';
      for await (const chunk of socket) {
        received += chunk;
        const words = readReply(received);
        if (words !== null) return words;
      }
      throw new Error(`Redis closed the connection: ${received}`);
    } finally {
      socket.destroy();
    }
  }
}

/** The words of a reply in Redis' protocol; null while it is incomplete. */
export function readReply(received: string): string[] | null {
  const words: string[] = [];
  let at = 0;
  let wanted = 1;
  while (wanted > 0) {
    const end = received.indexOf('\r\n', at);
    if (end === -1) return null;
    const kind = received[at];
    const line = received.slice(at + 1, end);
    at = end + 2;
    wanted--;
    if (kind === '-') throw new Error(`Redis: ${line}`);
    if (kind === '*') wanted += Number(line);
    else if (kind === '$') {
      const length = Number(line);
      if (received.length < at + length + 2) return null;
      words.push(received.slice(at, at + length));
      at += length + 2;
    } else words.push(line);
  }
  return words;
}
