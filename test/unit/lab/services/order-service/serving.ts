import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import type { OutgoingMessage, PublishOutcome } from '../../../../../src/broker/types.js';
import type { Publish } from '../../../../../src/lab/outcomes.js';
import type { OrderServiceSetup } from '../../../../../src/lab/protocol.js';
import type { Call } from '../../../../../src/lab/services/call-provider.js';
import type { CallOutcome } from '../../../../../src/lab/services/http.js';
import { type AppOptions, createApp } from '../../../../../src/lab/services/order-service/app.js';
import { OrderService } from '../../../../../src/lab/services/order-service/service.js';
import type { LookUp } from '../../../../../src/lab/services/order-service/story.js';
import type { Caller } from '../../../../../src/lab/services/order-service/sync-placing.js';
import type { LedgerEvent } from '../../../../../src/ledger/events.js';
import { Clock, LedgerWriter } from '../../../../../src/ledger/write.js';
import { temporaryDirectory } from '../../../../fixtures/runs.js';
import { tinyOrderService, tinyQueue } from '../../../../fixtures/tiny.js';

/** A valid order. */
export const validOrder = { customer: 'c-17', items: [{ sku: 'book-1', quantity: 2 }] };

/** A broker that takes everything, and notes it. */
export class FakeBroker {
  readonly batches: { readonly queue: string; readonly messages: readonly OutgoingMessage[] }[] = [];
  /** What it says of a message; acknowledged where it says nothing. */
  outcomeOf: (queue: string, id: string) => PublishOutcome = () => ({ outcome: 'acknowledged' });
  /** Awaited before it answers. */
  gate: Promise<void> = Promise.resolve();

  readonly publish: Publish = async (queue, messages) => {
    this.batches.push({ queue, messages });
    await this.gate;
    return messages.map(({ id }) => this.outcomeOf(queue, id));
  };

  /** What it was given, as `queue message`. */
  get published(): string[] {
    return this.batches.flatMap(({ queue, messages }) => messages.map(({ id }) => `${queue} ${id}`));
  }
}

/** A provider that notes its calls, and answers as it is told to. */
export class FakeCaller implements Caller {
  readonly calls: Call[] = [];
  answer: (call: Call, n: number) => CallOutcome | Promise<CallOutcome> = () => done;

  async call(call: Call): Promise<CallOutcome> {
    this.calls.push(call);
    return this.answer(call, this.calls.length);
  }
}

export const done: CallOutcome = { outcome: 'done', replayed: false };
export const turnedAway: CallOutcome = { outcome: 'turned-away', why: 'it answered 503' };
export const timedOut: CallOutcome = { outcome: 'timeout', why: 'no answer in time' };
export const unreached: CallOutcome = { outcome: 'unreached', why: 'connect ECONNREFUSED' };
export const broken: CallOutcome = { outcome: 'broken', why: 'socket hang up' };

/** The setup of an order service with the steps payments and emails, in this order. */
export function tinySetup(directory: string, overrides: Partial<OrderServiceSetup> = {}): OrderServiceSetup {
  return {
    role: 'order-service',
    driver: 'none',
    url: '',
    namespace: '',
    queues: [],
    ledgerDirectory: directory,
    ledgerFile: 'order-service-1',
    storesDirectory: '',
    seed: 1,
    speed: 1,
    service: tinyOrderService({ onFailure: { payments: 'fail', emails: 'fail' } }),
    mode: 'queue',
    port: 0,
    generation: 1,
    producers: [
      { name: 'orders', scheduled: 1000, to: ['payments', 'emails'] },
      { name: 'renewals', scheduled: 1000, to: ['payments'] },
    ],
    steps: [
      {
        queue: tinyQueue({ name: 'payments', provider: 'payment', idempotency: { mode: 'effect-key' } }),
        provider: { name: 'payment', url: 'http://127.0.0.1:1' },
      },
      {
        queue: tinyQueue({ name: 'emails', provider: 'email' }),
        provider: { name: 'email', url: 'http://127.0.0.1:2' },
      },
    ],
    ...overrides,
  };
}

/** How a test wants its order service. */
export interface Start {
  readonly setup?: Partial<OrderServiceSetup>;
  readonly directory?: string;
  readonly probe?: () => Promise<unknown>;
  readonly lookUp?: LookUp;
  readonly app?: AppOptions;
}

/** An order service with a broker and providers that are none. Its app doesn't listen yet; `inject` works. */
export function serve({
  setup: overrides,
  directory = temporaryDirectory(),
  probe,
  lookUp,
  app: options,
}: Start = {}) {
  const setup = tinySetup(directory, overrides);
  const broker = new FakeBroker();
  const payment = new FakeCaller();
  const email = new FakeCaller();
  const errors: unknown[] = [];
  const clock = new Clock(process.hrtime.bigint());
  const header = { role: 'order-service', name: 'order-service' } as const;
  const ledger = new LedgerWriter(directory, setup.ledgerFile, clock, header);
  const service = new OrderService({
    setup,
    publish: broker.publish,
    ledger,
    clock,
    callers: new Map([
      ['payments', payment],
      ['emails', email],
    ]),
    probe: probe ?? (() => Promise.resolve()),
    lookUp: lookUp ?? (() => Promise.resolve('not asked')),
    onError: (error) => errors.push(error),
  });
  const app = createApp(Promise.resolve(service), options);
  onTestFinished(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  const events = (): LedgerEvent[] => eventsIn(directory, setup.ledgerFile);
  const of = (id: string): LedgerEvent[] => events().filter((event) => 'm' in event && event.m === id);
  return { app, service, broker, payment, email, errors, directory, events, of };
}

/** A ledger file's events but for its first. */
export function eventsIn(directory: string, file: string): LedgerEvent[] {
  if (!readdirSync(directory).includes(`${file}.ndjson`)) return [];
  return readFileSync(join(directory, `${file}.ndjson`), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as LedgerEvent);
}

/** An event in a few words: `failed emails`, `responded 202`. */
export function brief(event: LedgerEvent): string {
  if ('status' in event) return `${event.e} ${event.status}`;
  if (event.e === 'breaker') return `${event.e} ${event.s} ${event.state}`;
  return 'q' in event ? `${event.e} ${event.q}` : event.e;
}

/** Posts an order without a connection. */
export function post(
  app: FastifyInstance,
  payload: unknown = validOrder,
  correlation?: string,
): Promise<{ statusCode: number; headers: Record<string, unknown>; json: () => Record<string, unknown> }> {
  const headers = {
    'content-type': 'application/json',
    ...(correlation === undefined ? {} : { 'x-correlation-id': correlation }),
  };
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return app.inject({ method: 'POST', url: '/orders', headers, payload: body });
}
