import type {
  AttemptedEvent,
  EffectEvent,
  LedgerEvent,
  OutcomeEvent,
  SettledEvent,
  StartedEvent,
} from '../ledger/events.js';
import { type LedgerSummary, readLedger } from '../ledger/read.js';
import type { Plan } from '../plan/types.js';
import { Processes } from './processes.js';
import { RedeliveryLog } from './redeliveries.js';
import { Story } from './story.js';
import { known, QueueTable } from './tables.js';
import { Tally } from './tally.js';

/** What is gathered of one queue. */
export interface CollectedQueue {
  readonly table: QueueTable;
  /** Counted from the same events, apart from the table. */
  readonly tally: Tally;
  readonly redeliveries: RedeliveryLog;
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

/**
 * Reads a ledger once, into tables of the plan's size.
 * @param directory the run's `ledger` directory
 * @throws LaunchpadError `ledger-damaged`
 */
export function collect(directory: string, plan: Plan): Collected {
  const collector = new Collector(plan);
  const summary = readLedger(directory, (event, file) => collector.visit(event, file));
  const { queues, story, processes, strayEvents } = collector;
  return { queues, story, processes, summary, strayEvents };
}

class Collector {
  readonly queues = new Map<string, CollectedQueue>();
  readonly story = new Story();
  readonly processes = new Processes();
  strayEvents = 0;

  constructor(plan: Plan) {
    for (const { name } of plan.queues) {
      this.queues.set(name, {
        table: new QueueTable(plan, name),
        tally: new Tally(plan, name),
        redeliveries: new RedeliveryLog(),
      });
    }
  }

  visit(event: LedgerEvent, file: number): void {
    this.story.visit(event);
    if (event.e === 'opened') this.processes.opened(event, file);
    else if (event.e === 'fault') this.processes.fault(event);
    else if (event.e === 'exited') this.processes.exited(event);
    if (!('q' in event) || event.e === 'fault' || event.e === 'ready' || event.e === 'depth') return;
    const queue = this.queues.get(event.q);
    if (queue === undefined) {
      this.strayEvents++;
      return;
    }
    queue.tally.visit(event);
    if (event.e === 'census') queue.table.census(event.state, event.m);
    else if (event.e === 'census-complete') queue.table.censusComplete = true;
    else this.message(queue, event, file);
  }

  private message(
    queue: CollectedQueue,
    event: AttemptedEvent | OutcomeEvent | StartedEvent | EffectEvent | SettledEvent,
    file: number,
  ): void {
    const slot = queue.table.slot(event.m);
    switch (event.e) {
      case 'attempted':
        attempted(queue.table, slot, event);
        break;
      case 'acknowledged':
      case 'merged':
      case 'unknown':
      case 'refused':
        outcome(queue.table, slot, event);
        break;
      case 'started':
        this.started(queue, slot, event, file);
        break;
      case 'effect':
        this.effect(queue, slot, event, file);
        break;
      case 'suppressed':
        queue.table.suppressed++;
        break;
      case 'failed':
        break;
      default:
        this.settled(queue.table, slot, event, file);
    }
  }

  private started(
    { table, redeliveries }: CollectedQueue,
    slot: number,
    event: StartedEvent,
    file: number,
  ): void {
    const by = table.startedBy[slot] as number;
    redeliveries.started(event, by === 0 ? null : this.processes.of(by - 1));
    table.starts.push(event.t);
    if (!table.has(slot, known.started)) table.firstStart[slot] = event.t;
    // A message that starts again was put back, whatever was said of it before.
    table.flags[slot] = (table.flags[slot] as number) & ~known.dead;
    set(table, slot, known.started);
    table.startedBy[slot] = file + 1;
    const process = this.processes.of(file);
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
    const startedAt = process.held.get(slot) ?? t;
    process.withEffect.add(slot);
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
        { at: t, process, startedAt },
      );
      return;
    }
    set(table, slot, known.effected);
    table.done[slot] = t;
    table.effectBy[slot] = file + 1;
    if (process.held.has(slot)) table.work[slot] = t - startedAt;
  }

  private settled(table: QueueTable, slot: number, { t, e }: SettledEvent, file: number): void {
    const process = this.processes.of(file);
    process.held.delete(slot);
    process.withEffect.delete(slot);
    if (e === 'settled' || e === 'dead') table.lastSettled[slot] = t;
    if (e !== 'dead') return;
    set(table, slot, known.dead);
    if (!table.has(slot, known.effected)) table.done[slot] = t;
  }
}

function attempted(table: QueueTable, slot: number, { t, due }: AttemptedEvent): void {
  const isFirst = !table.has(slot, known.attempted);
  if (isFirst) table.lag[slot] = t - due;
  else table.republished++;
  // An attempt that was followed by another without an outcome in between never gets one.
  if (table.has(slot, known.open)) set(table, slot, known.unknown);
  // An attempt that may have taken effect stays the arrival.
  if (isFirst || !table.has(slot, known.acknowledged | known.unknown)) {
    table.arrival[slot] = t;
    table.confirm[slot] = t - due;
  }
  set(table, slot, known.attempted | known.open);
}

function outcome(table: QueueTable, slot: number, { t, e }: OutcomeEvent): void {
  table.flags[slot] = (table.flags[slot] as number) & ~known.open;
  if (e === 'refused' || e === 'unknown') {
    set(table, slot, known[e]);
    return;
  }
  if (!table.has(slot, known.acknowledged)) {
    table.confirm[slot] = (table.confirm[slot] as number) + t - (table.arrival[slot] as number);
  }
  set(table, slot, known.acknowledged);
  if (e !== 'merged') return;
  set(table, slot, known.merged);
  if (Number.isNaN(table.done[slot] as number)) table.done[slot] = t;
}

function set(table: QueueTable, slot: number, bits: number): void {
  table.flags[slot] = (table.flags[slot] as number) | bits;
}
