/** What the built-in scenarios show, in the order in which they are listed. One that is in none of the groups is listed as another. */
export const scenarioGroups: readonly { readonly shows: string; readonly names: readonly string[] }[] = [
  {
    shows: 'Overload, outages, and catching up',
    names: ['outage', 'steady-outage', 'overload', 'spike', 'spike-at-once', 'scale-out', 'polling-loop'],
  },
  {
    shows: 'Crashes, and what happens twice',
    names: [
      'crash-defaults',
      'idempotency',
      'idempotency-twice',
      'idempotency-frozen',
      'double-submit',
      'killed-twice',
    ],
  },
  {
    shows: 'Work that fails: retries, time limits, dead letters',
    names: [
      'flaky-dependency',
      'hung-dependency',
      'retry-storm',
      'poison',
      'poison-pill',
      'dead-letters',
      'redrive',
    ],
  },
  { shows: 'Order, and several queues in a row', names: ['ordering', 'order-flow'] },
  {
    shows: 'With a queue and without one',
    names: ['sync-vs-queue', 'sync-vs-queue-calm', 'sync-vs-queue-outage', 'falling-over', 'what-202-means'],
  },
];
