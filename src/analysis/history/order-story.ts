import type {
  AnsweredEvent,
  PostedEvent,
  ReceivedEvent,
  RespondedEvent,
  UnansweredEvent,
} from '../../ledger/events.js';
import { parseMessageId } from '../../plan/messages.js';
import { orderServiceName } from '../../result/orders.js';
import { isAcceptance } from '../order-table.js';
import { span } from './told.js';

/** What customers and the order service write of a whole order. */
export type OrderEvent = PostedEvent | AnsweredEvent | UnansweredEvent | ReceivedEvent | RespondedEvent;

/** A line of it: where it happened, and what. */
interface OrderLine {
  readonly where: string;
  readonly what: string;
}

/** A customer is later than this, in microseconds of real time, if that is worth saying. */
const lateMicros = 50_000;

const silence: Readonly<Record<UnansweredEvent['kind'], string>> = {
  unreached: 'did not reach the order service',
  broken: 'lost the connection before the answer',
  timeout: 'had waited for as long as there was patience',
};

/** The story of an order before and around its steps: the customer and the order service. */
export class OrderStory {
  /** The correlation id that the client sent; null: none but the order's own. */
  correlation: string | null = null;
  private postedAt: number | null = null;
  private dueAt: number | null = null;
  private received = false;
  private isCutOff = false;
  private response: RespondedEvent | null = null;
  private answer: AnsweredEvent | UnansweredEvent | null = null;

  /** @param seconds converts the ledger's microseconds to scenario seconds */
  constructor(private readonly seconds: (micros: number) => number) {}

  /** Whether the order service is at it: it took it up, has not answered, and has not gone over it. */
  get isOpen(): boolean {
    return this.received && this.response === null && !this.isCutOff;
  }

  /** The order service went while it was at it. */
  cutOff(): void {
    this.isCutOff = true;
  }

  /** The steps that the customer was told are left out. */
  get leftOut(): readonly string[] {
    return this.response?.leftOut ?? [];
  }

  /** Whether whoever sent it was told that it is accepted; null: nobody knows of an answer. */
  get isAccepted(): boolean | null {
    const { answer, response } = this;
    const status = answer === null ? response?.status : answer.e === 'answered' ? answer.status : null;
    if (status === undefined) return null;
    return status !== null && isAcceptance(status);
  }

  /** What the customer was told; null: it came from elsewhere and was never answered, or not by HTTP. */
  get inWords(): string | null {
    const { answer, response, postedAt } = this;
    if (answer?.e === 'answered') return `its customer was answered ${answer.status}`;
    if (answer !== null) return `its customer ${silence[answer.kind]} (${answer.why})`;
    if (postedAt !== null) return 'no answer to its customer is in the ledger';
    if (response !== null) return `the answer was ${response.status}`;
    return this.received ? 'it was never answered' : null;
  }

  line(event: OrderEvent): OrderLine {
    const producer = parseMessageId(event.m)?.producer ?? 'customer';
    switch (event.e) {
      case 'posted':
        this.postedAt = event.t;
        this.dueAt = event.due;
        return { where: producer, what: `posted by a customer${this.late(event)}` };
      case 'answered':
        this.answer = event;
        return {
          where: producer,
          what: `the customer has the answer: ${event.status}${this.after(event.t)}`,
        };
      case 'unanswered':
        this.answer = event;
        return {
          where: producer,
          what: `the customer ${silence[event.kind]} (${event.why})${this.after(event.t)}`,
        };
      case 'received':
        this.received = true;
        this.isCutOff = false;
        this.response = null;
        this.correlation = event.c ?? null;
        return {
          where: orderServiceName,
          what: `received${event.c === undefined ? '' : `, with the correlation id ${event.c}`}`,
        };
      case 'responded':
        this.response = event;
        return { where: orderServiceName, what: responseInWords(event) };
    }
  }

  private late({ t, due }: PostedEvent): string {
    return t - due > lateMicros ? `, ${span(this.seconds(t - due))} late` : '';
  }

  /** `, 0.30 s after it was due` */
  private after(t: number): string {
    return this.dueAt === null ? '' : `, ${span(this.seconds(t - this.dueAt))} after it was due`;
  }
}

function responseInWords({ status, leftOut = [], why }: RespondedEvent): string {
  const without = leftOut.length === 0 ? '' : `, without ${leftOut.join(' and ')}`;
  return `answers ${status}${without}${why === undefined ? '' : `: ${why}`}`;
}
