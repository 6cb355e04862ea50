import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/analysis/index.js';
import { askFor, checkAsk, mainQueue, readCount, readTime, saveGuesses } from '../../../src/cli/ask.js';
import { prepare } from '../../../src/cli/prepare.js';
import { outageLedger, outagePlan } from '../../fixtures/outage.js';
import { runDirectory } from '../../fixtures/runs.js';

describe('what is typed', () => {
  it.each([
    ['290', { value: 290 }],
    ['1,240', { value: 1240 }],
    ['0', { value: 0 }],
    ['many', { problem: expect.stringContaining('a number of messages') }],
    ['-3', { problem: expect.any(String) }],
    ['1.5', { problem: expect.any(String) }],
  ])('as a number of messages: %s', (typed, answer) => {
    expect(readCount(typed)).toEqual(answer);
  });

  it.each([
    ['59s', { value: 59 }],
    ['59 s', { value: 59 }],
    ['2min', { value: 120 }],
    ['45', { value: 45 }],
    ['Never', { value: 'never' }],
    ['soon', { problem: expect.stringContaining('a time') }],
    ['-1s', { problem: expect.any(String) }],
  ])('as a time: %s', (typed, answer) => {
    expect(readTime(typed)).toEqual(answer);
  });
});

describe('--ask', () => {
  it('asks for the queue that takes longest to catch up', async () => {
    const queueOf = async (scenario: string): Promise<string | null> => {
      const [run] = (await prepare({ scenario }, 'bullmq')).runs;
      return run === undefined ? null : mainQueue(run.prediction.result);
    };
    expect(await queueOf('outage')).toBe('emails');
    expect(await queueOf('spike')).toBe('fulfilment');
  });

  it('is refused where there is no terminal', () => {
    const isTTY = process.stdin.isTTY;
    process.stdin.isTTY = false;
    try {
      expect(() => checkAsk({ ask: true })).toThrow(
        expect.objectContaining({ code: 'usage', exitCode: 2, hint: expect.stringContaining('--ask') }),
      );
      expect(() => checkAsk({})).not.toThrow();
    } finally {
      process.stdin.isTTY = isTTY;
    }
  });

  it('is about one run', async () => {
    const prepared = await prepare({ scenario: 'redrive' }, 'bullmq');
    const options = { broker: 'bullmq', out: 'nowhere', download: false, color: false };
    await expect(askFor(prepared, options)).rejects.toMatchObject({
      message: '--ask is about one run, and here are 2 variants',
      hint: 'Name one of them: --only repaired.',
    });
  });
});

describe('a guess in a run directory', () => {
  it('is in the result of every later analysis', () => {
    const directory = runDirectory(outagePlan(), outageLedger());
    expect(analyse(directory).guesses).toBeUndefined();
    const guesses = { emails: { peakBacklog: 250, catchUpSeconds: 'never' as const } };
    saveGuesses(directory, guesses);
    expect(analyse(directory).guesses).toEqual(guesses);
  });

  it('of another kind is none', () => {
    const directory = runDirectory(outagePlan(), outageLedger());
    writeFileSync(join(directory, 'guess.json'), '{"schema": "something/9", "guesses": {}}');
    expect(analyse(directory).guesses).toBeUndefined();
  });
});
