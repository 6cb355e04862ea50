import { capacityOf, handSeconds } from '../plan/capacity.js';
import type { RateSegment } from '../plan/types.js';
import { Crew } from './crew.js';
import { type Arriving, type Flow, flowFrom } from './flow.js';
import { bindsAlone, comeFreely, isLimited, isSureAt, type Pace, type Situation } from './hands.js';
import { Recorder } from './recorder.js';
import type { FluidInput, FluidRun } from './run.js';

const never = Number.POSITIVE_INFINITY;
/** So much longer than the run curves show what is left, in seconds. */
const moment = 1e-6;

/**
 * Runs one queue as a fluid: arrivals flow in at the plan's rates, and starts out at the mean capacity, first come first
 * served. It jumps from change to change, so its cost grows with the changes and not with the messages.
 */
export function runFluid(input: FluidInput): FluidRun {
  return new Fluid(input).run();
}

class Fluid {
  private now = 0;
  private segment = 0;
  private arrived = 0;
  /** Messages that wait for their first start. */
  private line = 0;
  /** Starts of messages whose worker died before their effect. */
  private begunAgain = 0;
  /** First starts when the last workers went, in whole messages; null: not known. */
  private counted: number | null = 0;
  private served = 0;
  private servingSeconds = 0;
  private lastStart = Number.NEGATIVE_INFINITY;
  private perSecond: number;
  private pace: Pace;
  private readonly curves: Recorder;
  private readonly crew: Crew;
  private readonly isFree: boolean;
  private readonly mostSteps: number;

  constructor(private readonly input: FluidInput) {
    const { queue, arrivals, streams, faults } = input;
    this.crew = new Crew(input);
    this.perSecond = this.capacity();
    this.curves = new Recorder(this.perSecond);
    const highest = arrivals.reduce((most, s) => Math.max(most, s.fromPerSecond, s.toPerSecond), 0);
    this.isFree = streams !== null && comeFreely(queue, queue.workers, streams.length, highest);
    this.pace = { sinceSeconds: 0, isBusy: false, isFresh: true, isSure: this.isFree, started: 0 };
    this.mostSteps = 100 * (10 + arrivals.length + faults.length);
  }

  run(): FluidRun {
    const { crew, curves, input } = this;
    for (let steps = 0; ; steps++) {
      this.applyDue();
      const flow = this.flow();
      const next = Math.min(flow.untilSeconds, crew.nextChange(this.now));
      if (next === never || this.now >= input.horizonSeconds) break;
      if (steps > this.mostSteps) throw new Error(`The fluid of ${input.queue.name} comes to no end`);
      this.advance(flow, Math.max(this.now, Math.min(next, input.horizonSeconds)));
    }
    const emptyAtSeconds = this.finish();
    const { waiting, starts, begun, capacity } = curves;
    const { takings, faults, breaks, workersStarted, byChance, held } = crew;
    return {
      waiting,
      starts,
      begun,
      breaks,
      capacity,
      takings,
      faults,
      held: held.ranges,
      redeliveries: held.redeliveries,
      redeliveryDelays: held.delays,
      duplicateEffects: held.duplicateEffects,
      redeliveryPending: held.repeats,
      served: this.served,
      servingSeconds: this.servingSeconds,
      workersStarted,
      emptyAtSeconds,
      endSeconds: this.now,
      byChance,
    };
  }

  /** Does what is due now, and settles what follows at once. */
  private applyDue(): void {
    const { crew } = this;
    for (;;) {
      const change = crew.apply(this.now, this.situation());
      if (change === null) break;
      if (change.started !== null) {
        // Hands that an aimed kill holds back start fewer than arrive.
        if (this.arrived - this.line > change.started + 1) crew.unsureAt(this.now);
        this.line = Math.max(0, this.arrived - change.started);
      }
      if (crew.up === 0 && this.perSecond > 0) this.counted = change.isSure ? change.started : null;
      this.updateCapacity();
    }
    if (this.perSecond !== never) return;
    const { held } = crew;
    const total = this.line + held.owing + held.repeats;
    this.line = 0;
    for (let next = held.next; next.messages > 0; next = held.next) {
      if (next.owe) this.begunAgain += next.messages;
      crew.serveAgain(next.messages, true, this.now);
    }
    const left = held.owing + held.repeats;
    if (total > left) this.lastStart = this.now;
    this.served += total - left;
  }

  private capacity(): number {
    const { queue, capabilities } = this.input;
    return capacityOf(queue, this.crew.up, capabilities.rateScope);
  }

  private updateCapacity(): void {
    const perSecond = this.capacity();
    if (perSecond === this.perSecond) return;
    const wasDown = this.perSecond === 0;
    this.perSecond = perSecond;
    this.curves.step(this.now, perSecond);
    const { crew } = this;
    if (perSecond > 0) this.begin(this.line > 0 || crew.held.next.messages > 0, wasDown && crew.areHandsNew);
  }

