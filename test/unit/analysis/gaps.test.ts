import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/analysis/index.js';
import type { ExitedEvent, LedgerEvent, OpenedEvent } from '../../../src/ledger/events.js';
import type { Verdict } from '../../../src/result/types.js';
import type { ExpectationSpec } from '../../../src/scenario/types.js';
import {
  at,
  census,
  delivered,
  ended,
  type Files,
  fault,
  micros,
  published,
  runDirectory,
  worker,
} from '../../fixtures/runs.js';
import { tinyPlan, tinyProducer } from '../../fixtures/tiny.js';
import { answered, effect, opened, pids, queued, shop, worked } from './fixtures.js';

const nothingLost: ExpectationSpec = {
  expression: 'lost == 0',
  scope: null,
  measure: 'accounting.lost',
  operator: '==',
  value: 0,
};
const plan = tinyPlan({ expect: [nothingLost] });

const open = (role: OpenedEvent['role'], pid: number): LedgerEvent => ({ t: -10, e: 'opened', role, pid });
const ready = (seconds: number, pid: number, q = 'emails'): LedgerEvent => ({
  t: micros(seconds),
  e: 'ready',
  q,
  worker: 1,
  pid,
});
const depth = (seconds: number): LedgerEvent => {
  const counts = { ready: 0, inFlight: 0, delayed: 0, dead: 0 };
  return { t: micros(seconds), e: 'depth', q: 'emails', ...counts };
};
const exit = (seconds: number, pid: number, more: Partial<ExitedEvent> = {}): LedgerEvent => {
  const t = micros(seconds);
  return {
    t,
    e: 'exited',
    role: 'worker',
    name: 'emails',
    pid,
    code: 0,
    signal: null,
    ordered: true,
    ...more,
  };
};
const producerExit = (seconds: number, more: Partial<ExitedEvent> = {}): LedgerEvent =>
  exit(seconds, 10, { role: 'producer', name: 'orders', ...more });
const killed = { code: null, signal: 'SIGKILL' } as const;

const orders = ['orders/1', 'orders/2', 'orders/3', 'orders/4'];
const start: LedgerEvent[] = [
  open('lab', 9),
  ready(-1, 11),
  { t: 0, e: 'run', wall: '2026-01-02T03:04:05.000Z' },
  depth(0.001),
];
const lab: LedgerEvent[] = [...start, producerExit(4), ended(8), exit(8.1, 11), ...census(9)];
const producer: LedgerEvent[] = [
  { t: 0, e: 'opened', role: 'producer', name: 'orders', pid: 10 },
  ...orders.flatMap((m, i) => published(i, m)),
];
const working: LedgerEvent[] = [worker(1, 11), ...orders.flatMap((m, i) => delivered(i + 0.1, m))];
/** Four orders, each of them published and worked, by processes that all exited with code 0. */
const whole = { lab, 'producer-orders': producer, 'worker-emails-1': working } as const;

const lines = (events: readonly LedgerEvent[]): string[] =>
  events.map((event) => `${JSON.stringify(event)}\n`);
const cutOff = (events: readonly LedgerEvent[]): string => lines(events).join('').slice(0, -5);

function verdictOf(files: Files, of = plan): Verdict {
  return analyse(runDirectory(of, files)).verdict;
}

function without(name: keyof typeof whole): Files {
  return Object.fromEntries(Object.entries(whole).filter(([each]) => each !== name));
}

