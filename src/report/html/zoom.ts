import { escaped } from './marks.js';

const buttons: readonly (readonly [action: string, sign: string, name: string])[] = [
  ['in', '+', 'Zoom in'],
  ['out', '−', 'Zoom out'],
  ['left', '←', 'Earlier'],
  ['right', '→', 'Later'],
  ['reset', 'Whole run', 'Show the whole run'],
];

/** The buttons that zoom all charts of a group; the page's script listens to them. */
export function zoomButtons(what: string): string {
  return `<div class="zoom" role="group" aria-label="${escaped(`Zoom the charts of ${what}`)}">${buttons
    .map(
      ([action, sign, name]) =>
        `<button type="button" data-zoom="${action}" title="${name}" aria-label="${name}">${sign}</button>`,
    )
    .join(
      '',
    )}<span class="hint">or drag over a chart; with a chart in focus: + − ← → and 0 for the whole run</span></div>`;
}
