import type { Capabilities, RedeliverySettings } from '../broker/types.js';
import { capacityOf } from '../plan/capacity.js';
import type { PlannedFault, RateCurve, RateSegment } from '../plan/types.js';
import type { QueueSpec } from '../scenario/types.js';
import type { CapacityStep } from './balance.js';
import { Crew } from './crew.js';
import type { Situation } from './hands.js';
import { type Piece, timeToZero } from './pieces.js';
import type { Taking } from './troubles.js';

/** What the fluid model needs to know of a queue. */
export interface FluidInput {
  readonly queue: QueueSpec;
  readonly arrivals: RateCurve;
  readonly redelivery: RedeliverySettings;
  readonly capabilities: Capabilities;
  /** The queue's own, in order of time. */
  readonly faults: readonly PlannedFault[];
  /** Where to stop at the latest; Infinity: where nothing can change any more. */
  readonly horizonSeconds: number;
}

/** A fault as the model sees it done. */
export interface PredictedFault {
  /** In the plan's list. */
  readonly index: number;
  /** Null: it is not done, see detail. */
  readonly doneAtSeconds: number | null;
  /** How many workers it hits. */
  readonly workers: number;
  /** For kills: messages in hand, those with their effect among them. */
  readonly held: { readonly messages: number; readonly withEffect: number } | null;
  readonly detail: string | null;
}

/** All that the fluid model knows of a queue. */
export interface FluidRun {
  /** Messages that have arrived and had no effect yet. */
  readonly backlog: readonly Piece[];
  /** First starts so far; falls where messages come back that had no effect. */
  readonly starts: readonly Piece[];
  readonly capacity: readonly CapacityStep[];
  readonly takings: readonly Taking[];
  readonly faults: readonly PredictedFault[];
  /** When messages that a dead worker held without an effect got it; null: never. */
  readonly heldDone: readonly { readonly atSeconds: number; readonly doneAtSeconds: number | null }[];
  readonly redeliveries: number;
  /** Of these, without an effect before. */
  readonly redeliveriesWithoutEffect: number;
  /** From worker's death to availability; seconds. */
  readonly redeliveryDelays: readonly number[];
  readonly duplicateEffects: number;
  /** Effected messages that are still on the broker at the end. */
  readonly redeliveryPending: number;
  /** Message starts that were served, repeats included. */
  readonly served: number;
  /** The integral of the capacity while something was served and it was bounded: messages that could have been. */
  readonly servable: number;
  /** Seconds in which something was served. */
  readonly servingSeconds: number;
  readonly workersStarted: number;
  /** When the broker held nothing more, repeats included; null: never. */
  readonly emptyAtSeconds: number | null;
  /** When the last thing changed. */
  readonly endSeconds: number;
}

/** How the messages that can be served develop from now on. */
interface Flow {
  readonly kind: 'idle' | 'busy' | 'repeating' | 'blocked';
  readonly slope: number;
  readonly bend: number;
  /** Until when this holds if nothing else changes: the earliest of the arrivals' next change and the next two. */
  readonly untilSeconds: number;
  /** When nothing is left that can be served. */
  readonly emptySeconds: number;
  /** When the first of the repeats is served, or its turn comes. */
  readonly turnSeconds: number;
}

const slack = 1e-9;
const never = Number.POSITIVE_INFINITY;

/**
 * Runs one queue as a fluid: arrivals flow in at the plan's rates, and out at the mean capacity, first come first
 * served. It jumps from change to change, so its cost grows with the changes and not with the messages.
 */
export function runFluid(input: FluidInput): FluidRun {
  return new Fluid(input).run();
}

class Fluid {
  private now = 0;
  private segment = 0;
  private arrived = 0;
  /** Messages without an effect that can be served: the backlog less what dead workers hold. */
  private fresh = 0;
  private busySince: number | null = null;
  private startedThen = 0;
  private served = 0;
  private servable = 0;
  private servingSeconds = 0;
  private emptyAt: number | null = null;
  private perSecond: number;
  private readonly capacity: CapacityStep[];
  private readonly backlog: Piece[] = [];
  private readonly starts: Piece[] = [];
  private readonly crew: Crew;

  constructor(private readonly input: FluidInput) {
    this.crew = new Crew(input);
    this.perSecond = capacityOf(input.queue, input.queue.workers, input.capabilities.rateScope);
    this.capacity = [{ atSeconds: 0, perSecond: this.perSecond }];
  }

  run(): FluidRun {
    for (;;) {
      this.applyDue();
      const flow = this.flow();
      const change = this.crew.nextChange(this.now);
      const next = Math.min(flow.untilSeconds, change);
      if (next === never || this.now >= this.input.horizonSeconds) break;
      this.advance(flow, Math.max(this.now, Math.min(next, this.input.horizonSeconds)));
    }
    const { crew } = this;
    return {
      ...crew.outcome(),
      backlog: this.backlog,
      starts: this.starts,
      capacity: this.capacity,
      served: this.served,
      servable: this.servable,
      servingSeconds: this.servingSeconds,
      emptyAtSeconds: this.isEmpty() ? (this.emptyAt ?? this.now) : null,
      endSeconds: this.now,
    };
  }

