import type { FailedEvent, SettledEvent, StartedEvent } from '../../ledger/events.js';
import { workOf } from '../../model/index.js';
import { specOf } from '../../plan/spec.js';
import type { Plan } from '../../plan/types.js';
import type { QueueSpec } from '../../scenario/types.js';
import { type Hands, handsOf, type Process } from '../processes.js';
import { known, type QueueTable } from '../tables.js';

/** The mean of samples, in microseconds of real time. */
export class Mean {
  private sum = 0;
  count = 0;

  add(micros: number): void {
    this.sum += micros;
    this.count++;
  }

  /** Null: there were no samples. */
  get micros(): number | null {
    return this.count === 0 ? null : this.sum / this.count;
  }
}

/** A message and a hand that wait for longer than this share of the limiter's window are waiting for it. */
const leastWait = 0.1;

/** So many works are compared with what is drawn for them; more make the mean no better. */
const mostDraws = 10_000;

/** Of a queue with so many messages the pickups are kept one by one, as its plan may be played again. */
export const mostKept = 200_000;

/** The first start of a process. */
export interface FirstStart {
  readonly at: number;
  /** Since when a message waited for it, and no limit held it. */
  readonly since: number;
}

/** What is remembered of a polling worker. */
interface Round {
  /** The start of the first of its batch. */
  from: number;
  failedAt: number;
}

/**
 * How long the parts of a queue's service took beside what the plan says, gathered while the ledger is read in order of time. Only
 * messages that were started once say something, and no process that was frozen meanwhile. Microseconds of real time.
 */
export class Pace {
  /** How much longer than configured a full window of the limiter was, where a message and a hand waited for its end. */
  readonly window = new Mean();
  /** From an attempt until a worker started on it, where a hand was free and the limit let it; the mean, and of each (NaN: not known). */
  readonly pickup = new Mean();
  readonly pickups: Float32Array;
  /** From a message's time, where it had to wait for one, until a free hand started on it. */
  readonly due = new Mean();
  /** What work took beyond what is drawn for it. */
  readonly work = new Mean();
  /** From the end of the wait before the acknowledgement until it was confirmed; with what was published on in between. */
  readonly settle = new Mean();
  /**
   * From a confirmed end to the same hand's next start, where a message waited and all other hands were full. Of a polling worker from
   * the end of a batch to the next, without the sleep.
   */
  readonly turnaround = new Mean();
  /** By pid. */
  readonly firstStarts = new Map<number, FirstStart>();
  private readonly spec: QueueSpec;
  /** The limiter's window, in real time. */
  private readonly windowMicros: number;
  private readonly acknowledgeMicros: number;
  private readonly sleepMicros: number;
  /** How long the queue keeps what is published, so that it may be replaced. */
  private readonly delayMicros: number;
  private readonly constantMicros: number | null;
  private openedAt = Number.NEGATIVE_INFINITY;
  private inWindow = 0;
  /** Whether the window opened then, and not a little earlier. */
  private isCertain = false;
  /** The latest start. */
  private lastAt = Number.NEGATIVE_INFINITY;
  /** When messages may be started that wait for their time. */
  private readonly dueAt = new Map<number, number>();
  private readonly rounds = new Map<number, Round>();

  constructor(
    private readonly plan: Plan,
    private readonly table: QueueTable,
  ) {
    const spec = specOf(plan, table.name);
    const real = (seconds: number): number => (seconds * 1e6) / plan.speed;
    const { deduplication: rule } = spec;
    this.spec = spec;
    this.windowMicros = real(spec.rate?.perSeconds ?? 0);
    this.acknowledgeMicros = real(spec.acknowledgeSeconds);
    this.sleepMicros = real(spec.polling?.sleepSeconds ?? 0);
    this.delayMicros = rule.kind === 'reschedule' || rule.kind === 'debounce' ? real(rule.seconds) : 0;
    const isConstant = spec.work.kind === 'constant' && spec.failures.length === 0;
    this.constantMicros = isConstant ? real(spec.work.meanSeconds) : null;
    this.pickups = new Float32Array(table.size <= mostKept ? table.size : 0).fill(Number.NaN);
  }

  /** A message is published. */
  attempted(t: number, slot: number): void {
    if (this.delayMicros > 0) this.dueAt.set(slot, t + this.delayMicros);
  }

  /** A worker's attempt failed. */
  failed({ t, again }: FailedEvent, slot: number, process: Process): void {
    if (again !== undefined && again > 0) this.dueAt.set(slot, t + again);
    const round = this.rounds.get(process.file);
    if (round !== undefined) round.failedAt = t;
  }

