import { parseMessageId } from '../plan/messages.js';
import type { Plan, PlannedProducer } from '../plan/types.js';
import type { CollectedQueue } from './collect.js';
import { type OrderEvent, OrderTable } from './order-table.js';
import { known } from './tables.js';

/** Where an order stands. */
interface Place {
  /** Whose steps it has. */
  readonly producer: PlannedProducer;
  /** Null: it is not one of the producer's own. */
  readonly row: number | null;
}

/**
 * Follows the orders that come to the order service. With an order that was received its steps are to come to their
 * queues; those of a guest's order are the first such producer's.
 */
export class OrderLog {
  /** Of the producers that come by HTTP. */
  readonly tables: ReadonlyMap<string, OrderTable>;
  private readonly producers: readonly PlannedProducer[];

  constructor(
    plan: Plan,
    private readonly queues: ReadonlyMap<string, CollectedQueue>,
  ) {
    this.producers = plan.producers.filter(({ via }) => via === 'http');
    this.tables = new Map(this.producers.map(({ name, scheduled }) => [name, new OrderTable(scheduled)]));
  }

  visit(event: OrderEvent): void {
    const place = this.placeOf(event.m);
    if (place === null) return;
    const { producer, row } = place;
    if (row !== null) this.tables.get(producer.name)?.visit(row, event);
    if (event.e !== 'received') return;
    for (const name of producer.to) {
      const queue = this.queues.get(name);
      if (queue === undefined) continue;
      queue.table.set(queue.table.slot(event.m), known.due);
      queue.tally.receive(event.m);
    }
  }

  /** Whether it is an order of one of the scenario's producers; others are guests'. */
  isPlanned(order: string): boolean {
    return (this.placeOf(order)?.row ?? null) !== null;
  }

  /** Null: no producer comes by HTTP. */
  private placeOf(order: string): Place | null {
    const id = parseMessageId(order);
    const named = id?.path.length === 0 ? this.producers.find(({ name }) => name === id.producer) : undefined;
    const producer = named ?? this.producers[0];
    if (producer === undefined) return null;
    const sequence = named === undefined ? 0 : (id?.sequence ?? 0);
    return { producer, row: sequence >= 1 && sequence <= producer.scheduled ? sequence - 1 : null };
  }
}
