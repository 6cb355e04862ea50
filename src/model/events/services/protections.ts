import type { BreakerEvent } from '../../../ledger/events.js';
import type { OrderServiceSpec } from '../../../scenario/types.js';
import { toMicros } from '../options.js';

/** Why a call is not made. */
export type NotMade = 'breaker' | 'concurrency';

/**
 * What all of an order service's calls to one provider go through, as its real one has them: a limit of calls at once, and around each
 * call a circuit breaker.
 */
export class ProviderGuard {
  private readonly places: number;
  private readonly breaker: Breaker | null;
  private inFlight = 0;

  constructor(
    { concurrency, circuitBreaker }: Pick<OrderServiceSpec, 'concurrency' | 'circuitBreaker'>,
    onBreaker: (state: BreakerEvent['state']) => void,
  ) {
    this.places = concurrency ?? Number.POSITIVE_INFINITY;
    this.breaker = circuitBreaker === null ? null : new Breaker(circuitBreaker, onBreaker);
  }

  /**
   * A call is to be made.
   * @returns why it is not; or what is to be told when it has ended, and how
   */
  begin(now: number): NotMade | ((isDone: boolean, now: number) => void) {
    if (this.inFlight >= this.places) return 'concurrency';
    const judge = this.breaker?.begin(now);
    if (judge === null) return 'breaker';
    this.inFlight++;
    return (isDone, at) => {
      judge?.(isDone, at);
      this.inFlight--;
    };
  }
}

/** A breaker of consecutive failures, as cockatiel has it: those of calls that were made before it opened count on. */
class Breaker {
  private state: BreakerEvent['state'] = 'closed';
  private failures = 0;
  private openUntil = 0;

  constructor(
    private readonly spec: NonNullable<OrderServiceSpec['circuitBreaker']>,
    private readonly tell: (state: BreakerEvent['state']) => void,
  ) {}

  /** @returns null: the call is not made; or what is to be told of its end */
  begin(now: number): ((isDone: boolean, now: number) => void) | null {
    if (this.state === 'half-open') return null;
    if (this.state === 'closed') return (isDone, at) => this.ended(isDone, at);
    // At the very moment it is still open: the failure that opened it came a little later than it does here.
    if (now <= this.openUntil) return null;
    this.change('half-open');
    return (isDone, at) => this.tried(isDone, at);
  }

  private ended(isDone: boolean, now: number): void {
    if (isDone) {
      this.failures = 0;
      return;
    }
    this.failures++;
    if (this.failures >= this.spec.failures) this.open(now);
  }

  /** The one call that tries has ended. */
  private tried(isDone: boolean, now: number): void {
    if (!isDone) {
      this.failures++;
      this.open(now);
      return;
    }
    this.failures = 0;
    if (this.state === 'half-open') this.change('closed');
  }

  private open(now: number): void {
    if (this.state === 'open') return;
    this.openUntil = now + toMicros(this.spec.openSeconds);
    this.change('open');
  }

  private change(state: BreakerEvent['state']): void {
    this.state = state;
    this.tell(state);
  }
}
