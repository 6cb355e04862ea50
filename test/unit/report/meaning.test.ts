import { describe, expect, it } from 'vitest';
import { expectationInWords, measureInWords } from '../../../src/report/meaning.js';
import { measures } from '../../../src/result/measures.js';
import { listScenarios, loadVariants } from '../../../src/scenario/index.js';

describe('what an expectation means', () => {
  it('is said of every measure', () => {
    const silent = measures.filter((measure) => measureInWords(measure) === null);
    expect(silent.map(({ of, path }) => `${of} ${path}`)).toEqual([]);
  });

  it.each([
    ['lost == 0', 'messages that the broker confirmed and nobody has any more: none'],
    ['emails.duplicateEffects == 5', "effects beyond a message's first: things done twice: exactly 5"],
    ['emails.backlog.peak >= 380', 'most messages waiting at once: at least 380'],
    ['emails.endToEnd.p99<5s', 'from arrival to the effect, 99 % of them within it: less than 5s'],
    ['orders.dropped != 0', 'messages that were due and never tried: anything but 0'],
    ['emails.catchUp == 0s', /until it has caught up: exactly 0s$/],
    ['email.turnedAway > 3', /turned away.*: more than 3$/],
  ])('%s', (expression, meaning) => {
    expect(expectationInWords(expression)).toEqual(
      typeof meaning === 'string' ? meaning : expect.stringMatching(meaning),
    );
  });

  it('keeps a bound that is in words already', () => {
    expect(expectationInWords('emails.catchUp within 5% of predicted')).toMatch(/: within 5% of predicted$/);
  });

  it('says nothing of what it does not know', () => {
    expect(expectationInWords('emails.charm == 1')).toBe('');
    expect(expectationInWords('')).toBe('');
  });

  it('says something of everything that a built-in scenario expects', async () => {
    for (const { name } of await listScenarios()) {
      for (const { scenario } of (await loadVariants(name)).variants) {
        for (const { expression } of scenario.expect)
          expect(expectationInWords(expression), `${name}: ${expression}`).not.toBe('');
      }
    }
  });
});
