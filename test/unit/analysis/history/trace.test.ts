import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deadListOf, traceOf } from '../../../../src/analysis/history/index.js';
import { LaunchpadError } from '../../../../src/errors.js';
import type { LedgerEvent } from '../../../../src/ledger/events.js';
import type { Plan } from '../../../../src/plan/types.js';
import type { Trace } from '../../../../src/result/history.js';
import { shopLedger, shopPlan } from '../../../fixtures/history.js';
import {
  at,
  census,
  delivered,
  ended,
  fault,
  micros,
  published,
  runDirectory,
  temporaryDirectory,
  worker,
  writeLedger,
} from '../../../fixtures/runs.js';
import { tinyPlan, tinyQueue } from '../../../fixtures/tiny.js';

const shop = (order: string): Trace => traceOf(runDirectory(shopPlan(), shopLedger()), order);

/** `1.010 emails: started by …` */
function told({ lines }: Trace): string[] {
  return lines.map(({ atSeconds, queue, what }) => `${atSeconds.toFixed(3)} ${queue}: ${what}`);
}

function ends({ ends }: Trace): string[] {
  return ends.map(({ queue, ended, text }) => `${queue} ${ended}: ${text}`);
}

const m = 'orders/4';

/** The story of orders/4 on emails, as these events of its worker (pid 11), of a second one (pid 12) and of the lab tell it. */
function story(
  events: {
    readonly first?: readonly LedgerEvent[];
    readonly second?: readonly LedgerEvent[];
    readonly lab?: readonly LedgerEvent[];
    readonly sent?: readonly LedgerEvent[];
  },
  plan: Plan = tinyPlan(),
): Trace {
  const { first = [], second = [], lab = census(30), sent = published(3, m) } = events;
  const directory = runDirectory(plan, {
    lab: [{ t: 0, e: 'opened', role: 'lab', pid: 1 }, ...lab],
    producer: [{ t: 0, e: 'opened', role: 'producer', pid: 2, name: 'orders' }, ...sent],
    'worker-1': [worker(1, 11), ...first],
    'worker-2': [worker(1, 12, 5), ...second],
  });
  return traceOf(directory, m);
}

function refusal(action: () => unknown): { message: string; hint: string | undefined; code: string } {
  try {
    action();
  } catch (error) {
    if (error instanceof LaunchpadError)
      return { message: error.message, hint: error.hint, code: error.code };
    throw error;
  }
  throw new Error('it was not refused');
}

