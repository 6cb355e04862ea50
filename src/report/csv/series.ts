import type { Curve, QueueSeries } from '../../result/series.js';
import { type CsvCell, csvTable } from './rows.js';

/** A column of a table over time. */
interface Column {
  readonly head: string;
  readonly curve: Curve;
  /** steps: each value holds until the next. straight: between points on straight lines. */
  readonly shape: 'steps' | 'straight';
}

const nothing: Curve = { atSeconds: [], values: [] };

/**
 * `<queue>-series.csv`: every curve of a queue in a column of its own, at the times of all of them. Scenario seconds, messages, rates per second. A
 * cell is empty where its curve has no value: before its first point, after the last of one that goes straight from point to point, everywhere
 * where there is none. Rates are of the span that begins at the last time that one does.
 * @param isFluid whether a fluid predicted it, whose backlog goes straight from point to point
 */
export function seriesCsv(series: QueueSeries, isFluid: boolean): string {
  const columns = columnsOf(series, isFluid ? 'straight' : 'steps');
  const times = Float64Array.from(new Set(columns.flatMap(({ curve }) => curve.atSeconds))).sort();
  const readers = columns.map(reader);
  const { limitPerSecond } = series.rates;
  const rows = Array.from(times, (at): CsvCell[] => [at, ...readers.map((read) => read(at)), limitPerSecond]);
  return csvTable(['atSeconds', ...columns.map(({ head }) => head), 'limitPerSecond'], rows);
}

function columnsOf(series: QueueSeries, flow: Column['shape']): Column[] {
  const { backlog, predictedBacklog, predictedWithoutFaults, arrived, departed, depth, rates, oldestAge } =
    series;
  const { atSeconds } = depth;
  return [
    { head: 'backlog', curve: backlog, shape: flow },
    { head: 'predictedBacklog', curve: predictedBacklog ?? nothing, shape: 'straight' },
    { head: 'predictedBacklogWithoutFaults', curve: predictedWithoutFaults ?? nothing, shape: 'straight' },
    { head: 'arrived', curve: arrived, shape: flow },
    { head: 'departed', curve: departed, shape: flow },
    { head: 'ready', curve: { atSeconds, values: depth.ready }, shape: 'steps' },
    { head: 'inFlight', curve: { atSeconds, values: depth.inFlight }, shape: 'steps' },
    { head: 'delayed', curve: { atSeconds, values: depth.delayed }, shape: 'steps' },
    { head: 'dead', curve: { atSeconds, values: depth.dead }, shape: 'steps' },
    { head: 'oldestAgeSeconds', curve: oldestAge, shape: 'straight' },
    { head: 'inPerSecond', curve: { atSeconds: rates.atSeconds, values: rates.inPerSecond }, shape: 'steps' },
    {
      head: 'outPerSecond',
      curve: { atSeconds: rates.atSeconds, values: rates.outPerSecond },
      shape: 'steps',
    },
  ];
}

/** Reads a curve at times that rise. */
function reader({ curve: { atSeconds, values }, shape }: Column): (at: number) => number | null {
  let next = 0;
  return (at) => {
    while (next < atSeconds.length && (atSeconds[next] as number) <= at) next++;
    const value = values[next - 1];
    if (value === undefined) return null;
    const [from, to, following] = [atSeconds[next - 1] as number, atSeconds[next], values[next]];
    if (shape === 'steps' || at === from) return value;
    if (to === undefined || following === undefined) return null;
    return rounded(value + ((following - value) * (at - from)) / (to - from));
  };
}

/** To a billionth, as the curves themselves are. */
function rounded(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}
