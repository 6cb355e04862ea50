import type { BrokerServer, FoundServer } from '../broker/types.js';
import type { Clock } from '../ledger/write.js';
import type { Plan } from '../plan/types.js';
import type { RunDirectory } from './directory.js';
import type { DrainEnd } from './drain.js';
import type { ServiceAddress } from './ports.js';

/** What a run is made of. */
export interface LabOptions {
  readonly plan: Plan;
  /** Written into the run directory beside the plan. */
  readonly prediction: unknown;
  readonly drainLimitSeconds: number;
  /** Where runs are kept. */
  readonly out: string;
  /** The run directory's name in there; absent: the run's id. */
  readonly directoryName?: string;
  /** A Redis to use; undefined: one is found or started. */
  readonly redisUrl: string | undefined;
  readonly allowDownload: boolean;
  readonly launchpad: string;
  /** Aborted: the run ends in order. Its reason is the signal's name. */
  readonly signal: AbortSignal;
  /** Aborted by whoever watches the run: it ends in order as well, as `aborted`. Its reason is an AbortRequest. */
  readonly abort?: AbortSignal;
  readonly watch: (event: LabEvent) => void;
}

/** Why a watcher wants a run to end. */
export interface AbortRequest {
  /** The expectation that can't be met any more, as it was written. */
  readonly expectation: string;
  /** The same as a sentence, with what was seen and when. */
  readonly detail: string;
}

/** What a watcher hears. All else is in the ledger, which can be followed while the run goes on. */
export type LabEvent =
  | { readonly type: 'note'; readonly text: string }
  /** Something of the run could not be removed. */
  | { readonly type: 'left'; readonly text: string }
  | {
      readonly type: 'prepared';
      readonly directory: RunDirectory;
      readonly server: BrokerServer;
      readonly found: FoundServer;
      readonly namespace: string;
      /** Where the run's services are going to listen. */
      readonly services: readonly ServiceUrl[];
    }
  | { readonly type: 'started'; readonly clock: Clock }
  | { readonly type: 'draining' }
  | { readonly type: 'ended'; readonly end: DrainEnd };

/** A service, and where it listens: `http://127.0.0.1:24711`. */
export type ServiceUrl = Pick<ServiceAddress, 'name' | 'url'>;

/** What became of a run. The rest is in its directory. */
export interface LabOutcome {
  readonly directory: RunDirectory;
  /** Null: interrupted before the clock was started. */
  readonly end: DrainEnd | null;
  /** What kept the census from being complete; null: nothing. */
  readonly censusError: unknown;
}
