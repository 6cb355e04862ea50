import type { BrokerQueue, RedeliverySettings } from '../broker/types.js';
import type { PlannedProducer } from '../plan/types.js';
import type { CrashPoint, QueueSpec } from '../scenario/types.js';

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
}

/** Where an aimed kill is to hit. */
export type Aim =
  | { readonly point: Exclude<CrashPoint, 'now' | 'random'> }
  /** At the nth passage, from 1, of any message through any point. */
  | { readonly point: 'random'; readonly passage: number };

/** From the lab to a child. */
export type ToChild =
  | { readonly type: 'setup'; readonly setup: ProducerSetup | WorkerSetup }
  /** The run's zero, in nanoseconds of the monotonic clock. */
  | { readonly type: 'clock'; readonly zero: string }
  /** For a worker: hold messages back at this point, and announce the moment when all in hand have got there. */
  | { readonly type: 'aim'; readonly aim: Aim /** In the plan's list. */; readonly fault: number }
  | { readonly type: 'disarm' }
  /** For a producer: stop now; what was not attempted is dropped. */
  | { readonly type: 'finish' };

/** From a child to the lab. */
export type FromChild =
  | { readonly type: 'ready' }
  /** The clock was received. */
  | { readonly type: 'armed' }
  /** The moment of the kill that was aimed with this fault. */
  | { readonly type: 'moment'; readonly fault: number }
  /** For a producer: everything was attempted, and every outcome is known or given up. */
  | { readonly type: 'published' }
  /** The child can't go on; it exits after this. */
  | { readonly type: 'failed'; readonly message: string; readonly diskFull: boolean };
