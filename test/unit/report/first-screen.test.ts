import { describe, expect, it } from 'vitest';
import { renderFirstScreen } from '../../../src/report/first-screen.js';
import { visibleWidth } from '../../../src/report/text.js';
import { predictedOutage } from '../../fixtures/results.js';
import { orderBooks } from '../../fixtures/shop-results.js';

const about = {
  server: 'redis 7.0.15 (redis-server on the PATH)',
  speed: 5,
  realSeconds: 13.8,
  directory: './launchpad-runs/x',
  workers: { emails: { processes: 1, concurrency: 5 } },
};

describe('the first screen', () => {
  it('says what is about to happen, what is predicted, where, and for how long', () => {
    expect(renderFirstScreen(predictedOutage, about, { color: false, width: 90 }).split('\n')).toEqual([
      'outage: The email service dies while orders pour in, and comes back later.',
      '',
      '  About to happen',
      '  orders    300 messages at 100/s',
      '  emails    300 messages, served at 5/s at most by 1 worker with 5 messages in hand at',
      '            once',
      '  payments  300 messages, served at 10/s at most',
      '  at 1 s    kill emails',
      '  at 8 s    restart emails',
      '',
      '  Predicted',
      '  emails:   peak 290 at 8 s, caught up 59 s after the restart, empty at 67 s; without the',
      '            faults at 60 s.',
      '  payments: peak 270 at 3 s, fell behind by 90/s, caught up 27 s after the last message',
      '            arrived, empty at 30 s.',
      '',
      '  On redis 7.0.15 (redis-server on the PATH), at speed 5, about 14 s for real.',
      '  Run directory: ./launchpad-runs/x',
    ]);
  });

  it('does not tell again what somebody who had to guess was told', () => {
    const text = renderFirstScreen(predictedOutage, { ...about, isTold: true }, { color: false, width: 90 });
    expect(text.split('\n')[0]).toBe('  Predicted');
    expect(text).toContain('Run directory: ./launchpad-runs/x');
  });

  it('shows the warnings before anything starts', () => {
    const warned = { ...predictedOutage, warnings: ['the window is 40 ms for real'] };
    expect(renderFirstScreen(warned, about, { color: false, width: 90 })).toContain(
      '\n\n  Warnings\n  ! the window is 40 ms for real\n\n  On redis',
    );
  });

  it('without a server speaks of the model', () => {
    const text = renderFirstScreen(
      predictedOutage,
      { server: null, speed: 1, realSeconds: null, directory: null },
      { color: false, width: 80 },
    );
    expect(text.split('\n').at(-1)).toBe('  By the model alone, in real time.');
  });

  it('keeps its width and lets no control sequence through', () => {
    const hostile = {
      ...predictedOutage,
      scenario: { ...predictedOutage.scenario, summary: 'a\u001b[2Jb\nc '.repeat(40) },
    };
    const lines = renderFirstScreen(
      hostile,
      { ...about, server: '\u001b[5mredis' },
      { color: false, width: 80 },
    ).split('\n');
    expect(lines.filter((line) => visibleWidth(line) > 80 || /\p{Cc}/u.test(line))).toEqual([]);
  });
});

describe('the first screen of a scenario with services', () => {
  const services = { 'order-service': 'a call may take 3 s', email: 'a provider: at most 5/s' };
  const patienceSeconds = { orders: 10 };
  const screen = (mode: 'queue' | 'sync', width = 90): string => {
    const { emails, payments } = predictedOutage.queues;
    const { orders } = predictedOutage.producers;
    const direct = { workers: { ...emails!.workers, started: 0 } };
    return renderFirstScreen(
      {
        ...predictedOutage,
        scenario: { ...predictedOutage.scenario, mode },
        queues:
          mode === 'sync'
            ? { emails: { ...emails!, ...direct }, payments: { ...payments!, ...direct } }
            : predictedOutage.queues,
        producers: { orders: { ...orders!, orderBooks: orderBooks(300) } },
        faults: [{ ...predictedOutage.faults[0]!, target: 'email' }],
        warnings: ['email: it is called more often than it can bear'],
      },
      { ...about, services, patienceSeconds },
      { color: false, width },
    );
  };

  it('says what each service is, what mode means, and how the customers come', () => {
    const text = screen('queue', 120);
    expect(text).toContain(
      '  orders         300 orders at 100/s, posted over HTTP; a customer waits 10 s for the answer\n',
    );
    expect(text).toContain('\n  mode           queue: the order service publishes an order to its queues');
    expect(text).toContain(
      '\n  order-service  a call may take 3 s\n  email          a provider: at most 5/s\n',
    );
    expect(text).toContain('\n  at 1 s         kill email\n');
    expect(text).toMatch(
      / {2}Predicted\n {2}orders: {3}All 300 orders were accepted .*\n( {12}.*\n)* {2}emails: {3}peak 290 at 8 s/,
    );
  });

  it('leaves out of what is about to happen what nobody orders', () => {
    const [kill] = predictedOutage.faults;
    const died = { ...kill!, kind: 'died', ordered: false, detail: 'exit code 1' };
    const restarted = { ...kill!, kind: 'supervised' };
    const text = renderFirstScreen({ ...predictedOutage, faults: [died, restarted] }, about, {
      color: false,
      width: 90,
    });
    expect(text).not.toContain('  at 1 s');
  });

  it('says of what is called directly that it is no queue; warnings as ever', () => {
    const text = screen('sync');
    expect(text).toContain('emails         a step of 300 orders, called directly: no queue, no workers');
    expect(text).toContain('  Warnings\n  ! email: it is called more often than it can bear');
    expect(text).not.toContain('by 1 worker');
    expect(text).toMatch(/ {2}emails: {3}called directly \(mode: sync\), without a queue/);
  });

  it.each([60, 90, 120])('keeps to %i columns', (width) => {
    const lines = [...screen('queue', width).split('\n'), ...screen('sync', width).split('\n')];
    expect(lines.filter((line) => visibleWidth(line) > width)).toEqual([]);
  });
});
