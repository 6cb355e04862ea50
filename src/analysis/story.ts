import type {
  BrokerEvent,
  DepthEvent,
  EndedEvent,
  ExitedEvent,
  FaultEvent,
  FellOverEvent,
  LedgerEvent,
  ReadyEvent,
  SupervisedEvent,
} from '../ledger/events.js';
import type { BrokerAbsence } from './causes.js';
import { TimeLog } from './time-log.js';

/** A queue's depth as it was sampled: times and, beside them, ready + in flight + delayed, and what of each kind there was. */
export interface DepthSamples {
  readonly at: TimeLog;
  readonly depth: TimeLog;
  readonly ready: TimeLog;
  readonly inFlight: TimeLog;
  readonly delayed: TimeLog;
  readonly dead: TimeLog;
}

/** What the ledger says beside the messages' lives: faults, processes, the broker, the depth, the end. */
export class Story {
  readonly faults: FaultEvent[] = [];
  readonly exits: ExitedEvent[] = [];
  readonly ready: ReadyEvent[] = [];
  readonly supervised: SupervisedEvent[] = [];
  readonly fellOver: FellOverEvent[] = [];
  readonly broker: BrokerEvent[] = [];
  wall: string | null = null;
  ended: EndedEvent | null = null;
  /** The latest time in the ledger, in microseconds. */
  lastAt = 0;
  /** When the lab first asked the broker, which it does once every process has opened its file; null: it did not. Microseconds. */
  firstSampleAt: number | null = null;
  private readonly samples = new Map<string, DepthSamples>();

  /** Notes the event where it is not a message's. */
  visit(event: LedgerEvent): void {
    if (event.t > this.lastAt) this.lastAt = event.t;
    if (event.e === 'fault') this.faults.push(event);
    else if (event.e === 'exited') this.exits.push(event);
    else if (event.e === 'ready') this.ready.push(event);
    else if (event.e === 'supervised') this.supervised.push(event);
    else if (event.e === 'fell-over') this.fellOver.push(event);
    else if (event.e === 'broker-lost' || event.e === 'broker-back') this.broker.push(event);
    else if (event.e === 'depth') this.sampled(event);
    else if (event.e === 'run') this.wall = event.wall;
    else if (event.e === 'ended') this.ended = event;
  }

  /** When the drain ended, or, where that is not in the ledger, its last time. Microseconds. */
  get endAt(): number {
    return this.ended?.t ?? this.lastAt;
  }

  depthOf(queue: string): DepthSamples {
    let samples = this.samples.get(queue);
    if (samples === undefined) {
      const log = (): TimeLog => new TimeLog(0);
      samples = { at: log(), depth: log(), ready: log(), inFlight: log(), delayed: log(), dead: log() };
      this.samples.set(queue, samples);
    }
    return samples;
  }

  /** Spans in which the lab could not reach the broker; one that did not end lasts to the end of the ledger. */
  absences(): BrokerAbsence[] {
    const absences: BrokerAbsence[] = [];
    let from: number | null = null;
    for (const { e, t } of this.broker) {
      if (e === 'broker-lost') from ??= t;
      else if (from !== null) {
        absences.push({ from, to: t });
        from = null;
      }
    }
    if (from !== null) absences.push({ from, to: this.lastAt });
    return absences;
  }

  private sampled({ q, t, ready, inFlight, delayed, dead }: DepthEvent): void {
    this.firstSampleAt ??= t;
    const samples = this.depthOf(q);
    samples.at.push(t);
    samples.depth.push(ready + inFlight + delayed);
    samples.ready.push(ready);
    samples.inFlight.push(inFlight);
    samples.delayed.push(delayed);
    samples.dead.push(dead);
  }
}