describe('an incomplete ledger', () => {
  it('makes every expectation unknown, says what is missing, and accuses nobody', () => {
    const result = analyse(runDirectory(plan, without('worker-emails-1')));
    const gap = 'the file of worker 1 of emails (pid 11) is missing';
    expect(result.verdict).toEqual({
      outcome: 'inconclusive',
      reasons: [`the ledger is incomplete: ${gap}`, 'lost == 0 is unknown: the ledger is incomplete'],
    });
    expect(result.warnings).toEqual([`The ledger is incomplete: ${gap}.`]);
    expect(result.expectations).toMatchObject([{ outcome: 'unknown', reason: 'the ledger is incomplete' }]);
  });

  it.each<[string, Files, string]>([
    [
      'an empty file',
      { ...whole, 'worker-emails-1': '' },
      'the file of worker 1 of emails (pid 11) is missing',
    ],
    ["no producer's file", without('producer-orders'), 'the file of the producer orders (pid 10) is missing'],
    ["no lab's file", without('lab'), "the lab's file is missing"],
    [
      'no file of a worker that was killed after it was ready',
      { ...whole, lab: [...start, ready(2, 12), exit(3, 12, killed), ...lab.slice(4)] },
      'the file of worker 1 of emails (pid 12) is missing',
    ],
    [
      'garbled lines in the middle',
      { ...whole, 'worker-emails-1': lines(working).with(2, 'x{"t":\n').with(3, '\0\n').join('') },
      "2 lines of ledger/worker-emails-1.ndjson can't be read, and not because the end was cut off",
    ],
    [
      'the file of a worker that exited with code 0, cut off',
      { ...whole, 'worker-emails-1': cutOff(working.slice(0, 6)) },
      'ledger/worker-emails-1.ndjson is cut off, and its process was not killed',
    ],
    [
      "a producer's file, cut off",
      { ...whole, 'producer-orders': cutOff(producer.slice(0, 5)) },
      'ledger/producer-orders.ndjson is cut off, and its process was not killed',
    ],
    [
      "a producer's file, cut off behind a line",
      { ...whole, 'producer-orders': producer.slice(0, 5) },
      'ledger/producer-orders.ndjson lacks the publishing of 2 messages that came to emails',
    ],
    [
      "the same of one that was killed, so that its end doesn't tell",
      {
        ...whole,
        lab: [...start, producerExit(4, killed), ended(8), ...census(9)],
        'producer-orders': cutOff(producer.slice(0, 6)),
      },
      'ledger/producer-orders.ndjson lacks the publishing of 2 messages that came to emails',
    ],
    [
      'a producer that was done with all, and messages that nobody saw',
      { ...whole, 'producer-orders': producer.slice(0, 5), 'worker-emails-1': working.slice(0, 7) },
      'ledger/producer-orders.ndjson lacks 2 messages of 4, and its process was done with all of them',
    ],
  ])('is told by %s', (_, files, gap) => {
    const { outcome, reasons } = verdictOf(files);
    expect(outcome).toBe('inconclusive');
    expect(reasons[0]).toBe(`the ledger is incomplete: ${gap}`);
    expect(reasons.filter((reason) => reason.startsWith('the ledger is incomplete'))).toHaveLength(1);
    expect(reasons.join()).not.toMatch(/did not hold its rate|do not balance/);
  });

  it('is told by orders that the order service received, or that came to a queue, and nobody sent', () => {
    const customers = [1, 2, 3, 4].flatMap((n) => answered(n - 1, `orders/${n}`));
    const service = [1, 2, 3, 4].flatMap((n) => queued(n - 0.9, `orders/${n}`));
    const files = {
      lab: [open('lab', pids.lab), ended(8), ...census(9), ...census(9, {}, 'payments')],
      'producer-orders': [{ ...opened('producer', 10), name: 'orders' } as LedgerEvent, ...customers],
      'order-service': [opened('order-service', pids.orderService), ...service],
      email: [opened('provider', pids.email, 'email'), effect(5.2, 'orders/4', 'emails')],
      'worker-emails-1': [worker(1, pids.emails), ...worked(5, 'orders/4', 'emails')],
    };
    const said = (more: Files) => verdictOf({ ...files, ...more }, shop()).reasons.join('\n');
    expect(said({})).not.toContain('incomplete');
    expect(said({ 'producer-orders': files['producer-orders'].slice(0, 5) })).toContain(
      'ledger/producer-orders.ndjson lacks 2 messages that the order service received',
    );
    expect(said({ 'order-service': files['order-service'].slice(0, 10) })).toContain(
      'ledger/order-service.ndjson lacks the publishing of 1 message that came to emails',
    );
  });
});

describe('a ledger is not incomplete', () => {
  const cut = [...producer.slice(0, 5)];
  const some = [...working.slice(0, 7)];
  const labWith = (...events: LedgerEvent[]): Files => ({ ...whole, lab: [...lab, ...events] });
  const partly = (...events: LedgerEvent[]): Files => ({
    lab: [...start, ...events, ...census(9)],
    'producer-orders': cut,
    'worker-emails-1': some,
  });

  it.each<[string, Files]>([
    ['where all is there', whole],
    [
      'where the last line of a killed worker is torn',
      {
        ...labWith(exit(5, 12, killed)),
        'worker-emails-1.2': cutOff([worker(1, 12), at(3, 'started', 'orders/4')]),
      },
    ],
    [
      'for a worker that was killed before it was ready',
      labWith(fault(5, 'restart', [12], 1), exit(6, 12, killed)),
    ],
    ['for one that was killed before there was a clock', labWith(ready(-1, 12), exit(-0.5, 12, killed))],
    ['for one that died while the others got theirs', labWith(ready(-1, 12), exit(0.0005, 12, killed))],
    [
      'for one that could not open its file',
      labWith(ready(5, 12), exit(5.1, 12, { code: 1, why: 'EACCES' })),
    ],
    [
      'for a supervised one that was never ready',
      labWith({ ...ready(5, 12), e: 'supervised', up: 1 } as LedgerEvent),
    ],
    [
      'where a producer was interrupted',
      partly(ended(2, 'interrupted', 'ended by SIGINT'), producerExit(2.1)),
    ],
    ['where a producer was aborted', partly(ended(2, 'aborted', 'too late'), producerExit(2.1))],
    ['where a producer was killed', partly(producerExit(2, killed), ended(8))],
    ['where a producer failed', partly(producerExit(2, { code: 1, why: 'lost the broker' }), ended(8))],
    [
      'where the disk was full',
      partly(ready(1, 12), ended(2, 'disk-full', 'no space left'), exit(2, 12, { code: 1 })),
    ],
    ['where the lab was killed', { ...partly(), lab: cutOff(start) }],
    [
      'where the lab was killed before all had opened their files',
      { lab: start.slice(0, 2), 'producer-orders': cut },
    ],
  ])('%s', (_, files) => {
    expect(verdictOf(files).reasons.join('\n')).not.toContain('incomplete');
  });

  it('where a producer gives up what is late', () => {
    const givingUp = tinyPlan({ producers: [tinyProducer({ giveUpSeconds: 1 })] });
    expect(verdictOf(partly(producerExit(4), ended(8)), givingUp).reasons.join()).not.toContain('incomplete');
  });

  it('and then judges as ever', () => {
    expect(verdictOf(whole)).toEqual({ outcome: 'pass', reasons: ['the expectation holds'] });
    const lost = verdictOf({ ...whole, 'worker-emails-1': working.slice(0, -3) });
    expect(lost).toEqual({ outcome: 'fail', reasons: ['lost == 0 does not hold: it was 1'] });
  });
});