  /** A worker starts on a message; the process has it in hand already. */
  started({ t }: StartedEvent, slot: number, process: Process): void {
    const { table, spec, dueAt } = this;
    const { held, freedAt } = handsOf(process, table.name);
    const due = dueAt.get(slot);
    const isFirst = table.tries[slot] === 1;
    const arrival = due ?? (isFirst ? (table.arrival[slot] as number) : Number.NaN);
    if (due !== undefined) dueAt.delete(slot);
    // A hand that was in use before is used before one that never was.
    const freed = freedAt.shift();
    const isKnown = freed !== undefined && spec.polling === null && !wasFrozen(process, freed);
    const since = isKnown ? Math.max(freed, arrival) : Number.NaN;
    const unlimitedSince = this.countStart(t, since);
    if (spec.polling !== null) this.polled(t, arrival, freed, held.size, process);
    this.noteFirst(t, Math.max(due ?? (table.arrival[slot] as number), unlimitedSince), process);
    // Also false where it is not known.
    if (!isKnown || !(since >= unlimitedSince)) return;
    if (freed > arrival) {
      if (held.size >= spec.concurrency) this.turnaround.add(t - freed);
    } else if (due !== undefined) this.due.add(t - due);
    else {
      this.pickup.add(t - arrival);
      if (slot < this.pickups.length) this.pickups[slot] = t - arrival;
    }
  }

  /** What waited before the process was ready is what its first start says something of. */
  private noteFirst(t: number, since: number, { pid }: Process): void {
    if (!this.firstStarts.has(pid)) this.firstStarts.set(pid, { at: t, since });
  }

  /** A polling worker starts on the first of a batch, or on a further one. */
  private polled(
    t: number,
    arrival: number,
    freed: number | undefined,
    inHand: number,
    process: Process,
  ): void {
    if (inHand > 1) return;
    const { freedAt } = handsOf(process, this.table.name);
    const last = freedAt.at(-1) ?? freed;
    const before = this.rounds.get(process.file);
    this.rounds.set(process.file, { from: t, failedAt: Number.NEGATIVE_INFINITY });
    freedAt.length = 0;
    if (last === undefined || before === undefined || wasFrozen(process, before.from)) return;
    if (before.failedAt < before.from && arrival < last) this.turnaround.add(t - last - this.sleepMicros);
  }

  /**
   * Follows the limiter's windows. When one opens is only known for certain after a pause, or where a message and a hand waited for it.
   * @param since from when on both a message and a hand waited; NaN: not known
   * @returns since when the limit would certainly have let the message start
   */
  private countStart(t: number, since: number): number {
    const { rate } = this.spec;
    if (rate === null) return Number.NEGATIVE_INFINITY;
    const { openedAt, windowMicros, lastAt, isCertain } = this;
    const slack = leastWait * windowMicros;
    const end = openedAt + windowMicros;
    const isFull = this.inWindow >= rate.count;
    // While nothing started: the others of a window start with its first.
    const hasWaited = t - Math.max(since, lastAt) > slack;
    this.lastAt = t;
    if (!isFull && t < end && !hasWaited) {
      this.inWindow++;
      return openedAt;
    }
    const isNext = isFull && isCertain && t >= end - slack && since < end;
    if (isNext) this.window.add(t - end);
    this.isCertain = isNext || hasWaited || t - lastAt >= windowMicros;
    this.openedAt = t;
    this.inWindow = 1;
    return end;
  }

  /** A worker's delivery had the first effect of its message. */
  effect(message: string, slot: number, startedAt: number, t: number, process: Process): void {
    if (this.table.tries[slot] !== 1 || wasFrozen(process, startedAt)) return;
    const drawn = this.constantMicros ?? this.drawn(message, startedAt);
    if (drawn !== null) this.work.add(t - startedAt - drawn);
  }

  /** A worker's hand is free: the end of what it had in it is known. */
  settled({ t, e }: SettledEvent, slot: number, process: Process, hands: Hands): void {
    const { table } = this;
    hands.freedAt.push(t);
    const isFirst = table.tries[slot] === 1 && table.has(slot, known.effected);
    const done = table.done[slot] as number;
    if (e === 'settled' && isFirst && !wasFrozen(process, done)) {
      this.settle.add(t - done - this.acknowledgeMicros);
    }
  }

  /** What is drawn for the first attempt at a message; null: it has no plain end, or enough were drawn. */
  private drawn(message: string, startedAt: number): number | null {
    if (this.work.count >= mostDraws) return null;
    const { seed, speed } = this.plan;
    const startSeconds = (startedAt * speed) / 1e6;
    const seconds = workOf(this.spec, seed, { message, attempt: 1, startSeconds, repaired: false });
    return seconds === null ? null : (seconds * 1e6) / speed;
  }
}

/** Whether a process was frozen at any time since then. */
function wasFrozen({ freezes }: Process, since: number): boolean {
  const last = freezes.at(-1);
  return last !== undefined && (last.to === null || last.to >= since);
}
