import { moment } from '../moments.js';
import { toMicros } from '../options.js';
import type { World } from '../world.js';
import type { Answer, Order, OrderProcess, Placing, Step } from './order-service.js';

/** The answer to an order whose steps are on the broker, or are promised to be. */
const accepted: Answer = { status: 202 };

/**
 * The order service publishes steps of an order. The broker never refuses, since no plan takes it away.
 * @param then once it knows that the broker has all of them; never, where it dies before
 */
export function publishSteps(
  world: World,
  process: OrderProcess,
  { id }: Order,
  steps: readonly Step[],
  then: () => void,
): void {
  const { scribe, publishing, dispatch, services } = world;
  for (const { queue } of steps) scribe.attempted(process.file, queue.name, id);
  let left = steps.length;
  if (left === 0) then();
  for (const { queue, slot } of steps) {
    const hear = (outcome: ReturnType<typeof publishing.add>): void => {
      scribe.outcome(process.file, outcome, queue.name, id);
      left--;
      if (left === 0) then();
    };
    const { publish } = queue.measured;
    if (publish === 0) {
      hear(publishing.add(queue, slot));
      dispatch.serve(queue);
      continue;
    }
    // Whatever becomes of the process, what was sent gets there.
    services.timers.at(world.now + publish, moment.timer, null, () => {
      const outcome = publishing.add(queue, slot);
      services.timers.at(world.now, moment.answer, process, () => hear(outcome));
      dispatch.serve(queue);
    });
  }
}

/** Publishes an order's steps, and answers once the broker has confirmed all of them. */
export class PublishThenAnswer implements Placing {
  readonly owed = 0;

  constructor(
    private readonly world: World,
    private readonly process: OrderProcess,
  ) {}

  place(order: Order, answer: (answer: Answer) => void): void {
    publishSteps(this.world, this.process, order, order.steps, () => answer(accepted));
  }

  settle(): void {}
}

/** Answers first: until it has published, nobody but this process knows of the order. */
export class AnswerThenPublish implements Placing {
  private readonly waiting = new Map<number, Order>();
  private publishing = 0;
  private isSettling = false;

  constructor(
    private readonly world: World,
    private readonly process: OrderProcess,
    private readonly delaySeconds: number,
    private readonly settled: () => void,
  ) {}

  get owed(): number {
    return this.waiting.size + this.publishing;
  }

  place(order: Order, answer: (answer: Answer) => void): void {
    if (this.isSettling) this.publish(order);
    else {
      const { now, services } = this.world;
      const at = now + toMicros(this.delaySeconds);
      const timer = services.timers.at(at, moment.timer, this.process, () => {
        this.waiting.delete(timer);
        this.publish(order);
      });
      this.waiting.set(timer, order);
    }
    answer(accepted);
  }

  settle(): void {
    this.isSettling = true;
    const owed = [...this.waiting];
    this.waiting.clear();
    for (const [timer, order] of owed) {
      this.world.services.timers.cancel(timer);
      this.publish(order);
    }
  }

  private publish(order: Order): void {
    this.publishing++;
    publishSteps(this.world, this.process, order, order.steps, () => {
      this.publishing--;
      this.settled();
    });
  }
}
