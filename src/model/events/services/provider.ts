import { drawWork } from '../../../plan/draws.js';
import { WaitingRoom } from '../../../plan/waiting-room.js';
import type { ProviderSpec } from '../../../scenario/types.js';
import { moment } from '../moments.js';
import { toMicros } from '../options.js';
import type { QueueState } from '../queue.js';
import type { World } from '../world.js';
import type { Incoming, Program, ServiceProcess } from './process.js';
import { Service } from './service.js';

/** A call: the work on one message of one queue. */
export interface Call {
  readonly queue: QueueState;
  readonly slot: number;
  readonly message: string;
  /** The caller's. */
  readonly pid: number;
}

/** stopping: the provider takes no calls any more. */
export type CallAnswer = 'done' | 'replayed' | 'turned-away' | 'stopping';

export type ProviderService = Service<Call, CallAnswer>;

/** How often a provider let each message's calls in, by queue and slot, over all of its processes. */
type Admissions = Map<QueueState, Uint32Array>;

interface Admitted {
  readonly call: Call;
  readonly latency: number;
  readonly answer: (answer: CallAnswer) => void;
}

export function providerService(world: World, spec: ProviderSpec): ProviderService {
  const admissions: Admissions = new Map();
  return new Service<Call, CallAnswer>(world, {
    role: 'provider',
    name: spec.name,
    backSeconds: spec.fallOver?.backSeconds ?? null,
    program: (process, service) =>
      new Provider(world, spec, process, admissions, {
        leave: () => service.leave(process),
        fail: () => service.fail(process),
      }),
  });
}

/** What a provider's process does, as src/lab/services/provider does it. A queue's store has the keys that were used up. */
class Provider implements Program<Call, CallAnswer> {
  private readonly room: WaitingRoom<Admitted>;
  /** The calls with a key that are waiting or in service, and what is done when they were answered. */
  private readonly underway = new Map<number, ((answer: CallAnswer) => void)[]>();
  private inService = 0;
  private isClosing = false;
  private timer = 0;

  constructor(
    private readonly world: World,
    private readonly spec: ProviderSpec,
    private readonly process: ServiceProcess<Call, CallAnswer>,
    private readonly admissions: Admissions,
    private readonly ends: { readonly leave: () => void; readonly fail: () => void },
  ) {
    const { capacity, waitingRoom } = spec;
    this.room = new WaitingRoom({
      spacing: (capacity.perSeconds / capacity.count) * 1e6,
      places: waitingRoom,
      // Moments are whole microseconds.
      lateness: 1,
      start: (admitted) => this.serve(admitted),
    });
  }

  get busy(): number {
    return this.room.waiting + this.inService;
  }

  take({ request, exchange }: Incoming<Call, CallAnswer>): void {
    this.call(request, (answer) => this.process.answer(exchange, answer));
  }

  close(): void {
    this.isClosing = true;
    this.world.services.timers.cancel(this.timer);
    for (const { answer } of this.room.clear()) answer('stopping');
    if (this.inService === 0) this.ends.leave();
  }

  private call(call: Call, answer: (answer: CallAnswer) => void): void {
    if (this.isClosing) answer('stopping');
    else if (!hasKey(call)) this.admit(call, answer);
    else if (isUsed(call)) answer(this.replay(call));
    else this.callOnce(call, answer);
  }

  /** One that comes while another with its key is under way waits for that one's answer. */
  private callOnce(call: Call, answer: (answer: CallAnswer) => void): void {
    const key = keyOf(call);
    const first = this.underway.get(key);
    if (first !== undefined) {
      first.push((known) => {
        if (known === 'done' || known === 'replayed') answer(this.replay(call));
        else this.call(call, answer);
      });
      return;
    }
    const others: ((answer: CallAnswer) => void)[] = [];
    this.underway.set(key, others);
    this.admit(call, (known) => {
      this.underway.delete(key);
      answer(known);
      for (const other of others) other(known);
    });
  }

  private admit(call: Call, answer: (answer: CallAnswer) => void): void {
    const { world, spec, process, room } = this;
    const { scribe, now } = world;
    const { queue, slot, message: m, pid } = call;
    const counts = this.admissionsTo(queue);
    const nth = counts[slot] + 1;
    const latency = toMicros(drawWork(spec.latency, world.plan.seed, queue.name, m, nth));
    const waiting = room.enter({ call, latency, answer }, now);
    const about = { t: now, s: spec.name, q: queue.name, m } as const;
    if (waiting === null) {
      scribe.of(process.file, { ...about, e: 'turned-away', pid });
      answer('turned-away');
    } else {
      counts[slot] = nth;
      scribe.of(process.file, { ...about, e: 'called', waiting, pid });
    }
    this.setTimer();
  }

  private admissionsTo(queue: QueueState): Uint32Array {
    let counts = this.admissions.get(queue);
    if (counts === undefined) {
      counts = new Uint32Array(queue.names.size);
      this.admissions.set(queue, counts);
    }
    return counts;
  }

  private serve({ call, latency, answer }: Admitted): void {
    const { now, services } = this.world;
    this.inService++;
    services.timers.at(now + latency, moment.timer, this.process, () => this.finish(call, answer));
  }

  private finish(call: Call, answer: (answer: CallAnswer) => void): void {
    const { world, process, spec } = this;
    if (hasKey(call) && isUsed(call)) answer(this.replay(call));
    else {
      const { queue, slot, message: m, pid } = call;
      if (hasKey(call)) queue.store[slot] = 1;
      world.scribe.of(process.file, { t: world.now, e: 'effect', q: queue.name, m, s: spec.name, pid });
      answer('done');
    }
    this.inService--;
    if (this.isClosing && this.inService === 0) this.ends.leave();
  }

  private replay({ queue, message: m, pid }: Call): CallAnswer {
    const { world, process, spec } = this;
    const about = { t: world.now, q: queue.name, m } as const;
    world.scribe.of(process.file, { ...about, e: 'suppressed', by: 'provider', s: spec.name, pid });
    return 'replayed';
  }

  private setTimer(): void {
    const { world, room, fallsAt } = this;
    const { timers } = world.services;
    timers.cancel(this.timer);
    const next = Math.min(room.dueAt ?? Number.POSITIVE_INFINITY, fallsAt);
    if (next !== Number.POSITIVE_INFINITY)
      this.timer = timers.at(Math.ceil(next), moment.pace, this.process, () => this.advance());
  }

  private advance(): void {
    const { world, spec, process, room, ends } = this;
    const { now, scribe } = world;
    room.advance(now);
    if (now < this.fallsAt) {
      this.setTimer();
      return;
    }
    const why = `its waiting room was full for ${spec.fallOver?.afterSeconds} s`;
    scribe.of(process.file, { t: now, e: 'fell-over', s: spec.name, why });
    ends.fail();
  }

  /** When it gives in, if its waiting room stays full; Infinity: it doesn't. */
  private get fallsAt(): number {
    const { fallOver } = this.spec;
    const { fullSince } = this.room;
    if (fallOver === null || fullSince === null) return Number.POSITIVE_INFINITY;
    return fullSince + toMicros(fallOver.afterSeconds);
  }
}

/** Of no two messages the same. */
function keyOf({ queue, slot }: Call): number {
  return queue.index * 2 ** 32 + slot;
}

function hasKey({ queue }: Call): boolean {
  return queue.spec.idempotency.mode === 'effect-key';
}

function isUsed({ queue, slot }: Call): boolean {
  return queue.store[slot] === 1;
}
