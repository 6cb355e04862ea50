import type { ByProvider, LedgerEvent } from '../../ledger/events.js';
import type { Plan } from '../../plan/types.js';
import type { MomentState } from '../../result/history.js';
import { orderServiceName } from '../../result/orders.js';
import type { Deduplication } from '../../scenario/types.js';
import { scenarioSeconds, toMillionth } from '../time.js';
import {
  acknowledge,
  acknowledgeCall,
  deadLetter,
  fail,
  failCall,
  giveUp,
  type Hold,
  holdOf,
  loseLock,
  type MessageState,
  newMessage,
  redrive,
  settle,
  start,
} from './copies.js';
import { Crew } from './crew.js';
import { type QueueState, queueMoment } from './queue-moment.js';
import { ServiceState } from './service-state.js';
import type { FiledEvent } from './writers.js';

type MessageEvent = Exclude<Extract<LedgerEvent, { q: string; m: string }>, { e: 'called' | 'turned-away' }>;

/**
 * The state of a run at an instant: a fold over its events, in their order, up to and with those of that time. Nothing
 * else is asked, so the same events give the same state wherever and whenever.
 *
 * @param events in order of time; those after the instant are passed over
 * @param at in scenario seconds
 */
export function stateAt(events: Iterable<FiledEvent>, plan: Plan, at: number): MomentState {
  const fold = new StateFold(plan, at);
  for (const { event, file } of events) fold.apply(event, file);
  return fold.state();
}

/** The fold behind stateAt, for who has the events one by one. */
export class StateFold {
  private readonly queues = new Map<string, QueueState>();
  private readonly attempted = new Map<string, Set<string>>();
  private readonly crew = new Crew();
  private readonly services: ServiceState;
  private brokerAwaySince: number | null = null;
  private readonly isGone = (file: number): boolean => this.crew.isGone(file);

  /** The instant. Ledger time is real time. */
  private readonly micros: number;

  /** @param at the instant, in scenario seconds */
  constructor(
    private readonly plan: Plan,
    private readonly at: number,
  ) {
    this.micros = (at / plan.speed) * 1e6;
    this.services = new ServiceState(plan);
    for (const spec of plan.scenario.queues) {
      this.queues.set(spec.name, { spec, messages: new Map(), suppressed: 0, failed: 0, redriven: 0 });
    }
    for (const { name } of plan.producers) this.attempted.set(name, new Set());
  }

  /** Takes in the next event; one after the instant changes nothing. */
  apply(event: LedgerEvent, file: number): void {
    if (event.t > this.micros) return;
    switch (event.e) {
      case 'opened':
      case 'ready':
      case 'supervised':
      case 'exited':
      case 'fault':
        this.crew.visit(event, file);
        if (event.e === 'exited') this.services.gone(event.name);
        if (event.e === 'fault' && event.kind === 'kill' && event.pids.length > 0)
          this.services.gone(event.q);
        break;
      case 'posted':
      case 'answered':
      case 'unanswered':
      case 'received':
      case 'responded':
      case 'called':
      case 'turned-away':
      case 'breaker':
        this.crew.active(file, event.t);
        this.services.visit(event);
        break;
      case 'rejected':
      case 'fell-over':
        break;
      case 'broker-lost':
        this.brokerAwaySince ??= event.t;
        break;
      case 'broker-back':
        this.brokerAwaySince = null;
        break;
      case 'run':
      case 'depth':
      case 'census':
      case 'census-complete':
      case 'ended':
        break;
      default:
        this.message(event, file);
    }
  }

