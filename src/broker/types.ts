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
  /** In which order messages that were held together come back; none: in any. The models take it for reversed then, so that they give one answer. */
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
  /** How often a message is given back after its worker died; at the next death the broker gives it up as dead. */
  readonly limit: number;
}

/** A message to publish. */
export interface OutgoingMessage {
  /** The message's identity, `orders/142`; a broker that can uses it to refuse a second copy. */
  readonly id: string;
  readonly payload: unknown;
  /** Which publish of this message this is, from 1: a broker that is not to refuse a second copy has to tell them apart. */
  readonly copy: number;
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
  /** How many attempts at this message have failed before, as the broker (or the driver) keeps count. */
  readonly failures: number | 'unknown';
  /** Aborted when the broker took the message away. */
  readonly signal: AbortSignal;
}

/** How a handle ends its delivery. */
export type Settlement =
  | 'done'
  | { readonly retry: { readonly afterSeconds?: number; readonly reason: string } }
  | { readonly reject: { readonly reason: string } };

/** Options of consume; durations in real seconds. */
export interface ConsumeOptions {
  readonly concurrency: number;
  /** The limit over the whole queue, or this worker's share where the broker's rateScope is `worker`; null: none. */
  readonly rate: { readonly count: number; readonly perSeconds: number } | null;
  readonly redelivery: RedeliverySettings;
  /** Ask for batches in a loop; null: messages are handed over as hands are free. */
  readonly polling: PollingSettings | null;
  /** Aborted: take nothing more, finish what is in hand. */
  readonly signal: AbortSignal;
  /** Called once, when the consumer is connected and takes messages. */
  readonly ready: () => void;
  /** Awaited between the broker's giving a message up and its move to the dead-letter queue. */
  readonly beforeDeadLetter: (id: string) => Promise<void>;
}

/** A loop that takes up to a batch, has all of it handled at once, and sleeps; durations in real seconds. */
export interface PollingSettings {
  readonly batch: number;
  readonly sleepSeconds: number;
  /** In its place, after a batch of which at least one message failed; begun as soon as that one has. */
  readonly errorSleepSeconds: number;
}

/** What a consumer hears from its broker beside deliveries. */
export interface ConsumerEvents {
  /** ok: the broker confirmed the end of this delivery; lost: it had given the message away; unknown: it was never learnt. */
  settled(id: string, outcome: 'ok' | 'lost' | 'unknown'): void;
  /** The broker gave the message up. */
  dead(id: string, reason: string): void;
  /** It is in the dead-letter queue. */
  deadLettered(id: string): void;
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
  /** Makes the run's queues, those for the dead among them. */
  create(): Promise<void>;
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
  /** What is in the queue's dead-letter queue, the oldest first; without one, what the broker itself keeps of the dead. */
  deadLetters(queue: string): Promise<DeadLetter[]>;
  /**
   * Puts messages back from the dead-letter queue (without one: from the broker's own dead), with no failures counted, and
   * takes them out of there; in this order, so that a crash in between loses none.
   * @param payload what each is to carry from now on
   */
  redrive(
    queue: string,
    messages: readonly DeadLetter[],
    payload: (message: DeadLetter) => unknown,
  ): Promise<PublishOutcome[]>;
  /** Removes this run's queues, those for the dead among them, and nothing else. */
  remove(): Promise<void>;
  /** Lets go of the connections; at once, even where the broker is gone. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A message that was given up. */
export interface DeadLetter {
  readonly id: string;
  /** As it was published. */
  readonly payload: unknown;
  readonly reason: string;
  /** How many attempts it had, as the broker counts them. */
  readonly attempts: number;
  /** When it was given up, ISO 8601. */
  readonly at: string;
}

/** One of the run's queues, as every connection has to know it. Durations in real seconds. */
export interface BrokerQueue {
  readonly name: string;
  readonly deduplication: Deduplication;
  /** Null: the broker's own list of failed messages keeps the dead. */
  readonly deadLetter: { readonly queue: string; readonly move: 'safe' | 'on-failed' } | null;
}

/** What keeps a message from being queued twice; the words are the scenario's (docs/scenario-file.md). */
export type Deduplication =
  | { readonly kind: 'none' }
  | { readonly kind: 'job-id'; readonly keepCount: number | null; readonly keepSeconds: number | null }
  | { readonly kind: 'until-finished' }
  | { readonly kind: 'throttle'; readonly seconds: number }
  | { readonly kind: 'extend'; readonly seconds: number }
  | { readonly kind: 'reschedule'; readonly seconds: number }
  | { readonly kind: 'keep-last' }
  | { readonly kind: 'debounce'; readonly seconds: number };

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
  /** All queues of the run. */
  readonly queues: readonly BrokerQueue[];
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

/** A private server's temporary directory, and whose it is. */
export interface PrivateDirectory {
  readonly directory: string;
  /** The process that started the server, */
  readonly ownerPid: number;
  /** and its machine: directories may be shared by several. */
  readonly host: string;
  /** When it did, in milliseconds since 1970. */
  readonly startedAt: number;
  /** Where the server listens, on 127.0.0.1. */
  readonly port: number;
}

/** What a run has on a broker that others use too. */
export interface RunKeys {
  /** The run's id. */
  readonly id: string;
  readonly keys: number;
  /** Whether a process of it is connected. */
  readonly isConnected: boolean;
}

/** What runs, living and dead, have on one broker. */
export interface KeyLeftovers extends AsyncDisposable {
  /** Without credentials. */
  readonly display: string;
  /**
   * All runs that have keys.
   * @throws LaunchpadError `broker-unreachable`, also where the broker does not say who is connected: then the living can't be told from the dead
   */
  find(): Promise<RunKeys[]>;
  /** Waits for as long as a run may be away from its broker, to see which of them come back. @returns those that did not */
  stayAway(ids: readonly string[]): Promise<string[]>;
  /** Removes a run's keys. @returns how many; 0, and nothing is removed, where a process of the run is connected */
  remove(id: string): Promise<number>;
}
