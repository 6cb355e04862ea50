import type { Driver } from '../../types.js';
import { connect } from './broker.js';
import { capabilities } from './capabilities.js';

/** BullMQ on Redis. */
export const driver: Driver = {
  describe: () => capabilities,
  connect: async (options) => connect(options),
};
