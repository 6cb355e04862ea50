import type { PublishOutcome } from '../../../broker/types.js';
import { guestName } from '../../../result/orders.js';
import { type Answer, notTakenAnswer, publishedAnswer } from './answers.js';
import type { KnownOrder, StepState } from './known-orders.js';
import type { Placing } from './placing.js';
import type { StepPublisher } from './publisher.js';

/** Whether the broker has the message. */
export function isOnBroker({ outcome }: PublishOutcome): boolean {
  return outcome === 'acknowledged' || outcome === 'merged';
}

/** Publishes an order's steps, and answers once the broker has confirmed all of them. */
export class PublishThenAnswer implements Placing {
  readonly owed = 0;

  constructor(private readonly publisher: StepPublisher) {}

  async place(order: KnownOrder): Promise<Answer> {
    return answerTo(order, await this.publisher.publish(order, queuesOf(order)));
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }
}

/** What a service does that answers first: until it has published, nobody but this process knows of the order. */
export class AnswerThenPublish implements Placing {
  private readonly timers = new Map<NodeJS.Timeout, KnownOrder>();
  private readonly publishing = new Set<Promise<void>>();
  private isSettling = false;

  /**
   * @param delayMillis from the answer until the publish, real
   * @param onError told what goes wrong when nobody waits for it any more
   */
  constructor(
    private readonly publisher: StepPublisher,
    private readonly delayMillis: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  get owed(): number {
    return this.timers.size + this.publishing.size;
  }

  place(order: KnownOrder): Promise<Answer> {
    if (this.isSettling) this.publish(order);
    else {
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        this.publish(order);
      }, this.delayMillis);
      this.timers.set(timer, order);
    }
    return Promise.resolve(publishedAnswer(order));
  }

  async settle(): Promise<void> {
    this.isSettling = true;
    for (const [timer, order] of this.timers) {
      clearTimeout(timer);
      this.publish(order);
    }
    this.timers.clear();
    while (this.publishing.size > 0) await Promise.all(this.publishing);
  }

  private publish(order: KnownOrder): void {
    const published = this.publisher
      .publish(order, queuesOf(order))
      .then(() => undefined, this.onError)
      .finally(() => this.publishing.delete(published));
    this.publishing.add(published);
  }
}

function queuesOf(order: KnownOrder): string[] {
  return order.steps.map(({ queue }) => queue);
}

/** A guest's order has no number of its own that it could be posted again with. */
function againIs({ id }: KnownOrder): string {
  return id.startsWith(`${guestName}/`)
    ? ''
    : '. Posted again with the same correlation id it is the same order';
}

function answerTo(order: KnownOrder, outcomes: readonly PublishOutcome[]): Answer {
  if (outcomes.every(isOnBroker)) return publishedAnswer(order);
  const steps = order.steps.map(({ queue }, i) => ({ queue, outcome: outcomes[i] }));
  const reasons = steps.flatMap(({ queue, outcome }) => {
    if (outcome === undefined || !('reason' in outcome)) return [];
    const what = outcome.outcome === 'refused' ? 'was not queued' : 'may have been queued';
    return `${queue} ${what}: ${outcome.reason}`;
  });
  // By the order, which knows what came of it when it was posted before.
  const those = (state: StepState): string[] =>
    order.steps.flatMap((step) => (step.state === state ? step.queue : []));
  const unknown = those('unknown');
  const queued = those('published');
  const error =
    unknown.length + queued.length === 0
      ? 'The order was not accepted: nothing of it was queued'
      : `The order was not accepted, but some of its steps may have been queued${againIs(order)}`;
  return notTakenAnswer(order, 503, error, reasons, { done: [], queued, leftOut: [], unknown });
}
