import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderMoment } from '../../../src/report/moment.js';
import { visibleWidth } from '../../../src/report/text.js';
import type { BrokerSample, Moment, QueueMoment } from '../../../src/result/history.js';

const emails: QueueMoment = {
  scheduled: 300,
  attempted: 300,
  acknowledged: 300,
  publishing: 0,
  unknown: 0,
  waiting: 270,
  inHand: 12,
  waitingForRetry: 1,
  effected: 15,
  duplicateEffects: 5,
  suppressed: 0,
  failed: 2,
  dead: 0,
  deadLetterQueue: { name: 'emails-dead', messages: 2 },
  redriven: 0,
  held: [
    { message: 'orders/12', worker: 1, pid: 11, sinceSeconds: 1.1, stage: 'effected', holder: 'down' },
    { message: 'orders/13', worker: 2, pid: 13, sinceSeconds: 11.8, stage: 'working', holder: 'up' },
  ],
  workers: [
    { worker: 1, pid: 12, state: 'starting', sinceSeconds: 11.9 },
    { worker: 2, pid: 13, state: 'up', sinceSeconds: -0.2 },
  ],
};

const sample: BrokerSample = {
  atSeconds: 12.02,
  ready: 276,
  inFlight: 6,
  delayed: 1,
  dead: 0,
  deadLetterQueue: { atSeconds: 12.02, messages: 2 },
};

const moment: Moment = {
  schema: 'launchpad.moment/1',
  run: { id: 'run', directory: '/tmp/run', scenario: 'outage', variant: null, speed: 1 },
  atSeconds: 12,
  endSeconds: 67.2,
  queues: { emails },
  producers: { orders: { scheduled: 300, attempted: 300 } },
  brokerAwaySinceSeconds: null,
  broker: { emails: sample },
  lastFault: { atSeconds: 8, what: 'restart emails: worker 1 (pid 12)' },
  nextFault: null,
};

const render = (of: Moment, width = 100): string[] => renderMoment(of, { color: false, width }).split('\n');

describe('the state at an instant', () => {
  it("has the ledger's figures beside the broker's, who holds what, and what lies around", () => {
    expect(render(moment)).toEqual([
      '12.000 s in outage (to 67.200 s): the state, from the ledger alone.',
      '',
      '  emails               the ledger  the broker 20 ms later',
      '  ───────────────────────────────────────────────────────',
      '  attempted            300 of 300',
      '  acknowledged                300',
      '  waiting                     270                     276',
      '  in hand                      12                       6',
      '  waiting for a retry           1                       1',
      '  together                    283                     283',
      '  in emails-dead                2                       2',
      '  effected                     15',
      '  duplicate effects             5',
      '  failed attempts               2',
      '  When the broker takes a message back from a worker that is gone, nobody writes that down: by the',
      '  ledger it is in hand until it is given out again.',
      '  In hand',
      '    orders/12 by worker 1 (pid 11) since 1.100 s (for 10.9 s), with its effect, not settled; that',
      '      worker is down',
      '    orders/13 by worker 2 (pid 13) since 11.800 s (for 0.2 s), at work',
      '    and 10 more',
      '  Workers',
      '    worker 1 (pid 12) starting since 11.900 s',
      '    worker 2 (pid 13) up since −0.200 s',
      '',
      '  Producer orders: 300 of 300 messages attempted',
      '',
      '  Last fault: 8.000 s, restart emails: worker 1 (pid 12)',
      '  Next fault: –',
      '',
      '  Run directory: /tmp/run',
    ]);
  });

  it('does without a sample, and says what else there is', () => {
    const queue = { ...emails, held: [], inHand: 0, deadLetterQueue: null, dead: 3, unknown: 4, redriven: 1 };
    const lines = render({
      ...moment,
      queues: { emails: queue },
      broker: { emails: null },
      brokerAwaySinceSeconds: 11,
    });
    expect(lines).toEqual(
      expect.arrayContaining([
        '  emails                           the ledger  the broker',
        '  waiting                                 270           –',
        '  dead                                      3           –',
        '  outcome unknown, not seen since           4',
        '  put back from the dead                    1',
        '  The broker could not be reached since 11.000 s.',
      ]),
    );
    expect(lines).not.toContain('  In hand');
  });

  it.each([
    [12, 'the broker just then'],
    [11.95, 'the broker 50 ms earlier'],
  ])('says how far the sample is away: at %d s', (atSeconds, head) => {
    expect(render({ ...moment, broker: { emails: { ...sample, atSeconds } } })[2]).toContain(head);
  });

  it('fits, and is the same with colour', () => {
    for (const width of [60, 80, 120]) {
      const plain = render(moment, width);
      expect(stripVTControlCharacters(renderMoment(moment, { color: true, width })).split('\n')).toEqual(
        plain,
      );
      expect(plain.filter((line) => visibleWidth(line) > width)).toEqual([]);
    }
  });
});