  private message(event: MessageEvent, file: number): void {
    const queue = this.queues.get(event.q);
    if (queue === undefined) return;
    const state = queue.messages.get(event.m) ?? newMessage(event.m);
    queue.messages.set(event.m, state);
    this.crew.active(file, event.t);
    switch (event.e) {
      case 'attempted':
        state.attempted = true;
        state.isOpen = true;
        this.producerAttempted(event.m);
        break;
      case 'acknowledged':
        if (this.isCall(state, file)) acknowledgeCall(state);
        else acknowledge(state, event.t, queue.spec.deduplication, this.keepMicros(queue.spec.deduplication));
        break;
      case 'merged':
        state.acknowledged = true;
        state.isOpen = false;
        break;
      case 'refused':
      case 'unknown':
        state.isOpen = false;
        if (event.e === 'unknown') state.isUnknown = true;
        break;
      case 'started':
        start(state, event, file, this.isGone);
        break;
      case 'effect':
        state.effects++;
        this.services.effect(event.s);
        setStage(this.holdBehind(state, event, file), 'effected');
        break;
      case 'suppressed':
        queue.suppressed++;
        // The provider's refusal is a witness: the effect has happened.
        if (event.by === 'provider' && state.effects === 0) state.effects = 1;
        setStage(this.holdBehind(state, event, file), 'suppressed');
        break;
      case 'failed':
        queue.failed++;
        if (this.isCall(state, file)) failCall(state, event, file);
        else fail(state, event, file);
        break;
      case 'settled':
        settle(state, event.t, file);
        break;
      case 'lost-lock':
        loseLock(state, file);
        break;
      case 'settle-unknown':
        setStage(holdOf(state, file), 'unsettled');
        break;
      case 'dead':
        giveUp(state, file, this.isGone);
        break;
      case 'dead-lettered':
        deadLetter(state);
        break;
      case 'redriven':
        queue.redriven++;
        redrive(state);
    }
  }

  /** Whether the order service has the message in hand itself: it calls the provider, and no queue has it. */
  private isCall(state: MessageState, file: number): boolean {
    return this.crew.of(file)?.queue === orderServiceName && holdOf(state, file) !== undefined;
  }

  /** The delivery that the event is about; where a provider writes it, its caller's. */
  private holdBehind(state: MessageState, { s, pid }: ByProvider, file: number): Hold | undefined {
    if (s === undefined) return holdOf(state, file);
    const caller = pid === undefined ? undefined : this.crew.fileOf(pid);
    return caller === undefined ? undefined : holdOf(state, caller);
  }

  /** How long the id of a done message is refused; for ever as far as a run goes, where it is kept by number. */
  private keepMicros(deduplication: Deduplication): number {
    if (deduplication.kind !== 'job-id') return 0;
    if (deduplication.keepCount === 0) return 0;
    const { keepSeconds } = deduplication;
    return keepSeconds === null ? Number.POSITIVE_INFINITY : (keepSeconds / this.plan.speed) * 1e6;
  }

  private producerAttempted(message: string): void {
    // What was published on by a worker has a path, behind a dot.
    if (message.includes('.')) return;
    this.attempted.get(message.slice(0, message.indexOf('/')))?.add(message);
  }

  /** What the events so far add up to. */
  state(): MomentState {
    const { at, micros } = this;
    const scale = scenarioSeconds(this.plan.speed);
    const seconds = (t: number): number => toMillionth(scale(t));
    const services = this.services.moments(this.crew, seconds);
    return {
      atSeconds: at,
      queues: Object.fromEntries(
        this.plan.queues.flatMap(({ name, scheduled, isServed }) => {
          const queue = this.queues.get(name);
          return queue === undefined
            ? []
            : [[name, queueMoment(queue, this.crew, { scheduled, isServed, micros, seconds })]];
        }),
      ),
      producers: Object.fromEntries(
        this.plan.producers.map(({ name, scheduled }) => {
          const customers = this.services.customersOf(name);
          const attempted = this.attempted.get(name)?.size ?? 0;
          return [name, { scheduled, attempted, ...(customers === null ? {} : { customers }) }];
        }),
      ),
      ...(services === null ? {} : { services }),
      brokerAwaySinceSeconds: this.brokerAwaySince === null ? null : seconds(this.brokerAwaySince),
    };
  }
}

function setStage(hold: Hold | undefined, stage: Hold['stage']): void {
  if (hold !== undefined) hold.stage = stage;
}
