/**
 * What a broker can do and promise: pure data, usable by plan and model without a connection.
 * All durations in seconds of real time.
 */
export interface Capabilities {
  readonly driver: string;
  /** Whether `depth` is exact at the moment of asking. */
  readonly depthIsExact: boolean;
  /** Whether a queue's limit holds over all its workers, or each worker must pace itself. */
  readonly rateScope: 'queue' | 'worker';
  readonly redelivery: RedeliveryCapability;
  readonly priorities: Support;
  readonly delays: Support;
  readonly deliveryLimit: Support;
  readonly deadLettering: Support;
  /** Most messages in one publish. */
  readonly largestBatch: number;
}

/** How a feature is there. */
export type Support = 'native' | 'emulated' | 'absent';

/** When and where a message is redelivered after its worker dies. */
export interface RedeliveryCapability {
  /** What the broker notices: a broken connection, an expired lock, or an expired visibility timeout. */
  readonly on: 'disconnect' | 'lock-expiry' | 'visibility-timeout';
  /** Whether the redelivered message comes before or behind what is ready. */
  readonly position: 'head' | 'tail';
  /** In which order messages that were held together come back. */
  readonly order: 'same' | 'reversed' | 'none';
  /** Used where the scenario sets none; in real seconds at speed 1. */
  readonly defaults: RedeliverySettings;
  /** How many checks must see a message without a living worker before it is redelivered (BullMQ: 2, one marks and the next recovers); 0: no checks. */
  readonly checks: number;
  /** Whether a living worker of the queue has to run these checks. */
  readonly needsWorker: boolean;
}

/** How long a silent worker keeps a message, and how often that is checked. */
export interface RedeliverySettings {
  readonly afterSeconds: number;
  readonly checkSeconds: number;
}

/** A message to publish. */
export interface OutgoingMessage {
  /** The message's identity, `orders/142`; a broker that can uses it to refuse a second copy. */
  readonly id: string;
  readonly payload: unknown;
}

/** What became of a publish. `merged`: the broker confirmed and said that it created nothing, because it holds the id already. */
export type PublishOutcome =
  | { readonly outcome: 'acknowledged' }
  | { readonly outcome: 'merged' }
  | { readonly outcome: 'unknown'; readonly reason: string }
  | { readonly outcome: 'refused'; readonly reason: string };

/** A message handed to a worker. */
export interface Delivery {
  readonly id: string;
  readonly payload: unknown;
  /** Which delivery of this message this is, from 1, as the broker says it. */
  readonly attempt: number | 'unknown';
  readonly redelivered: 'yes' | 'no' | 'unknown';
  /** Aborted when the broker took the message away. */
  readonly signal: AbortSignal;
}

/** How a handle ends its delivery. */
export type Settlement =
  | 'done'
  | { readonly retry: { readonly afterSeconds?: number } }
  | { readonly reject: { readonly reason: string } };

/** Options of consume; durations in real seconds. */
export interface ConsumeOptions {
  readonly concurrency: number;
  /** The limit over the whole queue, or this worker's share where the broker's rateScope is `worker`; null: none. */
  readonly rate: { readonly count: number; readonly perSeconds: number } | null;
  readonly redelivery: RedeliverySettings;
  /** Aborted: take nothing more, finish what is in hand. */
  readonly signal: AbortSignal;
  /** Called once, when the consumer is connected and takes messages. */
  readonly ready: () => void;
}

/** What a consumer hears from its broker beside deliveries. */
export interface ConsumerEvents {
  /** ok: the broker confirmed the end of this delivery; lost: it had given the message away; unknown: it was never learnt. */
  settled(id: string, outcome: 'ok' | 'lost' | 'unknown'): void;
  /** The broker (or the driver) moved the message to its dead. */
  dead(id: string, reason: string): void;
  disconnected(reason: string): void;
  connected(): void;
}

/** What the broker says is in a queue. */
export interface Depth {
  readonly ready: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly dead: number;
}

/** The ids of all messages on the broker, by state. Completed messages that a broker keeps are not listed. */
export type Census = { readonly [State in keyof Depth]: readonly string[] };

/** A connection to a broker, for one run. Every method rejects with a LaunchpadError (`broker-unreachable`) when the broker does not answer in time. */
export interface Broker extends AsyncDisposable {
  /** Name and version of the server: `redis 7.0.15`. */
  server(): Promise<BrokerServer>;
  /** Resolves when the broker answers; rejects after the time limit (real seconds). */
  ready(timeoutSeconds: number): Promise<void>;
  /** Makes the run's queues. */
  create(queues: readonly string[]): Promise<void>;
  /** An outcome for each message, in their order. Never rejects for a broker that is away: that is an outcome. */
  publish(queue: string, messages: readonly OutgoingMessage[]): Promise<PublishOutcome[]>;
  /** Resolves when the signal was aborted and all hands are empty. */
  consume(
    queue: string,
    options: ConsumeOptions,
    handle: (delivery: Delivery) => Promise<Settlement>,
    on: ConsumerEvents,
  ): Promise<void>;
  depth(queue: string): Promise<Depth>;
  /** To be called once no consumer is left. */
  census(queue: string): Promise<Census>;
  /** Removes this run's queues and nothing else. */
  remove(queues: readonly string[]): Promise<void>;
  /** Lets go of the connections; at once, even where the broker is gone. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What answered. */
export interface BrokerServer {
  /** `redis`, `valkey`, `emulated redis` … */
  readonly product: string;
  readonly version: string;
  /** What a user should know: an eviction policy that loses messages. */
  readonly warnings: readonly string[];
}

/** Options of connect. */
export interface ConnectOptions {
  readonly url: string;
  /** The run's own name on the broker; every key or queue begins with it. */
  readonly namespace: string;
  /** What the connection is for: a producer must learn at once that the broker is away, a consumer waits for its return. */
  readonly role: 'producer' | 'consumer' | 'observer';
}

/** A broker's driver. */
export interface Driver {
  describe(): Capabilities;
  connect(options: ConnectOptions): Promise<Broker>;
}

/** A server that was found or started. */
export interface FoundServer {
  /** May hold a password: never to be printed; use `displayUrl`. */
  readonly url: string;
  /** The url without credentials. */
  readonly displayUrl: string;
  /** How it was found, in words: `redis-server on the PATH`, `your Redis`. */
  readonly source: string;
  /** Whether it was started for this run alone. */
  readonly isPrivate: boolean;
  /** Its process, where it was started here. */
  readonly pid: number | null;
  /** Its temporary directory, where it was started here. */
  readonly directory: string | null;
  /** Resolves, with a reason, when a server that was started here ends without having been told to. */
  readonly died: Promise<string>;
  /** Stops it if it was started here, and removes its directory. */
  close(): Promise<void>;
}
