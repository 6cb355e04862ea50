import type { Check, Diagnosis } from '../result/doctor.js';
import { paint } from './paint.js';
import { cleanDeep, pad, type RenderOptions, reportWidth, visibleWidth, wrap } from './text.js';

/** What was found on this machine, a line or two for each check, and whether a run is possible. */
export function renderDiagnosis(untrusted: Diagnosis, options: RenderOptions): string {
  const { checks, canRun } = cleanDeep(untrusted);
  const colors = paint(options.color);
  const width = reportWidth(options);
  const marks = { ok: colors.good('✓'), warning: colors.warn('!'), problem: colors.bad('✗') };
  const margin = Math.max(...checks.map(({ name }) => visibleWidth(name))) + 2;
  const indent = ' '.repeat(margin + 2);
  const paragraph = (text: string, first: string): string[] =>
    wrap(text, width - indent.length).map((line, at) => `${at === 0 ? first : indent}${line}`);
  const lines = checks.flatMap((check, at) => [
    ...paragraph(check.text, `${marks[check.outcome]} ${pad(headOf(checks, at), margin)}`),
    ...check.details.flatMap((detail) => paragraph(colors.words(colors.dim, detail), indent)),
    ...(check.hint === null ? [] : paragraph(`${colors.dim('→')} ${check.hint}`, indent)),
  ]);
  const problems = checks.filter(({ outcome }) => outcome === 'problem').length;
  const conclusion = canRun
    ? colors.good('A run is possible here.')
    : colors.bad(
        `No run is possible before ${problems === 1 ? 'that is' : `these ${problems} are`} put right.`,
      );
  return [...lines, '', conclusion].join('\n');
}

/** Several checks of the same thing have its name once. */
function headOf(checks: readonly Check[], at: number): string {
  const name = checks[at]?.name ?? '';
  return checks[at - 1]?.name === name ? '' : name;
}
