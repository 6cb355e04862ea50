import { specOf } from '../plan/build.js';
import type { Plan } from '../plan/types.js';
import { addressOf, type ServiceAddress } from './ports.js';
import type { ChildSetup, ProviderAddress } from './protocol.js';

/** What is common to all that the processes of a run are told. */
export interface RunSetup {
  readonly plan: Plan;
  readonly setup: Omit<ChildSetup, 'ledgerFile'>;
  /** Where the run's services listen. */
  readonly addresses: readonly ServiceAddress[];
}

/**
 * The provider that does a queue's work, and where it listens; null: the work is simulated.
 * @throws LaunchpadError `internal` where the run has no such service
 */
export function providerAddress({ plan, addresses }: RunSetup, queue: string): ProviderAddress | null {
  const { provider } = specOf(plan, queue);
  return provider === null ? null : { name: provider, url: addressOf(addresses, provider).url };
}

/** What the ledger file of a process is called, without ending, when it is the nth in its place: `order-service.2`. */
export function fileOf(name: string, generation: number): string {
  return generation === 1 ? name : `${name}.${generation}`;
}
