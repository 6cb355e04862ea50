import { describe, expect, it } from 'vitest';
import { renderReport } from '../../../src/report/terminal.js';
import { visibleWidth } from '../../../src/report/text.js';
import type { QueueTheory, Result, TheoryFormula } from '../../../src/result/types.js';
import { outage, predictedOutage } from '../../fixtures/results.js';

const formula: TheoryFormula = {
  name: 'catch-up',
  says: 'ρ = 0.8: catching up takes',
  general: 'ρ/(1−ρ)',
  filled: '4 × the outage of 30 s',
  value: 120,
  unit: 'seconds',
  note: null,
  holds: 'always',
};

const steady: QueueTheory = {
  arrivals: { meanPerSecond: 4, calmPerSecond: 4, peakPerSecond: 4 },
  capacity: {
    perSecond: 5,
    boundBy: 'limit',
    filled: 'min(5/s, 1 × 5 / (0.3 s + 0.2 s) = 10/s)',
  },
  utilisation: { mean: 0.8, calm: 0.8, peak: 0.8 },
  isStable: true,
  stability: 'stable',
  formulas: [
    { ...formula, name: 'backlog', says: 'it leaves', general: 'λT', filled: '4/s × 30 s', unit: 'messages' },
    formula,
  ],
  waitBand: null,
  whyNoBand: 'a fault befalls it',
};

const random: QueueTheory = {
  ...steady,
  arrivals: { meanPerSecond: 6, calmPerSecond: 4, peakPerSecond: 20 },
  capacity: { perSecond: 10, boundBy: 'hands', filled: '1 × 10 / 1 s' },
  utilisation: { mean: 0.6, calm: 0.4, peak: 2 },
  isStable: false,
  stability: 'stable in the calm, unstable at the peak: +10/s',
  formulas: [],
  waitBand: {
    label: 'analytic sanity band, mean wait in the calm',
    arrivalsPerSecond: 4,
    servers: 10,
    erlangCSeconds: 0.6687,
    allenCunneenSeconds: 0.0427,
    arrivalCvSquared: 1,
    serviceCvSquared: 0.5,
    holds: 'a steady state',
  },
  whyNoBand: null,
};

function withTheory(result: Result, emails: QueueTheory, payments?: QueueTheory): Result {
  const { queues } = result;
  const second = payments === undefined ? {} : { theory: payments };
  return {
    ...result,
    queues: {
      ...queues,
      emails: { ...queues.emails!, theory: emails },
      payments: { ...queues.payments!, ...second },
    },
  };
}

/** The section, without its title and the note below it. */
function theory(result: Result, width = 100): string[] {
  const sections = renderReport(result, { color: false, width }).split('\n\n');
  const section = sections.find((each) => each.startsWith('  Theory'));
  return section?.split('\n').slice(2) ?? [];
}

describe('the theory of a prediction', () => {
  it('is the formulas filled in, queue by queue', () => {
    expect(theory(withTheory(predictedOutage, steady, random))).toEqual([
      '  emails    capacity     μ = min(5/s, 1 × 5 / (0.3 s + 0.2 s) = 10/s) = 5/s, bound by the limit',
      '            utilisation  ρ = λ/μ = 4/5 = 0.8, stable',
      '            backlog      it leaves λT = 4/s × 30 s = 120 messages',
      '            catch-up     ρ = 0.8: catching up takes ρ/(1−ρ) = 4 × the outage of 30 s = 120 s',
      '            mean wait    no analytic sanity band: a fault befalls it',
      '  payments  capacity     μ = 1 × 10 / 1 s = 10/s, bound by its hands',
      '            utilisation  ρ = λ/μ = 0.6 on average (6/s), 0.4 in the calm (4/s), 2 at the peak',
      '                         (20/s), stable in the calm, unstable at the peak: +10/s',
      '            mean wait    analytic sanity band, mean wait in the calm: 0.67 s by Erlang C (M/M/10),',
      '                         43 ms by Allen–Cunneen (ca² = 1, cs² = 0.5)',
      '  Of steady rates and many messages; what windows, single messages and chance make of it is above.',
    ]);
  });

  it('stands behind the figures', () => {
    const text = renderReport(withTheory(predictedOutage, steady), { color: false, width: 100 });
    const places = ['  payments  ', '  Theory  ', '  Troubles  '].map((title) =>
      text.indexOf(`\n\n${title}`),
    );
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
  });

  it('is not in a measured report, and not where there is none', () => {
    expect(theory(withTheory(outage, steady))).toEqual([]);
    expect(theory(predictedOutage)).toEqual([]);
  });

  it('shows no more than three formulas, the first ones', () => {
    const formulas = [60, 70, 80, 90].map((value) => ({ ...formula, value }));
    const shown = theory(withTheory(predictedOutage, { ...steady, formulas })).join('\n');
    expect(shown.match(/= [6-9]0 s/g)).toEqual(['= 60 s', '= 70 s', '= 80 s']);
  });

  it.each<[string, Partial<TheoryFormula>, string]>([
    ['never', { value: null, filled: '∞' }, 'ρ/(1−ρ) = ∞ = never'],
    ['attempts', { value: 1.25, unit: 'attempts', note: 'so ρ = 0.5' }, '= 1.25 attempts, so ρ = 0.5'],
    ['a rate', { value: 100, unit: 'perSecond' }, '= 100/s'],
    ['hands', { value: 2.5, unit: 'hands', note: 'of 5' }, '= 2.5, of 5'],
    ['the same twice', { general: 'the limit', filled: 'the limit', value: 1 }, 'takes the limit = 1 s'],
  ])('writes %s', (_, more, text) => {
    const formulas = [{ ...formula, ...more }];
    const lines = theory(withTheory(predictedOutage, { ...steady, formulas }));
    expect(lines.join(' ').replace(/ +/g, ' ')).toContain(text);
  });

  it('says that retries are load', () => {
    const retried = { ...steady, utilisation: { mean: 1, calm: 1, peak: 1 } };
    expect(theory(withTheory(predictedOutage, retried))[1]).toContain('ρ = 1.25 × λ/μ = 1.25 × 4/5 = 1, ');
  });

  it('says so where nothing bounds the capacity, or nobody serves', () => {
    const none = { utilisation: { mean: null, calm: null, peak: null } };
    const capacity = { perSecond: null, boundBy: 'nothing', filled: '1 × 1 / 0 s' } as const;
    expect(theory(withTheory(predictedOutage, { ...steady, ...none, capacity })).slice(0, 2)).toEqual([
      expect.stringMatching(/capacity +μ = 1 × 1 \/ 0 s = ∞, nothing bounds it$/),
      expect.stringMatching(/utilisation +λ = 4\/s, stable$/),
    ]);
    const nobody = { perSecond: 0, boundBy: 'nobody', filled: '0 × 1 / 1 s' } as const;
    expect(theory(withTheory(predictedOutage, { ...steady, ...none, capacity: nobody }))[0]).toMatch(
      /= 0\/s, nobody serves it$/,
    );
  });

  it.each([60, 80, 120])('fits %i columns', (width) => {
    const lines = theory(withTheory(predictedOutage, steady, random), width);
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((line) => visibleWidth(line) > width)).toEqual([]);
  });
});
