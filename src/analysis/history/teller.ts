import type {
  AttemptedEvent,
  ByProvider,
  CensusEvent,
  EffectEvent,
  FailedEvent,
  LedgerEvent,
  SettledEvent,
  SuppressedEvent,
} from '../../ledger/events.js';
import { drawOutcome } from '../../plan/draws.js';
import { parseMessageId } from '../../plan/messages.js';
import type { Plan } from '../../plan/types.js';
import { orderServiceName } from '../../result/orders.js';
import type { QueueSpec } from '../../scenario/types.js';
import { type OrderEvent, OrderStory } from './order-story.js';
import { called, callOutcome, outcome, started, turnedAway } from './phrases.js';
import { atDeath, nothingTold, type OpenLine, ordinal, type Stage, span, type Told } from './told.js';
import { workerEvent } from './workers.js';
import { type Writer, Writers, writerName } from './writers.js';

/** An event of one thing to be done on one queue. */
type MessageEvent = Extract<LedgerEvent, { q: string; m: string }>;

/** A line is later than this, in microseconds of real time, if that is worth saying. */
const lateMicros = 50_000;

const suppressedBy: Readonly<Record<SuppressedEvent['by'], string>> = {
  memory: 'this process remembers it',
  'delivery-log': 'the delivery log has it',
  provider: 'the provider has seen its key, and refused it',
};

/** Tells the story of one order, event by event, in order of time. */
export class Teller {
  readonly lines: OpenLine[] = [];
  readonly writers = new Writers();
  readonly order: OrderStory;
  /** Services that went while they were at something of the order, and have not come back. */
  readonly missed = new Set<string>();
  private readonly byKey = new Map<string, Told>();
  private readonly specs: ReadonlyMap<string, QueueSpec>;

  /**
   * @param root the order: `orders/142`
   * @param seconds converts the ledger's microseconds to scenario seconds
   */
  constructor(
    private readonly plan: Plan,
    readonly root: string,
    private readonly seconds: (micros: number) => number,
  ) {
    this.order = new OrderStory(seconds);
    this.specs = new Map(plan.scenario.queues.map((spec) => [spec.name, spec]));
  }

  get told(): IterableIterator<Told> {
    return this.byKey.values();
  }

  find(queue: string, message: string): Told | undefined {
    return this.byKey.get(`${queue} ${message}`);
  }

  /** An event of the whole order. */
  whole(event: OrderEvent): void {
    const { where, what } = this.order.line(event);
    this.say(event, where, event.m, what);
  }

  /** Whether it is one of the run's services. */
  isService(name: string): boolean {
    return name === orderServiceName || this.plan.scenario.providers.some((each) => each.name === name);
  }

  /** An event of one of the order's messages. */
  message(event: MessageEvent, file: number): void {
    if (!this.specs.has(event.q)) return;
    const told = this.find(event.q, event.m) ?? nothingTold(event.q, event.m);
    this.byKey.set(`${event.q} ${event.m}`, told);
    const what = this.what(event, told, file);
    if (what === null) return;
    // What a worker publishes on it does on its own queue.
    const writer = this.writers.of(file);
    const isOn = event.e === 'attempted' && writer.role === 'worker' && writer.name !== null;
    this.say(event, isOn ? (writer.name as string) : event.q, event.m, what);
  }

  /** Anything else that may have happened to who held it. */
  other(event: LedgerEvent, file: number): void {
    if (event.e === 'opened') this.writers.opened(event, file);
    else if (event.e === 'census') return;
    else workerEvent(event, this);
  }

  /** The broker still held these of the order's messages at the end. */
  found(event: CensusEvent, ids: readonly string[]): void {
    for (const id of ids) {
      for (const spec of this.specs.values()) {
        const told = this.find(spec.name, id);
        if (told === undefined) continue;
        if (spec.name === event.q) {
          told.found.add(event.state);
          this.say(event, event.q, id, `at the end the broker still has it: ${stateInWords[event.state]}`);
        } else if (spec.deadLetter?.queue === event.q && (told.dead !== null || told.effects.length === 0)) {
          told.foundDeadLettered = true;
          this.say(event, spec.name, id, `at the end it is in the dead-letter queue ${event.q}`);
        }
      }
    }
  }

