import type { GateResult, Gates } from '../result/compare.js';
import { figure } from './compared-figures.js';
import type { Paint } from './paint.js';
import { type Column, table } from './table.js';
import { wrap } from './text.js';

/** The rules of a baseline with what came of each, and what was set otherwise in the baseline; nothing without rules. */
export function gatesSection(gates: Gates | undefined, colors: Paint, width: number): string[] {
  if (gates === undefined || gates.rules.length === 0) return [];
  const marks = { pass: colors.good('✓'), fail: colors.bad('✗'), unknown: colors.warn('?') };
  const rows = gates.rules.map((rule) => [
    marks[rule.outcome],
    rule.rule,
    figure(rule.baseline, rule.unit),
    `${rule.limit === null ? '' : `${rule.allows} `}${figure(rule.limit, rule.unit)}`,
    figure(rule.actual, rule.unit),
    why(rule),
  ]);
  const columns: Column[] = [
    { head: '', align: 'left' },
    { head: 'Gate', align: 'left', wraps: true },
    { head: 'baseline', align: 'right' },
    { head: 'allowed', align: 'right' },
    { head: 'actual', align: 'right' },
    { head: '', align: 'left', wraps: true },
  ];
  const otherwise =
    gates.settings.length === 0
      ? ''
      : `; otherwise than there: ${gates.settings.slice(0, 8).join('; ')}${more(gates)}`;
  return [
    ...table(columns, rows, colors, width),
    ...wrap(`Held against ${gates.baseline}${otherwise}.`, width - 2).map((line) => `  ${line}`),
  ];
}

function more({ settings }: Gates): string {
  return settings.length > 8 ? ` and ${settings.length - 8} more` : '';
}

function why({ reason, outcome, noise, baseline, actual }: GateResult): string {
  if (outcome !== 'pass') return reason ?? '';
  return noise.verdict === 'same' || baseline === actual
    ? 'the same'
    : noise.verdict === 'within'
      ? 'noise'
      : '';
}
