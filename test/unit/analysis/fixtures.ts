import { analyse } from '../../../src/analysis/index.js';
import type { ExitedEvent, LedgerEvent, OpenedEvent } from '../../../src/ledger/events.js';
import type { Plan } from '../../../src/plan/types.js';
import type { OrderBooks, ProviderServiceResult } from '../../../src/result/orders.js';
import type { Accounting, Result } from '../../../src/result/types.js';
import type { Scenario } from '../../../src/scenario/types.js';
import { at, census, ended, type Files, fault, micros, runDirectory } from '../../fixtures/runs.js';
import { tinyOrderService, tinyPlan, tinyProducer, tinyProvider, tinyQueue } from '../../fixtures/tiny.js';

/** The pids of the processes of a shop. */
export const pids = { lab: 9, orderService: 20, email: 31, payment: 32, emails: 11, payments: 12 } as const;

/** Four orders by HTTP, one each second, to emails and payments, whose work two providers do. */
export function shop(overrides: Partial<Scenario> = {}): Plan {
  const queue = (name: string, provider: string) =>
    tinyQueue({ name, provider, rate: null, concurrency: 10, timeoutSeconds: 3 });
  return tinyPlan({
    producers: [
      tinyProducer({ via: 'http', patienceSeconds: 10, to: [{ queue: 'emails' }, { queue: 'payments' }] }),
    ],
    queues: [queue('emails', 'email'), queue('payments', 'payment')],
    providers: [
      tinyProvider({ waitingRoom: 2 }),
      tinyProvider({ name: 'payment', capacity: { count: 10, perSeconds: 1 } }),
    ],
    orderService: tinyOrderService({ onFailure: { emails: 'fail', payments: 'fail' } }),
    ...overrides,
  });
}

/** A queue's provider, and the pid of its worker. */
const of = {
  emails: { s: 'email', pid: pids.emails },
  payments: { s: 'payment', pid: pids.payments },
} as const;
type Step = keyof typeof of;
const steps = ['emails', 'payments'] as const satisfies readonly Step[];

/** The first line of a process's file. */
export function opened(role: OpenedEvent['role'], pid: number, name?: string, seconds = 0): LedgerEvent {
  return { t: micros(seconds), e: 'opened', role, pid, ...(name === undefined ? {} : { name, worker: 1 }) };
}

/** An order is posted when it is due, and answered. */
export function answered(seconds: number, m: string, status = 202, after = 0.1): LedgerEvent[] {
  return [
    { t: micros(seconds), e: 'posted', m, due: micros(seconds) },
    { t: micros(seconds + after), e: 'answered', m, status },
  ];
}

/** An order is posted when it is due, and there is no answer. */
export function unanswered(
  seconds: number,
  m: string,
  kind: 'unreached' | 'broken' | 'timeout',
  after = 0.1,
): LedgerEvent[] {
  return [
    { t: micros(seconds), e: 'posted', m, due: micros(seconds) },
    { t: micros(seconds + after), e: 'unanswered', m, kind, why: kind },
  ];
}

/** The order service takes up an order. */
export function received(seconds: number, m: string): LedgerEvent {
  return { t: micros(seconds), e: 'received', m };
}

/** The order service answers an order. */
export function responded(
  seconds: number,
  m: string,
  status = 202,
  leftOut: readonly string[] = [],
): LedgerEvent {
  return { t: micros(seconds), e: 'responded', m, status, ...(leftOut.length === 0 ? {} : { leftOut }) };
}

/** The order service takes up an order, publishes its steps, and answers; within 30 ms. */
export function queued(seconds: number, m: string, to: readonly string[] = steps): LedgerEvent[] {
  return [
    received(seconds, m),
    ...to.map((q) => at(seconds + 0.01, 'attempted', m, { q })),
    ...to.map((q) => at(seconds + 0.02, 'acknowledged', m, { q })),
    responded(seconds + 0.03, m),
  ];
}

/** A worker's delivery that its provider did, 0.2 s after it began. */
export function worked(seconds: number, m: string, q: Step, n = 1): LedgerEvent[] {
  return [at(seconds, 'started', m, { q, n, r: false }), at(seconds + 0.25, 'settled', m, { q })];
}

/** What the provider wrote of that. */
export function effect(seconds: number, m: string, q: Step, pid: number = of[q].pid): LedgerEvent {
  return at(seconds, 'effect', m, { q, s: of[q].s, pid });
}

/** What the order service writes of a call of its own that was done, 0.2 s after it began. */
export function called(seconds: number, m: string, q: Step, n = 1): LedgerEvent[] {
  return [
    ...(n === 1 ? [at(seconds, 'attempted', m, { q })] : []),
    at(seconds, 'started', m, { q, n }),
    at(seconds + 0.2, 'acknowledged', m, { q }),
    at(seconds + 0.2, 'settled', m, { q }),
  ];
}

/** The same of a call that failed: refused at once, or unknown after 3 s. */
export function callFailed(
  seconds: number,
  m: string,
  q: Step,
  outcome: 'refused' | 'unknown',
  more: { readonly n?: number; readonly again?: number } = {},
): LedgerEvent[] {
  const { n = 1, again } = more;
  const end = outcome === 'refused' ? seconds : seconds + 3;
  const kind = outcome === 'refused' ? 'error' : 'timeout';
  return [
    ...(n === 1 ? [at(seconds, 'attempted', m, { q })] : []),
    at(seconds, 'started', m, { q, n }),
    at(end, 'failed', m, { q, why: kind, kind, ...(again === undefined ? {} : { again }) }),
    at(end, outcome, m, { q, why: kind }),
  ];
}

