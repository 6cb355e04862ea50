import { capacityOf } from '../plan/capacity.js';
import { cumulativeAt } from '../plan/curve.js';
import type { RateCurve, RateSegment } from '../plan/types.js';
import { Attempts } from './attempts.js';
import { untouched } from './cohort.js';
import { type Change, Crew } from './crew.js';
import { attemptsMatter, tickOf, withCopies } from './failing.js';
import { type Arriving, type Flow, flowFrom } from './flow.js';
import { Grid } from './grid.js';
import type { Situation } from './hands.js';
import { Recorder } from './recorder.js';
import type { FluidInput, FluidRun } from './run.js';

export type { FluidInput, FluidRun } from './run.js';

const never = Number.POSITIVE_INFINITY;
/** More steps than any sensible scenario needs. */
const mostSteps = 60_000;

/**
 * Runs one queue as a fluid: arrivals flow in at the plan's rates, and out at the mean capacity, first come first
 * served. It jumps from change to change, so its cost grows with the changes and not with the messages. Where attempts
 * fail it takes small steps as well, at whose ends the failed ones come back.
 */
export function runFluid(input: FluidInput): FluidRun {
  return new Fluid(input).run();
}

class Fluid {
  private now = 0;
  private segment = 0;
  private arrived = 0;
  /** Messages without an effect that can be served: the backlog less what dead workers hold and what waits for its next attempt. */
  private fresh = 0;
  private busySince: number | null = null;
  private startedThen = 0;
  private served = 0;
  private servable = 0;
  private servingSeconds = 0;
  private emptyAt: number | null = null;
  private perSecond: number;
  private nominal: number;
  private dead = 0;
  private firstStarts = 0;
  private deaths = 0;
  private readonly grid: Grid;
  private steps = 0;
  private readonly curves: Recorder;
  private readonly load: RateCurve;
  private readonly attempts: Attempts | null;
  private readonly crew: Crew;

  constructor(private readonly input: FluidInput) {
    const { queue, arrivals, copies = [], listed = [] } = input;
    this.load = copies.length === 0 ? arrivals : withCopies(arrivals, copies);
    this.grid = new Grid(tickOf(queue, this.load));
    this.attempts = attemptsMatter(input) ? new Attempts(queue, listed, this.grid) : null;
    this.crew = new Crew(input, this.attempts);
    this.nominal = capacityOf(queue, queue.workers, input.capabilities.rateScope);
    this.perSecond = this.nominal;
    this.curves = new Recorder(this.nominal);
  }

  run(): FluidRun {
    for (;;) {
      this.applyDue();
      const flow = this.flow();
      const next = Math.min(flow.untilSeconds, this.nextChange(flow));
      if (next === never && this.settles()) continue;
      if (next === never || this.now >= this.input.horizonSeconds || this.steps > mostSteps) break;
      this.advance(flow, Math.max(this.now, Math.min(next, this.input.horizonSeconds)));
    }
    this.now = this.curves.end(this.now, this.waiting, this.attempts ? this.firstStarts : null);
    const { crew, attempts } = this;
    const { tally } = crew.held;
    const failed = attempts?.tally;
    return {
      ...crew.outcome(),
      ...this.curves.all(),
      redeliveries: tally.redeliveries,
      redeliveriesWithoutEffect: tally.redeliveriesWithoutEffect,
      duplicateEffects: tally.duplicateEffects + (failed?.duplicateEffects ?? 0),
      suppressed: tally.suppressed + (failed?.suppressed ?? 0),
      lost: tally.lost + (failed?.lost ?? 0),
      dead: this.dead + (attempts?.deadNow ?? 0),
      deadAfterEffect: tally.deadAfterEffect + (failed?.deadAfterEffect ?? 0),
      attempts: failed ?? null,
      served: this.served,
      servable: this.servable,
      servingSeconds: this.servingSeconds,
      emptyAtSeconds: this.isEmpty() ? (this.emptyAt ?? this.now) : null,
      endSeconds: this.now,
      cutShort: this.steps > mostSteps,
    };
  }

  /** Does what is due now, and settles what follows at once. */
  private applyDue(): void {
    const { crew, attempts } = this;
    this.curves.burst(attempts?.advance(this.now) ?? 0);
    this.fresh = attempts?.ready ?? this.fresh;
    for (;;) {
      const change = crew.apply(this.now, this.fresh, this.situation()) ?? this.deathOf();
      if (change === null) break;
      this.change(change);
    }
    this.updateCapacity();
    if (this.perSecond === never) {
      this.served += this.fresh + crew.repeats.count;
      this.serve(never, this.now);
      if (attempts === null) this.curves.burst(this.fresh);
      this.fresh = 0;
      crew.repeats.serveAll();
    }
  }

