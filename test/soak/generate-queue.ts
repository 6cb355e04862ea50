import type { Draws } from './draws.js';
import type { Duration } from './generate.js';
import type { BackoffFile, FailureFile, QueueFile } from './scenario-file.js';

/** What a queue is to be made for. */
export interface Demand {
  readonly name: string;
  /** Messages that may come to it, copies included. */
  readonly inflow: number;
  /** The fewest messages of any producer: single messages are chosen among them. */
  readonly least: number;
  /** The queues that it publishes on to. */
  readonly next: readonly string[];
}

/** A queue and its workers, of a size that serves what comes within about a second of real time. */
export function drawQueue(draws: Draws, duration: Duration, demand: Demand): QueueFile {
  const { inflow } = demand;
  const workers = draws.pick([
    [4, 1],
    [3, 2],
    [2, 3],
  ]);
  const concurrency = draws.pick([
    [3, 1],
    [2, 2],
    [3, 5],
    [1, 20],
  ]);
  const polling = draws.chance(0.15);
  const batch = draws.pick([
    [1, 3],
    [2, 5],
    [1, 10],
  ]);
  const hands = workers * (polling ? batch : concurrency);
  const work = Math.min(0.12, Math.max(0.001, (draws.between(0.2, 0.9) * hands) / inflow));
  const sleep = Math.min(0.1, (0.5 * hands) / inflow);
  const failures = draws.chance(0.6) ? drawFailures(draws, duration, demand, work) : [];
  const fails = failures.some((failure) => failure.crash === undefined && failure.hang === undefined);
  const hangs = failures.some((failure) => failure.hang !== undefined);
  const timed = draws.chance(hangs ? 0.85 : 0.15);
  const crashes = failures.some((failure) => failure.crash !== undefined);
  const retried = (fails || timed) && draws.chance(0.7);
  return {
    ...(draws.chance(0.3) && !polling ? { rate: drawRate(draws, duration, inflow) } : {}),
    workers,
    ...(polling ? {} : { concurrency }),
    work: drawWork(draws, duration, work),
    ...(draws.chance(0.4) ? { acknowledge: duration(work * draws.between(0.2, 1)) } : {}),
    ...(crashes || draws.chance(0.2) ? { redelivery: drawRedelivery(draws, duration) } : {}),
    ...(failures.length > 0 ? { failures } : {}),
    ...(timed ? { timeout: duration(Math.max(0.03, work * draws.between(1, 4))) } : {}),
    ...(retried ? drawRetries(draws, duration) : {}),
    ...drawDeadLetter(draws, demand.name),
    ...drawIdempotency(draws),
    ...drawDeduplication(draws, duration),
    ...(crashes || draws.chance(0.15) ? drawSupervisor(draws, duration, crashes) : {}),
    ...(polling
      ? { polling: { batch, sleep: duration(sleep), errorSleep: duration(draws.between(0.02, 0.15)) } }
      : {}),
    ...drawNext(draws, demand.next),
  };
}

/** How long a silent worker keeps its messages: short, but longer than a busy machine's pauses mostly are. */
export function drawRedelivery(
  draws: Draws,
  duration: Duration,
): { after: string; check: string; limit?: number } {
  const settings = {
    after: duration(draws.between(0.3, 0.6)),
    check: duration(draws.between(0.05, 0.2)),
  };
  const limit = draws.whole(-1, 5);
  return limit === -1 ? settings : { ...settings, limit };
}

function drawRate(draws: Draws, duration: Duration, inflow: number): string {
  const window = draws.between(0.03, 0.25);
  const count = Math.max(1, Math.round((inflow * window) / draws.between(0.3, 1)));
  return `${count}/${duration(window)}`;
}

function drawWork(draws: Draws, duration: Duration, realSeconds: number): NonNullable<QueueFile['work']> {
  const mean = duration(realSeconds);
  return draws.pick<NonNullable<QueueFile['work']>>([
    [3, mean],
    [1, { exponential: { mean } }],
    [1, { lognormal: { mean, cv: Math.round(draws.between(0.2, 2) * 10) / 10 } }],
  ]);
}

function drawFailures(draws: Draws, duration: Duration, demand: Demand, work: number): FailureFile[] {
  const count = draws.pick([
    [4, 1],
    [2, 2],
    [1, 3],
  ]);
  return Array.from({ length: count }, () => drawFailure(draws, duration, demand, work));
}

