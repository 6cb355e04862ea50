import { Redis, type RedisOptions } from 'ioredis';
import { LaunchpadError, messageOf } from '../../../errors.js';
import type { ConnectOptions } from '../../types.js';
import { parseRedisUrl, tlsOptions } from './url.js';

/** How long an observer waits for an answer, in milliseconds of real time. */
const observeLimitMillis = 2_000;
/** How long a publish waits for its answer before it is unknown, in milliseconds of real time. */
const publishLimitMillis = 5_000;
/** From a broken connection to the next attempt; constant, so that the broker's return is seen at once. */
const reconnectMillis = 100;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: LaunchpadError) => void;
}

/** A connection to Redis that knows whether it is up, and why not. */
export class Connection {
  readonly client: Redis;
  /** The server, without credentials. */
  readonly display: string;
  /** Why it is not connected, or the last trouble that it had. */
  trouble = 'not connected yet';
  private readonly waiters = new Set<Waiter>();

  constructor({ url, namespace, role }: ConnectOptions) {
    const address = parseRedisUrl(url);
    this.display = address.display;
    this.client = new Redis({
      host: address.host,
      port: address.port,
      db: address.database,
      ...(address.username === null ? {} : { username: address.username }),
      ...(address.password === null ? {} : { password: address.password }),
      ...(address.tls ? { tls: tlsOptions(address) } : {}),
      connectionName: `${namespace}:${role}`,
      retryStrategy: () => reconnectMillis,
      ...roleOptions[role],
    });
    this.client.on('error', (error) => this.failed(error));
    this.client.on('ready', () => this.succeeded());
  }

  get isUp(): boolean {
    return this.client.status === 'ready';
  }

  /**
   * Resolves when the server answers.
   *
   * @throws LaunchpadError `broker-unreachable` after the limit, or as soon as the server refuses the login
   */
  ready(limitMillis: number): Promise<void> {
    if (this.isUp) return Promise.resolve();
    if (this.client.status === 'end') return Promise.reject(this.unreachable('the connection was given up'));
    return new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
        settle();
      };
      const waiter: Waiter = { resolve: () => done(resolve), reject: (error) => done(() => reject(error)) };
      const late = (): LaunchpadError =>
        this.unreachable(`no answer within ${limitMillis / 1000} s; ${this.trouble}`);
      const timer = setTimeout(() => waiter.reject(late()), limitMillis);
      this.waiters.add(waiter);
    });
  }

  /**
   * Runs an observer's question, at first waiting for the connection where it is down. Each command in it has the
   * client's own time limit.
   *
   * @param what named in the error: `the depth of emails`
   * @throws LaunchpadError `broker-unreachable`
   */
  async observe<Value>(what: string, question: () => Promise<Value>): Promise<Value> {
    await this.ready(observeLimitMillis);
    try {
      return await question();
    } catch (error) {
      throw this.unreachable(`${what} could not be read (${messageOf(error)})`);
    }
  }

  /** Lets go at once, even where the server is gone. */
  close(): void {
    this.client.disconnect();
    for (const waiter of [...this.waiters]) waiter.reject(this.unreachable('the connection was given up'));
  }

  /** Without the client's error as its cause: that holds the command, which for a login is the password. */
  private unreachable(reason: string): LaunchpadError {
    return new LaunchpadError('broker-unreachable', `Redis at ${this.display} can't be reached: ${reason}`, {
      hint: 'See that it runs and can be reached from here',
    });
  }

  private failed(error: Error): void {
    // Node gives an error without a message where a name has several addresses and none of them answers.
    this.trouble = error.message || ((error as NodeJS.ErrnoException).code ?? 'the connection failed');
    // A reply means that the server is there and won't let us in: waiting longer doesn't help.
    if (error.name !== 'ReplyError') return;
    for (const waiter of [...this.waiters]) waiter.reject(this.unreachable(this.trouble));
  }

  private succeeded(): void {
    this.trouble = 'the connection was lost';
    for (const waiter of [...this.waiters]) waiter.resolve();
  }
}

/** Nothing is buffered and nothing sent again: a command fails at once where it can't be written, or when its reply can't come any more. */
const impatient: RedisOptions = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
};

const roleOptions: Record<ConnectOptions['role'], RedisOptions> = {
  producer: { ...impatient, commandTimeout: publishLimitMillis },
  observer: { ...impatient, commandTimeout: observeLimitMillis },
  // BullMQ demands null of a worker's connection: its commands wait for the server's return.
  consumer: { maxRetriesPerRequest: null },
};
