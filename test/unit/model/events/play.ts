import type { LedgerEvent } from '../../../../src/ledger/events.js';
import { type EngineOptions, simulateEvents } from '../../../../src/model/events/index.js';
import type { Plan } from '../../../../src/plan/types.js';
import type { FaultSpec } from '../../../../src/scenario/types.js';

/** All events of a plan, without readings of the depth on the way. */
export function play(plan: Plan, options: EngineOptions = {}): LedgerEvent[] {
  const events: LedgerEvent[] = [];
  simulateEvents(plan, (event) => events.push(event), { sampleSeconds: 0, ...options });
  return events;
}

/** The events of messages as short lines: `0.3 effect orders/1`. */
export function told(events: readonly LedgerEvent[], ...kinds: readonly LedgerEvent['e'][]): string[] {
  return events
    .filter(({ e }) => kinds.includes(e))
    .map((event) => {
      const about = 'm' in event && typeof event.m === 'string' ? event.m : 'q' in event ? event.q : '';
      const redelivered = event.e === 'started' && event.r === true ? ` again, ${event.n}` : '';
      return `${event.t / 1e6} ${event.e} ${about}${redelivered}`;
    });
}

/** How many events there are of a kind. */
export function count(events: readonly LedgerEvent[], kind: LedgerEvent['e']): number {
  return events.filter(({ e }) => e === kind).length;
}

/** The ids of events of a kind, in order. */
export function ids(events: readonly LedgerEvent[], kind: LedgerEvent['e']): string[] {
  return events.flatMap((event) =>
    event.e === kind && 'm' in event && typeof event.m === 'string' ? event.m : [],
  );
}

/** What the census found of a queue, by state. */
export function census(events: readonly LedgerEvent[], queue: string): Record<string, readonly string[]> {
  return Object.fromEntries(
    events.flatMap((event) => (event.e === 'census' && event.q === queue ? [[event.state, event.m]] : [])),
  );
}

/** A kill of `emails` at 1 s, wherever it is. */
export function fault(overrides: Partial<FaultSpec> = {}): FaultSpec {
  return {
    atSeconds: 1,
    kind: 'kill',
    queue: 'emails',
    workers: 'all',
    forSeconds: null,
    when: 'now',
    repaired: false,
    ...overrides,
  };
}
