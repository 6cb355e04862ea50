/** The library's public face: check a scenario, plan it, predict it, run it, analyse a run, report it. */
export {
  type AnalyseRunOptions,
  analyse,
  analysePlayed,
  analysePlayedWithSeries,
  analyseRun,
  type ComparisonFacts,
  compare,
  forecast,
  forecastWithSeries,
  judge,
  type Prediction,
  usualSeeds,
  withBand,
} from './analysis/index.js';
export { describeDriver, driverNames, findRedis, loadDriver } from './broker/index.js';
export type { Broker, Capabilities, Driver, FoundServer } from './broker/types.js';
export { exitCodes, LaunchpadError, type Problem } from './errors.js';
export { type LabEvent, type LabOptions, type LabOutcome, runLab } from './lab/run.js';
export type { LedgerEvent } from './ledger/events.js';
export { readLedger } from './ledger/read.js';
export {
  defaultDrainSeconds,
  type FluidPrediction,
  predict,
  predictedResult,
  simulateEvents,
  whyNotFluid,
  whyNotSimulated,
} from './model/index.js';
export { buildPlan } from './plan/build.js';
export { whatIsRandom } from './plan/random.js';
export type { Plan } from './plan/types.js';
export { renderJson } from './report/json.js';
export { renderReport } from './report/terminal.js';
export type { GateResult, Gates, RunComparison } from './result/compare.js';
export {
  type Comparison,
  isComparison,
  type Outcome,
  type VariantDifference,
} from './result/comparison.js';
export type { Repeat } from './result/repeat.js';
export type { Curve, Lifeline, MessageEnd, MessageRow, QueueSeries, Series } from './result/series.js';
export type { Result } from './result/types.js';
export { listScenarios, loadScenario, loadVariants, parseScenario } from './scenario/index.js';
export type { Scenario } from './scenario/types.js';
