import type {
  AttemptedEvent,
  CensusCompleteEvent,
  CensusEvent,
  EffectEvent,
  FailedEvent,
  LedgerEvent,
  OutcomeEvent,
  RedrivenEvent,
  SettledEvent,
  StartedEvent,
  SuppressedEvent,
} from '../ledger/events.js';
import { type LedgerSummary, readLedger } from '../ledger/read.js';
import { specOf } from '../plan/build.js';
import type { Plan, PlannedQueue } from '../plan/types.js';
import { DeathLog } from './dead-letters.js';
import { FailureLog } from './failures.js';
import { markDue, passedOnBy } from './passing.js';
import { Processes } from './processes.js';
import { attempted, outcome } from './publishes.js';
import { RedeliveryLog } from './redeliveries.js';
import { RepublishLog } from './republished.js';
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
}

/** What is gathered from a ledger. */
export interface Collected {
  readonly queues: ReadonlyMap<string, CollectedQueue>;
  readonly story: Story;
  readonly processes: Processes;
  readonly summary: LedgerSummary;
  /** Events of queues that are not in the plan. */
  readonly strayEvents: number;
}

type MessageEvent =
  | AttemptedEvent
  | OutcomeEvent
  | StartedEvent
  | EffectEvent
  | SuppressedEvent
  | FailedEvent
  | SettledEvent
  | RedrivenEvent;

/**
 * Reads a ledger once, into tables of the plan's size.
 * @param directory the run's `ledger` directory
 * @throws LaunchpadError `ledger-damaged`
 */
export function collect(directory: string, plan: Plan): Collected {
  const collector = new Collector(plan);
  const summary = readLedger(directory, (event, file) => collector.visit(event, file));
  const { queues, story, processes, strayEvents } = collector;
  markDue(plan, queues);
  for (const { deaths } of queues.values()) deaths.close(story.endAt);
  return { queues, story, processes, summary, strayEvents };
}

class Collector {
  readonly queues = new Map<string, CollectedQueue>();
  readonly story = new Story();
  readonly processes = new Processes();
  strayEvents = 0;
  /** Queues by the names of their dead-letter queues. */
  private readonly byDeadLetterQueue = new Map<string, CollectedQueue>();

  constructor(plan: Plan) {
    for (const planned of plan.queues) {
      const queue = gatherer(plan, planned, this.queues);
      this.queues.set(planned.name, queue);
      const { deadLetter } = specOf(plan, planned.name);
      if (deadLetter !== null) this.byDeadLetterQueue.set(deadLetter.queue, queue);
    }
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
    const queue = this.queues.get(event.q);
    if (queue === undefined) {
      this.strayEvents++;
      return;
    }
    queue.tally.visit(event);
    this.message(queue, event, file);
  }

  private message(queue: CollectedQueue, event: MessageEvent, file: number): void {
    const { table } = queue;
    const slot = table.slot(event.m);
    switch (event.e) {
      case 'attempted':
        attempted(queue, slot, event);
        break;
      case 'acknowledged':
      case 'merged':
      case 'unknown':
      case 'refused':
        outcome(queue, slot, event);
        break;
      case 'started':
        this.started(queue, slot, event, file);
        break;
      case 'effect':
        this.effect(queue, slot, event, file);
        break;
      case 'suppressed':
        suppressed(table, slot, event, file);
        break;
      case 'failed':
        this.failed(queue, slot, event, file);
        break;
      case 'redriven':
        queue.deaths.putBack(slot, event);
        table.clear(slot, known.dead);
        table.set(slot, known.redriven);
        break;
      case 'dead':
      case 'dead-lettered':
        dead(queue, slot, event);
        this.settled(table, slot, event, file);
        break;
      default:
        this.settled(table, slot, event, file);
    }
  }

  private started(queue: CollectedQueue, slot: number, event: StartedEvent, file: number): void {
    const { table, redeliveries, republishes, deaths } = queue;
    const by = table.startedBy[slot] as number;
    redeliveries.started(event, by === 0 ? null : this.processes.of(by - 1));
    const process = this.processes.of(file);
    table.starts.push(event.t);
    const putBack = deaths.started(slot);
    if (!table.has(slot, known.started)) table.firstStart[slot] = event.t;
    else if (!putBack && (event.n ?? 1) === 1 && event.r !== true && republishes.startedAfresh(slot)) {
      process.secondJobs.add(slot);
    } else if (process.secondJobs.size > 0) process.secondJobs.delete(slot);
    // A message that starts again was put back, whatever was said of it before.
    table.clear(slot, known.dead);
    table.set(slot, known.started);
    table.startedBy[slot] = file + 1;
    table.tries[slot] = Math.min(65_535, (table.tries[slot] as number) + 1);
    process.held.set(slot, event.t);
    process.withEffect.delete(slot);
  }