describe('the story of an order', () => {
  it('goes over all queues, in order of time', () => {
    const trace = shop('orders/1');
    expect(told(trace)).toEqual([
      '0.000 intake: published by orders',
      '0.000 intake: acknowledged: the broker has it',
      '0.001 emails: published by orders',
      '0.001 emails: acknowledged: the broker has it',
      '0.010 emails: started by worker 1 (pid 11), delivery 1',
      '0.010 intake: started by worker 1 (pid 31), delivery 1',
      '0.310 emails: effect, 0.30 s after the start',
      '0.310 intake: effect, 0.30 s after the start',
      '0.311 intake: published on to inventory (reserved)',
      '0.311 inventory: acknowledged: the broker has it',
      '0.315 emails: settled: the broker knows that it is done',
      '0.315 intake: settled: the broker knows that it is done',
      '0.320 inventory: started by worker 1 (pid 41), delivery 1',
      '0.620 inventory: effect, 0.30 s after the start',
      '0.625 inventory: settled: the broker knows that it is done',
    ]);
    expect(ends(trace)).toEqual([
      'intake effected: its effect happened once, at 0.310 s; it came out as reserved',
      'inventory effected: its effect happened once, at 0.620 s',
      'emails effected: its effect happened once, at 0.310 s',
    ]);
    expect(trace.whole).toEqual({
      ended: 'completed',
      text: 'orders/1 is completed: each of its 3 effects has happened once',
    });
    expect(trace).toMatchObject({
      schema: 'launchpad.trace/1',
      order: 'orders/1',
      run: { scenario: 'shop', variant: null },
    });
    expect(trace.lines[8]).toMatchObject({ event: 'attempted', message: 'orders/1.intake' });
  });

  it('says what a kill left behind, who came after, and what was done twice', () => {
    const trace = shop('orders/2');
    expect(told(trace).slice(-6)).toEqual([
      '1.315 intake: settled: the broker knows that it is done',
      '1.400 emails: worker 1 (pid 11) was killed (SIGKILL): the effect had happened, the broker was not told',
      '2.400 emails: worker 1 was started again by its supervisor (pid 12)',
      '8.000 emails: started by worker 1 (pid 12), delivery 2, redelivered',
      '8.300 emails: second effect: a duplicate',
      '8.310 emails: settled: the broker knows that it is done',
    ]);
    expect(ends(trace)).toEqual([
      'intake effected: its effect happened once, at 1.310 s; it came out as failed',
      'emails effected: its effect happened twice, at 1.310 s and 8.300 s: a duplicate',
    ]);
    expect(trace.whole.text).toBe(
      'orders/2 is completed: each of its 2 effects has happened, with one duplicate',
    );
  });

  it('follows failures into the dead-letter queue and out of it', () => {
    const trace = shop('orders/3');
    expect(
      told(trace)
        .filter((line) => line.includes(' emails: '))
        .slice(2),
    ).toEqual([
      '2.700 emails: started by worker 1 (pid 12), delivery 1',
      '3.000 emails: failed: no such address; to be tried again in 1.0 s (attempt 1 of 3)',
      '3.010 emails: the broker has it back',
      '4.100 emails: started by worker 1 (pid 12), delivery 2',
      '4.400 emails: failed: no such address; to be tried again in 1.0 s (attempt 2 of 3)',
      '4.410 emails: the broker has it back',
      '5.500 emails: started by worker 1 (pid 12), delivery 3',
      '5.800 emails: failed: no such address; not to be tried again (attempt 3 of 3)',
      '5.810 emails: given up: no such address',
      '5.850 emails: in the dead-letter queue emails-dead',
      '20.000 emails: put back, repaired',
      '20.100 emails: started by worker 1 (pid 13), delivery 4',
      '20.400 emails: effect, 0.30 s after the start',
      '20.410 emails: settled: the broker knows that it is done',
    ]);
    expect(trace.whole.ended).toBe('completed');
  });

  it('tells of a death that nobody ordered, and of what is left at the end', () => {
    const trace = shop('orders/4');
    expect(told(trace).slice(-4)).toEqual([
      '12.000 emails: started by worker 1 (pid 12), delivery 1',
      '14.200 emails: worker 1 (pid 12) died (SIGKILL), ordered by no fault: the effect had not happened',
      '15.200 emails: worker 1 was started again by its supervisor (pid 13)',
      '26.000 emails: at the end the broker still has it: in flight',
    ]);
    expect(ends(trace)[2]).toBe('emails pending: still on the broker at the end, without its effect');
    expect(trace.whole).toEqual({ ended: 'pending', text: 'orders/4 is pending on emails' });
  });

  it('is in scenario time', () => {
    const trace = traceOf(runDirectory(shopPlan(10), shopLedger()), 'orders/3');
    expect(told(trace)).toContain(
      '30.000 emails: failed: no such address; to be tried again in 10.0 s (attempt 1 of 3)',
    );
  });

  it('says who a queue was published to twice, and what the broker made of it', () => {
    const again = { ...at(3.1, 'attempted', m), due: micros(3) } as LedgerEvent;
    const trace = story({ sent: [...published(3, m), again, at(3.2, 'merged', m)], first: delivered(4, m) });
    expect(told(trace).slice(2, 4)).toEqual([
      '3.100 emails: published by orders again (second publish), 0.10 s late',
      '3.200 emails: merged: the broker has it already, and created nothing',
    ]);
  });

  it('tells a freeze: both finish, and the broker wants only one of them', () => {
    const trace = story({
      first: [at(4, 'started', m, { n: 1, r: false }), at(12, 'effect', m), at(12.1, 'lost-lock', m)],
      second: delivered(9, m, { n: 2, r: true }),
      lab: [fault(4.1, 'freeze', [11], 0), fault(11.9, 'thaw', [11], 1), ended(13), ...census(14)],
    });
    expect(told(trace).slice(2)).toEqual([
      '4.000 emails: started by worker 1 (pid 11), delivery 1',
      '4.100 emails: worker 1 (pid 11) was frozen (SIGSTOP), and holds it',
      '9.000 emails: started by worker 1 (pid 12), delivery 2, redelivered',
      '9.300 emails: effect, 0.30 s after the start',
      '9.300 emails: settled: the broker knows that it is done',
      '11.900 emails: worker 1 (pid 11) was thawed (SIGCONT), and goes on with it',
      '12.000 emails: second effect: a duplicate',
      '12.100 emails: too late: the broker had taken it away from this worker',
    ]);
  });

  it('knows what a time limit does not stop', () => {
    const trace = story(
      {
        first: [
          at(4, 'started', m, { n: 1, r: false }),
          at(6, 'failed', m, { why: 'no end within 2 s', kind: 'timeout', again: 0 }),
          at(6, 'settled', m),
          at(14, 'effect', m),
        ],
        second: delivered(7, m, { n: 2, r: false }),
      },
      tinyPlan({ queues: [tinyQueue({ attempts: 2, timeoutSeconds: 2 })] }),
    );
    expect(told(trace).slice(3)).toEqual([
      '6.000 emails: failed: no end within 2 s; to be tried again at once (attempt 1 of 2)',
      '6.000 emails: the broker has it back',
      '7.000 emails: started by worker 1 (pid 12), delivery 2',
      '7.300 emails: effect, 0.30 s after the start',
      '7.300 emails: settled: the broker knows that it is done',
      '14.000 emails: second effect: a duplicate, of an attempt that had ended before',
    ]);
  });

  it('names what BullMQ fails for stalling twice', () => {
    const trace = story({
      first: [at(4, 'started', m, { n: 1, r: false })],
      second: [at(9, 'started', m, { n: 2, r: true })],
      lab: [
        fault(4.2, 'kill', [11], 0),
        fault(9.2, 'kill', [12], 0),
        at(15, 'dead', m, { why: 'killed under 2 times: the broker gives up after 1 redelivery' }),
        at(15.1, 'dead-lettered', m),
        ...census(30, { deadLettered: [m] }),
      ],
    });
    expect(told(trace).slice(-4)).toEqual([
      '9.200 emails: worker 1 (pid 12) was killed (SIGKILL): the effect had not happened',
      '15.000 emails: given up: killed under 2 times: the broker gives up after 1 redelivery',
      '15.100 emails: in the dead-letter queue emails-dead',
      '30.000 emails: at the end it is in the dead-letter queue emails-dead',
    ]);
    expect(ends(trace)).toEqual([
      'emails dead: dead: given up at 15.000 s (killed under 2 times: the broker gives up after 1 redelivery), and in the dead-letter queue emails-dead',
    ]);
  });

  it('counts an effect that a dying worker still wrote', () => {
    const trace = story({
      first: [at(4, 'started', m, { n: 1, r: false }), at(4.301, 'effect', m)],
      lab: [fault(4.3, 'kill', [11], 0), ...census(30)],
    });
    expect(told(trace)[3]).toBe(
      '4.300 emails: worker 1 (pid 11) was killed (SIGKILL): the effect had happened, the broker was not told',
    );
  });

  it('tells of a kill between the last failure and the move', () => {
    const trace = story({
      first: [
        at(4, 'started', m, { n: 1, r: false }),
        at(4.3, 'failed', m, { why: 'no such address', kind: 'error' }),
        at(4.3, 'dead', m, { why: 'no such address' }),
        at(4.31, 'settled', m),
      ],
      lab: [fault(4.4, 'kill', [11], 0), ...census(30, { dead: [m] })],
    });
    expect(told(trace).slice(3)).toEqual([
      '4.300 emails: failed: no such address; not to be tried again (attempt 1 of 1)',
      '4.300 emails: given up: no such address',
      '4.400 emails: worker 1 (pid 11) was killed (SIGKILL): the message was given up, and was not in the dead-letter queue yet',
      '30.000 emails: at the end the broker still has it: among its own dead',
    ]);
    expect(ends(trace)).toEqual([
      'emails stranded: dead: given up at 4.300 s (no such address), and not in the dead-letter queue emails-dead',
    ]);
    expect(trace.whole).toEqual({ ended: 'deadLettered', text: 'orders/4 is dead on emails' });
  });

  it.each([
    ['memory', 'this process remembers it'],
    ['delivery-log', 'the delivery log has it'],
    ['provider', 'the provider has seen its key, and refused it'],
  ] as const)('says who suppressed an effect: %s', (by, words) => {
    const trace = story({
      first: delivered(4, m),
      second: [
        at(9, 'started', m, { n: 2, r: true }),
        at(9.1, 'suppressed', m, { by }),
        at(9.2, 'settled', m),
      ],
    });
    expect(told(trace).at(-2)).toBe(`9.100 emails: suppressed: ${words}`);
    expect(ends(trace)).toEqual(['emails effected: its effect happened once, at 4.300 s; suppressed once']);
  });
});

