import type { Paint } from './paint.js';
import { pad, visibleWidth, wrap } from './text.js';

/** With a full stop. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** A queue's sentences beside its name, which stands out; `names` are all names that share the margin, which is at most so wide. */
export function queueParagraph(
  name: string,
  sentences: readonly string[],
  names: readonly string[],
  colors: Paint,
  width: number,
  widest = 16,
): string[] {
  const margin = Math.min(widest, Math.max(...names.map(visibleWidth)) + 2);
  const text = sentences.map(sentence).join(' ');
  const head = pad(`${name}:`, margin);
  const isLong = visibleWidth(head) > margin;
  const lines = wrap(text, width - margin - 2);
  const indent = ' '.repeat(margin);
  return isLong
    ? [`  ${colors.bold(head)}`, ...lines.map((line) => `  ${indent}${line}`)]
    : lines.map((line, at) => `  ${at === 0 ? colors.bold(head) : indent}${line}`);
}

/** Lines below their title; none without lines. */
export function titled(title: string, lines: readonly string[], colors: Paint): string[] {
  return lines.length === 0 ? [] : [`  ${colors.bold(title)}`, ...lines];
}

/** Each text as a paragraph of its own, marked as something to look at. */
export function bullets(texts: readonly string[], colors: Paint, width: number): string[] {
  return texts.flatMap((text) =>
    wrap(`${colors.warn('!')} ${text}`, width - 2, '  ').map((line) => `  ${line}`),
  );
}
