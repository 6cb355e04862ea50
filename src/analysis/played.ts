import type { LedgerEvent } from '../ledger/events.js';
import type { Plan } from '../plan/types.js';
import type { Result } from '../result/types.js';
import { resultOf } from './analyse.js';
import { collectFrom } from './collect.js';

/** Which program played it. */
export interface PlayInfo {
  readonly launchpad: string;
  readonly node: string;
  readonly drainLimitSeconds: number;
}

/**
 * Works out the result of a run that was played by a model and not on a broker: the same books and figures, by the same
 * rules, from the events that it tells.
 * @param play tells all events in order of time, each with the index of the process that would have written it; `t` is in microseconds of
 *   scenario time, whatever the plan's speed
 */
export function analysePlayed(
  plan: Plan,
  play: (visit: (event: LedgerEvent, file: number) => void) => void,
  { launchpad, node, drainLimitSeconds }: PlayInfo,
): Result {
  const inScenarioTime: Plan = { ...plan, speed: 1 };
  let events = 0;
  const collected = collectFrom((visit) => {
    play((event, file) => {
      events++;
      visit(event, file);
    });
    return { files: [], events, tornLines: 0, damagedLines: 0 };
  }, inScenarioTime);
  const run = { id: '', startedAt: null, launchpad, node, broker: null, drainLimitSeconds };
  const result = resultOf({ path: '', plan: inScenarioTime, prediction: null, run }, collected, undefined);
  return {
    ...result,
    origin: 'predicted',
    run: { ...result.run, id: null, directory: null, startedAt: null, speed: plan.speed },
  };
}
