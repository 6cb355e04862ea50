export { analyse } from './analyse.js';
export { type ComparisonFacts, compare } from './compare.js';
export { evaluate } from './expectations.js';
export { analysePlayed, type PlayInfo } from './played.js';
export { judge, type Unjudged } from './verdict.js';
