import type {
  BreakerEvent,
  CalledEvent,
  EffectEvent,
  FellOverEvent,
  ReceivedEvent,
  RejectedEvent,
  RespondedEvent,
  SuppressedEvent,
  TurnedAwayEvent,
} from '../ledger/events.js';
import type { Plan } from '../plan/types.js';

/** What services write of their own. */
export type ServiceEvent =
  | ReceivedEvent
  | RespondedEvent
  | RejectedEvent
  | CalledEvent
  | TurnedAwayEvent
  | BreakerEvent
  | FellOverEvent
  | EffectEvent
  | SuppressedEvent;

/** A span in which something was so. Microseconds. */
export interface MicrosSpan {
  readonly from: number;
  to: number;
}

/** What is gathered of one provider. */
export interface ProviderCounts {
  calls: number;
  turnedAway: number;
  effects: number;
  replayed: number;
  peakWaiting: number;
  fellOver: number;
  breakerOpened: number;
  /** Spans in which calls were turned away, less than a scenario second apart. */
  readonly turningAway: MicrosSpan[];
}

/** What is gathered of the order service. */
export interface OrderServiceCounts {
  received: number;
  guests: number;
  readonly responses: Map<number, number>;
  readonly rejections: Map<number, number>;
}

/** Counts what the services wrote, while the ledger is read in order of time. */
export class ServiceLog {
  readonly orderService: OrderServiceCounts = {
    received: 0,
    guests: 0,
    responses: new Map(),
    rejections: new Map(),
  };
  /** Of the plan's providers. */
  readonly providers: ReadonlyMap<string, ProviderCounts>;
  /** A scenario second in microseconds of real time. */
  private readonly second: number;
  private readonly waitingRooms: ReadonlyMap<string, number>;

  /** @param isPlanned whether an order is one of the scenario's producers' */
  constructor(
    { scenario, speed }: Plan,
    private readonly isPlanned: (order: string) => boolean,
  ) {
    this.second = 1e6 / speed;
    this.providers = new Map(scenario.providers.map(({ name }) => [name, noCounts()]));
    this.waitingRooms = new Map(scenario.providers.map(({ name, waitingRoom }) => [name, waitingRoom]));
  }

  visit(event: ServiceEvent): void {
    const { orderService } = this;
    if (event.e === 'received') {
      orderService.received++;
      if (!this.isPlanned(event.m)) orderService.guests++;
    } else if (event.e === 'responded') addOne(orderService.responses, event.status);
    else if (event.e === 'rejected') addOne(orderService.rejections, event.status);
    else this.ofProvider(event);
  }

  private ofProvider(event: Exclude<ServiceEvent, ReceivedEvent | RespondedEvent | RejectedEvent>): void {
    const counts = event.s === undefined ? undefined : this.providers.get(event.s);
    if (counts === undefined) return;
    switch (event.e) {
      case 'called':
        counts.calls++;
        // Behind others it waits itself; before none it may have been served at once.
        if (event.waiting > 0) counts.peakWaiting = Math.max(counts.peakWaiting, event.waiting + 1);
        break;
      case 'turned-away':
        counts.calls++;
        counts.turnedAway++;
        counts.peakWaiting = Math.max(counts.peakWaiting, this.waitingRooms.get(event.s) ?? 0);
        this.turnedAway(counts, event.t);
        break;
      case 'effect':
        counts.effects++;
        break;
      case 'suppressed':
        // A key that it has seen is answered at once: nobody writes that the call was let in.
        counts.calls++;
        counts.replayed++;
        break;
      case 'fell-over':
        counts.fellOver++;
        break;
      case 'breaker':
        if (event.state === 'open') counts.breakerOpened++;
    }
  }

  private turnedAway({ turningAway }: ProviderCounts, t: number): void {
    const last = turningAway.at(-1);
    if (last !== undefined && t - last.to < this.second) last.to = t;
    else turningAway.push({ from: t, to: t });
  }
}

function noCounts(): ProviderCounts {
  return {
    calls: 0,
    turnedAway: 0,
    effects: 0,
    replayed: 0,
    peakWaiting: 0,
    fellOver: 0,
    breakerOpened: 0,
    turningAway: [],
  };
}

function addOne(counts: Map<number, number>, status: number): void {
  counts.set(status, (counts.get(status) ?? 0) + 1);
}
