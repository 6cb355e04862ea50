import type {
  AttemptedEvent,
  EffectEvent,
  FailedEvent,
  OutcomeEvent,
  RedrivenEvent,
  SettledEvent,
  StartedEvent,
  SuppressedEvent,
} from '../ledger/events.js';
import type { CollectedQueue } from './collect.js';
import { handsOf, type Process, type Processes } from './processes.js';
import { attempted, outcome } from './publishes.js';
import { known, type QueueTable } from './tables.js';

/** An event of a message on a queue. */
export type MessageEvent =
  | AttemptedEvent
  | OutcomeEvent
  | StartedEvent
  | EffectEvent
  | SuppressedEvent
  | FailedEvent
  | SettledEvent
  | RedrivenEvent;

/**
 * Notes what happens to messages: their publishes, and what becomes of them in the hands of processes. A call that the
 * order service makes itself is a delivery too, which no broker was needed for. What a provider writes of a call
 * belongs to the delivery of its caller.
 */
export class Deliveries {
  constructor(private readonly processes: Processes) {}

  visit(queue: CollectedQueue, event: MessageEvent, file: number): void {
    const { table } = queue;
    const slot = table.slot(event.m);
    switch (event.e) {
      case 'attempted':
        attempted(queue, slot, event);
        queue.pace.attempted(event.t, slot);
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
        suppressed(table, slot, event, this.holderOf(event, file));
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
        this.settled(queue, slot, event, file);
        break;
      default:
        this.settled(queue, slot, event, file);
    }
  }

  private started(queue: CollectedQueue, slot: number, event: StartedEvent, file: number): void {
    const { table, redeliveries, republishes, deaths } = queue;
    const process = this.processes.of(file);
    const isCall = process.role === 'order-service';
    const by = table.startedBy[slot] as number;
    const before = by === 0 ? null : this.processes.of(by - 1);
    // What the order service called for before it published it has been on the broker never yet.
    const wasHanded = before !== null && before.role !== 'order-service';
    if (!isCall) redeliveries.started(event, wasHanded ? before : null);
    const { held, withEffect, secondJobs } = handsOf(process, table.name);
    table.starts.push(event.t);
    const putBack = deaths.started(slot);
    if (Number.isNaN(table.firstStart[slot] as number)) table.firstStart[slot] = event.t;
    const isFresh = wasHanded && !isCall && !putBack && (event.n ?? 1) === 1 && event.r !== true;
    if (isFresh && republishes.startedAfresh(slot)) secondJobs.add(slot);
    else if (secondJobs.size > 0 && wasHanded) secondJobs.delete(slot);
    // A message that starts again was put back, whatever was said of it before.
    table.clear(slot, known.dead);
    // What a call did is open until its outcome is written, whatever came of the call before it.
    table.set(slot, isCall ? known.started | known.open : known.started | known.handed);
    table.startedBy[slot] = file + 1;
    table.tries[slot] = Math.min(65_535, (table.tries[slot] as number) + 1);
    held.set(slot, event.t);
    if (!isCall) queue.pace.started(event, slot, process);
    withEffect.delete(slot);
  }

  private effect(
    { table, redeliveries, pace }: CollectedQueue,
    slot: number,
    event: EffectEvent,
    file: number,
  ): void {
    const { t, m } = event;
    const process = this.holderOf(event, file);
    const { held, withEffect, overran: late } = handsOf(process, table.name);
    const heldSince = held.get(slot);
    const overrunSince = late.size === 0 ? undefined : late.get(slot);
    // With a later delivery in hand, it is that one's effect, unless that one had its own.
    const overran = overrunSince !== undefined && (heldSince === undefined || withEffect.has(slot));
    const startedAt = overran ? overrunSince : (heldSince ?? t);
    if (overran) late.delete(slot);
    else if (heldSince !== undefined) withEffect.add(slot);
    table.effects++;
    if (table.has(slot, known.effected)) {
      const at = table.done[slot] as number;
      const first = this.processes.of((table.effectBy[slot] as number) - 1);
      const work = table.work[slot] as number;
      const firstStartedAt = Number.isNaN(work) ? at : at - work;
      table.repeated(slot);
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
    table.effectBy[slot] = process.file + 1;
    if (overran) redeliveries.firstOverran(slot);
    if (overran || heldSince !== undefined) table.work[slot] = t - startedAt;
    // What a provider does takes its own time.
    if (event.s === undefined && !overran) pace.effect(m, slot, startedAt, t, process);
  }

  private failed(queue: CollectedQueue, slot: number, event: FailedEvent, file: number): void {
    const { table, failures, deaths, redeliveries, pace } = queue;
    failures.visit(event);
    if (event.again !== undefined && table.has(slot, known.effected)) redeliveries.failedAfter(slot, event);
    table.set(slot, known.failed);
    const process = this.processes.of(file);
    const { held, withEffect, overran } = handsOf(process, table.name);
    if (event.kind === 'timeout') overran.set(slot, held.get(slot) ?? event.t);
    if (process.role !== 'order-service') {
      pace.failed(event, slot, process);
      deaths.failed(slot, event);
      return;
    }
    // No broker is told of it, so nothing else ends it.
    held.delete(slot);
    withEffect.delete(slot);
  }

  private settled({ table, pace }: CollectedQueue, slot: number, event: SettledEvent, file: number): void {
    const process = this.processes.of(file);
    const hands = handsOf(process, table.name);
    if (hands.held.delete(slot)) pace.settled(event, slot, process, hands);
    hands.withEffect.delete(slot);
    if (event.e === 'settled') table.lastSettled[slot] = event.t;
  }

  /** The process whose delivery an effect, or the lack of one, belongs to: who wrote it, or who called the provider that did. */
  private holderOf({ s, pid }: EffectEvent | SuppressedEvent, file: number): Process {
    const caller = s === undefined || pid === undefined ? undefined : this.processes.withPid(pid);
    return caller ?? this.processes.of(file);
  }
}

function suppressed(table: QueueTable, slot: number, { t, by }: SuppressedEvent, holder: Process): void {
  table.suppressed++;
  table.set(slot, known.suppressed);
  if (by !== 'provider' || table.hadEffect(slot)) return;
  table.set(slot, known.witnessed);
  table.done[slot] = t;
  table.effectBy[slot] = holder.file + 1;
}

function dead({ table, deaths }: CollectedQueue, slot: number, event: SettledEvent): void {
  // Given up and dead-lettered are one death; whichever of the two is said first has its time.
  if (table.has(slot, known.dead)) return;
  deaths.dead(slot, event);
  table.set(slot, known.dead);
  table.lastSettled[slot] = event.t;
  if (!table.hadEffect(slot)) table.done[slot] = event.t;
}
