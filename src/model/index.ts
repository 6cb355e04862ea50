export type { CapacityStep } from './balance.js';
export { defaultDrainSeconds } from './drain.js';
export { type EngineOptions, simulateEvents, whyNotSimulated } from './events/index.js';
export type { Forecast } from './forecast.js';
export type { PredictedFault } from './notes.js';
export { type Prediction, predict, predictedBacklogAt, type QueuePrediction } from './predict.js';
export { type ModelInfo, predictedQueue, predictedResult } from './result.js';
export { withStandstills } from './standstills.js';
export {
  type BacklogView,
  findTroubles,
  longestCatchUp,
  stillnessOf,
  type Taking,
  type TroubleInput,
} from './troubles.js';
export { takingCause } from './words.js';
