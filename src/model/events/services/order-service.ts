import type { RespondedEvent } from '../../../ledger/events.js';
import { orderServiceName } from '../../../result/orders.js';
import type { OrderServiceSpec } from '../../../scenario/types.js';
import type { QueueState } from '../queue.js';
import type { World } from '../world.js';
import type { Incoming, Program, ServiceProcess } from './process.js';
import { AnswerThenPublish, PublishThenAnswer } from './queue-placing.js';
import { Service } from './service.js';
import { CallThenAnswer } from './sync-placing.js';

/** One of the things to be done for an order: the queue, and the order's slot there. */
export interface Step {
  readonly queue: QueueState;
  readonly slot: number;
}

/** An order, as its customer posts it. */
export interface Order {
  /** `orders/142` */
  readonly id: string;
  /** In the order in which they are to be done. */
  readonly steps: readonly Step[];
}

/** What a customer is told; and, of what the ledger says of it, what was left out and why it is no acceptance. */
export type Answer = Pick<RespondedEvent, 'status' | 'leftOut' | 'why'>;

export type OrderProcess = ServiceProcess<Order, number>;

/** What is done with an order that was taken up. */
export interface Placing {
  /** Orders that were answered, and are still to be published. */
  readonly owed: number;
  place(order: Order, answer: (answer: Answer) => void): void;
  /** Publishes at once what is owed, and all that comes later. */
  settle(): void;
}

/** A service that answers with the status of each order. */
export type OrderService = Service<Order, number>;

export function orderService(world: World, spec: OrderServiceSpec): OrderService {
  return new Service<Order, number>(world, {
    role: 'order-service',
    name: orderServiceName,
    backSeconds: null,
    program: (process, service) => new Taking(world, spec, process, () => service.leave(process)),
  });
}

/** What an order service's process does, as src/lab/services/order-service does it. */
class Taking implements Program<Order, number> {
  private readonly placing: Placing;
  private inFlight = 0;
  private isClosing = false;

  constructor(
    private readonly world: World,
    spec: OrderServiceSpec,
    private readonly process: OrderProcess,
    private readonly leave: () => void,
  ) {
    const after = spec.publishAfterAnswerSeconds;
    const settled = (): void => this.leaveIfDone();
    if (world.plan.scenario.mode === 'sync') this.placing = new CallThenAnswer(world, spec, process);
    else if (after === null) this.placing = new PublishThenAnswer(world, process);
    else this.placing = new AnswerThenPublish(world, process, after, settled);
  }

  get busy(): number {
    return this.inFlight + this.placing.owed;
  }

  take({ request, exchange }: Incoming<Order, number>): void {
    const { world, process } = this;
    const { id: m } = request;
    this.inFlight++;
    world.scribe.of(process.file, { t: world.now, e: 'received', m });
    this.placing.place(request, (answer) => {
      world.scribe.of(process.file, { t: world.now, e: 'responded', m, ...answer });
      this.inFlight--;
      process.answer(exchange, answer.status);
      this.leaveIfDone();
    });
  }

  close(): void {
    this.isClosing = true;
    this.placing.settle();
    this.leaveIfDone();
  }

  private leaveIfDone(): void {
    if (this.isClosing && this.busy === 0) this.leave();
  }
}
