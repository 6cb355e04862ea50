import { nanosPerSecond } from './exact.js';
import type { FifoPoint } from './types.js';

/** More points than this no chart has. */
const mostPoints = 240;

/** The backlog at regular times. Where there are too many, every second one is left out. */
export class Outline {
  points: FifoPoint[] = [];
  /** When the next point is. Nanoseconds. */
  next = 0;

  constructor(private step: number) {}

  note(at: number, backlog: number): void {
    this.points.push({ atSeconds: at / nanosPerSecond, backlog });
    if (this.points.length > mostPoints) {
      this.points = this.points.filter((_, i) => i % 2 === 0);
      this.step *= 2;
    }
    this.next = at + this.step;
  }
}
