export { parseExpectation, type Scopes } from './expectation.js';
export {
  type LoadedScenario,
  listScenarios,
  loadScenario,
  type ParseOptions,
  parseScenario,
  type ScenarioEntry,
} from './load.js';
export type { Overrides } from './overrides.js';
export { type Moment, timelineOf } from './timeline.js';
export type * from './types.js';
export {
  formatDuration,
  formatRate,
  parseDuration,
  parseRate,
  parseSpeed,
  type Reading,
} from './units.js';
