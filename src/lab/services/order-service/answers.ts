import type { KnownOrder } from './known-orders.js';

/** What a customer is told about an order, and what of it the ledger is told. */
export interface Answer {
  readonly status: 201 | 202 | 500 | 502 | 503 | 504;
  readonly body: TakenBody | NotTakenBody;
  readonly leftOut: readonly string[];
  readonly why: string | null;
}

/** Of an order that was accepted. */
export interface TakenBody {
  readonly id: string;
  /** done: 201, nothing follows. accepted: 202, it is going to be done. */
  readonly status: 'done' | 'accepted';
  /** ISO 8601. */
  readonly acceptedAt: string;
  readonly correlationId: string;
  readonly links: { readonly self: string };
  /** Of mode sync: the steps that are done, and those that were published to their queues. */
  readonly done?: readonly string[];
  readonly queued?: readonly string[];
  readonly leftOut?: readonly string[];
}

/** Of an order that was not accepted. */
export interface NotTakenBody {
  readonly error: string;
  readonly id: string;
  readonly correlationId: string;
  readonly reasons: readonly string[];
  /** The steps that are done, or are going to be. */
  readonly done: readonly string[];
  readonly notDone: readonly string[];
  /** Those of which nobody knows. */
  readonly unknown: readonly string[];
}

/** What an order's steps came to. */
export interface Course {
  readonly done: readonly string[];
  readonly queued: readonly string[];
  readonly leftOut: readonly string[];
  readonly unknown: readonly string[];
}

const nothing: readonly string[] = [];

/** 202: every step was published. */
export function publishedAnswer(order: KnownOrder): Answer {
  return { status: 202, body: takenBody(order, 'accepted'), leftOut: nothing, why: null };
}

/** 201 where all is done, but for what was left out; 202 where a step was queued. */
export function takenAnswer(order: KnownOrder, { done, queued, leftOut }: Course): Answer {
  const body: TakenBody = {
    ...takenBody(order, queued.length === 0 ? 'done' : 'accepted'),
    done,
    ...(queued.length === 0 ? {} : { queued }),
    ...(leftOut.length === 0 ? {} : { leftOut }),
  };
  return { status: queued.length === 0 ? 201 : 202, body, leftOut, why: null };
}

/** The order is not accepted; what was done for it stays done. */
export function notTakenAnswer(
  order: KnownOrder,
  status: 500 | 502 | 503 | 504,
  error: string,
  reasons: readonly string[],
  course: Course,
): Answer {
  // When it was posted before, more may have been done.
  const before = order.steps.flatMap(({ queue, reached }) => (reached === null ? [] : queue));
  const done = [...new Set([...course.done, ...course.queued, ...before])];
  const unknown = course.unknown.filter((queue) => !done.includes(queue));
  const notDone = order.steps
    .map(({ queue }) => queue)
    .filter((queue) => !done.includes(queue) && !unknown.includes(queue));
  const { id, correlation: correlationId } = order;
  const body: NotTakenBody = { error, id, correlationId, reasons, done, notDone, unknown };
  return { status, body, leftOut: course.leftOut, why: reasons.join('; ') || error };
}

function takenBody({ id, correlation }: KnownOrder, status: TakenBody['status']): TakenBody {
  return {
    id,
    status,
    acceptedAt: new Date().toISOString(),
    correlationId: correlation,
    links: { self: `/orders/${id}` },
  };
}