describe('what became of an order', () => {
  const started = at(4, 'started', m, { n: 1, r: false });

  it.each<[string, Parameters<typeof story>[0], string]>([
    ['is lost', { first: [started] }, 'emails lost: lost: the broker had it, and it is nowhere'],
    [
      'was suppressed before it had happened',
      { first: [started, at(4.1, 'suppressed', m, { by: 'delivery-log' }), at(4.2, 'settled', m)] },
      'emails lost: lost: suppressed at 4.100 s, although no effect had happened',
    ],
    [
      'is witnessed by the provider alone',
      { first: [started, at(4.1, 'suppressed', m, { by: 'provider' }), at(4.2, 'settled', m)] },
      'emails effected: its effect happened: the provider had seen its key, though no worker wrote it down',
    ],
    [
      'is undetermined',
      { first: [started], lab: [] },
      'emails undetermined: not known: there is no complete census of this queue',
    ],
    [
      'was refused',
      { sent: [at(3, 'attempted', m), at(3, 'refused', m, { why: 'away' })] },
      'emails refused: refused: it never got to the broker',
    ],
    [
      'never arrived',
      { sent: [at(3, 'attempted', m), at(3, 'unknown', m, { why: 'timed out' })] },
      'emails unknown: never confirmed, and never seen',
    ],
    [
      'is dead by the census alone',
      { lab: census(30, { dead: [m] }) },
      'emails stranded: dead, and not in the dead-letter queue emails-dead',
    ],
    [
      'had its effect, and may have it again',
      { first: [started, at(4.3, 'effect', m)], lab: census(30, { ready: [m] }) },
      'emails effected: its effect happened once, at 4.300 s; still (or again) on the broker at the end',
    ],
  ])('that %s', (_, events, text) => {
    expect(ends(story(events))).toEqual([text]);
  });

  it('names where it was not passed on to', () => {
    const files = shopLedger();
    const without = (files['worker-intake-1'] as LedgerEvent[]).filter(
      (event) => !('q' in event && event.q === 'inventory'),
    );
    const trace = traceOf(
      runDirectory(shopPlan(), { ...files, 'worker-intake-1': without, 'worker-inventory-1': [] }),
      'orders/1',
    );
    expect(ends(trace)[1]).toBe('inventory unattempted: never published on to this queue');
    expect(trace.whole).toEqual({ ended: 'notPassedOn', text: 'orders/1 was not passed on to inventory' });
  });
});