  /** Messages are started in another way from now on. @param areHandsNew what was in hand before is not any more */
  private begin(isBusy: boolean, areHandsNew: boolean): void {
    const { queue, capabilities, streams } = this.input;
    const { up } = this.crew;
    const { now, pace } = this;
    const since = now - this.lastStart;
    const isClosed = since >= (queue.rate?.perSeconds ?? 0) - 1e-9;
    const isFresh = isClosed && (areHandsNew || since >= handSeconds(queue) - 1e-9);
    const isAlone = bindsAlone(queue, up) && (queue.rate === null || capabilities.rateScope === 'queue');
    // Hands that are busy go on as they became so; when the limiter's window was opened is not known.
    const isByHands = !isLimited(queue, up) && this.crew.held.next.messages === 0;
    const goesOn = !pace.isBusy && isByHands && isSureAt(this.situation(), now);
    const isCounted = !areHandsNew || this.counted !== null;
    const isSure = isBusy ? isAlone && isCounted && (isFresh || goesOn) : this.isFree;
    const started = (areHandsNew ? this.counted : null) ?? this.arrived - this.line;
    this.pace = { sinceSeconds: now, isBusy, isFresh, isSure: isSure && streams !== null, started };
  }

  private situation(): Situation {
    const { queue, streams } = this.input;
    return { queue, streams, workersUp: this.crew.up, pace: this.pace };
  }

  private flow(): Flow {
    const { perSecond, now, line, crew } = this;
    return flowFrom(this.arrivals(), { now, perSecond, line, again: crew.held.next.messages });
  }

  private advance(flow: Flow, next: number): void {
    const { perSecond, crew, input } = this;
    const { kind, slope, bend } = flow;
    const length = next - this.now;
    const { rate, change } = this.arrivals();
    const arrivals = length * (rate + (length * change) / 2);
    this.enter(kind);
    const { owe } = crew.held.next;
    if (length > 0) this.draw(flow, next, { rate, change }, owe);
    const served = kind === 'blocked' ? 0 : kind === 'idle' ? arrivals : perSecond * length;
    this.arrived += arrivals;
    if (kind === 'again') {
      this.line += arrivals;
      // It takes its starts away from the others.
      this.pace.started -= served;
      if (owe) this.begunAgain += served;
      crew.serveAgain(served, next >= flow.doneSeconds, next);
    } else if (next >= flow.doneSeconds) this.line = 0;
    else this.line = Math.max(0, this.line + length * (slope + length * bend));
    this.served += served;
    if (served > 0) {
      this.servingSeconds += length;
      this.lastStart = next;
    }
    this.now = next;
    crew.held.advance(next);
    const { arrivals: curve } = input;
    while ((curve[this.segment]?.endSeconds ?? never) <= next) this.segment++;
  }

  private enter(kind: Flow['kind']): void {
    const isBusy = kind === 'busy' || kind === 'again';
    if (kind !== 'blocked' && this.pace.isBusy !== isBusy) this.begin(isBusy, false);
  }

  /** Adds to the curves what holds until `next`. */
  private draw(
    flow: Flow,
    next: number,
    { rate, change }: Pick<Arriving, 'rate' | 'change'>,
    owe: boolean,
  ): void {
    const { kind, slope, bend } = flow;
    const { perSecond, now, line, arrived, begunAgain } = this;
    const owing = this.crew.held.owing;
    const isOwed = kind === 'again' && owe;
    const starting = kind === 'busy' ? perSecond : kind === 'idle' ? rate : 0;
    this.curves.add(
      now,
      next,
      { value: line + owing, slopePerSecond: slope - (isOwed ? perSecond : 0), bend },
      { value: arrived - line, slopePerSecond: starting, bend: kind === 'idle' ? change / 2 : 0 },
      { value: begunAgain, slopePerSecond: isOwed ? perSecond : 0 },
    );
  }

  /** Lets what is in hand come to its end. @returns when the broker holds nothing more; null: never */
  private finish(): number | null {
    const { crew, input, line, arrived, begunAgain } = this;
    const { owing, repeats } = crew.held;
    const isLeft = line > 0 || owing > 0 || repeats > 0;
    let end = Math.max(0, this.lastStart + handSeconds(input.queue));
    for (const gap of crew.breaks)
      if (gap.kind === 'freeze' && gap.atSeconds < end && end < gap.untilSeconds) end = gap.untilSeconds;
    const until = end === never ? this.now : Math.max(this.now, Math.min(end, input.horizonSeconds));
    const still = { slopePerSecond: 0, bend: 0 };
    this.curves.add(
      this.now,
      until + moment,
      { ...still, value: line + owing },
      { ...still, value: arrived - line },
      { slopePerSecond: 0, value: begunAgain },
    );
    this.now = until;
    return isLeft || end > until ? null : end;
  }

  /** The rate now at which something comes, what it changes per second, and until when. */
  private arrivals(): Arriving {
    const segment: RateSegment | undefined = this.input.arrivals[this.segment];
    if (segment === undefined) return { rate: 0, change: 0, endSeconds: never };
    const change =
      (segment.toPerSecond - segment.fromPerSecond) / (segment.endSeconds - segment.startSeconds);
    const rate = segment.fromPerSecond + change * (this.now - segment.startSeconds);
    return { rate, change, endSeconds: segment.endSeconds };
  }
}
