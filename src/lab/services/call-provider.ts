import { type Dispatcher, Pool } from 'undici';
import { messageOf } from '../../errors.js';
import type { ProviderAddress } from '../protocol.js';
import { type CallAnswer, type CallBody, type CallOutcome, callRoute, headers } from './http.js';

/** What a provider is called for. */
export interface Call {
  readonly queue: string;
  readonly message: string;
  /** The correlation id that came with the order. */
  readonly correlation: string;
  /** The idempotency key; null: the provider does it as often as it is called. */
  readonly key: string | null;
  /** In real milliseconds; Infinity: no limit. */
  readonly timeoutMillis: number;
}

/** More than any answer of a provider has, in bytes. What is beyond is not kept. */
const longestAnswer = 1 << 14;

/** What a timer can hold. */
const longestTimer = 2 ** 31 - 1;

/** Calls one provider over connections that are kept alive; as many as there are calls at once. */
export class ProviderCaller {
  private readonly pool: Pool;

  constructor(private readonly address: ProviderAddress) {
    // The time limit is the caller's alone.
    const limits = { headersTimeout: 0, bodyTimeout: 0, connectTimeout: 0 };
    this.pool = new Pool(address.url, { ...limits, connections: null, pipelining: 1 });
  }

  /**
   * Makes one call. Never rejects. When the time limit is over the connection is given up; the provider, which doesn't
   * notice, goes on with the call.
   */
  call(call: Call): Promise<CallOutcome> {
    return new Promise((resolve) => {
      const exchange = new Exchange(this.address.name, call.timeoutMillis, resolve);
      const body: CallBody = { queue: call.queue, message: call.message };
      this.pool.dispatch(
        {
          method: 'POST',
          path: callRoute,
          headers: {
            'content-type': 'application/json',
            [headers.correlation]: call.correlation,
            [headers.callerPid]: String(process.pid),
            ...(call.key === null ? {} : { [headers.idempotencyKey]: call.key }),
          },
          body: JSON.stringify(body),
        },
        exchange,
      );
    });
  }

  /** Ends the connections. A call that is still in flight is broken. */
  close(): Promise<void> {
    return this.pool.destroy();
  }
}

/** One request and what comes back. */
class Exchange implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | null = null;
  private readonly timer: NodeJS.Timeout | undefined;
  private isOver = false;
  private status = 0;
  private answer = '';

  constructor(
    private readonly provider: string,
    timeoutMillis: number,
    private readonly resolve: (outcome: CallOutcome) => void,
  ) {
    if (timeoutMillis === Number.POSITIVE_INFINITY) return;
    this.timer = setTimeout(
      () => {
        this.end({ outcome: 'timeout', why: `${provider} gave no answer in time` });
        this.controller?.abort(new Error('the time limit is over'));
      },
      Math.min(Math.max(timeoutMillis, 0), longestTimer),
    );
  }

  /** Called before anything is written to the connection; never, where there is none. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // It was over before there was a connection: then nothing is sent.
    if (this.isOver) controller.abort(new Error('the time limit is over'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.answer.length < longestAnswer) this.answer += chunk.toString('utf8');
  }

  onResponseEnd(): void {
    this.end(outcomeOf(this.provider, this.status, parsed(this.answer)));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (isCertainlyUnsent(this.controller !== null, error))
      this.end({ outcome: 'unreached', why: `${this.provider} could not be reached: ${messageOf(error)}` });
    else
      this.end({ outcome: 'broken', why: `the connection to ${this.provider} broke: ${messageOf(error)}` });
  }

  private end(outcome: CallOutcome): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.timer);
    this.resolve(outcome);
  }
}

/**
 * Whether nothing of the request has got to the provider. A call is one write. EPIPE says that the other end had closed the
 * connection, for good, before it: a kept one, whose provider was killed. Every other error can come from a provider that has
 * the request.
 */
function isCertainlyUnsent(wasStarted: boolean, error: Error): boolean {
  return !wasStarted || (error as NodeJS.ErrnoException).code === 'EPIPE';
}

function outcomeOf(provider: string, status: number, answer: unknown): CallOutcome {
  if (status === 200)
    return isCallAnswer(answer)
      ? { outcome: 'done', replayed: answer.replayed }
      : { outcome: 'broken', why: `${provider} answered 200 with something that is no answer to a call` };
  const why = `${provider} answered ${status}${reasonIn(answer)}`;
  return { outcome: status === 503 ? 'turned-away' : 'broken', why };
}

function isCallAnswer(answer: unknown): answer is CallAnswer {
  return isObject(answer) && answer.done === true && typeof answer.replayed === 'boolean';
}

/** What an error's answer says of itself, for the end of a sentence. */
function reasonIn(answer: unknown): string {
  return isObject(answer) && typeof answer.message === 'string' ? `: ${answer.message.slice(0, 200)}` : '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
