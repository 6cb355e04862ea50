import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../src/result/types.js';
import { validator } from '../fixtures/schemas.js';
import { booksOf, Launched, launch, readJson, simulate } from './launch.js';

describe('outage', () => {
  it('accounts for every message, exactly, and says the same again from the directory alone', async () => {
    const run = new Launched(['simulate', '--scenario', 'outage', '--speed', '10', '--json']);
    const { code, stdout, stderr } = await run.ended;
    await run.leavesNothing();
    expect(code, stderr).toBe(0);
    const result = JSON.parse(stdout) as Result;
    expect(validator('result')(result)).toEqual([]);
    for (const queue of ['emails', 'payments']) {
      expect(booksOf(result, queue)).toMatchObject({
        scheduled: 300,
        attempted: 300,
        acknowledged: 300,
        delivered: 300,
        effected: 300,
        dropped: 0,
        unknown: 0,
        refused: 0,
        pending: 0,
        lost: 0,
        undetermined: 0,
        deadLettered: 0,
        balanced: true,
      });
    }
    expect(booksOf(result, 'emails')).toMatchObject({ duplicateDeliveries: 5, duplicateEffects: 5 });
    expect(booksOf(result, 'payments')).toMatchObject({ duplicateDeliveries: 0, duplicateEffects: 0 });
    expect(result.queues.emails?.duplicates.map(({ message }) => message).sort()).toEqual([
      'orders/10',
      'orders/6',
      'orders/7',
      'orders/8',
      'orders/9',
    ]);
    expect(result.queues.emails?.backlog.peak).toBe(290);
    expect(result.queues.emails?.predicted).toMatchObject({
      peakBacklog: 290,
      catchUpSeconds: 58.3,
      redeliveries: 5,
      duplicateEffects: 5,
    });
    expect(result.faults.map(({ kind, ordered, held }) => ({ kind, ordered, held }))).toEqual([
      { kind: 'kill', ordered: true, held: { messages: 5, withEffect: 5 } },
      { kind: 'restart', ordered: true, held: null },
    ]);

    const directory = result.run.directory as string;
    expect(readJson(join(directory, 'result.json'))).toEqual(result);
    const again = await launch(['report', directory, '--json'], { PATH: '/nonexistent' });
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toEqual(result);
  });

  it('is as predicted before it is run, by count and nearly by time', async () => {
    const predicted = await launch(['predict', '--scenario', 'outage', '--json']);
    expect(predicted.code).toBe(0);
    const { queues, origin } = JSON.parse(predicted.stdout) as Result;
    expect(origin).toBe('predicted');
    expect(queues.emails?.accounting).toMatchObject({ effected: 300, duplicateEffects: 5, lost: 0 });
    expect(queues.emails?.catchUpSeconds).toBe(58.3);
  });

  it('draws the same arrivals and the same work for the same seed', async () => {
    const settings = [
      '--scenario',
      'outage',
      '--speed',
      '10',
      '--for',
      '1s',
      '--set',
      'producers.orders.arrivals=poisson',
      '--set',
      'faults=[]',
      '--set',
      'expect=[lost == 0]',
    ];
    const due = async (seed: string): Promise<string[]> => {
      const run = new Launched(['simulate', '--json', '--seed', seed, ...settings]);
      const { stdout } = await run.ended;
      const { directory } = (JSON.parse(stdout) as Result).run;
      const text = readFileSync(join(directory as string, 'ledger', 'producer-orders.ndjson'), 'utf8');
      return [...text.matchAll(/"q":"emails","m":"([^"]+)","due":(\d+)/g)].map(
        ([, message, at]) => `${message} ${at}`,
      );
    };
    const first = await due('7');
    expect(first.length).toBeGreaterThan(50);
    expect(await due('7')).toEqual(first);
    expect(await due('8')).not.toEqual(first);
  });
});

