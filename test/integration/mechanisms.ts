/** One way to switch a scenario's mechanism off, and the expectations that have to notice, by variant (`''`: the scenario itself). */
export interface Off {
  readonly args: readonly string[];
  readonly notices: Readonly<Record<string, RegExp>>;
}

/** How each built-in scenario's mechanisms are switched off. */
export const mechanisms: Readonly<Record<string, readonly Off[]>> = {
  outage: [{ args: ['--set', 'faults=[]'], notices: { '': /emails\.duplicateEffects == 5/ } }],
  overload: [{ args: ['--rate', '4/s'], notices: { '': /emails\.backlog\.peak >= 930/ } }],
  'steady-outage': [
    { args: ['--set', 'faults=[]', '--for', '40s'], notices: { '': /emails\.catchUp >= 110s/ } },
  ],
  spike: [
    {
      args: ['--set', 'producers.orders.phases[1].rate=2/s'],
      notices: { '': /fulfilment\.backlog\.peak >= 380/ },
    },
  ],
  'spike-at-once': [
    { args: ['--rate', '10/s', '--for', '20s'], notices: { '': /fulfilment\.backlog\.peak >= 970/ } },
  ],
  'crash-defaults': [
    {
      args: ['--set', 'queues.emails.redelivery={after: 5s, check: 1s}'],
      notices: { '': /emails\.redeliveries\.delay\.max >= 29s/ },
    },
  ],
  'scale-out': [{ args: ['--set', 'faults=[]'], notices: { '': /thumbnails\.backlog\.peak <= 150/ } }],
  poison: [{ args: ['--set', 'queues.emails.failures=[]'], notices: { '': /emails\.deadLettered == 3/ } }],
  'poison-pill': [
    {
      args: ['--set', 'queues.emails.failures=[]'],
      notices: { unsupervised: /emails\.workers\.died == 1/, supervised: /emails\.workers\.died == 2/ },
    },
    {
      args: ['--only', 'supervised', '--set', 'queues.emails.supervise=null'],
      notices: { supervised: /emails\.effected == 19/ },
    },
  ],
  'flaky-dependency': [
    {
      args: ['--only', 'at-once', '--set', 'queues.emails.failures=[]'],
      notices: { 'at-once': /emails\.deadLettered >= 38/ },
    },
    {
      args: ['--only', 'exponential', '--set', 'queues.emails.backoff=null'],
      notices: { exponential: /emails\.deadLettered == 0/ },
    },
  ],
  'retry-storm': [
    {
      args: ['--only', 'at-once', '--set', 'queues.payments.backoff={exponential: 2s, jitter: 0.5, max: 8s}'],
      notices: { 'at-once': /payments\.failures\.failed >= 300/ },
    },
    {
      args: ['--only', 'spread', '--set', 'queues.payments.backoff=null'],
      notices: { spread: /payments\.failures\.failed <= 260/ },
    },
  ],
  'hung-dependency': [
    {
      args: ['--only', 'without-limit', '--set', 'queues.emails.failures=[]'],
      notices: { 'without-limit': /emails\.pending >= 44/ },
    },
    {
      args: ['--only', 'with-limit', '--set', 'queues.emails.timeout=null'],
      notices: { 'with-limit': /emails\.effected == 57/ },
    },
  ],
  'dead-letters': [
    {
      args: ['--only', 'on-failed', '--set', 'faults=[]'],
      notices: { 'on-failed': /emails\.deadLetters\.stranded == 1/ },
    },
    {
      args: ['--only', 'safe', '--set', 'queues.emails.deadLetter={queue: emails-dead, move: on-failed}'],
      notices: { safe: /emails\.deadLetters\.stranded == 0/ },
    },
  ],
  redrive: [
    {
      args: ['--set', 'faults=[]'],
      notices: { repaired: /emails\.effected == 30/, 'as-they-were': /emails\.deadLetters\.given == 10/ },
    },
    {
      args: ['--only', 'repaired', '--set', 'faults[0].repaired=false'],
      notices: { repaired: /emails\.effected == 30/ },
    },
  ],
  'killed-twice': [
    {
      args: ['--only', 'one-redelivery', '--set', 'faults=[]'],
      notices: { 'one-redelivery': /emails\.deadLettered == 5/ },
    },
    {
      args: ['--only', 'two-redeliveries', '--set', 'queues.emails.redelivery.limit=1'],
      notices: { 'two-redeliveries': /emails\.effected == 5/ },
    },
  ],
  idempotency: [
    {
      args: ['--only', 'none', '--only', 'memory', '--set', 'faults=[]'],
      notices: { none: /emails\.duplicateEffects == 10/, memory: /emails\.duplicateEffects == 10/ },
    },
    {
      args: [
        ...['--only', 'log-before', '--only', 'log-after', '--only', 'effect-key'],
        ...['--set', 'queues.emails.idempotency=none'],
      ],
      notices: {
        'log-before': /emails\.duplicateEffects == 0/,
        'log-after': /emails\.duplicateEffects == 5/,
        'effect-key': /emails\.duplicateEffects == 0/,
      },
    },
  ],
  'idempotency-frozen': [
    {
      args: ['--only', 'none', '--only', 'memory', '--only', 'log-after', '--set', 'faults=[]'],
      notices: {
        none: /emails\.duplicateEffects == 2/,
        memory: /emails\.duplicateEffects == 2/,
        'log-after': /emails\.duplicateEffects == 2/,
      },
    },
    {
      args: ['--only', 'log-before', '--only', 'effect-key', '--set', 'queues.emails.idempotency=none'],
      notices: {
        'log-before': /emails\.duplicateEffects == 0/,
        'effect-key': /emails\.duplicateEffects == 0/,
      },
    },
  ],
  'idempotency-twice': [
    {
      args: ['--set', 'queues.emails.deduplication=job-id'],
      notices: {
        none: /emails\.duplicateEffects == 20/,
        memory: /emails\.suppressed >= 1/,
        'log-before': /emails\.suppressed == 20/,
        'log-after': /emails\.suppressed == 20/,
        'effect-key': /emails\.suppressed == 20/,
      },
    },
  ],
  'double-submit': [
    {
      args: ['--set', 'producers.orders.resubmit=[]'],
      notices: {
        none: /payments\.duplicateEffects == 30/,
        'job-id': /payments\.republished == 30/,
        'job-id-removed': /payments\.duplicateEffects == 20/,
        'until-finished': /payments\.duplicateEffects == 20/,
        throttle: /payments\.duplicateEffects == 10/,
        debounce: /payments\.duplicateEffects == 20/,
        extend: /payments\.republished == 30/,
        reschedule: /payments\.duplicateEffects == 20/,
        'keep-last': /payments\.duplicateEffects == 30/,
      },
    },
    {
      args: [
        ...['--only', 'job-id', '--only', 'throttle', '--only', 'extend'],
        ...['--set', 'queues.payments.deduplication=none'],
      ],
      notices: {
        'job-id': /payments\.duplicateEffects == 0/,
        throttle: /payments\.duplicateEffects == 10/,
        extend: /payments\.duplicateEffects == 0/,
      },
    },
  ],
  'order-flow': [
    { args: ['--set', 'faults=[]'], notices: { '': /inventory\.duplicateEffects >= 1/ } },
    {
      args: ['--set', 'queues.notification.deduplication=none'],
      notices: { '': /notification\.duplicateEffects == 0/ },
    },
  ],
  ordering: [
    {
      args: [
        ...['--only', 'one-hand', '--set', 'queues.updates.concurrency=10'],
        ...['--set', 'queues.updates.work={exponential: {mean: 300ms}}'],
      ],
      notices: { 'one-hand': /updates\.outOfOrder == 0/ },
    },
    {
      args: ['--only', 'ten-hands', '--set', 'queues.updates.concurrency=1'],
      notices: { 'ten-hands': /updates\.outOfOrder >= 10/ },
    },
    {
      args: ['--only', 'retries', '--set', 'queues.updates.failures=[]'],
      notices: { retries: /updates\.outOfOrder == 3/ },
    },
    {
      args: ['--only', 'crash', '--set', 'faults=[]'],
      // Five hands may end in another order by themselves, so it is not the order that notices.
      notices: { crash: /updates\.redeliveries >= 2/ },
    },
  ],
  'polling-loop': [
    {
      args: [
        ...['--only', 'loop', '--set', 'queues.emails.polling=null'],
        ...['--set', 'queues.emails.rate=5/s', '--set', 'queues.emails.concurrency=5'],
      ],
      notices: { loop: /emails\.drainedAt >= 11\.9s/ },
    },
    {
      args: ['--only', 'slow-one', '--only', 'one-error', '--set', 'queues.emails.failures=[]'],
      notices: { 'slow-one': /emails\.drainedAt >= 17\.9s/, 'one-error': /emails\.effected == 49/ },
    },
    {
      args: ['--only', 'limiter', '--set', 'queues.emails.rate=null'],
      notices: { limiter: /emails\.drainedAt >= 9s/ },
    },
  ],
  'sync-vs-queue': [
    { args: ['--only', 'queue', '--set', 'mode=sync'], notices: { queue: /orders\.accepted == 300/ } },
    { args: ['--only', 'sync', '--set', 'mode=queue'], notices: { sync: /orders\.notAccepted >= 230/ } },
    {
      args: ['--only', 'sync-retries', '--set', 'orderService.retries=0'],
      notices: { 'sync-retries': /payment\.turnedAway >= 500/ },
    },
  ],
  'sync-vs-queue-outage': [
    {
      args: [...['--only', 'sync', '--only', 'breaker', '--only', 'degrade'], ...['--set', 'faults=[]']],
      notices: {
        sync: /orders\.notAccepted >= 55/,
        breaker: /email\.breakerOpened >= 1/,
        degrade: /orders\.leftOut >= 55/,
      },
    },
    {
      args: ['--only', 'queue-what-failed', '--set', 'orderService.onFailure=fail'],
      notices: { 'queue-what-failed': /orders\.accepted == 120/ },
    },
    { args: ['--only', 'queue', '--set', 'mode=sync'], notices: { queue: /orders\.accepted == 120/ } },
  ],
  'sync-vs-queue-calm': [
    { args: ['--only', 'sync', '--set', 'mode=queue'], notices: { sync: /orders\.unfinished\.max <= 0/ } },
    { args: ['--only', 'queue', '--set', 'mode=sync'], notices: { queue: /orders\.unfinished\.max > 0/ } },
  ],
  'what-202-means': [
    { args: ['--set', 'faults=[]'], notices: { 'answer-first': /orders\.acceptedLost >= 15/ } },
    {
      args: ['--only', 'answer-first', '--set', 'orderService.publish=before-answer'],
      notices: { 'answer-first': /orders\.acceptedLost >= 15/ },
    },
    {
      args: ['--only', 'publish-first', '--set', 'orderService.publish={after-answer: 500ms}'],
      notices: { 'publish-first': /orders\.acceptedLost == 0/ },
    },
  ],
  'falling-over': [
    {
      args: [...['--only', 'sync', '--only', 'retries'], ...['--set', 'providers.email.fallOver=null']],
      notices: { sync: /email\.fellOver >= 2/, retries: /email\.fellOver >= 2/ },
    },
    {
      args: ['--only', 'breaker', '--set', 'orderService.circuitBreaker=null'],
      notices: { breaker: /email\.breakerOpened >= 2/ },
    },
    { args: ['--only', 'queue', '--set', 'mode=sync'], notices: { queue: /email\.fellOver == 0/ } },
  ],
};
