import { Arrivals } from '../../../plan/arrivals.js';
import type { PlannedProducer } from '../../../plan/types.js';
import { moment } from '../moments.js';
import { toMicros } from '../options.js';
import type { QueueState } from '../queue.js';
import type { World } from '../world.js';
import type { Ending } from './exchange.js';
import type { Order } from './order-service.js';

/** Orders in flight at once, as a real producer has them. Reaching it shows as lag. */
const mostInFlight = 10_000;

/** A step of its orders: the queue, and the slot of its first order there. */
interface Target {
  readonly queue: QueueState;
  readonly base: number;
}

/** The process of a producer by HTTP: customers, each of whom posts an order when it is due and waits for the answer, up to their patience. */
export class Customers {
  private readonly pid: number;
  private readonly file: number;
  private readonly arrivals: Arrivals;
  private readonly targets: readonly Target[];
  private readonly patience: number;
  private readonly giveUp: number;
  /** The next order's number, from 1, and when it is due and posted; microseconds. Infinity: there is none any more. */
  private sequence = 0;
  private dueAt = 0;
  private postAt = 0;
  /** For when the next one's moment is noted down. */
  private notedFor = -1;
  private inFlight = 0;
  private isPosting = false;
  private isOver = false;

  constructor(
    private readonly world: World,
    private readonly spec: PlannedProducer,
    private readonly index: number,
  ) {
    const { scribe, plan } = world;
    const { name, patienceSeconds, giveUpSeconds } = spec;
    this.pid = scribe.nextPid();
    this.file = scribe.open({ role: 'producer', pid: this.pid, name });
    this.arrivals = new Arrivals(spec, plan.seed);
    this.patience = toMicros(patienceSeconds);
    this.giveUp = giveUpSeconds === null ? Number.POSITIVE_INFINITY : toMicros(giveUpSeconds);
    this.targets = spec.to.map((target) => {
      const queue = world.queue(target);
      return { queue, base: queue.names.find(name, [])?.base ?? 0 };
    });
    this.advance();
    this.noteNext();
  }

  /** Posts the orders that are due; at the bound the next one waits until another has its answer. */
  publish(): void {
    if (this.isPosting || this.isOver) return;
    this.isPosting = true;
    const { now } = this.world;
    while (this.postAt <= now && this.inFlight < mostInFlight) {
      const { sequence, dueAt } = this;
      this.advance();
      if (now - dueAt <= this.giveUp) this.post(sequence, dueAt);
    }
    this.isPosting = false;
    this.noteNext();
  }

  /** Every order has its answer, or none. */
  exit(): void {
    if (this.isOver) return;
    this.isOver = true;
    const { scribe, now } = this.world;
    const who = { role: 'producer', name: this.spec.name, pid: this.pid } as const;
    scribe.lab({ t: now, e: 'exited', ...who, code: 0, signal: null, ordered: true });
  }

  private post(sequence: number, dueAt: number): void {
    const { scribe, now, services } = this.world;
    const m = `${this.spec.name}/${sequence}`;
    scribe.of(this.file, { t: now, e: 'posted', m, due: dueAt });
    const until = dueAt + this.patience;
    if (until <= now) {
      const why = `it was not sent: the patience of ${this.spec.patienceSeconds} s was over before`;
      scribe.of(this.file, { t: now, e: 'unanswered', m, kind: 'timeout', why });
      return;
    }
    this.inFlight++;
    // Noted before the request: an answer at the very moment comes too late, as HTTP takes a little.
    const limit = services.timers.at(until, moment.timer, null, () => {
      exchange.leave();
      this.unanswered(m, 'timeout');
    });
    const steps = this.targets.map(({ queue, base }) => ({ queue, slot: base + sequence - 1 }));
    const order: Order = { id: m, steps };
    const exchange = services.orders.send(order, (ending) => {
      services.timers.cancel(limit);
      this.ended(m, ending);
    });
  }

  private ended(m: string, ending: Ending<number>): void {
    if (ending.kind !== 'answered') {
      this.unanswered(m, ending.kind);
      return;
    }
    const { scribe, now } = this.world;
    if (!this.isOver) scribe.of(this.file, { t: now, e: 'answered', m, status: ending.answer });
    this.landed();
  }

  private unanswered(m: string, kind: keyof typeof reasons): void {
    const { scribe, now } = this.world;
    if (!this.isOver) scribe.of(this.file, { t: now, e: 'unanswered', m, kind, why: reasons[kind] });
    this.landed();
  }

  private landed(): void {
    this.inFlight--;
    if (!this.isOver) this.publish();
  }

  private advance(): void {
    const { measured } = this.world;
    const lags = measured.lagSeconds?.[this.spec.name] ?? [];
    for (;;) {
      const seconds = this.arrivals.next();
      const lag = lags[this.sequence++];
      if (lag === null && seconds !== null) continue;
      this.dueAt = seconds === null ? Number.POSITIVE_INFINITY : toMicros(seconds);
      this.postAt = this.dueAt + toMicros(lag ?? 0);
      return;
    }
  }

  private noteNext(): void {
    const { heap, now } = this.world;
    const { postAt, index } = this;
    const isLast = postAt === Number.POSITIVE_INFINITY;
    if (this.notedFor === postAt || (isLast && this.inFlight > 0)) return;
    // At the bound, the next one that has its answer goes on.
    if (postAt <= now && this.inFlight >= mostInFlight) return;
    this.notedFor = postAt;
    if (isLast) heap.push(now, moment.exit, index, 0);
    else heap.push(Math.max(now, postAt), moment.arrival, index, 0);
  }
}

const reasons = {
  unreached: 'connection refused',
  broken: 'the connection was closed',
  timeout: 'there was no answer in time',
} as const;
