import type { Measurements } from './measurements.js';

/** What the engine is told beside the plan. Scenario seconds. */
export interface EngineOptions {
  /** What a run of the plan took beside it. Default: nothing. */
  readonly measured?: Measurements;
  /**
   * How long after the plan's last moment the drain ends whatever is left. Default: the scenario's, and where it sets none the run ends
   * when nothing can happen any more.
   */
  readonly drainLimitSeconds?: number;
  /** Between two readings of the queues' depths; 0: they are read at the end only. Default 0.1, and more for a plan of more than 1,000 s. */
  readonly sampleSeconds?: number;
}

/** The options in microseconds, complete. */
export interface EngineMicros {
  /** When the drain ends, counted from the zero; Infinity: never. */
  readonly limitAt: number;
  /** 0: none. */
  readonly sample: number;
}

/** So many readings of the depths are made at most while a plan's producers and faults last. */
export const mostSamples = 10_000;

export function microsOf(
  options: EngineOptions,
  { lastMomentSeconds, drainSeconds }: { lastMomentSeconds: number; drainSeconds: number | null },
): EngineMicros {
  const { drainLimitSeconds, sampleSeconds } = options;
  const limitSeconds = drainLimitSeconds ?? drainSeconds ?? Number.POSITIVE_INFINITY;
  return {
    limitAt: toMicros(lastMomentSeconds + limitSeconds),
    sample: toMicros(sampleSeconds ?? Math.max(0.1, lastMomentSeconds / mostSamples)),
  };
}

/** Whole microseconds. */
export function toMicros(seconds: number): number {
  return Math.round(seconds * 1e6);
}
