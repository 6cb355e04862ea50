import { Chalk } from 'chalk';
import type { Verdict } from '../result/types.js';
import type { Column } from './table.js';

type Style = (text: string) => string;

/** The few colours of all reports; each returns its text unchanged where colour is off. */
export interface Paint {
  readonly good: Style;
  readonly bad: Style;
  readonly warn: Style;
  readonly bold: Style;
  readonly dim: Style;
  /** Curves: what was measured. */
  readonly curve: Style;
  /** Colours word by word, for text that is still to be wrapped. */
  words(style: Style, text: string): string;
  /** How a table is written where characters in columns are not what is wanted: in one line. Absent: in columns of characters. */
  readonly table?: (columns: readonly Column[], rows: readonly (readonly string[])[]) => string;
}

/** The colour of a verdict. */
export function outcomePaint(outcome: Verdict['outcome'], colors: Paint): Style {
  return { pass: colors.good, fail: colors.bad, inconclusive: colors.warn }[outcome];
}

/** The sixteen-colour palette, which follows the terminal's own theme. */
export function paint(color: boolean): Paint {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  return {
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    warn: (text) => chalk.yellow(text),
    bold: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    curve: (text) => chalk.cyan(text),
    words: (style, text) =>
      text
        .split(' ')
        .map((word) => (word === '' ? '' : style(word)))
        .join(' '),
  };
}
