import type { Capabilities } from '../../types.js';

/** What BullMQ can do and promise. In a file of its own: reading it must not load BullMQ, which takes 0.2 s. */
export const capabilities: Capabilities = {
  driver: 'bullmq',
  depthIsExact: true,
  rateScope: 'queue',
  redelivery: {
    on: 'lock-expiry',
    position: 'head',
    // What is stalled is in a set of Redis. Integer ids come out sorted, and so back reversed; others in any order.
    order: 'none',
    defaults: { afterSeconds: 30, checkSeconds: 30, limit: 1 },
    checks: 2,
    needsWorker: true,
  },
  priorities: 'native',
  delays: 'native',
  deliveryLimit: 'native',
  // Its own failed set only keeps them. That they get into a queue of their own is done by every consumer here (relay.ts).
  deadLettering: 'emulated',
  largestBatch: 500,
};
