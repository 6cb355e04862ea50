import type { LedgerEvent } from '../ledger/events.js';
import type { Plan } from '../plan/types.js';
import type { Series } from '../result/series.js';
import type { Result } from '../result/types.js';
import { type Collected, collectFrom } from './collect.js';
import { resultOf } from './result-of.js';
import { SeriesRecorder, type WatchQueue } from './series/recorder.js';

/** Which program played it. */
export interface PlayInfo {
  readonly launchpad: string;
  readonly node: string;
  readonly drainLimitSeconds: number | null;
}

/** Tells all events in order of time, each with the index of the process that would have written it. */
export type Play = (visit: (event: LedgerEvent, file: number) => void) => void;

/**
 * Works out the result of a run that was played by a model and not on a broker: the same books and figures, by the same
 * rules, from the events that it tells.
 * @param play tells all events in order of time, each with the index of the process that would have written it; `t` is in microseconds of
 *   scenario time, whatever the plan's speed
 */
export function analysePlayed(plan: Plan, play: Play, info: PlayInfo): Result {
  return playedResult(plan, collectPlayed(plan, play), info);
}

/** The same with its series. No process is behind a played worker, so none has a pid there. */
export function analysePlayedWithSeries(
  plan: Plan,
  play: Play,
  info: PlayInfo,
): { readonly result: Result; readonly series: Series } {
  const collected = collectPlayed(plan, play);
  const recorder = new SeriesRecorder(inScenarioTime(plan), collected, {});
  const result = playedResult(plan, collected, info, recorder.watch);
  const series = recorder.series();
  return { result, series: { ...series, processes: series.processes.map((each) => ({ ...each, pid: 0 })) } };
}

function inScenarioTime(plan: Plan): Plan {
  return { ...plan, speed: 1 };
}

function collectPlayed(plan: Plan, play: Play): Collected {
  let events = 0;
  return collectFrom((visit) => {
    play((event, file) => {
      events++;
      visit(event, file);
    });
    return { files: [], events, tornLines: 0, damagedLines: 0, torn: [], damaged: new Map() };
  }, inScenarioTime(plan));
}

function playedResult(
  plan: Plan,
  collected: Collected,
  { launchpad, node, drainLimitSeconds }: PlayInfo,
  watch?: WatchQueue,
): Result {
  const run = { id: '', startedAt: null, launchpad, node, broker: null, drainLimitSeconds };
  const files = { path: '', plan: inScenarioTime(plan), prediction: null, run, warnings: [] };
  const result = resultOf(files, collected, undefined, watch);
  return {
    ...result,
    origin: 'predicted',
    run: { ...result.run, id: null, directory: null, startedAt: null, speed: plan.speed },
  };
}