  say(event: LedgerEvent, queue: string, message: string, what: string): OpenLine {
    const line = { t: event.t, queue, message, event: event.e, what };
    this.lines.push(line);
    return line;
  }

  private what(event: MessageEvent, told: Told, file: number): string | null {
    switch (event.e) {
      case 'attempted':
        return this.attempted(event, told, this.writers.of(file));
      case 'acknowledged':
      case 'merged':
      case 'refused':
      case 'unknown':
        return told.isDirect ? callOutcome(event, told) : outcome(event, told);
      case 'called':
        told.inside = event.s;
        return called(event);
      case 'turned-away':
        return turnedAway(event);
      case 'started':
        return started(event, told, file, this.writers.of(file));
      case 'effect':
        return this.effect(event, told, file);
      case 'suppressed':
        told.suppressed.push(event);
        setStage(told, this.caller(event, file), 'suppressed');
        return event.s === undefined
          ? `suppressed: ${suppressedBy[event.by]}`
          : `suppressed: ${event.s} has seen its key, and does not do it again${this.forWhom(event)}`;
      case 'failed':
        return this.failed(event, told, file);
      case 'redriven':
        Object.assign(told, { dead: null, deadLettered: false, failures: 0 });
        told.holds.clear();
        return `put back, ${event.repaired ? 'repaired' : 'not repaired'}`;
      default:
        return this.ended(event, told, file);
    }
  }

  private attempted({ t, m, q, due }: AttemptedEvent, told: Told, writer: Writer): string {
    told.attempts++;
    const again = told.attempts === 1 ? '' : ` again (${ordinal(told.attempts)} publish)`;
    if (writer.role === 'order-service') return this.begun(told, again);
    if (writer.role === 'worker') return `published on to ${q}${this.byOutcome(m, writer)}${again}`;
    const late = t - due > lateMicros ? `, ${span(this.seconds(t - due))} late` : '';
    return `published by ${parseMessageId(m)?.producer ?? 'its producer'}${again}${late}`;
  }

  /** The order service begins with a step: it publishes it, or calls the provider itself, and publishes it where that fails. */
  private begun(told: Told, again: string): string {
    if (this.plan.scenario.mode === 'queue') return `published by the order service${again}`;
    told.isDirect = told.attempts === 1;
    if (told.isDirect) return 'begun: the order service calls its provider itself';
    // What fails from now on are its workers' attempts.
    told.failures = 0;
    return 'published to its queue by the order service';
  }

  /** The file of whoever had it done: the writer itself, or who called the provider. -1: nobody knows. */
  private caller({ s, pid }: ByProvider, file: number): number {
    if (s === undefined) return file;
    return (pid === undefined ? undefined : this.writers.fileOf(pid)) ?? -1;
  }

  /** `, for worker 1 (pid 4711)` */
  private forWhom({ pid }: ByProvider): string {
    const file = pid === undefined ? undefined : this.writers.fileOf(pid);
    return file === undefined ? '' : `, for ${writerName(this.writers.of(file))}`;
  }

  /** ` (reserved)`: the outcome of the work on the queue that it comes from, where it has a choice. */
  private byOutcome(message: string, writer: Writer): string {
    const spec = this.specs.get(writer.name ?? '');
    if (spec === undefined || spec.outcomes.length < 2) return '';
    const before = message.slice(0, message.lastIndexOf('.'));
    return ` (${drawOutcome(spec, this.plan.seed, before)?.name ?? 'no outcome'})`;
  }

