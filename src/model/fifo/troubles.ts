import { type Grain, nanosPerSecond, toGrain } from './exact.js';
import type { FifoOnset, FifoOutage, FifoTrouble } from './types.js';

const never = Number.POSITIVE_INFINITY;

/** A recovery point that was passed. Nanoseconds. */
interface Recovery {
  readonly at: number;
  readonly backlog: number;
  /** Messages that arrived before it and have had no effect. */
  owed: number;
  doneAt: number;
}

/** A trouble that is not over, as far as is known. */
interface Open {
  readonly onsets: number[];
  readonly from: number;
  readonly baseline: number;
  peak: number;
  /** The highest since it may have been caught up. */
  later: number;
  /** Since when the backlog is down; Infinity: it is not. */
  downSince: number;
}

/**
 * Catching up, by the definition of docs/words.md, while the messages go by. Onsets are known beforehand, so that the baseline needs no
 * look back: the highest backlog is counted from so long before each. Whether a backlog that is down stays so is known later: an
 * onset meanwhile opens a trouble of its own, which the one before takes in if it turns out not to have been caught up.
 */
export class Troubles {
  private readonly closed: FifoTrouble[] = [];
  private open: Open[] = [];
  /** Of onsets that are to come: the highest backlog so far; and of those that are there. */
  private readonly counting = new Map<number, number>();
  private readonly baselines = new Map<number, number>();
  /** By when they were. */
  private readonly recoveries = new Map<number, Recovery>();
  /** Those of them that messages are owed to. */
  private owing: Recovery[] = [];
  /** Whether backlog and effects are to be told. */
  isWatching = false;
  /** When the first trouble is over if it stays as it is. */
  private stillAt = never;

  constructor(
    private readonly onsets: readonly FifoOnset[],
    private readonly stillness: number,
    private readonly grain: Grain,
  ) {}

  /** @param highest the backlog's, since this was last called */
  note(highest: number): void {
    for (const [onset, baseline] of this.counting) this.counting.set(onset, Math.max(baseline, highest));
  }

  /** From now on the highest backlog is an onset's baseline. */
  countFor(onset: number, backlog: number): void {
    this.counting.set(onset, backlog);
  }

  /** An onset is there: its baseline is what was counted. */
  fix(onset: number): void {
    this.baselines.set(onset, this.counting.get(onset) ?? 0);
    this.counting.delete(onset);
  }

  /** What is due at an onset's very time has happened. */
  begin(onset: number, at: number, backlog: number): void {
    this.closeIfStill(at);
    const baseline = this.baselines.get(onset) ?? 0;
    this.baselines.delete(onset);
    const last = this.open.at(-1);
    if (last === undefined || this.caughtUpAt(last) <= at) {
      const downSince = backlog <= baseline ? at : never;
      this.open.push({ onsets: [onset], from: at, baseline, peak: backlog, later: 0, downSince });
    } else last.onsets.push(onset);
    this.look();
  }

  /** A recovery point: what is due at that very time has not happened yet. */
  recover(at: number, backlog: number): void {
    if (this.recoveries.has(at)) return;
    const recovery = { at, backlog, owed: backlog, doneAt: backlog === 0 ? at : never };
    this.recoveries.set(at, recovery);
    if (backlog > 0) this.owing.push(recovery);
    this.look();
  }

  arrive(at: number, backlog: number): void {
    if (at >= this.stillAt) this.closeIfStill(at);
    for (let i = 0; i < this.open.length; i++) {
      const open = this.open[i] as Open;
      if (backlog > open.baseline) {
        if (backlog > open.peak) open.peak = backlog;
        if (open.downSince !== never) this.rise(i);
      } else if (at <= this.caughtUpAt(open)) open.peak = Math.max(open.peak, backlog);
      else open.later = Math.max(open.later, backlog);
    }
  }

  /** A backlog that was down is up again, so the trouble was not caught up after all, and what began since belongs to it. */
  private rise(index: number): void {
    const open = this.open[index] as Open;
    open.peak = Math.max(open.peak, open.later);
    open.downSince = never;
    for (const { onsets } of this.open.splice(index + 1)) open.onsets.push(...onsets);
    this.look();
  }

