import type { LedgerEvent } from '../../../ledger/events.js';
import type { Identity } from './identity.js';

/** Where a step of an order is, as far as the order service knows: it publishes or calls, and what follows is others'. */
export type StepState =
  | 'not attempted'
  | 'attempted'
  | 'published'
  | 'refused'
  | 'unknown'
  | 'called'
  | 'done'
  | 'failed'
  | 'left out';

/** A step of an order that the service took. */
export interface KnownStep {
  readonly queue: string;
  readonly provider: string | null;
  state: StepState;
  /** When it got there, in microseconds since the zero; null: nothing has happened yet. */
  at: number | null;
  /** Calls to its provider that were made. */
  calls: number;
  why: string | null;
  /** Of some publish or call nobody knows what it did. */
  isOpen: boolean;
  /** What some publish or call came to, whatever becomes of those after it; null: none did. */
  reached: 'published' | 'done' | null;
}

/** What the customer was told. */
export interface KnownResponse {
  readonly status: number;
  /** In microseconds since the zero. */
  readonly at: number;
}

/** The kinds of event that a step's state follows. */
export type StepEvent =
  | 'attempted'
  | 'acknowledged'
  | 'merged'
  | 'refused'
  | 'unknown'
  | 'started'
  | 'failed'
  | 'settled';

/** The ledger's events that tell an order's story, of those that an order service writes. */
export function isStepEvent(event: LedgerEvent): event is Extract<LedgerEvent, { e: StepEvent }> {
  return Object.hasOwn(stateAfter, event.e);
}

const stateAfter: Readonly<Record<StepEvent, StepState>> = {
  attempted: 'attempted',
  acknowledged: 'published',
  merged: 'published',
  refused: 'refused',
  unknown: 'unknown',
  started: 'called',
  failed: 'failed',
  settled: 'done',
};

/** Whether there is another publish or call although the one before it has no outcome: whoever tried that died over it. */
function isCutOff({ state }: KnownStep, kind: StepEvent): boolean {
  if (kind === 'attempted') return state === 'attempted' || state === 'called';
  return kind === 'started' && state === 'called';
}

/** The last publish or call did nothing, or nobody knows what it did; those before it may have done it. */
function stateWithout({ reached, isOpen, state }: KnownStep): StepState {
  if (reached !== null) return reached;
  if (isOpen) return 'unknown';
  return state === 'failed' ? 'failed' : 'refused';
}

/** An order that the service took. */
export class KnownOrder {
  readonly id: string;
  readonly correlation: string;
  readonly steps: readonly KnownStep[];
  /** Null: not answered yet, or the process that took it died before. */
  response: KnownResponse | null = null;

  constructor(
    { id, correlation, steps }: Identity,
    /** In microseconds since the zero. */
    public receivedAt: number,
  ) {
    this.id = id;
    this.correlation = correlation;
    this.steps = steps.map(({ queue, provider }) => ({
      queue: queue.name,
      provider: provider?.name ?? null,
      state: 'not attempted',
      at: null,
      calls: 0,
      why: null,
      isOpen: false,
      reached: null,
    }));
  }

  /** Brings a step to where it is after an event. */
  advance(queue: string, kind: StepEvent, at: number, why: string | null = null): void {
    for (const step of this.steps) {
      if (step.queue !== queue) continue;
      if (kind === 'started') step.calls++;
      if (kind === 'unknown' || isCutOff(step, kind)) step.isOpen = true;
      step.state = kind === 'refused' || kind === 'unknown' ? stateWithout(step) : stateAfter[kind];
      if (step.state === 'published' || step.state === 'done') step.reached = step.state;
      step.why = why;
      step.at = at;
    }
  }

  /** What the customer is told; what was left out of the order is done with. */
  respond(status: number, at: number, leftOut: readonly string[]): void {
    this.response = { status, at };
    for (const step of this.steps) if (leftOut.includes(step.queue)) step.state = 'left out';
  }
}

/** Orders that are remembered. */
const mostOrders = 100_000;

/** The orders that the service took, the latest so many of them. */
export class KnownOrders {
  private readonly byId = new Map<string, KnownOrder>();
  /** A ring: the next one takes the place of the oldest. */
  private readonly ring: KnownOrder[] = [];
  private next = 0;

  constructor(private readonly most: number = mostOrders) {}

  /** How many are known. */
  get count(): number {
    return this.ring.length;
  }

  get(id: string): KnownOrder | undefined {
    return this.byId.get(id);
  }

  /** The order of that identity, which may have come before. */
  take(identity: Identity, receivedAt: number): KnownOrder {
    const known = this.byId.get(identity.id);
    if (known !== undefined) {
      known.receivedAt = receivedAt;
      return known;
    }
    const order = new KnownOrder(identity, receivedAt);
    const oldest = this.ring[this.next];
    if (oldest !== undefined) this.byId.delete(oldest.id);
    this.ring[this.next] = order;
    this.next = (this.next + 1) % this.most;
    this.byId.set(order.id, order);
    return order;
  }

  /** The latest ones, the newest first. */
  latest(limit: number): KnownOrder[] {
    const { ring } = this;
    const count = Math.min(limit, ring.length);
    return Array.from(
      { length: count },
      (_, i) => ring[(this.next - 1 - i + ring.length) % ring.length] as KnownOrder,
    );
  }
}
