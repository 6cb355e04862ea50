import type { HistoryRun } from '../result/history.js';
import { decimal } from './format.js';
import { escapeControls } from './json.js';

/** A moment in scenario time, to the millisecond, so that what follows closely is told apart: `12.345 s`. */
export function instant(seconds: number): string {
  return `${decimal(seconds, 3, true)} s`;
}

/** Which run it is: `outage, variant none, speed 5`. */
export function runInWords({ scenario, variant, speed }: HistoryRun): string {
  return [
    scenario,
    ...(variant === null ? [] : [`variant ${variant}`]),
    ...(speed === 1 ? [] : [`speed ${speed}, all times in scenario time`]),
  ].join(', ');
}

/** The last line: where all of this is from. */
export function source({ directory }: HistoryRun): string {
  return `  Run directory: ${directory}`;
}

/** What a question about a run's history was answered with, as JSON that can be printed on a terminal; with a line break at the end. */
export function renderHistoryJson(answer: object): string {
  return `${escapeControls(JSON.stringify(answer, null, 2))}\n`;
}
