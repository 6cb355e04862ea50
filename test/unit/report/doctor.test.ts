import { describe, expect, it } from 'vitest';
import { renderDiagnosis } from '../../../src/report/doctor.js';
import { leftoverInWords, renderLeftovers } from '../../../src/report/leftovers.js';
import type { Check, Diagnosis } from '../../../src/result/doctor.js';

const look = { color: false, width: 80 };

function diagnosis(...checks: Partial<Check>[]): Diagnosis {
  const all = checks.map(
    (check): Check => ({ name: 'Redis', outcome: 'ok', text: 'fine', details: [], hint: null, ...check }),
  );
  const canRun = all.every(({ outcome }) => outcome !== 'problem');
  return { schema: 'launchpad.doctor/1', launchpad: '0.1.0', node: 'v20', canRun, checks: all };
}

describe('the diagnosis', () => {
  it('has a mark, a text and a hint for each check', () => {
    const found = diagnosis(
      { name: 'Node', text: 'v20.20.2' },
      { text: 'redis 7.0.15', details: ['no Redis named'] },
      { outcome: 'warning', text: 'may evict', hint: 'change it' },
    );
    expect(renderDiagnosis(found, look).split('\n')).toEqual([
      '✓ Node   v20.20.2',
      '✓ Redis  redis 7.0.15',
      '         no Redis named',
      '!        may evict',
      '         → change it',
      '',
      'A run is possible here.',
    ]);
  });

  it('says when no run is possible', () => {
    expect(renderDiagnosis(diagnosis({ outcome: 'problem' }), look)).toMatch(
      /^✗ Redis {2}fine\n\nNo run is possible before that is put right\.$/,
    );
  });

  it('stays within the width', () => {
    const long = diagnosis({ text: 'word '.repeat(60).trim(), hint: 'hint '.repeat(40).trim() });
    for (const line of renderDiagnosis(long, look).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('leftovers', () => {
  it('are listed by kind', () => {
    const text = renderLeftovers(
      {
        items: [
          { kind: 'keys', id: '20261121-100000-outage-3f9a', keys: 1312, server: 'redis://127.0.0.1:6379' },
          { kind: 'process', pid: 4711, what: 'worker' },
          { kind: 'run', directory: '/runs/x', ageSeconds: 8 * 86_400 },
        ],
        blind: null,
        unseen: null,
      },
      look,
    );
    expect(text).toBe(
      [
        'Processes whose run is gone',
        '  pid 4711, a process of a worker',
        '',
        'Keys of runs that are gone',
        '  {launchpad:20261121-100000-outage-3f9a}:* on redis://127.0.0.1:6379, 1,312 keys',
        '',
        'Old run directories',
        '  /runs/x, 8 days old',
      ].join('\n'),
    );
  });

  it('say what could not be looked for', () => {
    expect(renderLeftovers({ items: [], blind: 'Nothing was looked for: no ps.', unseen: null }, look)).toBe(
      '! Nothing was looked for: no ps.',
    );
    expect(renderLeftovers({ items: [], blind: null, unseen: 'No Redis.' }, look)).toBe(
      '✓ Nothing was left behind.\nNo Redis.',
    );
  });

  it('let no terminal obey a key', () => {
    const words = leftoverInWords({ kind: 'keys', id: 'x\u001b[2J', keys: 1, server: 's' });
    expect(words).toBe('{launchpad:x}:* on s, 1 key');
  });
});