/** A service's process ends. */
export function exited(
  seconds: number,
  name: string,
  pid: number,
  more: Partial<ExitedEvent> = {},
): LedgerEvent {
  const role = name === 'order-service' ? 'order-service' : 'provider';
  const t = micros(seconds);
  return { t, e: 'exited', role, name, worker: 1, pid, code: 1, signal: null, ordered: false, ...more };
}

/** What a shop's processes wrote; in order of time where it is not. */
export interface Written {
  readonly lab?: readonly LedgerEvent[];
  readonly customers?: readonly LedgerEvent[];
  readonly service?: readonly LedgerEvent[];
  readonly emails?: readonly LedgerEvent[];
  readonly payments?: readonly LedgerEvent[];
  readonly email?: readonly LedgerEvent[];
  readonly payment?: readonly LedgerEvent[];
  readonly more?: Files;
}

/** The files of a shop's run; the census found nothing, and of queues that nobody serves there is none. */
export function shopFiles(plan: Plan, written: Written, end = 60): Files {
  const served = plan.queues.filter(({ isServed }) => isServed);
  const byTime = (events: readonly LedgerEvent[] = []) => [...events].sort((a, b) => a.t - b.t);
  const files: Record<string, readonly LedgerEvent[] | string> = {
    lab: [
      opened('lab', pids.lab),
      ...byTime(written.lab),
      ended(end),
      ...served.flatMap(({ name }) => census(end + 1, {}, name)),
    ],
    customers: [opened('producer', 10, 'orders'), ...byTime(written.customers)],
    service: [opened('order-service', pids.orderService, 'order-service'), ...byTime(written.service)],
    email: [opened('provider', pids.email, 'email'), ...byTime(written.email)],
    payment: [opened('provider', pids.payment, 'payment'), ...byTime(written.payment)],
    ...written.more,
  };
  for (const q of steps) {
    if (served.some(({ name }) => name === q)) {
      files[`worker-${q}`] = [opened('worker', of[q].pid, q), ...byTime(written[q])];
    }
  }
  return files;
}

/** The result of a shop's run. */
export function shopResult(plan: Plan, written: Written, end?: number): Result {
  return analyse(runDirectory(plan, shopFiles(plan, written, end)));
}

/** The books of the orders. */
export function orderBooksOf(result: Result): OrderBooks {
  const books = result.producers.orders?.orderBooks;
  if (books === undefined) throw new Error('there are no books of orders');
  return books;
}

/** The books of a queue, without the zeroes; `balanced` is left out where it is true. */
export function booksOf(result: Result, queue: string): Partial<Accounting> {
  const { accounting } = result.queues[queue] ?? {};
  return Object.fromEntries(
    Object.entries(accounting ?? {}).filter(([, value]) => value !== 0 && value !== true),
  );
}

/** A provider's result. */
export function providerOf(result: Result, name: string): ProviderServiceResult {
  const service = result.services?.[name];
  if (service?.kind !== 'provider') throw new Error(`there is no provider ${name}`);
  return service;
}

export const ids = [1, 2, 3, 4].map((n) => `orders/${n}`);

/** Four orders that are accepted at once and done when they say. */
export function orders(
  doneAt: (due: number) => number | null = (due) => due + 1,
): Required<Omit<Written, 'lab' | 'more'>> {
  const each = (of: (due: number, m: string) => readonly LedgerEvent[]) => ids.flatMap((m, i) => of(i, m));
  const done = (of: (t: number, m: string) => readonly LedgerEvent[]) =>
    each((due, m) => {
      const t = doneAt(due);
      return t === null ? [] : of(t, m);
    });
  return {
    customers: each((due, m) => answered(due, m)),
    service: each((due, m) => queued(due + 0.05, m)),
    emails: done((t, m) => worked(t, m, 'emails')),
    payments: each((due, m) => worked(due + 1, m, 'payments')),
    email: done((t, m) => [effect(t + 0.2, m, 'emails')]),
    payment: each((due, m) => [effect(due + 1.2, m, 'payments')]),
  };
}

/** The email provider lets a call in. */
export const call = (seconds: number, waiting: number): LedgerEvent =>
  at(seconds, 'called', 'orders/1', { s: 'email', waiting });
/** The email provider turns a call away. */
export const turnedAway = (seconds: number): LedgerEvent =>
  at(seconds, 'turned-away', 'orders/1', { s: 'email' });
/** A process of the email provider is ready. */
export const ready = (seconds: number, pid: number, q = 'email'): LedgerEvent => ({
  t: micros(seconds),
  e: 'ready',
  q,
  worker: 1,
  pid,
});
/** The email provider was started again. */
export const supervised = (seconds: number, pid: number): LedgerEvent => ({
  t: micros(seconds),
  e: 'supervised',
  q: 'email',
  worker: 1,
  pid,
  up: 1,
});
/** The email provider gives in. */
export const fellOver = (seconds: number): LedgerEvent => ({
  t: micros(seconds),
  e: 'fell-over',
  s: 'email',
  why: 'its waiting room was full for 2 s',
});
/** A fault of the email provider. */
export const faultOf = (
  seconds: number,
  kind: 'kill' | 'restart' | 'freeze' | 'thaw',
  pid: number,
): LedgerEvent => fault(seconds, kind, [pid], kind === 'kill' || kind === 'freeze' ? 0 : 1, { q: 'email' });
