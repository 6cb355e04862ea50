/** How a request ended, as far as the process that made it knows. */
export type Ending<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** unreached: the other end has nothing of it; broken: it had, and went. */
  | { readonly kind: 'unreached' | 'broken' };

/** A request by HTTP, which itself takes no time. */
export class Exchange<Answer> {
  private isOver = false;

  /** @param told called once, unless whoever waits has left before */
  constructor(private readonly told: (ending: Ending<Answer>) => void) {}

  /** Whether somebody still waits for its end. */
  get isAwaited(): boolean {
    return !this.isOver;
  }

  end(ending: Ending<Answer>): void {
    if (this.isOver) return;
    this.isOver = true;
    this.told(ending);
  }

  /** Nobody waits any more. The other end doesn't notice. */
  leave(): void {
    this.isOver = true;
  }
}
