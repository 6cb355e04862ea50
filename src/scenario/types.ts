import type { ExpectationSpec } from './expectations/types.js';
import type { Mode, OrderServiceSpec, ProviderSpec } from './service-types.js';

export type * from './expectations/types.js';
export type * from './service-types.js';

/** A checked scenario, with where it comes from. */
export interface Scenario extends CheckedScenario {
  /** How it is named on the command line: a built-in scenario's name, or the file as typed. */
  readonly reference: string;
  /** What the command line changed of what it does, as typed: `--set queues.emails.rate=10/s`. Empty: it is as written. */
  readonly changes: readonly string[];
  /** What made its variants in place of the file's, as typed after `--vary`; absent: nothing. */
  readonly vary?: readonly string[];
  /** Which of its variants were wanted, as typed after `--only`; absent: all, or it is a variant itself. */
  readonly only?: readonly string[];
  /** The variant of the file (or of `--vary`) that this is; null: the scenario itself. */
  readonly variant: string | null;
}

/**
 * What a scenario file says. Everything here is in scenario time (seconds), with defaults filled in, and consistent:
 * every queue that is named exists. Plain data, serialisable as JSON.
 */
export interface CheckedScenario {
  readonly name: string;
  readonly summary: string;
  /** What the run teaches; may be empty. */
  readonly lesson: string;
  /**
   * Command lines worth trying: the options of a further run, without the leading `launchpad simulate --scenario NAME`, or, where it
   * doesn't begin with an option, another command without the leading `launchpad`.
   */
  readonly try: readonly string[];
  /** How many times faster than real time; 0.1 to 100. */
  readonly speed: number;
  readonly seed: number;
  /** Limit of the drain; null: derived from the prediction. */
  readonly drainSeconds: number | null;
  /**
   * What happens to an order that comes to the order service. queue: it is published to its queues, whose workers call the providers. sync: the
   * order service calls the providers itself, one after the other, while the customer waits.
   */
  readonly mode: Mode;
  readonly producers: readonly ProducerSpec[];
  readonly queues: readonly QueueSpec[];
  /** The services that queues' work is done by. */
  readonly providers: readonly ProviderSpec[];
  /** Where producers that come by HTTP send their orders; null: none does. */
  readonly orderService: OrderServiceSpec | null;
  /** As written, in order of time. `for` is not yet expanded. */
  readonly faults: readonly FaultSpec[];
  readonly expect: readonly ExpectationSpec[];
}

/** A rate as the user wrote it: `count` messages in each window of `perSeconds`. 5/s and 1/200ms are the same rate with different windows. */
export interface Rate {
  readonly count: number;
  readonly perSeconds: number;
}

/** A stream of messages. */
export interface ProducerSpec {
  readonly name: string;
  /** One after the other, from time zero. `rate` with `for` is one phase. Of `times`, their mean over 10 s. */
  readonly phases: readonly Phase[];
  /** Of a trace of timestamps: when each message is due, in seconds, in order. Absent: the phases say. */
  readonly times?: readonly number[];
  readonly arrivals: 'constant' | 'poisson';
  /** Each message goes to each of these. */
  readonly to: readonly Target[];
  /** A message later than this is dropped; null: never. */
  readonly giveUpSeconds: number | null;
  /** Each message is published again this long after it was due, once for each of these (a user who clicks twice). */
  readonly resubmitSeconds: readonly number[];
  /** queue: it publishes to its queues itself. http: it posts orders to the order service, as customers do. */
  readonly via: 'queue' | 'http';
  /** Of `http`: how long a customer waits for an answer, from when the order was due. */
  readonly patienceSeconds: number;
}

/** A span in which a producer's rate is constant (from = to) or changes linearly. */
export interface Phase {
  readonly forSeconds: number;
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
}

/** Where a producer's messages go. */
export interface Target {
  readonly queue: string;
}

