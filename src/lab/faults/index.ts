import type { FaultKind } from '../../scenario/types.js';
import { freeze } from './freeze.js';
import { kill } from './kill.js';
import { restart } from './restart.js';
import { scale } from './scale.js';
import { stop } from './stop.js';
import { thaw } from './thaw.js';
import type { ApplyFault } from './types.js';

/** How each kind of fault is done that befalls processes. */
export const faultKinds: Readonly<Record<Exclude<FaultKind, 'redrive'>, ApplyFault>> = {
  kill,
  stop,
  restart,
  freeze,
  thaw,
  scale,
};
