/**
 * Decides when an aimed kill has its moment: the first time, once armed, that the worker holds messages, all of them
 * with their effect and none acknowledged. From arming on nothing is acknowledged any more; from the moment on nothing
 * new is started either, so that what the SIGKILL hits is exactly what was announced.
 */
export class Gate {
  private armed = false;
  private announced = false;
  private outstanding = 0;
  private withEffect = 0;
  private waiting: (() => void)[] = [];

  /** @param announce called once for each arming, at the moment */
  constructor(private readonly announce: () => void) {}

  arm(): void {
    this.armed = true;
    this.check();
  }

  /** The kill was called off: everything that was held back goes on. */
  disarm(): void {
    this.armed = false;
    this.announced = false;
    for (const resume of this.waiting.splice(0)) resume();
  }

  /** Waits where the moment was announced. Before a message is started on. */
  async beforeStart(): Promise<void> {
    while (this.announced) await this.held();
    this.outstanding++;
  }

  /** A message has had its effect. */
  effect(): void {
    this.withEffect++;
    this.check();
  }

  /** Waits while armed. Before a message is acknowledged. */
  async beforeAcknowledge(): Promise<void> {
    while (this.armed) await this.held();
    this.withEffect--;
  }

  /** The broker has answered the acknowledgement. Until then the message is still in hand, and is past its moment. */
  settled(): void {
    this.outstanding--;
    this.check();
  }

  private held(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private check(): void {
    if (!this.armed || this.announced || this.outstanding === 0 || this.withEffect !== this.outstanding)
      return;
    this.announced = true;
    this.announce();
  }
}