  effect(at: number, arrival: number, backlog: number): void {
    if (at >= this.stillAt) this.closeIfStill(at);
    for (let i = this.owing.length - 1; i >= 0; i--) {
      const recovery = this.owing[i] as Recovery;
      if (arrival >= recovery.at || --recovery.owed > 0) continue;
      recovery.doneAt = at;
      this.owing.splice(i, 1);
      this.look();
    }
    for (let i = 0; i < this.open.length; i++) {
      const open = this.open[i] as Open;
      if (backlog > open.baseline || open.downSince !== never) continue;
      open.downSince = at;
      this.look();
    }
  }

  /** Nothing comes any more. */
  end(): readonly FifoTrouble[] {
    for (const open of this.open) this.close(open);
    this.open = [];
    return this.closed;
  }

  /** As far as is known; Infinity: not yet. */
  private caughtUpAt(open: Open): number {
    const recovery = this.recoveryOf(open);
    return recovery === undefined ? never : Math.max(open.downSince, recovery.doneAt, recovery.at);
  }

  /** Of the last of its onsets; undefined: it was not yet. */
  private recoveryOf({ onsets }: Open): Recovery | undefined {
    const { recoverySeconds = never } = this.onsets[onsets.at(-1) ?? 0] ?? {};
    return this.recoveries.get(toGrain(recoverySeconds, this.grain));
  }

  private closeIfStill(at: number): void {
    for (let first = this.open[0]; first !== undefined; first = this.open[0]) {
      if (at < this.caughtUpAt(first) + this.stillness) break;
      this.close(first);
      this.open.shift();
    }
    this.look();
  }

  /** Something has changed that decides when it is over. */
  private look(): void {
    const [first] = this.open;
    this.stillAt = first === undefined ? never : this.caughtUpAt(first) + this.stillness;
    this.isWatching = first !== undefined || this.owing.length > 0;
  }

  private close(open: Open): void {
    const recovery = this.recoveryOf(open);
    const caughtUp = this.caughtUpAt(open);
    const isUp = recovery !== undefined && caughtUp !== never;
    this.closed.push({
      onsets: open.onsets,
      fromSeconds: open.from / nanosPerSecond,
      recoveryPointSeconds: this.onsets[open.onsets.at(-1) ?? 0]?.recoverySeconds ?? never,
      baseline: open.baseline,
      backlogAtRecovery: recovery?.backlog ?? 0,
      peakBacklog: open.peak,
      caughtUpAtSeconds: isUp ? caughtUp / nanosPerSecond : null,
      catchUpSeconds: isUp ? (caughtUp - recovery.at) / nanosPerSecond : null,
    });
  }
}

/** What an outage by itself begins. */
export function onsetOf({ fromSeconds, toSeconds }: FifoOutage): FifoOnset {
  return { atSeconds: fromSeconds, recoverySeconds: toSeconds };
}

/** A moment at which the engine has to stop and look. */
export interface Mark {
  readonly at: number;
  readonly kind: 'baseline' | 'fix' | 'begin' | 'recover' | 'strike';
  /** In the list of onsets; of a strike, in that of outages. */
  readonly index: number;
}

/** Whether what is due at its very time has happened by then. */
export const isAfter: Readonly<Record<Mark['kind'], boolean>> = {
  recover: false,
  fix: false,
  strike: false,
  baseline: true,
  begin: true,
};

/** The marks of outages and onsets, in order of time; at the same time in the order in which the kinds are named above. */
export function marksOf(
  outages: readonly FifoOutage[],
  onsets: readonly FifoOnset[],
  stillness: number,
  grain: Grain,
): Mark[] {
  const order = Object.keys(isAfter);
  const strikes = outages.map(({ fromSeconds }, index): Mark => {
    return { at: toGrain(fromSeconds, grain), kind: 'strike', index };
  });
  const looks = onsets.flatMap(({ atSeconds, recoverySeconds }, index): Mark[] => {
    const at = toGrain(atSeconds, grain);
    const since: Mark[] = at > 0 ? [{ at: Math.max(0, at - stillness), kind: 'baseline', index }] : [];
    return [
      ...since,
      { at, kind: 'fix', index },
      { at, kind: 'begin', index },
      { at: toGrain(recoverySeconds, grain), kind: 'recover', index },
    ];
  });
  return [...strikes, ...looks]
    .filter(({ at }) => Number.isFinite(at))
    .sort((a, b) => a.at - b.at || order.indexOf(a.kind) - order.indexOf(b.kind));
}