function drawFailure(draws: Draws, duration: Duration, { least }: Demand, work: number): FailureFile {
  const percent = (from: number, to: number): string => `${draws.whole(from, to)}%`;
  const single = (most: number): number[] => draws.numbers(draws.whole(1, most), 1, least);
  const perMessage = draws.chance(0.4) ? { per: 'message' as const } : {};
  const from = draws.between(0, 0.6);
  const kind = draws.pick([
    [4, 'share'],
    [3, 'single'],
    [3, 'span'],
    [2, 'hang'],
    [1, 'hang-share'],
    [2, 'hang-for'],
    [2, 'crash'],
    [1, 'crash-share'],
  ]);
  const error = draws.chance(0.3) ? { error: 'connection refused' } : {};
  const retryable = draws.chance(0.2) ? { retryable: false } : {};
  const after = draws.chance(0.3) ? { after: duration(work * draws.between(0.1, 1.5)) } : {};
  const times = draws.chance(0.3) ? { times: draws.chance(0.7) ? 1 : 2 } : {};
  switch (kind) {
    case 'share':
      return { fail: percent(3, 30), ...perMessage, ...retryable, ...after, ...error };
    case 'single':
      return { fail: single(4), ...times, ...retryable, ...after, ...error };
    case 'span':
      return {
        fail: draws.chance(0.7) ? 'all' : percent(30, 80),
        from: duration(from),
        ...(draws.chance(0.85) ? { to: duration(from + draws.between(0.1, 0.5)) } : {}),
        ...after,
        ...error,
      };
    case 'hang':
      return { hang: single(2) };
    case 'hang-share':
      return { hang: percent(1, 4), ...perMessage, for: duration(draws.between(0.02, 0.3)), ...after };
    case 'hang-for':
      return { hang: single(3), for: duration(draws.between(0.02, 0.4)), ...after };
    case 'crash':
      return { crash: single(2) };
    default:
      return { crash: percent(1, 2), ...perMessage };
  }
}

function drawRetries(draws: Draws, duration: Duration): Pick<QueueFile, 'attempts' | 'backoff'> {
  const attempts = draws.whole(2, 5);
  if (draws.chance(0.25)) return { attempts };
  const delay = duration(draws.between(0.01, 0.15));
  const jitter = draws.chance(0.5) ? { jitter: draws.whole(1, 10) / 10 } : {};
  const backoff = draws.pick<string | BackoffFile>([
    [1, delay],
    [1, { fixed: delay, ...jitter }],
    [2, { exponential: delay, ...jitter, ...(draws.chance(0.4) ? { max: duration(0.2) } : {}) }],
  ]);
  return { attempts, backoff };
}

function drawDeadLetter(draws: Draws, name: string): Pick<QueueFile, 'deadLetter'> {
  return draws.pick<Pick<QueueFile, 'deadLetter'>>([
    [4, {}],
    [1, { deadLetter: 'none' }],
    [1, { deadLetter: `${name}-morgue` }],
    [1, { deadLetter: { queue: `${name}-dead`, move: 'safe' } }],
    [2, { deadLetter: { queue: `${name}-dead`, move: 'on-failed' } }],
  ]);
}

function drawIdempotency(draws: Draws): Pick<QueueFile, 'idempotency'> {
  return draws.pick<Pick<QueueFile, 'idempotency'>>([
    [4, {}],
    [2, { idempotency: 'memory' }],
    [1, { idempotency: 'delivery-log' }],
    [2, { idempotency: { 'delivery-log': 'before' } }],
    [1, { idempotency: { 'delivery-log': 'after' } }],
    [2, { idempotency: 'effect-key' }],
  ]);
}

function drawDeduplication(draws: Draws, duration: Duration): Pick<QueueFile, 'deduplication'> {
  return draws.pick<Pick<QueueFile, 'deduplication'>>([
    [5, {}],
    [2, { deduplication: 'none' }],
    [1, { deduplication: 'job-id' }],
    [1, { deduplication: { 'job-id': { keep: draws.pick([[1, 0] as const, [1, 10] as const]) } } }],
    [1, { deduplication: { 'job-id': { keep: duration(draws.between(0.1, 1)) } } }],
    [2, { deduplication: 'until-finished' }],
    [1, { deduplication: { throttle: duration(draws.between(0.05, 0.5)) } }],
    [1, { deduplication: { debounce: duration(draws.between(0.02, 0.2)) } }],
    [1, { deduplication: 'keep-last' }],
    [1, { deduplication: { extend: duration(draws.between(0.05, 0.5)) } }],
    [1, { deduplication: { reschedule: duration(draws.between(0.02, 0.2)) } }],
  ]);
}

/** A queue whose messages kill their workers is mostly supervised: without that the run is soon over. */
function drawSupervisor(draws: Draws, duration: Duration, crashes: boolean): Pick<QueueFile, 'supervise'> {
  if (crashes && draws.chance(0.15)) return {};
  return { supervise: { after: duration(draws.between(0.02, 0.2)) } };
}

function drawNext(draws: Draws, next: readonly string[]): Pick<QueueFile, 'to' | 'outcomes'> {
  if (next.length === 0)
    return draws.chance(0.1) ? { outcomes: { good: { share: '60%' }, bad: { share: '40%' } } } : {};
  const share = draws.whole(2, 19) * 5;
  return draws.pick<Pick<QueueFile, 'to' | 'outcomes'>>([
    [1, { to: next }],
    [1, { outcomes: { good: { share: `${share}%`, to: next }, bad: { share: `${100 - share}%` } } }],
    [
      next.length > 1 ? 1 : 0,
      {
        outcomes: {
          good: { share: `${share}%`, to: next.slice(0, 1) },
          bad: { share: `${100 - share}%`, to: next.slice(1) },
        },
      },
    ],
  ]);
}
