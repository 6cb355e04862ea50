import type { OutgoingMessage, PublishOutcome } from '../../../broker/types.js';
import { messageOf } from '../../../errors.js';
import type { Clock } from '../../../ledger/write.js';
import type { Publish } from '../../outcomes.js';
import { type Payload, payloadOf } from '../../payload.js';
import type { Journal } from './journal.js';
import type { KnownOrder } from './known-orders.js';

/** Steps that come together go to the broker together, this many at most. */
const largestBatch = 200;

/** The publishes of one order that are under way. */
interface Publication {
  readonly order: KnownOrder;
  readonly payload: Payload;
  readonly outcomes: PublishOutcome[];
  left: number;
  readonly resolve: (outcomes: readonly PublishOutcome[]) => void;
  readonly reject: (error: unknown) => void;
}

/** One step of it. */
interface Entry {
  readonly publication: Publication;
  readonly position: number;
}

/**
 * Publishes the steps of orders. What comes up in one turn of the event loop, of however many orders, goes to the broker
 * together, by queue.
 */
export class StepPublisher {
  private waiting = new Map<string, Entry[]>();
  private isScheduled = false;

  constructor(
    private readonly publishBatch: Publish,
    private readonly journal: Journal,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /**
   * Publishes an order to these queues. Resolves with an outcome for each, in their order, once all are known; does not reject
   * for what the broker does.
   */
  publish(order: KnownOrder, queues: readonly string[]): Promise<readonly PublishOutcome[]> {
    if (queues.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      const payload = payloadOf(order.id, order.correlation);
      const publication: Publication = {
        order,
        payload,
        outcomes: new Array<PublishOutcome>(queues.length),
        left: queues.length,
        resolve,
        reject,
      };
      for (const [position, queue] of queues.entries()) this.add(queue, { publication, position });
    });
  }

  private add(queue: string, entry: Entry): void {
    const entries = this.waiting.get(queue);
    if (entries === undefined) this.waiting.set(queue, [entry]);
    else entries.push(entry);
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(this.flush);
  }

  private readonly flush = (): void => {
    const { waiting } = this;
    this.waiting = new Map();
    this.isScheduled = false;
    for (const [queue, entries] of waiting)
      for (let i = 0; i < entries.length; i += largestBatch)
        void this.send(queue, entries.length <= largestBatch ? entries : entries.slice(i, i + largestBatch));
  };

  private async send(queue: string, entries: readonly Entry[]): Promise<void> {
    try {
      const outcomes = await this.attempt(queue, entries);
      const now = this.clock.now();
      for (const [i, { publication, position }] of entries.entries()) {
        publication.outcomes[position] = this.journal.published(publication.order, queue, outcomes[i], now);
        if (--publication.left === 0) publication.resolve(publication.outcomes);
      }
    } catch (error) {
      for (const { publication } of entries) publication.reject(error);
    }
  }

  private async attempt(queue: string, entries: readonly Entry[]): Promise<readonly PublishOutcome[]> {
    const now = this.clock.now();
    const messages: OutgoingMessage[] = [];
    for (const { publication } of entries) {
      const { order, payload } = publication;
      this.journal.attempted(order, queue, now);
      // Whether a process before this one has published it can't be known for certain: the clock tells the copies apart.
      messages.push({ id: order.id, payload, copy: Math.max(1, now) });
    }
    try {
      return await this.publishBatch(queue, messages);
    } catch (error) {
      // A driver has an outcome for everything. One that fails instead leaves all of them open.
      const unknown: PublishOutcome = { outcome: 'unknown', reason: messageOf(error) };
      return messages.map(() => unknown);
    }
  }
}
