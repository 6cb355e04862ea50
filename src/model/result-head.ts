import { endOf } from '../plan/curve.js';
import { settingsInWords } from '../plan/settings.js';
import type { Plan, PlannedProducer } from '../plan/types.js';
import type { WholeBooks } from '../result/failures.js';
import type { ProducerResult, Result, RunEnd } from '../result/types.js';
import { defaultDrainSeconds } from './drain.js';
import { tidy } from './pieces.js';

/** Which program predicted. */
export interface ModelInfo {
  readonly launchpad: string;
  readonly node: string;
}

/** What a predicted result says of its scenario and of the run that it stands for. */
export function predictedHead(
  plan: Plan,
  info: ModelInfo,
  { durationSeconds, ended }: { readonly durationSeconds: number; readonly ended: RunEnd },
): Pick<Result, 'schema' | 'origin' | 'scenario' | 'run' | 'warnings'> {
  const { scenario } = plan;
  return {
    schema: 'launchpad.result/1',
    origin: 'predicted',
    scenario: {
      name: scenario.name,
      summary: scenario.summary,
      lesson: scenario.lesson,
      reference: scenario.reference,
      changes: scenario.changes,
      ...(scenario.vary === undefined ? {} : { vary: scenario.vary }),
      variant: scenario.variant,
      ...(scenario.orderService === null ? {} : { mode: scenario.mode }),
      try: scenario.try,
      producingSeconds: plan.producingSeconds,
      drainLimitSeconds: scenario.drainSeconds ?? defaultDrainSeconds(plan, durationSeconds),
      settings: settingsInWords(scenario),
    },
    run: {
      id: null,
      directory: null,
      startedAt: null,
      seed: plan.seed,
      speed: plan.speed,
      durationSeconds,
      ended,
      broker: null,
      ...info,
      tornLines: 0,
    },
    warnings: plan.warnings,
  };
}

/** A predicted producer publishes everything when it is due. @param scheduled how many messages it has */
export function producerResult(
  producer: PlannedProducer,
  scheduled: number,
  whole: WholeBooks,
): ProducerResult {
  const producing = endOf(producer.curve);
  const perSecond = producing === 0 ? null : tidy(scheduled / producing);
  const none = { p50: null, p99: null, max: null };
  return {
    scheduled,
    attempted: scheduled,
    dropped: 0,
    rate: { configuredPerSecond: perSecond, achievedPerSecond: perSecond, held: true },
    lagSeconds: none,
    lagRealSeconds: none,
    confirmSeconds: none,
    confirmRealSeconds: none,
    whole,
  };
}
