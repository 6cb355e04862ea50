import type { Aim, WorkerProcess } from './worker.js';
import type { World } from './world.js';

/** Where an aimed kill can hit. The first three are stretches of a delivery, in their order. */
export const point = {
  none: 0,
  beforeEffect: 1,
  afterEffect: 2,
  beforeAcknowledge: 3,
  beforeDeadLetter: 4,
  random: 5,
} as const;

/** What a delivery goes on with that was held back. */
export const stage = { effect: 1, record: 2, acknowledged: 3, end: 4 } as const;

/**
 * Decides when an aimed kill has its moment: the first time that the worker holds deliveries and all of them are at the point; or at a
 * move to the dead-letter queue, or a passage. Until then none leaves the point, except where some were past it when the kill was aimed:
 * then all that were in hand go on to their ends, and the kill hits those that follow.
 */
export class Gate {
  constructor(private readonly world: World) {}

  /** A kill is aimed at a worker. It may have its moment at once. */
  arm(process: WorkerProcess, aim: Aim): void {
    process.aim = aim;
    const { deliveries } = this.world;
    const held = deliveries.of(process.index);
    const isStretch = aim.point <= point.beforeAcknowledge;
    if (isStretch && held.some((d) => deliveries.behind[d] >> aim.point !== 0))
      for (const d of held) deliveries.isLetThrough[d] = 1;
    this.check(process, aim);
  }

  /** The kill was called off: everything that was held back goes on. */
  disarm(process: WorkerProcess): void {
    process.aim = null;
    const { deliveries, handling } = this.world;
    const held = deliveries.of(process.index);
    for (const d of held) deliveries.isLetThrough[d] = 0;
    for (const d of held) {
      const heldStage = deliveries.heldStage[d];
      if (heldStage === 0) continue;
      deliveries.heldStage[d] = 0;
      handling.goOn(d, heldStage);
    }
  }

  /** A delivery comes to a point. @returns whether its worker was killed by that */
  enter(process: WorkerProcess, d: number, at: number): boolean {
    this.world.deliveries.point[d] = at;
    const { aim } = process;
    return aim !== null && (this.passed(process) || this.check(process, aim));
  }

  /**
   * A delivery is to leave the point where it is, if it is at one.
   * @param then what it goes on with if it is held back now
   * @returns whether it may
   */
  leave(process: WorkerProcess, d: number, then: number): boolean {
    const { deliveries } = this.world;
    const at = deliveries.point[d];
    if (at === point.none) return true;
    if (process.aim?.point === at && deliveries.isLetThrough[d] === 0) {
      deliveries.heldStage[d] = then;
      return false;
    }
    deliveries.behind[d] |= 1 << at;
    deliveries.point[d] = point.none;
    return true;
  }

  /** Something passes a point, or is started. @returns whether its worker was killed by that */
  passed(process: WorkerProcess): boolean {
    const { aim } = process;
    if (aim === null || aim.point !== point.random || aim.passagesLeft === 0) return false;
    aim.passagesLeft--;
    return aim.passagesLeft === 0 && this.tell(process, aim);
  }

  /** A delivery's end is known to the worker. @returns whether the worker was killed by that */
  settled(process: WorkerProcess): boolean {
    const { aim } = process;
    return aim !== null && this.check(process, aim);
  }

  /** A message was given up, and is about to be moved. @returns whether the worker was killed by that */
  beforeDeadLetter(process: WorkerProcess): boolean {
    const { aim } = process;
    if (aim === null) return false;
    return this.passed(process) || (aim.point === point.beforeDeadLetter && this.tell(process, aim));
  }

  private check(process: WorkerProcess, aim: Aim): boolean {
    const { deliveries } = this.world;
    const latest = deliveries.latestOf(process.index);
    if (latest < 0) return false;
    // The latest is the last to get there, so mostly it is all that has to be looked at.
    for (let d = latest; d >= 0; d = deliveries.before[d])
      if (deliveries.isLetThrough[d] === 1 || deliveries.point[d] !== aim.point) return false;
    return this.tell(process, aim);
  }

  private tell(process: WorkerProcess, aim: Aim): boolean {
    process.aim = null;
    this.world.faults.hit(process, aim);
    return true;
  }
}
