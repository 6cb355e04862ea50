import { request } from 'undici';
import { messageOf } from '../../../errors.js';
import type { ProviderAddress, Step } from '../../protocol.js';
import { type CallRecord, recordRoute } from '../http.js';
import type { KnownOrder, KnownStep, StepState } from './known-orders.js';

/** How long a provider may take to say what it did, in real milliseconds. */
const limitMillis = 500;

/** What a provider says that it did on a message; a sentence: why it can't be learnt. */
export type LookUp = (
  provider: ProviderAddress,
  queue: string,
  message: string,
) => Promise<CallRecord | string>;

/** An order in a list. Times are scenario seconds since the run's zero. */
export interface Summary {
  readonly id: string;
  readonly correlationId: string;
  readonly receivedAtSeconds: number;
  /** What the customer was told; null: nothing yet, or the service died before. */
  readonly answered: { readonly status: number; readonly atSeconds: number } | null;
  readonly steps: Readonly<Record<string, StepState>>;
}

/** An order, with all that is known of it. */
export interface Story extends Omit<Summary, 'steps'> {
  readonly steps: readonly StepStory[];
}

interface StepStory {
  readonly queue: string;
  readonly provider: string | null;
  readonly state: StepState;
  readonly atSeconds: number | null;
  /** Calls that the order service made itself. */
  readonly calls: number;
  readonly why: string | null;
  /** What really happened, from the provider; null: not to be learnt. */
  readonly effects: CallRecord['effects'] | null;
  readonly suppressed: CallRecord['suppressed'] | null;
  readonly effectsUnknown: string | null;
}

/** An order for a list. */
export function summaryOf(order: KnownOrder, speed: number): Summary {
  return {
    ...headOf(order, speed),
    steps: Object.fromEntries(order.steps.map(({ queue, state }) => [queue, state])),
  };
}

/** An order's whole story; the providers are asked for what they did. */
export async function storyOf(
  order: KnownOrder,
  steps: readonly Step[],
  speed: number,
  lookUp: LookUp,
): Promise<Story> {
  const stepStory = async (step: KnownStep): Promise<StepStory> => {
    const { queue, provider: name, state, at, calls, why } = step;
    const provider = steps.find((candidate) => candidate.queue.name === queue)?.provider ?? null;
    const said =
      provider === null ? 'its work is simulated by its worker' : await lookUp(provider, queue, order.id);
    const atSeconds = at === null ? null : seconds(at, speed);
    const known = { queue, provider: name, state, atSeconds, calls, why };
    if (typeof said === 'string') return { ...known, effects: null, suppressed: null, effectsUnknown: said };
    return { ...known, effects: said.effects, suppressed: said.suppressed, effectsUnknown: null };
  };
  return { ...headOf(order, speed), steps: await Promise.all(order.steps.map(stepStory)) };
}

/** Asks a provider over HTTP. */
export const askProvider: LookUp = async ({ name, url }, queue, message) => {
  try {
    const { statusCode, body } = await request(`${url}${recordRoute(queue, message)}`, {
      signal: AbortSignal.timeout(limitMillis),
    });
    const answer: unknown = await body.json();
    if (statusCode === 200 && isRecord(answer)) return answer;
    return `${name} answered ${statusCode}`;
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    return isLate ? `${name} gave no answer within ${limitMillis} ms` : `${name}: ${messageOf(error)}`;
  }
};

function headOf(
  { id, correlation, receivedAt, response }: KnownOrder,
  speed: number,
): Omit<Summary, 'steps'> {
  const answered =
    response === null ? null : { status: response.status, atSeconds: seconds(response.at, speed) };
  return { id, correlationId: correlation, receivedAtSeconds: seconds(receivedAt, speed), answered };
}

function seconds(micros: number, speed: number): number {
  return (micros * speed) / 1e6;
}

function isRecord(answer: unknown): answer is CallRecord {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    Array.isArray((answer as Partial<CallRecord>).effects) &&
    Array.isArray((answer as Partial<CallRecord>).suppressed)
  );
}