/** A random or fixed duration. */
export type Distribution =
  | { readonly kind: 'constant'; readonly meanSeconds: number }
  | { readonly kind: 'exponential'; readonly meanSeconds: number }
  | {
      readonly kind: 'lognormal';
      readonly meanSeconds: number /** Standard deviation over mean. */;
      readonly cv: number;
    };

/** A queue and its workers. */
export interface QueueSpec {
  readonly name: string;
  /** The limit over all workers; null: none. Its count is a whole number. */
  readonly rate: Rate | null;
  /** Worker processes at the start; 0 is allowed (they may be scaled up later). */
  readonly workers: number;
  /** Messages in hand at once, per worker. */
  readonly concurrency: number;
  /** From start to effect. */
  readonly work: Distribution;
  /** From effect until the broker is told. */
  readonly acknowledgeSeconds: number;
  /** How long a silent worker keeps a message, and how often that is checked; null: the broker's defaults. */
  readonly redelivery: Redelivery | null;
  /** What may go wrong with the work, in the file's order: the first that applies to an attempt befalls it. */
  readonly failures: readonly FailureSpec[];
  /** Time limit of the work, from the start; null: none. */
  readonly timeoutSeconds: number | null;
  /** How often a message is tried whose work fails, the first time included. */
  readonly attempts: number;
  /** How long a failed message waits for its next attempt; null: not at all. */
  readonly backoff: Backoff | null;
  /** Where its dead go; null: the broker's own list of failed messages keeps them. */
  readonly deadLetter: DeadLetterSpec | null;
  readonly idempotency: Idempotency;
  readonly deduplication: Deduplication;
  /** A worker that died is started again after this; null: it stays down. */
  readonly superviseSeconds: number | null;
  /** Its workers ask for batches in a loop, instead of being handed messages; null: they don't. */
  readonly polling: Polling | null;
  /** The provider that does its work, in place of `work` and `failures`; null: the work is simulated. */
  readonly provider: string | null;
  /** What comes of the work, one of these for each message; empty: nothing follows. The shares add up to 1. */
  readonly outcomes: readonly Outcome[];
}

/** A way in which work goes wrong. */
export interface FailureSpec {
  /** fail: it ends in an error. hang: it does not end. crash: it kills its worker. */
  readonly kind: 'fail' | 'hang' | 'crash';
  readonly select: FailureSelect;
  /** Only a message's first so many deliveries; null: all of them. */
  readonly times: number | null;
  /** Only attempts that start from then on, and before the end (null: no end): a dependency that is down for a while. */
  readonly fromSeconds: number;
  readonly toSeconds: number | null;
  /** Of `fail`: whether another attempt may help. */
  readonly retryable: boolean;
  /** From the start until it shows; null: as long as the work takes. */
  readonly afterSeconds: number | null;
  /** Of `hang`: how long, counted from where it shows; then the work ends as if nothing had been. Null: for ever. */
  readonly forSeconds: number | null;
  /** What the error says. */
  readonly error: string;
}

/** Whom a failure befalls: everybody, a share of all attempts or of all messages (drawn), or the nth messages of each producer. */
export type FailureSelect =
  | { readonly kind: 'all' }
  | { readonly kind: 'share'; readonly share: number; readonly per: 'attempt' | 'message' }
  | { readonly kind: 'messages'; readonly messages: readonly number[] };

/** How long the nth failed attempt (n from 1) waits for the next: `delay`, or delay · 2^(n−1) up to the maximum. */
export interface Backoff {
  readonly kind: 'fixed' | 'exponential';
  readonly delaySeconds: number;
  /** The share of the wait that is drawn: 0.5 is between half of it and the whole. 0 to 1. */
  readonly jitter: number;
  readonly maxSeconds: number | null;
}

/** A queue for a queue's dead. */
export interface DeadLetterSpec {
  readonly queue: string;
  /**
   * safe: the broker's own record of the dead is moved there, as often as it takes, by whichever worker lives.
   * on-failed: the worker that saw the failure puts it there, once (the handbook's `worker.on('failed')`).
   */
  readonly move: 'safe' | 'on-failed';
}

