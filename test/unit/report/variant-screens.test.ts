import { describe, expect, it } from 'vitest';
import { visibleWidth } from '../../../src/report/text.js';
import {
  type AnnouncedVariant,
  renderVariantHeading,
  renderVariantsScreen,
} from '../../../src/report/variant-screens.js';
import { facts } from '../../fixtures/comparisons.js';
import { predictedOutage } from '../../fixtures/results.js';

function announced(
  name: string,
  settings: readonly string[],
  warnings: readonly string[] = [],
): AnnouncedVariant {
  return {
    name,
    predicted: { ...predictedOutage, warnings },
    about: {
      server: null,
      directory: null,
      speed: 5,
      realSeconds: 13.4,
      workers: { emails: { processes: 1, concurrency: 5, settings } },
    },
  };
}

const both = 'the window is 40 ms for real';
const variants = [
  announced('none', [], [both]),
  announced('log-before', ['a delivery log, written before the effect'], [both, 'its own']),
];
const look = { color: false, width: 90 };

describe('the first screen of variants', () => {
  it('does not tell again what somebody who had to guess was told', () => {
    const told = variants.map((each) => ({ ...each, about: { ...each.about, isTold: true } }));
    const text = renderVariantsScreen(facts.scenario, told, './runs/x', look);
    expect(text).not.toContain('About to happen');
    expect(text).not.toContain(facts.scenario.summary);
    expect(text).toContain('Run directory: ./runs/x');
  });

  it('says once what is the same in all, how long they take, and where they are kept', () => {
    expect(renderVariantsScreen(facts.scenario, variants, './runs/x', look).split('\n')).toEqual([
      'idempotency: The same crash against three ways of doing a thing only once.',
      '',
      '  About to happen in every variant',
      '  orders    300 messages at 100/s',
      '  payments  300 messages, served at 10/s at most',
      '  at 1 s    kill emails',
      '  at 8 s    restart emails',
      '',
      '  Warnings',
      '  ! the window is 40 ms for real',
      '',
      '  2 variants, one after the other with the same draws: none and log-before; at speed 5,',
      '  about 27 s for real in all.',
      '  Run directory: ./runs/x',
    ]);
  });

  it('claims the same draws and speed only where they are', () => {
    const [first, other] = [announced('a', []), announced('b', [])];
    const odd = {
      ...other,
      predicted: { ...other.predicted, run: { ...other.predicted.run, seed: 2 } },
      about: { ...other.about, speed: 10 },
    };
    expect(renderVariantsScreen(facts.scenario, [first, odd], './runs/x', look)).toContain(
      '  2 variants, one after the other: a and b; at speed 5 and 10, about 27 s for real in all.\n',
    );
  });

  it('of one alone does not speak of several', () => {
    const text = renderVariantsScreen(facts.scenario, variants.slice(0, 1), './runs/x', look);
    expect(text).toContain('  The variant none; at speed 5, about 13 s for real.\n');
  });
});

describe('the heading of a variant', () => {
  it('says which of how many it is, what it does otherwise, and what is predicted', () => {
    const where = { server: 'redis 7.0.15 (redis-server on the PATH)', warnings: ['it evicts'] };
    expect(renderVariantHeading(variants, 1, where, look).split('\n')).toEqual([
      '',
      'Variant 2 of 2: log-before',
      '',
      '  emails  300 messages, served at 5/s at most by 1 worker with 5 messages in hand at once;',
      '          a delivery log, written before the effect',
      '',
      '  Predicted',
      '  emails:   peak 290 at 8 s, caught up 59 s after the restart, empty at 67 s; without the',
      '            faults at 60 s.',
      '  payments: peak 270 at 3 s, fell behind by 90/s, caught up 27 s after the last message',
      '            arrived, empty at 30 s.',
      '',
      '  ! its own',
      '  ! it evicts',
      '',
      '  On redis 7.0.15 (redis-server on the PATH).',
    ]);
  });

  it('keeps its width and lets no control sequence through', () => {
    const hostile = [announced('a\u001b[2Jb\nc '.repeat(40), ['x\u0007 '.repeat(90)]), ...variants];
    for (const text of [
      renderVariantsScreen(facts.scenario, hostile, './x', { color: false, width: 80 }),
      renderVariantHeading(hostile, 0, { server: 'r\u001b[5m', warnings: [] }, { color: false, width: 80 }),
    ]) {
      const lines = text.split('\n');
      expect(lines.filter((line) => visibleWidth(line) > 80 || /\p{Cc}/u.test(line))).toEqual([]);
    }
  });

  it('is none for a variant that there is not', () => {
    expect(renderVariantHeading(variants, 2, { server: null, warnings: [] }, look)).toBe('');
  });
});
