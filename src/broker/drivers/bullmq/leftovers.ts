import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { LaunchpadError, messageOf } from '../../../errors.js';
import type { KeyLeftovers, RunKeys } from '../../types.js';
import { Connection } from './connection.js';
import { escapePattern } from './observe.js';

/** What a run's keys begin with: `{launchpad:<run id>}:`. */
const keyForm = /^\{launchpad:([^{}]+)\}:/;

/** Keys looked at in one step, and removed in one. */
const scanStep = 1_000;

/** How long a run goes on without its broker, and may come back to it, in real milliseconds (see the lab's sampler). */
export const absenceMillis = 11_000;

const lookMillis = 250;

const partingMillis = 2_000;

/** What runs, living and dead, have on one Redis. */
export class RedisLeftovers implements KeyLeftovers {
  readonly display: string;
  private readonly connection: Connection;
  /** One by which this connection is to be seen in the server's list, as every run's are. */
  private readonly name = `clean-${randomUUID()}`;

  /** @throws LaunchpadError `usage` for a url that is none */
  constructor(url: string) {
    this.connection = new Connection({
      url,
      namespace: `launchpad:${this.name}`,
      queues: [],
      role: 'observer',
    });
    this.display = this.connection.display;
  }

  async find(): Promise<RunKeys[]> {
    const counts = new Map<string, number>();
    await this.connection.observe('the list of keys', () =>
      eachKey(this.connection.client, '{launchpad:*}:*', async (keys) => {
        for (const key of keys) {
          const id = keyForm.exec(key)?.[1];
          if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
        }
      }),
    );
    const connected = await this.connected();
    return [...counts]
      .map(([id, keys]) => ({ id, keys, isConnected: connected.has(id) }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async stayAway(ids: readonly string[]): Promise<string[]> {
    let away = [...ids];
    const until = performance.now() + absenceMillis;
    while (away.length > 0 && performance.now() < until) {
      await sleep(lookMillis);
      const connected = await this.connected();
      away = away.filter((id) => !connected.has(id));
    }
    return away;
  }

  /** In small steps, that don't hold up the server's other users. */
  async remove(id: string): Promise<number> {
    if (!(await this.isGone(id))) return 0;
    const prefix = `{launchpad:${id}}:`;
    return this.connection.observe(`the keys of ${id}`, async () => {
      let removed = 0;
      await eachKey(this.connection.client, `${escapePattern(prefix)}*`, async (keys) => {
        const own = keys.filter((key) => key.startsWith(prefix));
        if (own.length > 0) removed += await this.connection.client.unlink(own);
      });
      return removed;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.connection.close();
  }

  /** Whether nobody of the run is connected. The connections of one that was killed just now take a moment to go. */
  private async isGone(id: string): Promise<boolean> {
    const until = performance.now() + partingMillis;
    for (;;) {
      if (!(await this.connected()).has(id)) return true;
      if (performance.now() >= until) return false;
      await sleep(lookMillis);
    }
  }

  /** The runs of which a process is connected. Every one of their connections says which run it is of. */
  private async connected(): Promise<Set<string>> {
    let list: string;
    try {
      list = await this.connection.observe('the list of clients', async () =>
        String(await this.connection.client.client('LIST')),
      );
    } catch (error) {
      throw this.unknowable(messageOf(error));
    }
    const names = [...list.matchAll(/ name=launchpad:([^ :]+):/g)].map(([, id]) => id as string);
    if (!names.includes(this.name)) throw this.unknowable('its list of clients has no names');
    return new Set(names);
  }

  private unknowable(why: string): LaunchpadError {
    return new LaunchpadError(
      'broker-unreachable',
      `Which runs on ${this.display} are alive can't be told: ${why}`,
      {
        hint: 'Allow CLIENT LIST and CLIENT SETNAME to this user, or remove the keys {launchpad:<run id>}:* by hand.',
      },
    );
  }
}

async function eachKey(
  client: Redis,
  pattern: string,
  visit: (keys: readonly string[]) => Promise<void>,
): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = await client.scan(cursor, 'MATCH', pattern, 'COUNT', scanStep);
    await visit(keys);
    cursor = next;
  } while (cursor !== '0');
}
