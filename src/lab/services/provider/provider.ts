import type { ByProvider } from '../../../ledger/events.js';
import type { Clock, LedgerWriter } from '../../../ledger/write.js';
import { drawWork } from '../../../plan/draws.js';
import { rootOf } from '../../../plan/messages.js';
import { WaitingRoom } from '../../../plan/waiting-room.js';
import type { ProviderSpec } from '../../../scenario/types.js';
import type { MessageStore } from '../../stores.js';
import { longestTimer } from '../../timers.js';
import type { CallRecord } from '../http.js';
import type { ProviderRecord } from './record.js';

/** What a provider works with. */
export interface ProviderTools {
  readonly spec: ProviderSpec;
  readonly speed: number;
  readonly seed: number;
  readonly clock: Clock;
  readonly ledger: LedgerWriter;
  /** The idempotency keys that it has seen, its predecessors' too. */
  readonly keys: MessageStore;
  /** What its predecessors did; it goes on with it. */
  readonly record: ProviderRecord;
  /** Reads again what they wrote: one that was told to stop finishes beside its successor. */
  readonly readAgain: () => ProviderRecord;
  /** Ends the process at once. */
  readonly fallOver: () => void;
}

/** A call as it came. */
export interface ProviderCall {
  readonly queue: string;
  readonly message: string;
  readonly key: string | null;
  readonly correlation: string | null;
  readonly pid: number | null;
}

/** What is to be answered. */
export type ProviderAnswer =
  | { readonly status: 'done'; readonly replayed: boolean }
  /** The waiting room is full; the next start is so long away, in real seconds. */
  | { readonly status: 'turned-away'; readonly nextSeconds: number }
  /** The provider takes no calls any more; it did nothing. */
  | { readonly status: 'stopping' };

interface Admitted {
  readonly call: ProviderCall;
  readonly latencySeconds: number;
  readonly answer: (answer: ProviderAnswer) => void;
}

/** What a timer is late by, at most, as a rule; real microseconds. */
const timerLateness = 10_000;

/**
 * A service with a hard capacity that does what it is called for, and writes down what it did. A call that was let in is
 * served, whether or not anybody waits for the answer.
 */
export class Provider {
  private readonly room: WaitingRoom<Admitted>;
  /** The calls with a key that are waiting or in service, by key. */
  private readonly underway = new Map<string, Promise<ProviderAnswer>>();
  private readonly nobodyInService: (() => void)[] = [];
  private served = 0;
  private isStopping = false;
  private startTimer: NodeJS.Timeout | undefined;
  private fallTimer: NodeJS.Timeout | undefined;

  constructor(private readonly tools: ProviderTools) {
    const { capacity, waitingRoom } = tools.spec;
    this.room = new WaitingRoom({
      spacing: (capacity.perSeconds / capacity.count / tools.speed) * 1e6,
      places: waitingRoom,
      lateness: timerLateness,
      start: (admitted) => this.serve(admitted),
    });
  }

  get waiting(): number {
    return this.room.waiting;
  }

  get inService(): number {
    return this.served;
  }

  get stopping(): boolean {
    return this.isStopping;
  }

  /** Resolves with what is to be answered. Rejects with what the file system says. */
  async call(call: ProviderCall): Promise<ProviderAnswer> {
    if (this.isStopping) return { status: 'stopping' };
    const key = keyOf(call);
    if (key === null) return this.admit(call);
    if (this.isUsed(key, call)) return this.replay(call);
    const first = this.underway.get(key);
    if (first !== undefined) {
      const answer = await first;
      return answer.status === 'done' ? this.replay(call) : this.call(call);
    }
    const answer = this.admit(call);
    this.underway.set(key, answer);
    try {
      return await answer;
    } finally {
      this.underway.delete(key);
    }
  }

  /** What was done for a message; null: it was never called for. */
  recordOf(queue: string, message: string): CallRecord | null {
    const deeds = this.tools.record.find(queue, message);
    if (deeds === undefined) return null;
    const seconds = (t: number) => ({ atSeconds: (t * this.tools.speed) / 1e6 });
    return { queue, message, effects: deeds.effects.map(seconds), suppressed: deeds.suppressed.map(seconds) };
  }