  private effect(
    { table, redeliveries }: CollectedQueue,
    slot: number,
    { t, m }: EffectEvent,
    file: number,
  ): void {
    const process = this.processes.of(file);
    const held = process.held.get(slot);
    const overrunSince = process.overran.size === 0 ? undefined : process.overran.get(slot);
    // With a later delivery in hand, it is that one's effect, unless that one had its own.
    const overran = overrunSince !== undefined && (held === undefined || process.withEffect.has(slot));
    const startedAt = overran ? overrunSince : (held ?? t);
    if (overran) process.overran.delete(slot);
    else if (held !== undefined) process.withEffect.add(slot);
    table.effects++;
    if (table.has(slot, known.effected)) {
      const at = table.done[slot] as number;
      const first = this.processes.of((table.effectBy[slot] as number) - 1);
      const work = table.work[slot] as number;
      const firstStartedAt = Number.isNaN(work) ? at : at - work;
      redeliveries.repeatedEffect(
        m,
        slot,
        { at, process: first, startedAt: firstStartedAt },
        { at: t, process, startedAt, overran },
      );
      return;
    }
    table.set(slot, known.effected);
    table.done[slot] = t;
    table.effectBy[slot] = file + 1;
    if (overran) redeliveries.firstOverran(slot);
    if (overran || held !== undefined) table.work[slot] = t - startedAt;
  }

  private failed(queue: CollectedQueue, slot: number, event: FailedEvent, file: number): void {
    queue.failures.visit(event);
    queue.deaths.failed(slot, event);
    queue.table.set(slot, known.failed);
    const process = this.processes.of(file);
    if (event.kind === 'timeout') process.overran.set(slot, process.held.get(slot) ?? event.t);
  }

  private settled(table: QueueTable, slot: number, { t, e }: SettledEvent, file: number): void {
    const process = this.processes.of(file);
    process.held.delete(slot);
    process.withEffect.delete(slot);
    if (e === 'settled') table.lastSettled[slot] = t;
  }
}

function gatherer(
  plan: Plan,
  planned: PlannedQueue,
  queues: ReadonlyMap<string, CollectedQueue>,
): CollectedQueue {
  const scheduled = (name: string): number =>
    plan.producers.find((producer) => producer.name === name)?.scheduled ?? 0;
  const spec = specOf(plan, planned.name);
  const table = new QueueTable(planned, scheduled, spec.deadLetter !== null);
  const passOn =
    spec.outcomes.length === 0
      ? null
      : (message: string): void => {
          for (const { queue, id } of passedOnBy(spec, plan.seed, message)) {
            queues.get(queue)?.tally.expect(id);
          }
        };
  return {
    table,
    tally: new Tally(planned, scheduled, passOn),
    redeliveries: new RedeliveryLog(),
    republishes: new RepublishLog(),
    failures: new FailureLog(),
    deaths: new DeathLog(table),
  };
}

function noteCensus(
  { table, tally, deaths }: CollectedQueue,
  event: CensusEvent | CensusCompleteEvent,
  ofDeadLetterQueue: boolean,
): void {
  tally.visit(event, ofDeadLetterQueue);
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

function suppressed(table: QueueTable, slot: number, { t, by }: SuppressedEvent, file: number): void {
  table.suppressed++;
  table.set(slot, known.suppressed);
  if (by !== 'provider' || table.hadEffect(slot)) return;
  table.set(slot, known.witnessed);
  table.done[slot] = t;
  table.effectBy[slot] = file + 1;
}

function dead({ table, deaths }: CollectedQueue, slot: number, event: SettledEvent): void {
  // Given up and dead-lettered are one death; whichever of the two is said first has its time.
  if (table.has(slot, known.dead)) return;
  deaths.dead(slot, event);
  table.set(slot, known.dead);
  table.lastSettled[slot] = event.t;
  if (!table.hadEffect(slot)) table.done[slot] = event.t;
}
