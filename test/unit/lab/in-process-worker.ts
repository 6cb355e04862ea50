import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Delivery, PublishOutcome, Settlement } from '../../../src/broker/types.js';
import type { WorkerSetup } from '../../../src/lab/protocol.js';
import type { Call } from '../../../src/lab/services/call-provider.js';
import type { CallOutcome } from '../../../src/lab/services/http.js';
import { Gate } from '../../../src/lab/worker/gate.js';
import { createHandler, createListener } from '../../../src/lab/worker/handler.js';
import { effectGuard } from '../../../src/lab/worker/idempotency.js';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import { Clock, LedgerWriter } from '../../../src/ledger/write.js';
import { rootOf } from '../../../src/plan/messages.js';
import type { QueueSpec } from '../../../src/scenario/types.js';
import { tinyQueue } from '../../fixtures/tiny.js';

let files = 0;

/** A worker process of emails: 300 ms of work, 100 ms until the broker is told. Another one of the same directory shares its stores. */
export function workerIn(
  directory: string,
  overrides: Partial<QueueSpec> = {},
  { speed = 1, outcome, call }: WorkerOptions = {},
) {
  const queue = tinyQueue({ acknowledgeSeconds: 0.1, ...overrides });
  const setup: WorkerSetup = {
    role: 'worker',
    driver: 'none',
    url: '',
    namespace: '',
    queues: [],
    ledgerDirectory: directory,
    ledgerFile: `worker-${++files}`,
    storesDirectory: join(directory, 'stores'),
    seed: 1,
    speed,
    queue,
    worker: 1,
    redelivery: { afterSeconds: 5, checkSeconds: 1, limit: 1 },
    rate: null,
    provider: call === undefined ? null : { name: 'email', url: '' },
  };
  const clock = new Clock(process.hrtime.bigint());
  const ledger = new LedgerWriter(directory, setup.ledgerFile, clock, { role: 'worker', name: 'emails' });
  const moment = vi.fn();
  const crash = vi.fn();
  const onError = vi.fn();
  const gate = new Gate(moment);
  const published: unknown[] = [];
  const handle = createHandler({
    setup,
    ledger,
    clock,
    gate,
    guard: effectGuard(queue.idempotency, queue.name, setup.storesDirectory, setup.provider !== null),
    caller: call === undefined ? null : { call },
    publish: async (target, messages) => {
      published.push(...messages.map(({ id, payload }) => ({ target, id, payload })));
      return messages.map(() => outcome?.(target) ?? { outcome: 'acknowledged' });
    },
    crash,
    onError,
  });
  /** The ends of handles, by message. */
  const settled: Record<string, Settlement> = {};
  const events = (): LedgerEvent[] =>
    readFileSync(join(directory, `${setup.ledgerFile}.ndjson`), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => JSON.parse(line) as LedgerEvent);
  return {
    gate,
    moment,
    crash,
    onError,
    published,
    settled,
    events,
    listener: createListener({ setup, ledger, gate }),
    deliver: (id: string, more: Partial<Delivery> = {}): void =>
      void handle(delivery(id, more)).then((settlement) => {
        settled[id] = settlement;
      }),
    /** What happened, at which millisecond. */
    story: (): string[] => events().map((event) => `${Math.floor(event.t / 1000)} ${told(event)}`),
    kinds: (): string[] => events().map(told),
  };
}

/** What is behind a worker. */
export interface WorkerOptions {
  readonly speed?: number;
  readonly outcome?: (target: string) => PublishOutcome;
  /** The provider that does the work. */
  readonly call?: (call: Call) => Promise<CallOutcome>;
}

function told(event: LedgerEvent): string {
  return event.e === 'suppressed' ? `suppressed by ${event.by}` : event.e;
}

function delivery(id: string, more: Partial<Delivery>): Delivery {
  return {
    id,
    payload: { order: 1, correlation: rootOf(id) },
    attempt: 1,
    redelivered: 'no',
    failures: 0,
    signal: new AbortController().signal,
    ...more,
  };
}