  /** Takes no more calls, sends away those that wait, and resolves when those in service are done. */
  stop(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.startTimer);
    clearTimeout(this.fallTimer);
    for (const { answer } of this.room.clear()) answer({ status: 'stopping' });
    if (this.served === 0) return Promise.resolve();
    return new Promise((resolve) => this.nobodyInService.push(resolve));
  }

  private admit(call: ProviderCall): Promise<ProviderAnswer> {
    return new Promise((resolve) => {
      const { spec, seed, clock, ledger, record } = this.tools;
      const { queue, message } = call;
      const nth = (record.find(queue, message)?.called ?? 0) + 1;
      const latencySeconds = drawWork(spec.latency, seed, queue, message, nth);
      const now = clock.now();
      const waiting = this.room.enter({ call, latencySeconds, answer: resolve }, now);
      if (waiting === null) {
        ledger.write({ e: 'turned-away', s: spec.name, q: queue, m: message, ...detailsOf(call) });
        const nextAt = this.room.dueAt ?? now;
        resolve({ status: 'turned-away', nextSeconds: (nextAt - now) / 1e6 });
      } else {
        record.of(queue, message).called = nth;
        ledger.write({ e: 'called', s: spec.name, q: queue, m: message, waiting, ...detailsOf(call) });
      }
      this.setTimers();
    });
  }

  private serve({ call, latencySeconds, answer }: Admitted): void {
    this.served++;
    setTimeout(() => this.finish(call, answer), (latencySeconds * 1000) / this.tools.speed);
  }

  private finish(call: ProviderCall, answer: Admitted['answer']): void {
    const { ledger, keys, record, spec } = this.tools;
    const { queue, message } = call;
    const key = keyOf(call);
    if (key === null || keys.add(key)) {
      const effect = { e: 'effect', q: queue, m: message, s: spec.name, ...detailsOf(call) } as const;
      record.of(queue, message).effects.push(ledger.write(effect));
      answer({ status: 'done', replayed: false });
    } else {
      answer(this.replay(call));
    }
    this.served--;
    if (this.served === 0) for (const resolve of this.nobodyInService.splice(0)) resolve();
  }

  /**
   * Whether the key was used up. One without an effect is left from a predecessor that was killed between the two: nothing was
   * done for it, and it is good again.
   */
  private isUsed(key: string, { queue, message }: ProviderCall): boolean {
    const { keys, record, readAgain } = this.tools;
    if (!keys.has(key)) return false;
    if (hasEffect(record, queue, message) || hasEffect(readAgain(), queue, message)) return true;
    keys.remove(key);
    return false;
  }

  private replay(call: ProviderCall): ProviderAnswer {
    const { ledger, record, spec } = this.tools;
    const { queue: q, message: m } = call;
    const t = ledger.write({ e: 'suppressed', q, m, by: 'provider', s: spec.name, ...detailsOf(call) });
    record.of(q, m).suppressed.push(t);
    return { status: 'done', replayed: true };
  }

  private setTimers(): void {
    const { dueAt } = this.room;
    const { fallsAt } = this;
    clearTimeout(this.startTimer);
    clearTimeout(this.fallTimer);
    if (dueAt !== null) this.startTimer = this.timerAt(dueAt);
    if (fallsAt !== null) this.fallTimer = this.timerAt(fallsAt);
  }

  private timerAt(t: number): NodeJS.Timeout {
    const { clock } = this.tools;
    // A timer cuts off what is below a millisecond.
    const milliseconds = Math.ceil((t - clock.now()) / 1000);
    return setTimeout(() => this.advance(), Math.min(milliseconds, longestTimer));
  }

  private advance(): void {
    const { clock, ledger, spec, fallOver } = this.tools;
    const now = clock.now();
    this.room.advance(now);
    const { fallsAt } = this;
    if (fallsAt === null || now < fallsAt) {
      this.setTimers();
      return;
    }
    const afterSeconds = spec.fallOver?.afterSeconds;
    ledger.write({ e: 'fell-over', s: spec.name, why: `its waiting room was full for ${afterSeconds} s` });
    fallOver();
  }

  /** When it gives in, if its waiting room stays full; null: it doesn't. */
  private get fallsAt(): number | null {
    const { spec, speed } = this.tools;
    const { fullSince } = this.room;
    if (spec.fallOver === null || fullSince === null) return null;
    return fullSince + (spec.fallOver.afterSeconds / speed) * 1e6;
  }
}

function hasEffect(record: ProviderRecord, queue: string, message: string): boolean {
  return (record.find(queue, message)?.effects.length ?? 0) > 0;
}

/** A key is good for the message that it came with: nobody can use up another's. */
function keyOf({ key, queue, message }: ProviderCall): string | null {
  return key === null ? null : `${key} ${queue} ${message}`;
}

function detailsOf({ message, pid, correlation }: ProviderCall): Pick<ByProvider, 'pid' | 'c'> {
  return {
    ...(pid === null ? {} : { pid }),
    ...(correlation === null || correlation === rootOf(message) ? {} : { c: correlation }),
  };
}
