export { parseExpectation } from './expectations/index.js';
export {
  type LoadedScenario,
  type LoadedVariants,
  listScenarios,
  loadScenario,
  loadVariants,
  type ScenarioEntry,
} from './load.js';
export type { Overrides } from './overrides.js';
export type { Scopes } from './owners.js';
export {
  type ParsedVariant,
  type ParsedVariants,
  type ParseOptions,
  parseScenario,
  parseVariants,
  type VariantOptions,
} from './parse.js';
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
