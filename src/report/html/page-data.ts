/**
 * What the page's own script is given, as JSON in the page: only what it draws. Numbers are rounded to what can be seen.
 * Types alone: the server's side and the page's script share them.
 */
export interface PageData {
  readonly charts: readonly ChartData[];
}

/** One chart. Its frame, key and text alternative are in the page already, at `id`. */
export interface ChartData {
  readonly id: string;
  /** Charts of one group are zoomed and hovered over together. */
  readonly group: string;
  readonly unit: ChartUnit;
  /** Of the time axis, in scenario seconds. */
  readonly endSeconds: number;
  /** Points in time, each list shared by the lines that refer to it. */
  readonly times: readonly (readonly number[])[];
  /** In the order in which they are drawn: the one that matters most comes last. */
  readonly lines: readonly LineData[];
  readonly marks: readonly MarkData[];
  /** Shades what is between two lines, by their places in `lines`. */
  readonly band?: readonly [upper: number, lower: number];
  readonly gaps?: GapData;
}

export type ChartUnit = 'messages' | 'perSecond' | 'seconds';

/** How a line looks; the page's style sheet has a colour for each (`--line-…`). */
export type LineLook =
  | 'measured'
  | 'predicted'
  | 'without'
  | 'depth'
  | 'in'
  | 'out'
  | 'limit'
  | `variant-${number}`;

/** One line of a chart. */
export interface LineData {
  readonly label: string;
  readonly look: LineLook;
  /** steps: each value holds until the next. straight: between points on straight lines. */
  readonly shape: 'steps' | 'straight';
  /** Which of the chart's `times` its values are at. */
  readonly times: number;
  readonly values: readonly number[];
}

/** A moment, as a vertical line. */
export interface MarkData {
  readonly atSeconds: number;
  readonly label: string;
  readonly kind: 'fault' | 'caught-up';
}

/** What the gaps between arrivals and departures mean, drawn into the picture. */
export interface GapData {
  /** The vertical one: the backlog at a time. */
  readonly backlog: {
    readonly atSeconds: number;
    readonly low: number;
    readonly high: number;
    readonly label: string;
  };
  /** The horizontal one: how long the message with this number took. */
  readonly delay: {
    readonly number: number;
    readonly fromSeconds: number;
    readonly toSeconds: number;
    readonly label: string;
  } | null;
}
