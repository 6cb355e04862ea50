/** A scenario as its file says it (docs/scenario-file.md): plain data, which is JSON and so YAML. Only what the soak draws. */
export interface ScenarioFile {
  readonly name: string;
  readonly speed: number;
  readonly seed: number;
  readonly drain: string;
  readonly producers: Readonly<Record<string, ProducerFile>>;
  readonly queues: Readonly<Record<string, QueueFile>>;
  readonly faults: readonly FaultFile[];
}

/** A producer: `rate` with `for`, or `phases`. */
export interface ProducerFile {
  readonly rate?: string;
  readonly for?: string;
  readonly phases?: readonly PhaseFile[];
  readonly arrivals?: 'poisson';
  readonly to: readonly string[];
  readonly resubmit?: readonly string[];
}

export interface PhaseFile {
  readonly for: string;
  readonly rate?: string;
  readonly from?: string;
  readonly to?: string;
}

export interface QueueFile {
  readonly rate?: string;
  readonly workers?: number;
  readonly concurrency?: number;
  readonly work?: string | { readonly exponential: object } | { readonly lognormal: object };
  readonly acknowledge?: string;
  readonly redelivery?: { readonly after: string; readonly check: string; readonly limit?: number };
  readonly failures?: readonly FailureFile[];
  readonly timeout?: string;
  readonly attempts?: number;
  readonly backoff?: string | BackoffFile;
  readonly deadLetter?: string | { readonly queue: string; readonly move: 'safe' | 'on-failed' };
  readonly idempotency?: string | { readonly 'delivery-log': 'before' | 'after' };
  readonly deduplication?:
    | string
    | { readonly 'job-id': { readonly keep: number | string } }
    | { readonly throttle: string }
    | { readonly extend: string }
    | { readonly reschedule: string }
    | { readonly debounce: string };
  readonly supervise?: { readonly after: string };
  readonly polling?: { readonly batch: number; readonly sleep: string; readonly errorSleep: string };
  readonly to?: readonly string[];
  readonly outcomes?: Readonly<Record<string, { readonly share: string; readonly to?: readonly string[] }>>;
}

export interface BackoffFile {
  readonly fixed?: string;
  readonly exponential?: string;
  readonly jitter?: number;
  readonly max?: string;
}

export interface FailureFile {
  readonly fail?: FailureSelectFile;
  readonly hang?: FailureSelectFile;
  readonly crash?: FailureSelectFile;
  readonly per?: 'message';
  readonly from?: string;
  readonly to?: string;
  readonly times?: number;
  readonly retryable?: boolean;
  readonly after?: string;
  readonly for?: string;
  readonly error?: string;
}

/** `10%`, `all`, or the numbers of messages. */
export type FailureSelectFile = string | readonly number[];

export interface FaultFile {
  readonly at: string;
  readonly kill?: string;
  readonly stop?: string;
  readonly restart?: string;
  readonly freeze?: string;
  readonly thaw?: string;
  readonly scale?: string;
  readonly redrive?: string;
  readonly workers?: number | 'all';
  readonly for?: string;
  readonly when?: string;
  readonly repaired?: boolean;
}

/** The queues that a queue publishes on to. */
export function targetsOf(queue: QueueFile): string[] {
  const outcomes = Object.values(queue.outcomes ?? {});
  return [...new Set([...(queue.to ?? []), ...outcomes.flatMap((outcome) => outcome.to ?? [])])];
}

/** What a fault does and to which queue. */
export function orderOf(fault: FaultFile): { readonly kind: FaultKindFile; readonly queue: string } {
  for (const kind of faultKinds) {
    const queue = fault[kind];
    if (queue !== undefined) return { kind, queue };
  }
  throw new RangeError('a fault without a kind');
}

export const faultKinds = ['kill', 'stop', 'restart', 'freeze', 'thaw', 'scale', 'redrive'] as const;
export type FaultKindFile = (typeof faultKinds)[number];