  /** What a message that kills its worker does, or a kill that waited for one to be given up. */
  private deathOf(): Change | null {
    const { crew, attempts } = this;
    if (attempts === null) return null;
    const crashed = crew.up > 0 ? attempts.takeCrash() : null;
    if (crashed !== null) return crew.crash(this.now, this.situation(), crashed);
    const given = Math.floor(attempts.tally.given + 1e-6);
    if (given <= this.deaths) return null;
    this.deaths = given;
    return crew.messageDied(this.now, this.situation());
  }

  private change(change: Change): void {
    const { attempts, crew } = this;
    const { returned, cohorts, taken, started, dead, redrive } = change;
    this.startedThen -= returned;
    if (attempts === null) {
      this.fresh =
        started === null ? Math.max(0, this.fresh + returned - taken) : Math.max(0, this.arrived - started);
      this.dead += dead?.without ?? 0;
      // What came back is served from now on, so that starts follow the clock of the capacity.
      if (returned > 0 && this.busySince === null && this.perSecond > 0) {
        this.busySince = this.now;
        this.startedThen = this.arrived - this.fresh;
      }
    } else {
      const { position } = this.input.capabilities.redelivery;
      const again = returned > 0 ? [untouched(returned, { started: true, starts: 1 }), ...cohorts] : cohorts;
      attempts.giveBack(again, position);
      if (taken > 0) this.firstStarts += attempts.takeInHand(Math.min(taken, attempts.ready));
      if (dead !== null) {
        attempts.die([
          ...dead.cohorts,
          ...(dead.without > 0 ? [untouched(dead.without, { started: true })] : []),
        ]);
        attempts.tally.given += dead.withEffect;
      }
      if (redrive !== null) {
        const messages = Math.round(attempts.redrive(redrive.repaired));
        crew.notes.redriven(redrive, this.now, messages);
      }
      this.fresh = attempts.ready;
    }
    this.updateCapacity();
  }

  private situation(): Situation {
    return {
      queue: this.input.queue,
      rateScope: this.input.capabilities.rateScope,
      arrivals: this.load,
      workersUp: this.crew.up,
      perSecond: this.perSecond,
      busySinceSeconds: this.busySince,
      startedBefore: this.startedThen,
      attemptsFail: this.attempts !== null,
    };
  }

  private updateCapacity(): void {
    const { queue, capabilities } = this.input;
    const { rateScope } = capabilities;
    const nominal = capacityOf(queue, this.crew.up, rateScope);
    if (nominal !== this.nominal) {
      this.nominal = nominal;
      this.curves.step(this.now, nominal);
    }
    const perSecond = this.attempts?.hindrances.perSecond(this.crew.up, rateScope, this.now) ?? nominal;
    if (perSecond !== this.perSecond) this.busySince = null;
    this.perSecond = perSecond;
  }

  private nextChange(flow: Flow): number {
    const { attempts, now } = this;
    const change = this.crew.nextChange(now);
    if (attempts === null) return change;
    const serving = flow.kind === 'busy' || (flow.kind === 'idle' && this.arrivals().rate > 0);
    return Math.min(change, attempts.nextChange(now, serving), serving ? this.grid.after(now) : never);
  }

  /** Nothing comes any more. @returns whether that changed anything */
  private settles(): boolean {
    const { attempts } = this;
    if (attempts === null || this.fresh > 0 || this.crew.up === 0) return false;
    const before = attempts.waiting;
    this.curves.burst(attempts.settle());
    return attempts.waiting !== before;
  }

  private flow(): Flow {
    const { perSecond, now, fresh, crew } = this;
    return flowFrom(this.arrivals(), { now, perSecond, fresh, repeats: crew.repeats });
  }