describe('the name of an order', () => {
  it.each(['orders/3', '3', ' orders/3 ', 'orders/3.intake', 'orders/3.intake.inventory'])(
    'may be %j',
    (typed) => {
      expect(shop(typed).order).toBe('orders/3');
    },
  );

  it.each([
    ['orders/5', 'There is no orders/5'],
    ['5', 'There is no orders/5'],
    ['0', "0 is not a message's id"],
    ['invoices/1', 'There is no producer invoices'],
    ['', "An empty text is not a message's id"],
  ])('is refused where there is none: %j', (typed, message) => {
    expect(refusal(() => shop(typed))).toEqual({
      code: 'usage',
      message,
      hint: 'In this run orders has 4 messages, orders/1 to orders/4.',
    });
  });

  it('is answered where it was never attempted', () => {
    const directory = runDirectory(tinyPlan(), {
      producer: [...published(0, 'orders/1'), ...published(1, 'orders/2')],
    });
    expect(refusal(() => traceOf(directory, 'orders/3'))).toEqual({
      code: 'usage',
      message: 'orders/3 was never attempted: the run has no story of it',
      hint: 'Of the 4 messages of orders, 2 were attempted, orders/1 to orders/2.',
    });
  });

  it('needs one run: of a comparison, one of the variants', () => {
    const base = temporaryDirectory();
    for (const name of ['none', 'delivery log']) {
      const run = join(base, name);
      writeLedger(join(run, 'ledger'), { producer: published(0, 'orders/1') });
      writeFileSync(join(run, 'plan.json'), JSON.stringify(tinyPlan()));
    }
    expect(refusal(() => traceOf(base, '1'))).toEqual({
      code: 'usage',
      message: `${base} holds the runs of several variants: delivery log, none`,
      hint: `Ask for one of them: launchpad report '${join(base, 'delivery log')}' …`,
    });
    expect(traceOf(join(base, 'none'), '1').order).toBe('orders/1');
  });

  it('of a comparison of one variant needs no name', () => {
    const base = temporaryDirectory();
    const run = join(base, 'none');
    writeLedger(join(run, 'ledger'), { producer: published(0, 'orders/1') });
    writeFileSync(join(run, 'plan.json'), JSON.stringify(tinyPlan()));
    expect(traceOf(base, '1')).toMatchObject({ order: 'orders/1', run: { directory: run } });
    expect(deadListOf(base).run.directory).toBe(run);
  });
});
