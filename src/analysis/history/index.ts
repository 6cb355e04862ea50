export { deadListOf } from './dead-list.js';
export { momentOf } from './moment.js';
export { stateAt } from './state.js';
export { traceOf } from './trace.js';
export type { FiledEvent } from './writers.js';
