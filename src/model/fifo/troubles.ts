import { nanosPerSecond, toNanos } from './exact.js';
import type { FifoOutage, FifoTrouble } from './types.js';

/** A trouble that is not over. Nanoseconds. */
interface Open {
  readonly outages: number[];
  readonly from: number;
  readonly baseline: number;
  recovery: number;
  backlogAtRecovery: number;
  peak: number;
  /** Since when the backlog is down; Infinity: it is not. */
  downSince: number;
  /** Messages that arrived before the recovery point and have had no effect; not known during the outage. */
  owed: number;
  doneAt: number;
}

/**
 * Catching up on outages, by the definition of docs/words.md, while the messages go by. Outages are known beforehand, so
 * that the baseline needs no look back: the highest backlog is counted from so long before each.
 */
export class Troubles {
  private readonly closed: FifoTrouble[] = [];
  private open: Open | null = null;
  /** Of outages that are to begin: the highest backlog so far. */
  private readonly baselines = new Map<number, number>();

  constructor(
    private readonly outages: readonly FifoOutage[],
    private readonly stillness: number,
  ) {}

  /** Whether backlog and effects are to be told. */
  get isWatching(): boolean {
    return this.open !== null;
  }

  /** @param highest the backlog's, since this was last called */
  note(highest: number): void {
    for (const [outage, baseline] of this.baselines) this.baselines.set(outage, Math.max(baseline, highest));
  }

  /** From now on the highest backlog is an outage's baseline. */
  countFor(outage: number, backlog: number): void {
    this.baselines.set(outage, backlog);
  }

  begin(outage: number, at: number, backlog: number): void {
    this.closeIfStill(at);
    const joined = this.open;
    this.open = {
      outages: [...(joined?.outages ?? []), outage],
      from: joined?.from ?? at,
      baseline: joined?.baseline ?? this.baselines.get(outage) ?? 0,
      recovery: Number.POSITIVE_INFINITY,
      backlogAtRecovery: 0,
      peak: Math.max(joined?.peak ?? 0, backlog),
      downSince: Number.POSITIVE_INFINITY,
      owed: 0,
      doneAt: Number.POSITIVE_INFINITY,
    };
    this.baselines.delete(outage);
  }

  recover(at: number, backlog: number): void {
    if (this.open === null) return;
    this.open.recovery = at;
    this.open.backlogAtRecovery = backlog;
    this.open.owed = backlog;
    if (backlog === 0) this.open.doneAt = at;
    if (backlog <= this.open.baseline) this.open.downSince = at;
  }

  arrive(at: number, backlog: number): void {
    this.closeIfStill(at);
    const { open } = this;
    if (open === null) return;
    if (backlog > open.peak) open.peak = backlog;
    if (backlog > open.baseline) open.downSince = Number.POSITIVE_INFINITY;
  }

  effect(at: number, arrival: number, backlog: number): void {
    this.closeIfStill(at);
    const { open } = this;
    if (open === null || open.recovery > at) return;
    if (arrival < open.recovery && --open.owed === 0) open.doneAt = at;
    if (backlog <= open.baseline && open.downSince > at) open.downSince = at;
  }

  /** Nothing comes any more. */
  end(): readonly FifoTrouble[] {
    if (this.open !== null) this.close(this.open);
    return this.closed;
  }

  private closeIfStill(at: number): void {
    const { open } = this;
    if (open !== null && at >= Math.max(open.downSince, open.doneAt) + this.stillness) this.close(open);
  }

  private close(open: Open): void {
    const { outages, recovery } = open;
    const caughtUp = Math.max(open.downSince, open.doneAt);
    const isUp = Number.isFinite(caughtUp);
    this.closed.push({
      outages,
      fromSeconds: open.from / nanosPerSecond,
      recoveryPointSeconds: this.outages[outages.at(-1) ?? 0]?.toSeconds ?? recovery / nanosPerSecond,
      baseline: open.baseline,
      backlogAtRecovery: open.backlogAtRecovery,
      peakBacklog: open.peak,
      caughtUpAtSeconds: isUp ? caughtUp / nanosPerSecond : null,
      catchUpSeconds: isUp ? (caughtUp - recovery) / nanosPerSecond : null,
    });
    this.open = null;
  }
}

/** A moment at which the engine has to stop and look. */
export interface Mark {
  readonly at: number;
  readonly kind: 'baseline' | 'begin' | 'recover';
  readonly outage: number;
}

/** The marks of the outages, in order of time; the end of one before the beginning of the next. */
export function marksOf(outages: readonly FifoOutage[], stillness: number): Mark[] {
  const order = { recover: 0, baseline: 1, begin: 2 };
  return outages
    .flatMap(({ fromSeconds, toSeconds }, outage): Mark[] => [
      { at: Math.max(0, toNanos(fromSeconds) - stillness), kind: 'baseline', outage },
      { at: toNanos(fromSeconds), kind: 'begin', outage },
      { at: toNanos(toSeconds), kind: 'recover', outage },
    ])
    .filter(({ at }) => Number.isFinite(at))
    .sort((a, b) => a.at - b.at || order[a.kind] - order[b.kind]);
}
