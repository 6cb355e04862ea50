// What all parts of the page's script know without importing it: they are plain scripts that are joined into one.
type ChartData = import('../page-data.js').ChartData;
type LineData = import('../page-data.js').LineData;
type PageData = import('../page-data.js').PageData;

/** A chart that is drawn. */
interface Plot {
  readonly data: ChartData;
  readonly figure: HTMLElement;
  readonly host: HTMLElement;
  readonly chart: uPlot;
}

/** What a group's charts show of the time axis, in scenario seconds. */
interface View {
  readonly endSeconds: number;
  from: number;
  to: number;
}

interface Window {
  /** For tests and the curious, in the browser's console: every chart that is drawn, by its id, with `chart.data` as uPlot has it. */
  launchpadReport?: { readonly plots: ReadonlyMap<string, Plot>; readonly views: ReadonlyMap<string, View> };
}
