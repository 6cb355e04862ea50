import { parseMessageId } from '../../../plan/messages.js';
import { guestName } from '../../../result/orders.js';
import type { OrderServiceSetup, Step } from '../../protocol.js';

/** Which order a request is, and what is to be done for it. */
export interface Identity {
  /** `orders/142`, or a guest's: `guest/1000000001`. */
  readonly id: string;
  /** What goes along with everything that is done for it; its own id, unless a guest sent another. */
  readonly correlation: string;
  /** In the order in which they are to be done. */
  readonly steps: readonly Step[];
}

/** Guests of one process: so that the next one's numbers are others, and still numbers of messages. */
const guestsPerGeneration = 1e9;

/** What may be passed on as it is: in headers, paths, ledgers and on terminals. */
const sane = /^[A-Za-z0-9._:/-]{1,128}$/;

/** A correlation id that a client sent; null: it sent none, or one that is not kept. */
export function correlationFrom(header: string | string[] | undefined): string | null {
  return typeof header === 'string' && sane.test(header) ? header : null;
}

/** Says which order a request is. */
export class Identities {
  private readonly byProducer: ReadonlyMap<
    string,
    { readonly scheduled: number; readonly steps: readonly Step[] }
  >;
  private readonly guestSteps: readonly Step[];
  private guests: number;

  constructor({
    producers,
    steps,
    generation,
  }: Pick<OrderServiceSetup, 'producers' | 'steps' | 'generation'>) {
    const byQueue = new Map(steps.map((step) => [step.queue.name, step]));
    const pick = (to: readonly string[]): Step[] => to.flatMap((queue) => byQueue.get(queue) ?? []);
    this.byProducer = new Map(
      producers.map(({ name, scheduled, to }) => [name, { scheduled, steps: pick(to) }]),
    );
    this.guestSteps = pick(producers[0]?.to ?? []);
    this.guests = generation * guestsPerGeneration;
  }

  /**
   * The order of a request: that of a producer of the scenario, where the correlation id is `orders/142`; otherwise a guest's,
   * with the first producer's steps.
   */
  identify(header: string | string[] | undefined): Identity {
    const correlation = correlationFrom(header);
    const own = correlation === null ? null : this.producersOrder(correlation);
    if (own !== null) return own;
    const id = `${guestName}/${++this.guests}`;
    return { id, correlation: correlation ?? id, steps: this.guestSteps };
  }

  /** What was to be done for an order, by its id. Empty: it is nobody's. */
  stepsFor(id: string): readonly Step[] {
    return this.producersOrder(id)?.steps ?? (id.startsWith(`${guestName}/`) ? this.guestSteps : []);
  }

  private producersOrder(correlation: string): Identity | null {
    const name = parseMessageId(correlation);
    if (name === null || name.path.length > 0) return null;
    const producer = this.byProducer.get(name.producer);
    // Numbers that the producer doesn't have are somebody else's.
    if (producer === undefined || name.sequence > producer.scheduled) return null;
    return { id: correlation, correlation, steps: producer.steps };
  }
}
