import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderDeadList } from '../../../src/report/dead-list.js';
import { visibleWidth } from '../../../src/report/text.js';
import type { DeadLettersResult } from '../../../src/result/failures.js';
import type { DeadList } from '../../../src/result/history.js';

const none: DeadLettersResult = {
  queue: 'payments-dead',
  depth: { peak: 0, peakAtSeconds: null, final: 0 },
  given: 0,
  final: 0,
  stranded: 0,
  redriven: 0,
  reasons: [],
  list: [],
};

const emails: DeadLettersResult = {
  queue: 'emails-dead',
  depth: { peak: 3, peakAtSeconds: 6, final: 1 },
  given: 4,
  final: 2,
  stranded: 1,
  redriven: 2,
  reasons: [
    { why: 'no such address', count: 3 },
    { why: 'job stalled more than allowable limit', count: 1 },
  ],
  list: [
    {
      message: 'orders/7',
      atSeconds: 3.1,
      why: 'no such address',
      attempts: 4,
      redrivenAtSeconds: 20,
      ended: 'effected',
    },
    {
      message: 'orders/13',
      atSeconds: 5.25,
      why: 'no such address',
      attempts: 4,
      redrivenAtSeconds: null,
      ended: 'dead',
    },
    {
      message: 'orders/20',
      atSeconds: 11,
      why: 'job stalled more than allowable limit',
      attempts: 2,
      redrivenAtSeconds: null,
      ended: 'stranded',
    },
  ],
};

const dead = (queues: DeadList['queues']): DeadList => ({
  schema: 'launchpad.dead/1',
  run: { id: 'run', directory: '/tmp/run', scenario: 'poison', variant: null, speed: 1 },
  queues,
});

const render = (list: DeadList, width = 100): string[] =>
  renderDeadList(list, { color: false, width }).split('\n');

describe('the list of the dead', () => {
  it('has each message with when, why, and what became of it; queues without any are left out', () => {
    expect(render(dead({ emails, payments: none }))).toEqual([
      'emails in poison: 4 messages were given up, 2 put back, 2 dead at the end (their queue:',
      '  emails-dead), 1 of them not in emails-dead.',
      '  message    given up at  starts  why                          put back at  at the end',
      '  ──────────────────────────────────────────────────────────────────────────────────────────────────',
      '  orders/7       3.100 s       4  no such address                 20.000 s  effected',
      '  orders/13      5.250 s       4  no such address                        –  in emails-dead',
      '  orders/20     11.000 s       2  job stalled more than                  –  dead, not in emails-dead',
      '                                  allowable limit',
      '  Why: no such address (3), job stalled more than allowable limit (1)',
      '',
      '  Run directory: /tmp/run',
    ]);
  });

  it('says that nothing is dead', () => {
    expect(render(dead({ payments: none }))).toEqual([
      'poison: nothing is dead. No message was given up on any queue.',
      '',
      '  Run directory: /tmp/run',
    ]);
  });

  it("speaks of the broker's own list where there is no queue for them", () => {
    const [, second] = emails.list as [unknown, DeadLettersResult['list'][0]];
    const own = {
      ...emails,
      queue: null,
      given: 1,
      final: 1,
      stranded: null,
      redriven: 0,
      reasons: [],
      list: [second],
    };
    expect(render(dead({ emails: own })).slice(0, 4)).toEqual([
      "emails in poison: 1 message was given up, 1 dead at the end, in the broker's own list.",
      '  message    given up at  starts  why              put back at  at the end',
      '  ────────────────────────────────────────────────────────────────────────',
      '  orders/13      5.250 s       4  no such address            –  dead',
    ]);
  });

  it('fits, and is the same with colour', () => {
    const list = dead({ emails, payments: none });
    for (const width of [60, 80, 120]) {
      const plain = render(list, width);
      expect(stripVTControlCharacters(renderDeadList(list, { color: true, width })).split('\n')).toEqual(
        plain,
      );
      expect(plain.filter((line) => visibleWidth(line) > width)).toEqual([]);
    }
  });
});
