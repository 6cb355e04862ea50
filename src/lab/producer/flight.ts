/** What a producer has under way, up to a bound. Reaching it shows as lag. */
export class Flight {
  private count = 0;
  private failure: { readonly error: unknown } | null = null;
  private waiting: (() => void)[] = [];
  private readonly ending = new AbortController();

  /**
   * @param most messages under way at once
   * @param signal aborted when the producer is told to finish
   */
  constructor(
    private readonly most: number,
    signal: AbortSignal,
  ) {
    if (signal.aborted) this.end();
    signal.addEventListener('abort', () => this.end(), { once: true });
  }

  /** Aborted when the producer was told to finish, or when something has gone wrong. */
  get over(): AbortSignal {
    return this.ending.signal;
  }

  /**
   * How many messages may be sent now.
   * @param copies how often each counts; where nothing is under way at least one may be sent, however often that is
   */
  placesFor(copies: number): number {
    const places = Math.floor((this.most - this.count) / Math.max(1, copies));
    return this.count === 0 ? Math.max(1, places) : places;
  }

  /** From now until the promise settles, so many messages more are under way. */
  track(messages: number, sending: Promise<void>): void {
    this.count += messages;
    sending.then(
      () => {
        this.count -= messages;
        this.wake();
      },
      (error: unknown) => {
        this.failure ??= { error };
        this.end();
      },
    );
  }

  /** Resolves when some of it has landed, or when it is over. */
  landed(): Promise<void> {
    if (this.over.aborted) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Resolves when all of it has landed, or when it is over. Rejects with what has gone wrong. */
  async allLanded(): Promise<void> {
    while (this.count > 0 && !this.over.aborted) await this.landed();
    if (this.failure !== null) throw this.failure.error;
  }

  private end(): void {
    this.ending.abort();
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
