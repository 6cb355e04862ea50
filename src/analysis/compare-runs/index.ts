export { asComparison } from './as-comparison.js';
export { differencesBetween } from './differences.js';
export { type GateRule, judgeRules, withGates } from './gate.js';
export { type Rounds, repeatOf, type UnreadableRounds } from './repeat.js';
export { type Side, sideOf, sideOfRepeated } from './side.js';
