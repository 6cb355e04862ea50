import type {
  AnsweredEvent,
  PostedEvent,
  ReceivedEvent,
  RespondedEvent,
  UnansweredEvent,
} from '../ledger/events.js';

/** What the customer learnt of an order. `broken` is also one of which there is no more in the ledger. */
export type AnswerClass = 'accepted' | 'rejected' | 'failed' | 'timedOut' | 'unreached' | 'broken';

/** What the ledger says of an order. */
export type OrderEvent = PostedEvent | AnsweredEvent | UnansweredEvent | ReceivedEvent | RespondedEvent;

/** In place of a status, where the customer got none. */
const noAnswer = { unreached: -1, broken: -2, timeout: -3 } as const;

/** Counted from the events as they come, apart from the table's rows. */
export interface OrderCounts {
  posted: number;
  /** Answers, and what there was in place of them. */
  answers: number;
  accepted: number;
}

/**
 * What is kept of the orders of one producer that come by HTTP: a row for each, the order's number − 1, 44 bytes each.
 * Times are microseconds of real time; NaN: not yet.
 */
export class OrderTable {
  readonly counts: OrderCounts = { posted: 0, answers: 0, accepted: 0 };
  readonly due: Float64Array;
  readonly postedAt: Float64Array;
  /** When the customer had the answer, or knew that there was none. */
  readonly answeredAt: Float64Array;
  readonly receivedAt: Float64Array;
  readonly respondedAt: Float64Array;
  /** The HTTP status, or one of noAnswer; 0: nothing is known. */
  private readonly answer: Int16Array;
  /** What the order service answered; 0: nothing. */
  private readonly response: Int16Array;
  private readonly left = new Map<number, readonly string[]>();

  /** @param size how many orders the producer has */
  constructor(readonly size: number) {
    this.due = new Float64Array(size).fill(Number.NaN);
    this.postedAt = new Float64Array(size).fill(Number.NaN);
    this.answeredAt = new Float64Array(size).fill(Number.NaN);
    this.receivedAt = new Float64Array(size).fill(Number.NaN);
    this.respondedAt = new Float64Array(size).fill(Number.NaN);
    this.answer = new Int16Array(size);
    this.response = new Int16Array(size);
  }

  visit(row: number, event: OrderEvent): void {
    switch (event.e) {
      case 'posted':
        this.counts.posted++;
        this.postedAt[row] = event.t;
        this.due[row] = event.due;
        break;
      case 'answered':
        if (isAcceptance(event.status)) this.counts.accepted++;
        this.answered(row, event.t, event.status);
        break;
      case 'unanswered':
        this.answered(row, event.t, noAnswer[event.kind]);
        break;
      case 'received':
        if (Number.isNaN(this.receivedAt[row] as number)) this.receivedAt[row] = event.t;
        break;
      case 'responded':
        this.respondedAt[row] = event.t;
        // What was said once stays said.
        if (!isAcceptance(this.response[row] as number)) this.response[row] = event.status;
        if (event.leftOut !== undefined && event.leftOut.length > 0) this.left.set(row, event.leftOut);
    }
  }

  wasPosted(row: number): boolean {
    return !Number.isNaN(this.postedAt[row] as number);
  }

  /** What the customer learnt. */
  classOf(row: number): AnswerClass {
    const answer = this.answer[row] as number;
    if (isAcceptance(answer)) return 'accepted';
    if (answer === noAnswer.timeout) return 'timedOut';
    if (answer === noAnswer.unreached) return 'unreached';
    if (answer <= 0) return 'broken';
    return answer >= 400 && answer < 500 ? 'rejected' : 'failed';
  }

  /** Whether the order service said that it accepts the order. */
  saidAccepted(row: number): boolean {
    return isAcceptance(this.response[row] as number);
  }

  /** The steps that the order service left out, and said so. */
  leftOut(row: number): readonly string[] {
    return this.left.get(row) ?? [];
  }

  private answered(row: number, t: number, answer: number): void {
    this.counts.answers++;
    this.answeredAt[row] = t;
    this.answer[row] = answer;
  }
}

/** Whether a status says that the order is accepted: 201 and 202 are what the order service answers. */
export function isAcceptance(status: number): boolean {
  return status >= 200 && status < 300;
}