  /** Does what is due now, and settles what follows at once. */
  private applyDue(): void {
    const { crew } = this;
    for (;;) {
      const change = crew.apply(this.now, this.fresh, this.situation());
      if (change === null) break;
      this.startedThen -= change.returned;
      this.fresh =
        change.started === null
          ? Math.max(0, this.fresh + change.returned - change.taken)
          : Math.max(0, this.arrived - change.started);
      this.updateCapacity();
    }
    if (this.perSecond === never) {
      this.served += this.fresh + crew.repeats.count;
      this.fresh = 0;
      crew.repeats.serveAll();
    }
  }

  private situation(): Situation {
    return {
      queue: this.input.queue,
      rateScope: this.input.capabilities.rateScope,
      arrivals: this.input.arrivals,
      workersUp: this.crew.up,
      perSecond: this.perSecond,
      busySinceSeconds: this.busySince,
      startedBefore: this.startedThen,
    };
  }

  private updateCapacity(): void {
    const perSecond = capacityOf(this.input.queue, this.crew.up, this.input.capabilities.rateScope);
    if (perSecond === this.perSecond) return;
    this.perSecond = perSecond;
    this.busySince = null;
    const last = this.capacity.at(-1) as CapacityStep;
    if (last.atSeconds === this.now) this.capacity.pop();
    this.capacity.push({ atSeconds: this.now, perSecond });
  }

  private flow(): Flow {
    const { rate, change, endSeconds } = this.arrivals();
    const { perSecond, now } = this;
    const flow = (kind: Flow['kind'], slope: number, bend: number, empty = never, turn = never): Flow => {
      const untilSeconds = Math.min(endSeconds, empty, turn);
      return { kind, slope, bend, untilSeconds, emptySeconds: empty, turnSeconds: turn };
    };
    const bend = change / 2;
    if (perSecond === 0) return flow('blocked', rate, bend);
    const repeat = this.crew.repeats.first;
    if (repeat > 0) return flow('repeating', rate, bend, never, now + repeat / perSecond);
    const even = Math.abs(rate - perSecond) <= slack * Math.max(1, rate, Math.abs(change));
    const difference = even ? 0 : rate - perSecond;
    if (this.fresh > 0 || difference > 0 || (even && change > 0)) {
      const empty = now + (timeToZero(this.fresh, difference, bend) ?? never);
      return flow('busy', difference, bend, empty, now + this.crew.repeats.behind / perSecond);
    }
    // Where arrivals rise, they come to exceed the capacity.
    return flow('idle', 0, 0, change > 0 ? now - difference / change : never);
  }

  private advance(flow: Flow, next: number): void {
    const length = next - this.now;
    const { rate, change } = this.arrivals();
    const arrivals = length * (rate + (length * change) / 2);
    const { perSecond, crew } = this;
    if (length > 0) this.draw(flow, next, rate, change);
    if (flow.kind === 'idle' || flow.kind === 'blocked') this.busySince = null;
    else if (this.busySince === null) {
      this.busySince = this.now;
      this.startedThen = this.arrived - this.fresh;
    }
    // A repeat takes a start of the limiter's windows away from the others.
    if (flow.kind === 'repeating') this.startedThen -= perSecond * length;
    const served = flow.kind === 'blocked' ? 0 : flow.kind === 'idle' ? arrivals : perSecond * length;
    this.served += served;
    this.arrived += arrivals;
    const fresh = this.fresh + length * (flow.slope + length * flow.bend);
    this.fresh = next >= flow.emptySeconds ? 0 : Math.max(0, fresh);
    if (flow.kind === 'repeating') crew.repeats.serve(served, next >= flow.turnSeconds);
    if (flow.kind === 'busy') crew.repeats.letPass(served, next >= flow.turnSeconds, this.fresh === 0);
    if (served > 0) this.servingSeconds += length;
    if (served > 0 && perSecond !== never) this.servable += perSecond * length;
    this.now = next;
    crew.advance(next);
    while ((this.input.arrivals[this.segment]?.endSeconds ?? never) <= next) this.segment++;
    if (!this.isEmpty()) this.emptyAt = null;
    else if (this.emptyAt === null || arrivals > 0) this.emptyAt = next;
  }

  /** Adds to the curves what holds from now to `next`. */
  private draw(flow: Flow, next: number, rate: number, change: number): void {
    const span = { fromSeconds: this.now, toSeconds: next };
    const value = this.fresh + this.crew.heldWithout;
    this.backlog.push({ ...span, value, slopePerSecond: flow.slope, bend: flow.bend });
    const slopePerSecond = flow.kind === 'busy' ? this.perSecond : flow.kind === 'idle' ? rate : 0;
    const bend = flow.kind === 'idle' ? change / 2 : 0;
    this.starts.push({ ...span, value: this.arrived - this.fresh, slopePerSecond, bend });
  }

  private isEmpty(): boolean {
    return this.fresh === 0 && this.crew.holdsNothing;
  }

  /** The arrival rate now, what it changes per second, and until when. */
  private arrivals(): { rate: number; change: number; endSeconds: number } {
    const segment: RateSegment | undefined = this.input.arrivals[this.segment];
    if (segment === undefined) return { rate: 0, change: 0, endSeconds: never };
    const change =
      (segment.toPerSecond - segment.fromPerSecond) / (segment.endSeconds - segment.startSeconds);
    const rate = segment.fromPerSecond + change * (this.now - segment.startSeconds);
    return { rate, change, endSeconds: segment.endSeconds };
  }
}
