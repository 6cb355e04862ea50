import { describe, expect, it } from 'vitest';
import { guessSection, renderBeforeGuess } from '../../../src/report/guesses.js';
import { paint } from '../../../src/report/paint.js';
import { renderReport } from '../../../src/report/terminal.js';
import type { Guess, Result } from '../../../src/result/types.js';
import { hasControl } from '../../fixtures/control.js';
import { outage, predictedOutage } from '../../fixtures/results.js';

const about = { server: null, speed: 1, realSeconds: 67, directory: null };

function guessed(guess: Guess, result: Result = outage): string[] {
  const lines = guessSection({ ...result, guesses: { emails: guess } }, paint(false), 100);
  return lines.slice(2).map((line) => line.trim().replace(/ {2,}/g, ' | '));
}

describe('guess, theory, measured', () => {
  it('stand beside each other', () => {
    expect(guessed({ peakBacklog: 250, catchUpSeconds: 118 })).toEqual([
      'emails, peak backlog | 250 | 290 | 290 | 14 % too low',
      expect.stringMatching(/^emails, catch-up \| 118 s \| 59 s \| 5\d(\.\d)? s \| \d+ % too high$/),
    ]);
  });

  it('leave out what was skipped', () => {
    expect(guessed({ peakBacklog: null, catchUpSeconds: null })).toEqual([]);
    expect(guessed({ peakBacklog: 290, catchUpSeconds: null })).toEqual([
      'emails, peak backlog | 290 | 290 | 290 | exactly right',
    ]);
  });

  it('say how far off by many times', () => {
    expect(guessed({ peakBacklog: 2900, catchUpSeconds: null })[0]).toMatch(/10 times too high$/);
  });

  it('know never', () => {
    expect(guessed({ peakBacklog: null, catchUpSeconds: 'never' })[0]).toMatch(
      /^emails, catch-up \| never \| .*wrong$/,
    );
    const emails = outage.queues.emails;
    if (emails === undefined) throw new Error('no emails');
    const behind: Result = {
      ...outage,
      queues: { emails: { ...emails, catchUpSeconds: null, catchUpReason: 'grows by 95/s' } },
    };
    expect(guessed({ peakBacklog: null, catchUpSeconds: 'never' }, behind)[0]).toMatch(
      /never \| exactly right$/,
    );
  });

  it('are in the report, and only where somebody was asked', () => {
    const look = { color: false, width: 80 };
    const asked = { ...outage, guesses: { emails: { peakBacklog: 1, catchUpSeconds: null } } };
    expect(renderReport(asked, look)).toContain('  You guessed ');
    expect(renderReport(outage, look)).not.toContain('You guessed');
  });
});

describe('the screen before the guess', () => {
  it('gives nothing of the prediction away', () => {
    const text = renderBeforeGuess(predictedOutage, about, 'emails', { color: false, width: 80 });
    expect(text).toContain('300 messages at 100/s');
    expect(text).toContain('at 8 s    restart emails');
    expect(text).toContain('Your guess for emails');
    expect(text).not.toMatch(/290|59 s|Predicted|66|67/);
  });

  it('lets no terminal obey what a scenario says', () => {
    const scenario = { ...predictedOutage.scenario, summary: 'Nice \u001b[2J\u001b]0;owned\u0007 words' };
    const text = renderBeforeGuess({ ...predictedOutage, scenario }, about, 'emails', {
      color: false,
      width: 80,
    });
    expect(text).toContain('Nice words');
    expect(hasControl(text)).toBe(false);
  });
});
