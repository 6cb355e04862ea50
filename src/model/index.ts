export type { CapacityStep } from './balance.js';
export type { PredictedFault } from './fluid.js';
export {
  defaultDrainSeconds,
  type Forecast,
  type Prediction,
  predict,
  predictedBacklogAt,
  type QueuePrediction,
} from './predict.js';
export { type ModelInfo, predictedQueue, predictedResult } from './result.js';
export {
  type BacklogView,
  findTroubles,
  longestCatchUp,
  stillnessOf,
  type Taking,
  type TroubleInput,
} from './troubles.js';
export { takingCause } from './words.js';
