import { describe, expect, it } from 'vitest';
import { parseScenario, type QueueSpec } from '../../../src/scenario/index.js';

function queue(settings: string): QueueSpec {
  const text = `
producers: {orders: {rate: 10/s, for: 3s, to: [emails, sms]}}
queues: {emails: {${settings}}, sms: {}}`;
  const [emails] = parseScenario(text).queues;
  if (emails === undefined) throw new Error('there is no queue');
  return emails;
}

const failure = {
  kind: 'fail',
  select: { kind: 'all' },
  times: null,
  fromSeconds: 0,
  toSeconds: null,
  retryable: true,
  afterSeconds: null,
  forSeconds: null,
  error: 'the work failed',
};

describe('failures', () => {
  it.each([
    ['{fail: all}', failure],
    ['{fail: 10%}', { ...failure, select: { kind: 'share', share: 0.1, per: 'attempt' } }],
    ['{fail: 0.1}', { ...failure, select: { kind: 'share', share: 0.1, per: 'attempt' } }],
    [
      '{fail: 10%, times: 2}',
      { ...failure, times: 2, select: { kind: 'share', share: 0.1, per: 'attempt' } },
    ],
    ['{fail: 1}', { ...failure, select: { kind: 'share', share: 1, per: 'attempt' } }],
    ['{fail: 2.5%, per: message}', { ...failure, select: { kind: 'share', share: 0.025, per: 'message' } }],
    [
      '{fail: [7, 13], retryable: false, error: no such address}',
      {
        ...failure,
        select: { kind: 'messages', messages: [7, 13] },
        retryable: false,
        error: 'no such address',
      },
    ],
    [
      '{fail: all, from: 5s, to: 15s, after: 50ms}',
      { ...failure, fromSeconds: 5, toSeconds: 15, afterSeconds: 0.05 },
    ],
    [
      '{hang: [7], for: 10s}',
      {
        ...failure,
        kind: 'hang',
        select: { kind: 'messages', messages: [7] },
        forSeconds: 10,
        error: 'the work hung',
      },
    ],
    [
      '{crash: [13], after: 0}',
      {
        ...failure,
        kind: 'crash',
        select: { kind: 'messages', messages: [13] },
        afterSeconds: 0,
        error: 'the worker crashed',
      },
    ],
  ])('%s', (written, expected) => {
    expect(queue(`failures: [${written}]`).failures).toEqual([expected]);
  });

  it('keep their order', () => {
    const { failures } = queue('failures: [{hang: [1]}, {fail: 5%}, {crash: [2]}]');
    expect(failures.map(({ kind }) => kind)).toEqual(['hang', 'fail', 'crash']);
  });

  it('may hang for ever without a time limit, and be tried again where nothing fails', () => {
    expect(queue('failures: [{hang: all}]').timeoutSeconds).toBeNull();
    expect(queue('attempts: 5, backoff: 1s').attempts).toBe(5);
  });
});

