/** Two scenarios that, between them, have every key and every form of the scenario file. */
export const everything: readonly string[] = [
  `
name: everything
summary: All of it.
lesson: There is much of it.
try: [--set queues.emails.rate=10/s]
speed: 2
seed: 7
drain: 10min
producers:
  orders: { rate: 100/s, for: 3s, arrivals: poisson, to: [emails, { queue: sms }], giveUp: 5s, resubmit: [100ms, 3s] }
  clicks:
    phases: [{ for: 30s, rate: 4/s }, { for: 10s, from: 4/s, to: 100/s }]
    to: [sms]
queues:
  emails:
    rate: 5/200ms
    workers: 2
    concurrency: 5
    work: { lognormal: { mean: 300ms, cv: 1 } }
    acknowledge: 200ms
    redelivery: { after: 5s, check: 1s, limit: 2 }
    failures:
      - { fail: 10%, per: message, times: 2, from: 1s, to: 20s, after: 50ms, retryable: false, error: no such address }
      - { hang: [7, 13], for: 10s }
      - { crash: all, from: 20s }
    timeout: 3s
    attempts: 4
    backoff: { exponential: 1s, jitter: 0.5, max: 30s }
    deadLetter: { queue: lost-letters, move: on-failed }
    idempotency: { delivery-log: before }
    deduplication: { job-id: { keep: 1000 } }
    to: [archive]
  archive:
    work: { exponential: { mean: 10ms } }
    attempts: 2
    backoff: { fixed: 1s, jitter: 50% }
    deadLetter: { queue: shelf, move: safe }
    idempotency: effect-key
    deduplication: { throttle: 5s }
    supervise: { after: 1s }
    outcomes: { kept: { share: 90%, to: [receipts] }, thrown: 10% }
  receipts: { polling: { batch: 5, sleep: 1s, errorSleep: 5s }, deadLetter: none }
  sms: { rate: 10/s, work: 50ms, deduplication: keep-last }
faults:
  - { at: 1s, kill: emails, when: after-effect, workers: 1 }
  - { at: 3s, restart: emails }
  - { at: 4s, freeze: sms, for: 2s }
  - { at: 8s, stop: sms }
  - { at: 9s, scale: sms, workers: 3 }
  - { at: 20s, redrive: emails, repaired: true }
expect:
  - lost == 0
  - emails.catchUp in 5..70s
  - orders.rate.achieved >= 99/s
  - { that: emails.backlog.peak <= 5000, abort: true }
variants:
  as-it-is: {}
  faster: { queues.emails.rate: 10/s, 'faults[0].at': 2s, expect: [emails.catchUp within 5% of predicted] }
`,
  `
mode: sync
producers:
  orders: { rate: 10/s, for: 10s, to: [payments, emails], via: http, patience: 10s }
queues:
  payments: { provider: payment, idempotency: effect-key, attempts: 10, backoff: 1s, timeout: 2s }
  emails: { provider: email, concurrency: 5 }
providers:
  payment: { capacity: 10/s, latency: { exponential: { mean: 100ms } } }
  email: { capacity: 5/s, latency: 100ms, waitingRoom: 20, fallOver: { after: 2s, back: 5s } }
orderService:
  port: 8080
  publish: { after-answer: 500ms }
  timeout: 3s
  retries: 2
  backoff: 100ms
  circuitBreaker: { failures: 5, open: 10s }
  concurrency: 10
  onFailure: { emails: queue }
faults:
  - { at: 5s, kill: email, for: 10s }
  - { at: 6s, freeze: payment }
  - { at: 7s, thaw: payment }
expect: [orders.halfDone == 0, order-service.received == 100, email.turnedAway == 0]
`,
];
