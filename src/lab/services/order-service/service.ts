import { messageOf } from '../../../errors.js';
import type { Clock, LedgerWriter } from '../../../ledger/write.js';
import type { Publish } from '../../outcomes.js';
import type { OrderServiceSetup } from '../../protocol.js';
import { type Answer, notTakenAnswer } from './answers.js';
import { BrokerProbe, type Health } from './health.js';
import { Identities } from './identity.js';
import { Journal } from './journal.js';
import { type KnownOrder, KnownOrders } from './known-orders.js';
import type { Placing } from './placing.js';
import { StepPublisher } from './publisher.js';
import { AnswerThenPublish, PublishThenAnswer } from './queue-placing.js';
import { restoreOrders } from './restore.js';
import { type LookUp, type Story, type Summary, storyOf, summaryOf } from './story.js';
import { type Caller, CallThenAnswer } from './sync-placing.js';

/** What an order service is made of. */
export interface OrderServiceParts {
  readonly setup: OrderServiceSetup;
  readonly publish: Publish;
  readonly ledger: LedgerWriter;
  readonly clock: Pick<Clock, 'now'>;
  /** Of mode sync: who is called for a step, by its queue. */
  readonly callers: ReadonlyMap<string, Caller>;
  /** Rejects where the broker does not answer. */
  readonly probe: () => Promise<unknown>;
  readonly lookUp: LookUp;
  /** Told what goes wrong when nobody waits for it any more, and what could not be seen to for a reason that is our own. */
  readonly onError: (error: unknown) => void;
}

/** Takes orders, has their steps done, and knows what became of them. Knows nothing of HTTP. */
export class OrderService {
  private readonly identities: Identities;
  private readonly known = new KnownOrders();
  private readonly journal: Journal;
  private readonly placing: Placing;
  private readonly broker: BrokerProbe;
  private inFlight = 0;
  private readonly idle = new Set<() => void>();

  /** Reads what earlier processes wrote, too. */
  constructor(private readonly parts: OrderServiceParts) {
    const { setup, ledger } = parts;
    this.identities = new Identities(setup);
    restoreOrders(setup.ledgerDirectory, this.known, this.identities, parts.onError);
    this.journal = new Journal(ledger, this.known);
    this.placing = placingOf(parts, this.journal);
    this.broker = new BrokerProbe(parts.probe);
  }

  /** Orders that are being seen to, and those that are answered and not yet published. */
  get busy(): number {
    return this.inFlight + this.placing.owed;
  }

  /**
   * Takes a valid order, and resolves with what its customer is to be told, which is in the ledger then. Does not reject.
   * @param correlation the request's correlation header
   */
  async place(correlation: string | string[] | undefined): Promise<Answer> {
    this.inFlight++;
    try {
      const order = this.journal.received(this.identities.identify(correlation));
      const answer = await this.placed(order);
      this.journal.responded(order, answer);
      return answer;
    } finally {
      this.inFlight--;
      if (this.inFlight === 0) this.tellIdle();
    }
  }

  /** The latest orders, the newest first. */
  list(limit: number): { readonly known: number; readonly orders: Summary[] } {
    const { speed } = this.parts.setup;
    return {
      known: this.known.count,
      orders: this.known.latest(limit).map((order) => summaryOf(order, speed)),
    };
  }

  /** All that is known of an order; null: it is not known (any more). */
  async story(id: string): Promise<Story | null> {
    const { setup, lookUp } = this.parts;
    const order = this.known.get(id);
    return order === undefined ? null : storyOf(order, setup.steps, setup.speed, lookUp);
  }

  /** How the service is; asks the broker. */
  async health(): Promise<Health> {
    const why = await this.broker.ask();
    const { mode } = this.parts.setup;
    if (why === null) return { status: 'ok', mode, redis: 'up', inFlight: this.busy };
    return { status: 'degraded', mode, redis: 'down', inFlight: this.busy, why };
  }

  /** Writes down that a request was refused. */
  rejected(status: number, why: string): void {
    this.journal.rejected(status, why);
  }

  /** Told what went wrong in here. */
  failed(error: unknown): void {
    this.parts.onError(error);
  }

  /** Publishes at once what is still to be published. Resolves when no order is in flight and all are published. */
  async settle(): Promise<void> {
    do {
      if (this.inFlight > 0) await new Promise<void>((resolve) => this.idle.add(resolve));
      await this.placing.settle();
    } while (this.busy > 0);
  }

  private async placed(order: KnownOrder): Promise<Answer> {
    try {
      return await this.placing.place(order);
    } catch (error) {
      this.parts.onError(error);
      const nothing = { done: [], queued: [], leftOut: [], unknown: order.steps.map(({ queue }) => queue) };
      return notTakenAnswer(order, 500, 'The order service has failed', [messageOf(error)], nothing);
    }
  }

  private tellIdle(): void {
    for (const resolve of this.idle) resolve();
    this.idle.clear();
  }
}

function placingOf(
  { setup, publish, clock, callers, onError }: OrderServiceParts,
  journal: Journal,
): Placing {
  const publisher = new StepPublisher(publish, journal, clock);
  if (setup.mode === 'sync') return new CallThenAnswer(setup, callers, publisher, journal, clock);
  const { publishAfterAnswerSeconds } = setup.service;
  if (publishAfterAnswerSeconds === null) return new PublishThenAnswer(publisher);
  return new AnswerThenPublish(publisher, (publishAfterAnswerSeconds * 1000) / setup.speed, onError);
}
