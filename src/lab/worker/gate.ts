import type { Aim } from '../protocol.js';

/** Stretches of a delivery at which an aimed kill can hit, in their order. */
const points = ['before-effect', 'after-effect', 'before-acknowledge'] as const;

export type Point = (typeof points)[number];

/**
 * Decides when an aimed kill has its moment.
 *
 * Aimed at a point: the first time, once armed, that the worker holds deliveries and all of them are at that point. From
 * arming on none leaves it any more. Deliveries that never get there (their work failed, or their effect was suppressed) go
 * on to their ends, and are waited for. Where some are past the point when it is armed, all that are in hand do so, and the
 * kill hits those that follow: messages that were started together pass a point together, and an arming in between must not
 * tear them apart. Aimed at the move to the dead-letter queue: the first one that is about to be done. At random: a given
 * passage of any delivery through any point.
 *
 * From the moment on nothing goes on, and nothing new is started either, so that what the SIGKILL hits is exactly what
 * was announced.
 */
export class Gate {
  private aim: Aim | null = null;
  private passagesLeft = 0;
  private announced = false;
  /** The deliveries in hand, the oldest first: until the broker has answered, also those whose handle has returned. */
  private readonly held = new Set<HeldDelivery>();
  private waiting: (() => void)[] = [];

  /** @param announce called once for each arming, at the moment */
  constructor(private readonly announce: () => void) {}

  arm(aim: Aim): void {
    this.aim = aim;
    this.passagesLeft = aim.point === 'random' ? aim.passage : 0;
    if ([...this.held].some((delivery) => delivery.isPast(aim.point)))
      for (const delivery of this.held) delivery.isLetThrough = true;
    this.check();
  }

  /** The kill was called off: everything that was held back goes on. */
  disarm(): void {
    this.aim = null;
    this.announced = false;
    for (const delivery of this.held) delivery.isLetThrough = false;
    for (const resume of this.waiting.splice(0)) resume();
  }

  /** Before a message is started on. Waits where the moment was announced. */
  async start(id: string): Promise<HeldDelivery> {
    await this.still();
    const delivery = new HeldDelivery(this, id);
    this.held.add(delivery);
    return delivery;
  }

  /** Waits where the moment was announced. Before anything that can be known outside of the process. */
  async still(): Promise<void> {
    while (this.announced) await this.resumed();
  }

  /** Between a message's having been given up and its move to the dead-letter queue. */
  async beforeDeadLetter(): Promise<void> {
    this.passed();
    if (this.aim?.point === 'before-dead-letter') this.tell();
    await this.still();
  }

  /** The broker has answered the settlement. Until then the message is still in hand, and is past every point. */
  settled(id: string): void {
    for (const delivery of this.held) {
      // After a freeze the same message can be in hand twice.
      if (delivery.id !== id || !delivery.hasReturned) continue;
      this.held.delete(delivery);
      break;
    }
    this.check();
  }

  /** Whether the delivery may not leave its point now. */
  holds({ point, isLetThrough }: HeldDelivery): boolean {
    return this.announced || (point !== null && !isLetThrough && this.aim?.point === point);
  }

  /** Resolves when the kill was called off. */
  resumed(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** A delivery passes a point. */
  passed(): void {
    if (this.aim?.point === 'random' && this.passagesLeft > 0 && --this.passagesLeft === 0) this.tell();
  }

  /** Looks whether this is the moment. */
  check(): void {
    if (this.aim === null || this.held.size === 0) return;
    for (const { point, isLetThrough } of this.held) if (isLetThrough || point !== this.aim.point) return;
    this.tell();
  }

  private tell(): void {
    if (this.announced) return;
    this.announced = true;
    this.announce();
  }
}

/** A delivery on its way through the points. */
export class HeldDelivery {
  /** The point where it is. */
  point: Point | null = null;
  /** The handle has returned its settlement. */
  hasReturned = false;
  /** The kill is not for this one. */
  isLetThrough = false;
  /** The points that it has left behind. */
  private readonly behind = new Set<Point>();

  constructor(
    private readonly gate: Gate,
    readonly id: string,
  ) {}

  /** The ledger has that it was started. */
  async started(): Promise<void> {
    this.gate.passed();
    await this.gate.still();
  }

  /** It has come to a point, where it stays until `leave`. */
  enter(point: Point): void {
    this.point = point;
    this.gate.passed();
    this.gate.check();
  }

  /** Waits where a kill is aimed at the point where it is. */
  async leave(): Promise<void> {
    while (this.gate.holds(this)) await this.gate.resumed();
    if (this.point !== null) this.behind.add(this.point);
    this.point = null;
  }

  async pass(point: Point): Promise<void> {
    this.enter(point);
    await this.leave();
  }

  /** Whether it has been at the point, or at a later one, and gone on. */
  isPast(aimed: Aim['point']): boolean {
    const at = points.findIndex((point) => point === aimed);
    return at >= 0 && (this.hasReturned || points.slice(at).some((point) => this.behind.has(point)));
  }

  returned(): void {
    this.hasReturned = true;
  }
}