describe('everything else that a queue may have', () => {
  it.each([
    ['timeout: 2s', { timeoutSeconds: 2 }],
    ['attempts: 4', { attempts: 4, backoff: null }],
    [
      'attempts: 4, backoff: 1s',
      { backoff: { kind: 'fixed', delaySeconds: 1, jitter: 0, maxSeconds: null } },
    ],
    [
      'attempts: 2, backoff: {fixed: 1s, jitter: 50%}',
      { backoff: { kind: 'fixed', delaySeconds: 1, jitter: 0.5, maxSeconds: null } },
    ],
    [
      'attempts: 1000, backoff: {exponential: 1s, jitter: 0.5, max: 30s}',
      { backoff: { kind: 'exponential', delaySeconds: 1, jitter: 0.5, maxSeconds: 30 } },
    ],
    ['deadLetter: none', { deadLetter: null }],
    ['deadLetter: null', { deadLetter: { queue: 'emails-dead', move: 'safe' } }],
    ['deadLetter: morgue', { deadLetter: { queue: 'morgue', move: 'safe' } }],
    ['deadLetter: {queue: morgue, move: on-failed}', { deadLetter: { queue: 'morgue', move: 'on-failed' } }],
    ['deadLetter: {move: on-failed}', { deadLetter: { queue: 'emails-dead', move: 'on-failed' } }],
    ['idempotency: memory', { idempotency: { mode: 'memory' } }],
    ['idempotency: delivery-log', { idempotency: { mode: 'delivery-log', record: 'after' } }],
    ['idempotency: {delivery-log: before}', { idempotency: { mode: 'delivery-log', record: 'before' } }],
    ['idempotency: effect-key', { idempotency: { mode: 'effect-key' } }],
    ['deduplication: none', { deduplication: { kind: 'none' } }],
    ['deduplication: job-id', { deduplication: { kind: 'job-id', keepCount: 10_000, keepSeconds: null } }],
    [
      'deduplication: {job-id: {keep: 0}}',
      { deduplication: { kind: 'job-id', keepCount: 0, keepSeconds: null } },
    ],
    [
      'deduplication: {job-id: {keep: 1000}}',
      { deduplication: { kind: 'job-id', keepCount: 1000, keepSeconds: null } },
    ],
    [
      'deduplication: {job-id: {keep: 5s}}',
      { deduplication: { kind: 'job-id', keepCount: null, keepSeconds: 5 } },
    ],
    [
      'deduplication: {job-id: {keep: all}}',
      { deduplication: { kind: 'job-id', keepCount: null, keepSeconds: null } },
    ],
    ['deduplication: until-finished', { deduplication: { kind: 'until-finished' } }],
    ['deduplication: keep-last', { deduplication: { kind: 'keep-last' } }],
    ['deduplication: {extend: 5s}', { deduplication: { kind: 'extend', seconds: 5 } }],
    ['deduplication: {reschedule: 5s}', { deduplication: { kind: 'reschedule', seconds: 5 } }],
    ['deduplication: {throttle: 5s}', { deduplication: { kind: 'throttle', seconds: 5 } }],
    ['deduplication: {debounce: 2s}', { deduplication: { kind: 'debounce', seconds: 2 } }],
    ['supervise: {after: 1s}', { superviseSeconds: 1 }],
    ['supervise: {after: 0}', { superviseSeconds: 0 }],
    [
      'polling: {batch: 5, sleep: 1s, errorSleep: 5s}',
      { concurrency: 1, polling: { batch: 5, sleepSeconds: 1, errorSleepSeconds: 5 } },
    ],
    ['polling: {batch: 5, sleep: 1s}', { polling: { batch: 5, sleepSeconds: 1, errorSleepSeconds: 1 } }],
    [
      'redelivery: {after: 5s, check: 1s, limit: 3}',
      { redelivery: { afterSeconds: 5, checkSeconds: 1, limit: 3 } },
    ],
    ['to: [sms]', { outcomes: [{ name: 'done', share: 1, to: [{ queue: 'sms' }] }] }],
    ['to: []', { outcomes: [] }],
    [
      'outcomes: {reserved: {share: 90%, to: [sms]}, failed: 10%}',
      {
        outcomes: [
          { name: 'reserved', share: 0.9, to: [{ queue: 'sms' }] },
          { name: 'failed', share: 0.1, to: [] },
        ],
      },
    ],
    [
      'outcomes: {a: 70%, b: 20%, c: {share: 10%}}',
      {
        outcomes: [
          { name: 'a', share: 0.7, to: [] },
          { name: 'b', share: 0.2, to: [] },
          { name: 'c', share: 0.1, to: [] },
        ],
      },
    ],
  ])('%s', (settings, expected) => {
    expect(queue(settings)).toMatchObject(expected);
  });
});

describe('the rest of a scenario', () => {
  it('has resubmits, in order of time', () => {
    const text = `
producers: {orders: {rate: 10/s, for: 3s, to: [emails], resubmit: [3s, 100ms]}}
queues: {emails: {}}`;
    expect(parseScenario(text).producers[0]?.resubmitSeconds).toEqual([0.1, 3]);
  });

  it('lasts until the last resubmit', () => {
    const text = (resubmit: string) => `
drain: 10s
producers: {orders: {rate: 10/s, for: 3s, to: [emails]${resubmit}}}
queues: {emails: {}}
faults: [{at: 14s, kill: emails}]`;
    expect(() => parseScenario(text(''))).toThrow('comes after the end of the run');
    expect(parseScenario(text(', resubmit: [2s]')).faults).toHaveLength(1);
  });

  it('has queues that only queues publish to', () => {
    const text = `
producers: {orders: {rate: 10/s, for: 3s, to: [intake]}}
queues: {intake: {to: [left, right]}, left: {to: [end]}, right: {outcomes: {on: {share: 100%, to: [end]}}}, end: {}}`;
    expect(parseScenario(text).queues).toHaveLength(4);
  });

  it.each(['now', 'before-effect', 'after-effect', 'before-acknowledge', 'before-dead-letter', 'random'])(
    'has kills %s',
    (when) => {
      const text = `
producers: {orders: {rate: 10/s, for: 3s, to: [emails]}}
queues: {emails: {}}
faults: [{at: 1s, kill: emails, when: ${when}}, {at: 2s, redrive: emails, repaired: true}, {at: 3s, redrive: emails}]`;
      const common = { queue: 'emails', workers: 'all', forSeconds: null };
      expect(parseScenario(text).faults).toEqual([
        { atSeconds: 1, kind: 'kill', when, repaired: false, ...common },
        { atSeconds: 2, kind: 'redrive', when: 'now', repaired: true, ...common },
        { atSeconds: 3, kind: 'redrive', when: 'now', repaired: false, ...common },
      ]);
    },
  );
});
