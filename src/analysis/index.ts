export { analyse } from './analyse.js';
export { evaluate } from './expectations.js';
export { judge, type Unjudged } from './verdict.js';
