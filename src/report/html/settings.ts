import type { Comparison } from '../../result/comparison.js';
import type { Result } from '../../result/types.js';
import { commandAgain, reportAgain } from '../again.js';
import { seconds } from '../format.js';
import { settingTables } from '../setting-tables.js';
import { tableHtml } from './blocks.js';
import { escaped } from './marks.js';

/** With what a run was made, and what was set of its producers, queues and services, as tables; what is not known is left out. */
export function settings({ scenario, run }: Result): string {
  const { broker } = run;
  const rows: readonly (readonly [string, string | null])[] = [
    ['scenario', scenario.reference],
    ['variant', scenario.variant],
    ['mode', scenario.mode ?? null],
    ['changed by', scenario.changes.length === 0 ? null : scenario.changes.join(' ')],
    ['seed', String(run.seed)],
    [
      'speed',
      `${run.speed}${run.speed === 1 ? '' : ' (all times are in scenario time unless they say real)'}`,
    ],
    ['messages come for', seconds(scenario.producingSeconds)],
    ["the drain's limit", scenario.drainLimitSeconds === null ? null : seconds(scenario.drainLimitSeconds)],
    ['ran for', run.durationSeconds === null ? null : seconds(run.durationSeconds)],
    [
      'ended',
      run.ended === null
        ? null
        : [run.ended.reason, run.ended.detail].filter((text) => text !== '').join(': '),
    ],
    ['started', run.startedAt],
    [
      'broker',
      broker === null ? null : `${broker.server} ${broker.version} by ${broker.driver} (${broker.source})`,
    ],
    ['launchpad', run.launchpad],
    ['node', run.node],
    ['torn ledger lines', run.tornLines > 0 ? String(run.tornLines) : null],
    ['run', run.id],
    ['run directory', run.directory],
  ];
  const known = rows.filter((row): row is readonly [string, string] => row[1] !== null && row[1] !== '');
  const ofRun = tableHtml({
    columns: [
      { head: 'setting', align: 'left' },
      { head: 'value', align: 'left' },
    ],
    rows: known,
  });
  const ofParts = settingTables(scenario.settings).map((table) => tableHtml(table));
  return [ofRun, ...ofParts].join('\n');
}

/** The commands that make the run again, and its report. */
export function again(result: Result | Comparison, command: string): string {
  const reports = reportAgain(result, command).map((line) => `${line} --html report.html`);
  return shell([commandAgain(result, command), ...reports]);
}

/** Command lines, to be copied. */
export function shell(lines: readonly string[]): string {
  return lines.length === 0
    ? ''
    : `<pre tabindex="0"><code>${lines.map((line) => escaped(line.trim())).join('\n')}</code></pre>`;
}