describe('faults that are not kills', () => {
  /** Ten orders at once, five for each of two workers, 4 s of work each; what a silent worker holds is given away after 3 s. */
  const settings = [
    '--scenario',
    'outage',
    '--speed',
    '5',
    '--rate',
    '10/s',
    '--for',
    '1s',
    '--set',
    'queues.emails={workers: 2, concurrency: 5, work: 4s, redelivery: {after: 3s, check: 1s}}',
  ];

  it('a worker frozen beyond its lock does its work after another has done it again', async () => {
    const { code, result, stderr } = await simulate([
      ...settings,
      '--set',
      'faults=[{at: 2s, freeze: emails, workers: 1, for: 16s}]',
      '--set',
      'expect=[lost == 0, emails.duplicateEffects >= 1]',
    ]);
    expect(code, stderr).toBe(0);
    const books = booksOf(result, 'emails');
    expect(books).toMatchObject({ scheduled: 10, effected: 10, lost: 0, pending: 0, balanced: true });
    expect(books.duplicateEffects).toBe(books.duplicateDeliveries);
    expect(books.duplicateEffects).toBeGreaterThanOrEqual(1);
    expect(result.queues.emails?.duplicates[0]?.why).toMatch(/frozen/);
  });

  it('a worker that is told to stop finishes what it holds', async () => {
    const { code, result, stderr } = await simulate([
      ...settings,
      '--set',
      'faults=[{at: 2s, stop: emails, workers: 1, for: 3s}]',
      '--set',
      'expect=[lost == 0, duplicateEffects == 0, emails.redeliveries == 0]',
    ]);
    expect(code, stderr).toBe(0);
    expect(booksOf(result, 'emails')).toMatchObject({
      effected: 10,
      duplicateDeliveries: 0,
      duplicateEffects: 0,
      lost: 0,
    });
  });

  it('an aimed kill whose moment never comes is called off, and said so', async () => {
    const { result } = await simulate([
      '--scenario',
      'outage',
      '--speed',
      '10',
      '--for',
      '1s',
      '--rate',
      '5/s',
      '--set',
      'faults=[{at: 8s, kill: emails, when: after-effect}, {at: 9s, scale: emails, workers: 2}]',
      '--set',
      'expect=[lost == 0]',
    ]);
    expect(result.faults[0]).toMatchObject({ kind: 'kill', doneAtSeconds: null });
    expect(result.faults[0]?.detail).toMatch(/moment never came/);
    expect(result.faults[1]).toMatchObject({ kind: 'scale', workers: [2] });
  });
});

describe('a run that ends before everything is done', () => {
  it('says at once that nobody is left to serve a queue', async () => {
    const { code, result } = await simulate([
      '--scenario',
      'outage',
      '--speed',
      '10',
      '--set',
      'faults=[{at: 1s, kill: emails, when: after-effect}]',
      '--set',
      'expect=[emails.pending == 295, emails.lost == 0]',
    ]);
    expect(result.run.ended).toMatchObject({ reason: 'nobody-left' });
    expect(result.run.ended?.detail).toMatch(/nobody left to serve emails/);
    expect(booksOf(result, 'emails')).toMatchObject({
      effected: 10,
      pending: 290,
      redeliveryPending: 5,
      lost: 0,
      balanced: true,
    });
    expect(result.queues.emails?.catchUpSeconds).toBeNull();
    expect(code).toBe(99);
  });

  it('is inconclusive at a drain limit that the plan could have met', async () => {
    // Predicted to be empty 58.3 s after the last moment; a worker's start takes seconds of scenario time at this speed.
    const settings = ['--scenario', 'outage', '--speed', '10', '--set', 'expect=[lost == 0]'];
    const { code, result } = await simulate([...settings, '--set', 'drain=59.5s']);
    expect(result.run.ended?.reason).toBe('drain-limit');
    expect(booksOf(result, 'emails').pending).toBeGreaterThan(0);
    expect(code).toBe(3);
  });

  it('says nothing against a drain limit that the plan never could have met', async () => {
    const settings = ['--scenario', 'outage', '--speed', '10', '--set', 'expect=[lost == 0]'];
    const { code, result } = await simulate([...settings, '--set', 'drain=5s']);
    expect(result.run.ended?.reason).toBe('drain-limit');
    expect(booksOf(result, 'emails').pending).toBeGreaterThan(200);
    expect(code).toBe(0);
  });
});