  private effect(event: EffectEvent, told: Told, file: number): string {
    const { t, s } = event;
    told.effects.push(t);
    told.inside = null;
    const caller = this.caller(event, file);
    const hold = told.holds.get(caller);
    // Whoever called a provider may be gone, or have given it up, and it does it all the same.
    const isLate = hold === undefined || hold.stage === 'failed' || (s !== undefined && hold.death !== null);
    if (!isLate) setStage(told, caller, 'effect');
    const at = s === undefined ? '' : ` at ${s}`;
    const whom = this.forWhom(event);
    const late = isLate ? `, of ${s === undefined ? 'an attempt' : 'a call'} that had ended before` : '';
    if (told.effects.length > 1) {
      return `${ordinal(told.effects.length)} effect${at}: a duplicate${whom}${late}`;
    }
    return `effect${at}${isLate ? late : `, ${span(this.seconds(t - hold.since))} after the start`}${whom}`;
  }

  private failed({ why, again, q }: FailedEvent, told: Told, file: number): string {
    told.failures++;
    told.failedWhy = why;
    if (told.isDirect) return this.callFailed(why, again, told, file);
    setStage(told, file, 'failed');
    const spec = this.specs.get(q);
    // What isn't the work's failure (a publish on that was refused) goes on beyond the attempts.
    const attempts = spec?.attempts ?? 1;
    const of =
      again !== undefined && told.failures >= attempts ? '' : ` (attempt ${told.failures} of ${attempts})`;
    if (again === undefined) return `failed: ${why}; not to be tried again${of}`;
    return `failed: ${why}; to be tried again ${again === 0 ? 'at once' : `in ${span(this.seconds(again))}`}${of}`;
  }

  /** A call of the order service's own. */
  private callFailed(why: string, again: number | undefined, told: Told, file: number): string {
    // Where the breaker is open or the calls are too many, none was made.
    const what = told.holds.delete(file) ? 'the call failed' : 'failed without a call';
    const calls = (this.plan.scenario.orderService?.retries ?? 0) + 1;
    const of = calls === 1 ? '' : ` (call ${told.failures} of ${calls})`;
    if (again === undefined) return `${what}: ${why}${of}`;
    const when = again === 0 ? 'at once' : `in ${span(this.seconds(again))}`;
    return `${what}: ${why}; the next ${when}${of}`;
  }

  /** What the broker said of a delivery's end, or of the message's. */
  private ended({ e, q, t, why }: SettledEvent, told: Told, file: number): string | null {
    const hold = told.holds.get(file);
    if (told.isDirect) {
      told.holds.delete(file);
      return null;
    }
    if (e === 'dead') return this.dead(t, why ?? null, told, file);
    if (e === 'dead-lettered') {
      told.deadLettered = true;
      for (const [each, { stage }] of told.holds) if (stage === 'dead') told.holds.delete(each);
      const queue = this.specs.get(q)?.deadLetter?.queue;
      return `in the dead-letter queue${queue === undefined ? '' : ` ${queue}`}`;
    }
    // The confirmation that follows on a message's being given up says nothing more.
    if (hold?.stage === 'dead' || (hold === undefined && told.dead !== null)) return null;
    told.holds.delete(file);
    if (e === 'lost-lock') return 'too late: the broker had taken it away from this worker';
    if (e === 'settle-unknown') return "the broker's answer to its end never came";
    return hold?.stage === 'failed' ? 'the broker has it back' : 'settled: the broker knows that it is done';
  }

  private dead(t: number, why: string | null, told: Told, file: number): string {
    told.dead = { t, why };
    told.deadLettered = false;
    told.holds.clear();
    const isMoved = (this.specs.get(told.queue)?.deadLetter ?? null) !== null;
    if (isMoved) told.holds.set(file, { since: t, stage: 'dead', death: null });
    return `given up${why === null ? '' : `: ${why}`}`;
  }
}

const stateInWords: Readonly<Record<CensusEvent['state'], string>> = {
  ready: 'waiting',
  inFlight: 'in flight',
  delayed: 'waiting for a later time',
  dead: 'among its own dead',
};

function setStage(told: Told, file: number, stage: Stage): void {
  const hold = told.holds.get(file);
  if (hold === undefined) return;
  hold.stage = stage;
  // A process may still write something between the lab's reading of the clock and its end.
  if (hold.death !== null) hold.death.line.what = `${hold.death.how}: ${atDeath(stage)}`;
}
