/**
 * What the closed forms of queueing theory say of a queue before it is run, filled in with its scenario's numbers. They know mean rates
 * and the planned faults, and neither single messages nor a limiter's windows: what is predicted is in the other figures.
 * Texts are ready to be read: `5/s`, `0.5 s`. General forms use the letters of docs/formulas.md.
 */
export interface QueueTheory {
  readonly arrivals: TheoryArrivals;
  readonly capacity: TheoryCapacity;
  /** ρ: the load (with retries, where a share of attempts fails) over the capacity. Null where there is no capacity, or no bound. */
  readonly utilisation: {
    readonly mean: number | null;
    readonly calm: number | null;
    readonly peak: number | null;
  };
  /** Whether the capacity is above the arrivals throughout, faults aside. */
  readonly isStable: boolean;
  /** `stable`, `unstable while orders come: +95/s`. */
  readonly stability: string;
  /** Those that apply, the most telling first. */
  readonly formulas: readonly TheoryFormula[];
  /** Null where it doesn't hold. */
  readonly waitBand: WaitBand | null;
  /** Why there is no band; null: there is. */
  readonly whyNoBand: string | null;
}

/** What comes to a queue, per second. */
export interface TheoryArrivals {
  /** Over the time in which something comes. */
  readonly meanPerSecond: number;
  /** In the phase with the fewest, above zero. Of a ramp, its mean. */
  readonly calmPerSecond: number;
  /** The highest. */
  readonly peakPerSecond: number;
}

/** What a queue can be served at the start, or, without workers then, once it has some. */
export interface TheoryCapacity {
  /** Null: nothing bounds it. */
  readonly perSecond: number | null;
  readonly boundBy: 'limit' | 'provider' | 'hands' | 'nobody' | 'nothing';
  /** `min(5/s, 1 × 5 / (0.3 s + 0.2 s) = 10/s)` */
  readonly filled: string;
}

/** One closed form: `says general = filled = value note`. */
export interface TheoryFormula {
  readonly name: 'backlog' | 'catch-up' | 'drained' | 'retries' | 'retry storm' | 'reach' | 'hands in use';
  /** How its sentence begins: `ρ = 0.8: catching up takes`. */
  readonly says: string;
  /** `ρ/(1−ρ) × T` */
  readonly general: string;
  /** `4 × 30 s` */
  readonly filled: string;
  /** In its unit; null: never. */
  readonly value: number | null;
  readonly unit: 'seconds' | 'messages' | 'hands' | 'attempts' | 'perSecond';
  /** How its sentence ends; null: with the value. */
  readonly note: string | null;
  /** When it holds. */
  readonly holds: string;
}

/** Between which values the mean wait in the calm should be: minutes, or milliseconds? No prediction. Seconds. */
export interface WaitBand {
  readonly label: 'analytic sanity band, mean wait in the calm';
  readonly arrivalsPerSecond: number;
  /** c: hands. */
  readonly servers: number;
  /** M/M/c: as if arrivals and work were both random. */
  readonly erlangCSeconds: number;
  /** G/G/c, approximated: with the variation that the scenario has. */
  readonly allenCunneenSeconds: number;
  /** ca²: 0 regular, 1 Poisson. */
  readonly arrivalCvSquared: number;
  /** cs²: 0 constant, 1 exponential. */
  readonly serviceCvSquared: number;
  readonly holds: string;
}
