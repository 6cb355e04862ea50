import type { CensusCompleteEvent, CensusEvent, LedgerEvent } from '../ledger/events.js';
import { type LedgerSummary, readLedger } from '../ledger/read.js';
import { specOf } from '../plan/build.js';
import type { Plan, PlannedQueue } from '../plan/types.js';
import { Pace } from './again/pace.js';
import { DeathLog } from './dead-letters.js';
import { Deliveries, type MessageEvent } from './deliveries.js';
import { FailureLog } from './failures.js';
import { OrderLog } from './order-log.js';
import { markDue, passedOnBy } from './passing.js';
import { Processes } from './processes.js';
import { RedeliveryLog } from './redeliveries.js';
import { RepublishLog } from './republished.js';
import { ServiceLog } from './service-log.js';
import { Story } from './story.js';
import { known, QueueTable } from './tables.js';
import { Tally } from './tally.js';

/** What is gathered of one queue. */
export interface CollectedQueue {
  readonly table: QueueTable;
  /** Counted from the same events, apart from the table. */
  readonly tally: Tally;
  readonly redeliveries: RedeliveryLog;
  readonly republishes: RepublishLog;
  readonly failures: FailureLog;
  readonly deaths: DeathLog;
  /** What the service took beside the plan. */
  readonly pace: Pace;
}

/** What is gathered from a ledger. */
export interface Collected {
  readonly queues: ReadonlyMap<string, CollectedQueue>;
  readonly story: Story;
  readonly processes: Processes;
  readonly orders: OrderLog;
  readonly services: ServiceLog;
  readonly summary: LedgerSummary;
  /** Events of queues that are not in the plan. */
  readonly strayEvents: number;
}

/** What tells the events of a run, each with the index of its file, in order of time. */
export type Telling = (visit: (event: LedgerEvent, file: number) => void) => LedgerSummary;

/**
 * Reads a ledger once, into tables of the plan's size.
 * @param directory the run's `ledger` directory
 * @throws LaunchpadError `ledger-damaged`
 */
export function collect(directory: string, plan: Plan): Collected {
  return collectFrom((visit) => readLedger(directory, visit), plan);
}

/** The same of events that come from elsewhere than a directory. */
export function collectFrom(telling: Telling, plan: Plan): Collected {
  const collector = new Collector(plan);
  const summary = telling((event, file) => collector.visit(event, file));
  const { queues, story, processes, orders, services, strayEvents } = collector;
  markDue(plan, queues);
  for (const { deaths } of queues.values()) deaths.close(story.endAt);
  return { queues, story, processes, orders, services, summary, strayEvents };
}

class Collector {
  readonly queues = new Map<string, CollectedQueue>();
  readonly story = new Story();
  readonly processes = new Processes();
  readonly orders: OrderLog;
  readonly services: ServiceLog;
  strayEvents = 0;
  private readonly deliveries = new Deliveries(this.processes);
  /** Queues by the names of their dead-letter queues. */
  private readonly byDeadLetterQueue = new Map<string, CollectedQueue>();

  constructor(plan: Plan) {
    for (const planned of plan.queues) {
      const queue = gatherer(plan, planned, this.queues);
      this.queues.set(planned.name, queue);
      const { deadLetter } = specOf(plan, planned.name);
      if (deadLetter !== null) this.byDeadLetterQueue.set(deadLetter.queue, queue);
    }
    this.orders = new OrderLog(plan, this.queues);
    this.services = new ServiceLog(plan, (message) => this.orders.isPlanned(message));
  }

  visit(event: LedgerEvent, file: number): void {
    this.story.visit(event);
    switch (event.e) {
      case 'opened':
        this.processes.opened(event, file);
        break;
      case 'fault':
        this.processes.fault(event);
        break;
      case 'exited':
        this.processes.exited(event);
        break;
      case 'census':
      case 'census-complete':
        this.census(event);
        break;
      case 'posted':
      case 'answered':
      case 'unanswered':
        this.orders.visit(event);
        break;
      case 'received':
      case 'responded':
        this.orders.visit(event);
        this.services.visit(event);
        break;
      case 'rejected':
      case 'called':
      case 'turned-away':
      case 'breaker':
      case 'fell-over':
        this.services.visit(event);
        break;
      default:
        if ('m' in event) this.ofQueue(event, file);
    }
  }

  private census(event: CensusEvent | CensusCompleteEvent): void {
    const queue = this.queues.get(event.q);
    const ofDead = this.byDeadLetterQueue.get(event.q);
    if (queue !== undefined) noteCensus(queue, event, false);
    else if (ofDead !== undefined) noteCensus(ofDead, event, true);
    else this.strayEvents++;
  }

  private ofQueue(event: MessageEvent, file: number): void {
    if (event.e === 'effect' || event.e === 'suppressed') this.services.visit(event);
    const queue = this.queues.get(event.q);
    if (queue === undefined) {
      this.strayEvents++;
      return;
    }
    const isCall = event.e === 'started' && this.processes.of(file).role === 'order-service';
    queue.tally.visit(event, isCall ? 'order service' : 'queue');
    this.deliveries.visit(queue, event, file);
  }
}

function gatherer(
  plan: Plan,
  planned: PlannedQueue,
  queues: ReadonlyMap<string, CollectedQueue>,
): CollectedQueue {
  const producer = (name: string) => plan.producers.find((each) => each.name === name);
  const scheduled = (name: string): number => producer(name)?.scheduled ?? 0;
  const isHttp = (name: string): boolean => producer(name)?.via === 'http';
  const spec = specOf(plan, planned.name);
  const table = new QueueTable(planned, scheduled, spec.deadLetter !== null, isHttp);
  const passOn =
    spec.outcomes.length === 0
      ? null
      : (message: string, isPlanned: boolean): void => {
          for (const { queue, id } of passedOnBy(spec, plan.seed, message)) {
            const tally = queues.get(queue)?.tally;
            if (isPlanned) tally?.expect(id);
            else tally?.receive(id);
          }
        };
  return {
    table,
    tally: new Tally(planned, scheduled, passOn, isHttp),
    redeliveries: new RedeliveryLog(),
    republishes: new RepublishLog(),
    failures: new FailureLog(),
    deaths: new DeathLog(table),
    pace: new Pace(plan, table),
  };
}

function noteCensus(
  { table, tally, deaths }: CollectedQueue,
  event: CensusEvent | CensusCompleteEvent,
  ofDeadLetterQueue: boolean,
): void {
  tally.visit(event, ofDeadLetterQueue ? 'dead-letter queue' : 'queue');
  if (event.e === 'census-complete') {
    if (ofDeadLetterQueue) table.censusOfDeadLetterQueue = true;
    else table.censusOfQueue = true;
    return;
  }
  const isDead = ofDeadLetterQueue || event.state === 'dead';
  const bit = ofDeadLetterQueue ? known.censusDeadLetter : isDead ? known.censusDead : known.censusLive;
  for (const message of event.m) {
    const slot = table.slot(message);
    table.set(slot, bit);
    if (isDead) deaths.found(slot, message);
  }
}
