import type { BrokerQueue, RedeliverySettings } from '../broker/types.js';
import type { PlannedProducer } from '../plan/types.js';
import type { CrashPoint, Mode, OrderServiceSpec, ProviderSpec, QueueSpec } from '../scenario/types.js';

/** What every child is told first. Passed over the IPC channel and not as an argument, because the url may hold a password. */
export interface ChildSetup {
  readonly driver: string;
  readonly url: string;
  readonly namespace: string;
  /** All queues of the run; durations in real seconds. */
  readonly queues: readonly BrokerQueue[];
  /** The run's `ledger` directory, and this child's file in it. */
  readonly ledgerDirectory: string;
  readonly ledgerFile: string;
  /** The run's `stores` directory: what idempotency remembers outside of a process. */
  readonly storesDirectory: string;
  readonly seed: number;
  readonly speed: number;
}

/** What a producer process does. */
export interface ProducerSetup extends ChildSetup {
  readonly role: 'producer';
  readonly producer: PlannedProducer;
  /** `http://127.0.0.1:4711`; null: it publishes to its queues itself. */
  readonly orderServiceUrl: string | null;
}

/** What a worker process does. */
export interface WorkerSetup extends ChildSetup {
  readonly role: 'worker';
  readonly queue: QueueSpec;
  readonly worker: number;
  /** In scenario seconds. */
  readonly redelivery: RedeliverySettings;
  /** This worker's limit; null: none. */
  readonly rate: QueueSpec['rate'];
  /** Who does the work; null: it is simulated. */
  readonly provider: ProviderAddress | null;
}

/** A provider and where it listens: `http://127.0.0.1:4712`. */
export interface ProviderAddress {
  readonly name: string;
  readonly url: string;
}

/** What a provider process does. */
export interface ProviderSetup extends ChildSetup {
  readonly role: 'provider';
  readonly provider: ProviderSpec;
  /** A free one, on loopback. */
  readonly port: number;
  /** Which process of this service it is, from 1. */
  readonly generation: number;
}

/** What the order service's process does. */
export interface OrderServiceSetup extends ChildSetup {
  readonly role: 'order-service';
  readonly service: OrderServiceSpec;
  readonly mode: Mode;
  readonly port: number;
  readonly generation: number;
  /** The producers that come by HTTP, how many orders each has, and the queues of their orders' steps. */
  readonly producers: readonly {
    readonly name: string;
    readonly scheduled: number;
    readonly to: readonly string[];
  }[];
  /** Every queue that is a step of theirs. */
  readonly steps: readonly Step[];
}

/** One of the things to be done for an order. */
export interface Step {
  readonly queue: QueueSpec;
  /** Null only in queue mode. */
  readonly provider: ProviderAddress | null;
}

/** What a child is told first. */
export type Setup = ProducerSetup | WorkerSetup | ProviderSetup | OrderServiceSetup;

/** Where an aimed kill is to hit. */
export type Aim =
  | { readonly point: Exclude<CrashPoint, 'now' | 'random'> }
  /** At the nth passage, from 1, of any message through any point. */
  | { readonly point: 'random'; readonly passage: number };

/** From the lab to a child. */
export type ToChild =
  | { readonly type: 'setup'; readonly setup: Setup }
  /** The run's zero, in nanoseconds of the monotonic clock. */
  | { readonly type: 'clock'; readonly zero: string }
  /** For a worker: hold messages back at this point, and announce the moment when all in hand have got there. */
  | { readonly type: 'aim'; readonly aim: Aim /** In the plan's list. */; readonly fault: number }
  | { readonly type: 'disarm' }
  /** For a service: say how much is going on. */
  | { readonly type: 'busy?' }
  /** For a producer: stop now; what was not attempted is dropped. */
  | { readonly type: 'finish' };

/** From a child to the lab. */
export type FromChild =
  | { readonly type: 'ready' }
  /** The clock was received. */
  | { readonly type: 'armed' }
  /** The moment of the kill that was aimed with this fault. */
  | { readonly type: 'moment'; readonly fault: number }
  /** For a service: orders or calls that it is at, or has yet to come to. */
  | { readonly type: 'busy'; readonly count: number }
  /** For a producer: everything was attempted, and every outcome is known or given up. */
  | { readonly type: 'published' }
  /** The child can't go on; it exits after this. */
  | { readonly type: 'failed'; readonly message: string; readonly diskFull: boolean };
