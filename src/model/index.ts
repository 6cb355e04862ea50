export { backlogAt, oldestAgeAt, waitOfArrivalAt } from './at.js';
export type { CapacityStep } from './balance.js';
export { type Cost, costInWords, costOf, tooLargeToPlay } from './cost.js';
export { defaultDrainSeconds } from './drain.js';
export { fluidError } from './error-of-fluid.js';
export {
  type EngineOptions,
  type Measurements,
  type QueueMeasurements,
  simulateEvents,
  whyNotSimulated,
  workOf,
} from './events/index.js';
export { whyNotFifo } from './fifo/plan.js';
export { fifoResult } from './fifo/result.js';
export type { Forecast } from './forecast.js';
export type { PredictedFault } from './notes.js';
export { type FluidPrediction, predict, type QueuePrediction } from './predict.js';
export { predictedResult } from './result.js';
export type { ModelInfo } from './result-head.js';
export { withStandstills } from './standstills.js';
export { theoryOf } from './theory/index.js';
export {
  type BacklogView,
  findTroubles,
  longestCatchUp,
  stillnessOf,
  type Taking,
  type TroubleInput,
} from './troubles.js';
export { whyNotFluid } from './why-not-fluid.js';
export { takingCause } from './words.js';
