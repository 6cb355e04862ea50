import {
  BrokenCircuitError,
  type BulkheadPolicy,
  BulkheadRejectedError,
  bulkhead,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
} from 'cockatiel';
import type { BreakerEvent } from '../../../ledger/events.js';
import type { OrderServiceSpec } from '../../../scenario/types.js';
import type { CallOutcome } from '../http.js';

/** What became of a call, or why it was not made. */
export type GuardedOutcome =
  | CallOutcome
  | { readonly outcome: 'breaker' | 'concurrency'; readonly why: string };

const isFailedCall = handleWhenResult((result) => (result as CallOutcome).outcome !== 'done');

/** What all orders' calls to one provider go through: a limit of calls at once, and a circuit breaker. */
export class ProviderGuard {
  private readonly places: BulkheadPolicy | null;
  private readonly breaker: CircuitBreakerPolicy | null;

  /**
   * @param speed by which the breaker's time is divided
   * @param onBreaker told of each change of the breaker
   */
  constructor(
    private readonly provider: string,
    { concurrency, circuitBreaker: spec }: Pick<OrderServiceSpec, 'concurrency' | 'circuitBreaker'>,
    speed: number,
    onBreaker: (state: BreakerEvent['state']) => void,
  ) {
    this.places = concurrency === null ? null : bulkhead(concurrency, 0);
    this.breaker =
      spec === null
        ? null
        : circuitBreaker(isFailedCall, {
            halfOpenAfter: (spec.openSeconds * 1000) / speed,
            breaker: new ConsecutiveBreaker(spec.failures),
          });
    this.breaker?.onBreak(() => onBreaker('open'));
    // Not onStateChange: that comes behind the start of the call that tries.
    this.breaker?.onHalfOpen(() => onBreaker('half-open'));
    this.breaker?.onReset(() => onBreaker('closed'));
  }

  /** Makes the call, unless it may not be made. Rejects only as the call does. */
  async run(call: () => Promise<CallOutcome>): Promise<GuardedOutcome> {
    try {
      return await (this.places === null
        ? this.throughBreaker(call)
        : this.places.execute(() => this.throughBreaker(call)));
    } catch (error) {
      if (error instanceof BulkheadRejectedError)
        return {
          outcome: 'concurrency',
          why: `${this.provider} was not called: too many calls to it are in flight`,
        };
      if (error instanceof BrokenCircuitError) return this.notCalled();
      throw error;
    }
  }

  private throughBreaker(call: () => Promise<CallOutcome>): Promise<GuardedOutcome> {
    if (this.breaker === null) return call();
    // The policy would let all of these wait for the one call that tries, and then make them all.
    if (this.breaker.state === CircuitState.HalfOpen) return Promise.resolve(this.notCalled());
    return this.breaker.execute(call);
  }

  private notCalled(): GuardedOutcome {
    return { outcome: 'breaker', why: `${this.provider} was not called: its circuit breaker is open` };
  }
}