/** How a queue's workers keep an effect from happening twice. */
export type Idempotency =
  /** They don't. */
  | { readonly mode: 'none' }
  /** Each process remembers what it did. */
  | { readonly mode: 'memory' }
  /** A store of their own says what was done, written before or after the effect. */
  | { readonly mode: 'delivery-log'; readonly record: 'before' | 'after' }
  /** Whoever brings the effect about refuses a key that it has seen. */
  | { readonly mode: 'effect-key' };

/** What keeps the same message from being queued twice. */
export type Deduplication =
  | { readonly kind: 'none' }
  /** The message's id is the job's id: nothing is added while a job of that id is kept. Both null: kept for good; count 0: gone once it is done. */
  | { readonly kind: 'job-id'; readonly keepCount: number | null; readonly keepSeconds: number | null }
  /** A key that is held until its job has ended. */
  | { readonly kind: 'until-finished' }
  /** A key that is held for a time, from the first publish. */
  | { readonly kind: 'throttle'; readonly seconds: number }
  /** The same, from the latest publish. */
  | { readonly kind: 'extend'; readonly seconds: number }
  /** A message waits for so long after its latest publish, and is then served as it was first published. */
  | { readonly kind: 'reschedule'; readonly seconds: number }
  /** A key that is held until its job has ended; what is published while that is being worked on is served once more, the latest of it. */
  | { readonly kind: 'keep-last' }
  /** A key that is held for a time from the latest publish; that one replaces those before, and is served when the time is over. */
  | { readonly kind: 'debounce'; readonly seconds: number };

/** The loop of a polling worker: take up to a batch, work on all of it at once, sleep. */
export interface Polling {
  readonly batch: number;
  /** Between two batches. */
  readonly sleepSeconds: number;
  /** In its place, after a batch with an error in it. */
  readonly errorSleepSeconds: number;
}

/** What may come of a message's work. */
export interface Outcome {
  readonly name: string;
  /** Of all messages; drawn for each. */
  readonly share: number;
  /** The queues that it is published on to. */
  readonly to: readonly Target[];
}

/** See QueueSpec.redelivery. */
export interface Redelivery {
  readonly afterSeconds: number;
  readonly checkSeconds: number;
  /** How often a message is given back after its worker died; at the next death it is dead itself. */
  readonly limit: number;
}

/** The kinds of fault that can be ordered. */
export type FaultKind = 'kill' | 'stop' | 'restart' | 'freeze' | 'thaw' | 'scale' | 'redrive';

/**
 * Where in a message's life a kill hits. `now`: wherever it is. The others are aimed, at the first moment from the
 * fault's time on: `before-effect`: the workers hold messages, all at the end of their work and none with its effect;
 * `after-effect`: all with their effect, and none recorded by idempotency, published on or acknowledged;
 * `before-acknowledge`: all recorded and published on, and none acknowledged; `before-dead-letter`: the broker has given a
 * message up, and it is not in the dead-letter queue yet; `random`: a passage through any of these, drawn.
 */
export type CrashPoint =
  | 'now'
  | 'before-effect'
  | 'after-effect'
  | 'before-acknowledge'
  | 'before-dead-letter'
  | 'random';

/** A fault as ordered. */
export interface FaultSpec {
  readonly atSeconds: number;
  readonly kind: FaultKind;
  /** The queue whose workers it befalls; or a provider, or the order service: those are one process each. */
  readonly queue: string;
  /** How many of the queue's workers; for `scale`: how many there are to be. */
  readonly workers: number | 'all';
  /** After this, the opposite follows (restart after kill and stop, thaw after freeze); null: nothing follows. */
  readonly forSeconds: number | null;
  readonly when: CrashPoint;
  /** Of `redrive`: the messages were repaired, so that what befell them as single messages befalls them no more. */
  readonly repaired: boolean;
}
