import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../src/scenario/index.js';
import { timelineOf } from '../../../src/scenario/timeline.js';
import { problemsOf } from './problemsOf.js';

function scenario(workers: number, faults: string[], settings = ''): string {
  return [
    'producers: {orders: {rate: 1/s, for: 60s, to: [emails]}}',
    `queues: {emails: {workers: ${workers}${settings}}}`,
    'faults:',
    ...faults.map((fault) => `  - {at: ${fault}}`),
  ].join('\n');
}

describe('timelines that make sense', () => {
  it.each([
    ['kill and restart', 1, ['1s, kill: emails', '2s, restart: emails']],
    ['kill with for, twice', 1, ['1s, kill: emails, for: 2s', '3s, kill: emails, for: 2s']],
    [
      'one after the other',
      2,
      ['1s, kill: emails, workers: 1', '2s, stop: emails, workers: 1', '3s, restart: emails, workers: 2'],
    ],
    ['freeze, then kill the frozen', 1, ['1s, freeze: emails', '2s, kill: emails', '3s, restart: emails']],
    ['freeze with for', 2, ['1s, freeze: emails, workers: 1, for: 9s', '2s, kill: emails, workers: 1']],
    [
      'scale up, then kill the new ones too',
      1,
      ['1s, scale: emails, workers: 3', '2s, kill: emails, workers: 3'],
    ],
    ['scale up from nothing', 0, ['1s, scale: emails, workers: 1', '2s, kill: emails']],
    ['restart what was scaled away', 2, ['1s, scale: emails, workers: 1', '2s, restart: emails, workers: 1']],
    ['aimed without acknowledge', 1, ['1s, kill: emails, when: after-effect']],
    ['written out of order', 1, ['8s, restart: emails', '1s, kill: emails']],
  ])('%s', (_what, workers, faults) => {
    const { faults: checked } = parseScenario(scenario(workers, faults));
    expect(checked).toHaveLength(faults.length);
    const times = checked.map(({ atSeconds }) => atSeconds);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});

describe('workers that come and go without being told', () => {
  it.each([
    [
      'killed again and again under a supervisor',
      ', supervise: {after: 1s}',
      ['1s, kill: emails', '2s, kill: emails', '4s, kill: emails'],
    ],
    [
      'stopped under a supervisor, and back',
      ', supervise: {after: 1s}',
      ['1s, stop: emails, for: 2s', '3s, kill: emails'],
    ],
    ['restarted after a crash of the work', ', failures: [{crash: [5]}]', ['3s, restart: emails']],
    [
      'redriven whenever',
      '',
      ['0s, redrive: emails', '1s, kill: emails', '2s, redrive: emails, repaired: true'],
    ],
  ])('%s', (_what, settings, faults) => {
    expect(parseScenario(scenario(1, faults, settings)).faults).toHaveLength(faults.length);
  });
});

describe('timelines that make no sense', () => {
  it.each([
    [
      'kill after kill',
      1,
      ['1s, kill: emails', '2s, kill: emails'],
      '5 faults[1]: the kill at 2s finds no worker of emails that is running → restart them before',
    ],
    [
      'stop after kill',
      1,
      ['1s, kill: emails', '2s, stop: emails'],
      '5 faults[1]: the stop at 2s finds no worker of emails that is running',
    ],
    [
      'freeze of the killed',
      1,
      ['1s, kill: emails', '2s, freeze: emails'],
      '5 faults[1]: the freeze at 2s finds no worker',
    ],
    [
      'freeze of the frozen',
      1,
      ['1s, freeze: emails', '2s, freeze: emails'],
      '5 faults[1]: the freeze at 2s finds no worker of emails that is running → they are frozen',
    ],
    [
      'restart while all are up',
      1,
      ['2s, restart: emails'],
      '4 faults[0]: the restart at 2s finds no worker of emails that is down → kill or stop them before',
    ],
    [
      'restart of the frozen',
      1,
      ['1s, freeze: emails', '2s, restart: emails'],
      '→ they are frozen: write thaw',
    ],
    [
      'thaw of what is up',
      1,
      ['2s, thaw: emails'],
      '4 faults[0]: the thaw at 2s finds no worker of emails that is frozen → freeze them before',
    ],
    ['thaw of the killed', 1, ['1s, kill: emails', '2s, thaw: emails'], '→ they are down: write restart'],
    [
      'too many',
      2,
      ['1s, kill: emails, workers: 3'],
      '4 faults[0]: the kill at 1s wants 3 workers, and only 2 of emails are running → write workers: 2',
    ],
    [
      'for, and restarted by hand',
      1,
      ['1s, kill: emails, for: 6s', '3s, restart: emails'],
      '4 faults[0]: the restart that `for` implies at 7s finds no worker of emails that is down',
    ],
    ['kill where there never was a worker', 0, ['1s, kill: emails'], '→ the queue has no workers then'],
    [
      'kill after scaling to 0',
      1,
      ['1s, scale: emails, workers: 0', '2s, kill: emails'],
      '5 faults[1]: the kill at 2s finds no worker',
    ],
  ])('%s', (_what, workers, faults, expected) => {
    const found = problemsOf(scenario(workers, faults));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  it('are judged for each queue whose faults can be read', () => {
    const found = problemsOf(`
producers: {orders: {rate: 1/s, for: 60s, to: [emails, payments]}}
queues: {emails: {}, payments: {}}
faults:
  - {at: 1, kill: emails}
  - {at: 2s, restart: emails}
  - {at: 2s, restart: payments}`);
    expect(found).toHaveLength(2);
    expect(found[0]).toContain('5 faults[0].at: 1 has no unit');
    expect(found[1]).toContain('7 faults[2]: the restart at 2s finds no worker of payments');
  });
});

describe('timelineOf', () => {
  it('puts what `for` implies before what is written for the same time', () => {
    const { faults } = parseScenario(
      scenario(1, ['3s, kill: emails, for: 2s', '1s, freeze: emails, for: 2s']),
    );
    expect(timelineOf(faults).map(({ atSeconds, kind, implied }) => [atSeconds, kind, implied])).toEqual([
      [1, 'freeze', false],
      [3, 'thaw', true],
      [3, 'kill', false],
      [5, 'restart', true],
    ]);
  });
});
