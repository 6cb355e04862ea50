import { Pool } from 'undici';
import type { ProviderAddress } from '../protocol.js';
import { exchange } from './exchange.js';
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
  async call(call: Call): Promise<CallOutcome> {
    const { name } = this.address;
    const body: CallBody = { queue: call.queue, message: call.message };
    const answer = await exchange(
      this.pool,
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
      call.timeoutMillis,
      longestAnswer,
    );
    switch (answer.kind) {
      case 'answered':
        return outcomeOf(name, answer.status, parsed(answer.body));
      case 'timeout':
        return { outcome: 'timeout', why: `${name} gave no answer in time` };
      case 'unreached':
        return { outcome: 'unreached', why: `${name} could not be reached: ${answer.why}` };
      case 'broken':
        return { outcome: 'broken', why: `the connection to ${name} broke: ${answer.why}` };
    }
  }

  /** Ends the connections. A call that is still in flight is broken. */
  close(): Promise<void> {
    return this.pool.destroy();
  }
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
