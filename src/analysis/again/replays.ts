import { type Measurements, type QueueMeasurements, simulateEvents } from '../../model/index.js';
import type { Plan } from '../../plan/types.js';
import type { PredictedFigures } from '../../result/types.js';
import { figuresOf } from '../forecast.js';
import { analysePlayed } from '../played.js';

/** The figures of each queue. */
export type FiguresByQueue = Readonly<Record<string, PredictedFigures>>;

/** A plan played with what one cause more was measured to be. */
export interface Replay {
  readonly cause: string;
  readonly figures: FiguresByQueue;
}

/** Which of the measurements are a cause's. */
interface CauseOf {
  readonly cause: string;
  readonly ofRun?: 'lagSeconds' | 'faultSeconds' | 'services';
  readonly ofQueues?: readonly (keyof QueueMeasurements)[];
}

/**
 * The causes in the order in which they are added: what comes to the queue and what befalls it first, then who serves it, and how fast.
 * A cause's share depends on those before it, so the order is always the same.
 */
const causes: readonly CauseOf[] = [
  { cause: 'producer lag', ofRun: 'lagSeconds' },
  { cause: 'when the fault was done', ofRun: 'faultSeconds' },
  { cause: 'worker start', ofRun: 'services', ofQueues: ['workerStartSeconds'] },
  { cause: 'redelivery delay', ofQueues: ['readyAtSeconds'] },
  { cause: "the limiter's true window", ofQueues: ['windowExtraSeconds'] },
  { cause: 'hands', ofQueues: ['workExtraSeconds', 'handSeconds'] },
  {
    cause: 'broker and network time',
    ofQueues: ['publishSeconds', 'publishSecondsOf', 'dueExtraSeconds', 'settleSeconds'],
  },
];

/**
 * Plays the plan with one measured cause after the other added. A cause that nothing was measured of is left out. The last replay has
 * all of them; there is none where nothing was measured.
 */
export function replaysOf(
  plan: Plan,
  measured: Measurements,
  drainLimitSeconds: number | null,
): readonly Replay[] {
  const replays: Replay[] = [];
  let added: Measurements = {};
  for (const cause of causes) {
    const more = withCause(added, measured, cause);
    if (more === null) continue;
    added = more;
    replays.push({ cause: cause.cause, figures: played(plan, added, drainLimitSeconds) });
  }
  return replays;
}

/** Null: there is nothing to add. */
function withCause(
  added: Measurements,
  measured: Measurements,
  { ofRun, ofQueues = [] }: CauseOf,
): Measurements | null {
  const run = ofRun === undefined ? {} : { [ofRun]: measured[ofRun] };
  const queues = Object.entries(measured.queues ?? {}).map(([name, queue]) => {
    const of = Object.fromEntries(ofQueues.map((key) => [key, queue[key]]));
    return [name, of] as const;
  });
  if (!isAnything(run) && !queues.some(([, of]) => isAnything(of))) return null;
  const joined = queues.map(([name, of]) => [name, { ...added.queues?.[name], ...of }]);
  return { ...added, ...run, queues: Object.fromEntries(joined) };
}

/** Whether there is a value in it other than 0; null is one: not attempted, or never ready. */
function isAnything(value: unknown): boolean {
  if (value instanceof Map) return value.size > 0;
  if (Array.isArray(value)) return value.some(isAnything);
  if (typeof value === 'object' && value !== null) return Object.values(value).some(isAnything);
  return value !== undefined && value !== 0;
}

function played(plan: Plan, measured: Measurements, drainLimitSeconds: number | null): FiguresByQueue {
  const options = { measured, ...(drainLimitSeconds === null ? {} : { drainLimitSeconds }) };
  const result = analysePlayed(plan, (visit) => simulateEvents(plan, visit, options), {
    launchpad: '',
    node: '',
    drainLimitSeconds,
  });
  return Object.fromEntries(Object.entries(result.queues).map(([name, queue]) => [name, figuresOf(queue)]));
}
