/** After so many steps they get twice as long. */
const stepsOfALength = 500;

/**
 * The moments at which attempts that fail are looked at. What comes back comes at one of them, so that not each of many small
 * parts makes a moment of its own. Steps get longer as time goes on: long runs are looked at more coarsely.
 */
export class Grid {
  private steps = 0;

  constructor(private tickSeconds: number) {}

  /** Counts a step. */
  count(): void {
    this.steps++;
    if (this.steps % stepsOfALength === 0) this.tickSeconds *= 2;
  }

  /** The first of its moments after a time. */
  after(seconds: number): number {
    const next = (Math.floor(seconds / this.tickSeconds + 1e-6) + 1) * this.tickSeconds;
    return next > seconds ? next : seconds + this.tickSeconds;
  }

  /** The moment that is nearest to a time, and after another. */
  near(seconds: number, after: number): number {
    return Math.max(Math.round(seconds / this.tickSeconds) * this.tickSeconds, this.after(after));
  }
}