  private advance(flow: Flow, next: number): void {
    const length = next - this.now;
    const { rate, change } = this.arrivals();
    const arrivals = length * (rate + (length * change) / 2);
    const { perSecond, crew, attempts } = this;
    const before = {
      waiting: this.waiting,
      started: attempts ? this.firstStarts : this.arrived - this.fresh,
    };
    if (flow.kind === 'idle' || flow.kind === 'blocked') this.busySince = null;
    else if (this.busySince === null) {
      this.busySince = this.now;
      this.startedThen = this.arrived - this.fresh;
    }
    // A repeat takes a start of the limiter's windows away from the others.
    if (flow.kind === 'repeating') this.startedThen -= perSecond * length;
    const served = flow.kind === 'blocked' ? 0 : flow.kind === 'idle' ? arrivals : perSecond * length;
    this.served += served;
    const own = this.ownPart(arrivals, next);
    attempts?.arrive(this.arrived, own, arrivals - own);
    this.arrived += own;
    if (attempts === null) {
      const fresh = this.fresh + length * (flow.slope + length * flow.bend);
      this.fresh = next >= flow.emptySeconds ? 0 : Math.max(0, fresh);
    } else if (flow.kind === 'busy' || flow.kind === 'idle') {
      this.serve(flow.kind === 'idle' || next >= flow.emptySeconds ? never : served, next);
      this.fresh = attempts.ready;
    } else this.fresh = attempts.ready;
    if (length > 0) this.draw(flow, next, { rate, change }, before);
    if (flow.kind === 'repeating') crew.repeats.serve(served, next >= flow.turnSeconds);
    if (flow.kind === 'busy') crew.repeats.letPass(served, next >= flow.turnSeconds, this.fresh === 0);
    if (served > 0) this.servingSeconds += length;
    if (served > 0 && perSecond !== never) this.servable += perSecond * length;
    this.now = next;
    this.steps++;
    this.grid.count();
    crew.advance(next);
    while ((this.load[this.segment]?.endSeconds ?? never) <= next) this.segment++;
    if (!this.isEmpty()) this.emptyAt = null;
    else if (this.emptyAt === null || arrivals > 0) this.emptyAt = next;
  }

  /** Attempts at the first of the line start, from now on. */
  private serve(amount: number, until: number): void {
    if (this.attempts === null) return;
    const { firstStarts, passed } = this.attempts.serve(amount, this.now, until);
    this.firstStarts += firstStarts;
    this.curves.burst(passed);
  }

  /** Of what arrives until then, without further publishes of what has arrived before. */
  private ownPart(arrivals: number, until: number): number {
    const { arrivals: own } = this.input;
    return this.load === own
      ? arrivals
      : Math.min(arrivals, cumulativeAt(own, until) - cumulativeAt(own, this.now));
  }

  private get waiting(): number {
    return (this.attempts?.waiting ?? this.fresh) + this.crew.held.without;
  }

  /** Adds to the curves what holds until `next`. */
  private draw(
    flow: Flow,
    next: number,
    { rate, change }: Pick<Arriving, 'rate' | 'change'>,
    before: { readonly waiting: number; readonly started: number },
  ): void {
    const span = { fromSeconds: this.now, toSeconds: next };
    const length = next - this.now;
    if (this.attempts === null) {
      const slopePerSecond = flow.kind === 'busy' ? this.perSecond : flow.kind === 'idle' ? rate : 0;
      const starts = { slopePerSecond, bend: flow.kind === 'idle' ? change / 2 : 0 };
      this.curves.add(
        { ...span, value: before.waiting, slopePerSecond: flow.slope, bend: flow.bend },
        { ...span, value: before.started, ...starts },
        starts,
      );
      return;
    }
    const slopePerSecond = (this.waiting - before.waiting) / length;
    const starting = (this.firstStarts - before.started) / length;
    this.curves.add(
      { ...span, value: before.waiting, slopePerSecond, bend: 0 },
      { ...span, value: before.started, slopePerSecond: starting, bend: 0 },
      { slopePerSecond: 0, bend: 0 },
    );
  }

  private isEmpty(): boolean {
    return this.fresh === 0 && this.crew.holdsNothing && (this.attempts?.holdsNothing ?? true);
  }

  /** The rate now at which something comes, what it changes per second, and until when. */
  private arrivals(): Arriving {
    const segment: RateSegment | undefined = this.load[this.segment];
    if (segment === undefined) return { rate: 0, change: 0, endSeconds: never };
    const change =
      (segment.toPerSecond - segment.fromPerSecond) / (segment.endSeconds - segment.startSeconds);
    const rate = segment.fromPerSecond + change * (this.now - segment.startSeconds);
    return { rate, change, endSeconds: segment.endSeconds };
  }
}
