/** What runs that are dead left on this machine, and on a Redis. */
export interface Leftovers {
  readonly items: readonly Leftover[];
  /** Why nothing could be looked for, as a sentence; null: it could. */
  readonly blind: string | null;
  /** What was not looked for, as a sentence; null: nothing. */
  readonly unseen: string | null;
}

/** One thing that a dead run left. */
export type Leftover =
  /** A process of the lab whose lab is gone. */
  | { readonly kind: 'process'; readonly pid: number; readonly what: string }
  /** A private server's temporary directory, and the server where it still runs. */
  | { readonly kind: 'server'; readonly directory: string; readonly pid: number | null }
  /** What idempotency remembered outside of a process. */
  | { readonly kind: 'stores'; readonly directory: string }
  | {
      readonly kind: 'keys';
      readonly id: string;
      readonly keys: number;
      /** Without credentials. */
      readonly server: string;
    }
  /** A run directory, or one of several runs, that is older than was asked for. */
  | { readonly kind: 'run'; readonly directory: string; readonly ageSeconds: number };
