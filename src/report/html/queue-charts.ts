import type { Curve, QueueSeries, Series } from '../../result/series.js';
import type { QueueResult, Result } from '../../result/types.js';
import { count, duration, rate, seconds } from '../format.js';
import { faultsAround } from '../sentences.js';
import { type Chart, chart, inUnit, type Line } from './chart.js';
import { firstAt, peakOf, valueAt } from './numbers.js';
import type { GapData, MarkData } from './page-data.js';

/** More vertical lines than these would hide the curves. */
const mostMarks = 40;

/** A queue's charts over time, all in one group; those that there are curves for. */
export function queueCharts(
  name: string,
  result: Result,
  series: QueueSeries | null,
  endSeconds: number,
  id: string,
): Chart[] {
  const common = { group: id, endSeconds, marks: marksOf(name, result) };
  const backlog = chart({
    ...common,
    id: `${id}-backlog`,
    ...backlogParts(name, result, series),
    isLarge: true,
  });
  if (series === null) return [backlog];
  const { arrived, departed, rates, oldestAge } = series;
  const gaps = gapsOf(arrived, departed, endSeconds);
  const oldest = peakOf(oldestAge);
  return [
    backlog,
    chart({
      ...common,
      id: `${id}-flow`,
      title: 'Arrivals and departures',
      message: `Arrivals and departures of ${name}, counted up: ${count(last(arrived))} messages arrived and ${count(last(departed))} departed by ${seconds(endSeconds)}.${gaps === null ? '' : ` At ${seconds(gaps.backlog.atSeconds)} the gap between them, the backlog, is ${count(gaps.backlog.high - gaps.backlog.low)}.`}`,
      reading: 'The vertical gap is the backlog; the horizontal gap is the delay.',
      unit: 'messages',
      lines: [
        { label: 'departed', look: 'out', shape: 'steps', curve: departed },
        { label: 'arrived', look: 'in', shape: 'steps', curve: arrived },
      ],
      isBand: true,
      gaps,
    }),
    chart({
      ...common,
      id: `${id}-rates`,
      title: 'Rates in and out',
      message: `Rates of ${name}: up to ${rate(highest(rates.inPerSecond))} in and up to ${rate(highest(rates.outPerSecond))} out${rates.limitPerSecond === null ? ', without a limit' : `, with a limit of ${rate(rates.limitPerSecond)}`}.`,
      reading: `Means over ${seconds(rates.spanSeconds)} each; out counts starts.`,
      unit: 'perSecond',
      lines: rateLines(rates, endSeconds),
    }),
    chart({
      ...common,
      id: `${id}-age`,
      title: 'Oldest age',
      message: `How long the oldest message of ${name} had been waiting: at most ${seconds(oldest?.value ?? null)}${oldest === null ? '' : `, at ${seconds(oldest.atSeconds)}`}.`,
      reading: null,
      unit: 'seconds',
      lines: [{ label: 'oldest age', look: 'measured', shape: 'straight', curve: oldestAge }],
    }),
  ];
}

/** The backlog's lines: measured over predicted; of a prediction, with the faults and without. */
export function backlogLines(result: Result, queue: QueueResult, series: QueueSeries | null): Line[] {
  const { curve } = queue;
  const ofResult = (values: readonly number[] | null): Curve | null =>
    values === null ? null : { atSeconds: curve.atSeconds, values };
  const isMeasured = result.origin === 'measured';
  const backlog = series?.backlog ?? ofResult(curve.backlog);
  const predicted = series?.predictedBacklog ?? ofResult(curve.predicted);
  const without = series?.predictedWithoutFaults ?? ofResult(curve.predictedWithoutFaults);
  return [
    ...(backlog === null
      ? []
      : [
          {
            label: isMeasured ? 'backlog, measured' : 'backlog, predicted',
            look: 'measured' as const,
            shape: series === null ? ('straight' as const) : ('steps' as const),
            curve: backlog,
          },
        ]),
    ...(isMeasured && predicted !== null
      ? [{ label: 'predicted', look: 'predicted' as const, shape: 'straight' as const, curve: predicted }]
      : []),
    ...(result.faults.length > 0 && without !== null
      ? [
          {
            label: 'predicted without the faults',
            look: 'without' as const,
            shape: 'straight' as const,
            curve: without,
          },
        ]
      : []),
  ];
}

function backlogParts(name: string, result: Result, series: QueueSeries | null) {
  const queue = result.queues[name] as QueueResult;
  const lines = backlogLines(result, queue, series);
  const depth = series === null ? [] : depthLine(series);
  const { peak, peakAtSeconds, final } = queue.backlog;
  const at = peakAtSeconds === null ? '' : ` at ${seconds(peakAtSeconds)}`;
  const predicted =
    result.origin === 'measured' && queue.predicted !== null
      ? ` Predicted was a peak of ${inUnit(queue.predicted.peakBacklog, 'messages')}.`
      : '';
  return {
    message: `Backlog of ${name} over time: it peaks at ${count(peak)}${at} and is ${count(final)} at the end.${predicted}`,
    reading:
      depth.length === 0
        ? null
        : "Depth is the broker's word (ready, in flight and delayed, sampled); backlog is what has arrived and still waits for its effect.",
    unit: 'messages' as const,
    title: depth.length === 0 ? 'Backlog' : 'Backlog and depth',
    lines: [...lines, ...depth],
  };
}

function depthLine({ depth: { atSeconds, ready, inFlight, delayed } }: QueueSeries): Line[] {
  if (atSeconds.length === 0) return [];
  const values = atSeconds.map((_, at) => (ready[at] ?? 0) + (inFlight[at] ?? 0) + (delayed[at] ?? 0));
  return [{ label: 'depth', look: 'depth', shape: 'steps', curve: { atSeconds, values } }];
}

/** Out over in, each span as wide as it is, and the limit across. */
function rateLines(
  { atSeconds, spanSeconds, inPerSecond, outPerSecond, limitPerSecond }: QueueSeries['rates'],
  endSeconds: number,
): Line[] {
  const last = atSeconds.at(-1);
  if (last === undefined) return [];
  const times = [...atSeconds, Math.min(last + spanSeconds, Math.max(endSeconds, last))];
  const steps = (values: readonly number[]): Curve => ({
    atSeconds: times,
    values: [...values, values.at(-1) ?? 0],
  });
  return [
    { label: 'out', look: 'out', shape: 'steps', curve: steps(outPerSecond) },
    { label: 'in', look: 'in', shape: 'steps', curve: steps(inPerSecond) },
    ...(limitPerSecond === null
      ? []
      : [
          {
            label: 'limit',
            look: 'limit' as const,
            shape: 'straight' as const,
            curve: { atSeconds: [0, endSeconds], values: [limitPerSecond, limitPerSecond] },
          },
        ]),
  ];
}

/** The faults that were done, and when the queue had caught up. */
export function marksOf(name: string, result: Result): MarkData[] {
  const isMeasured = result.origin === 'measured';
  const faults = faultsAround(name, result)
    .filter(({ doneAtSeconds }) => !isMeasured || doneAtSeconds !== null)
    .slice(0, mostMarks)
    .map(({ kind, target, doneAtSeconds, atSeconds, ordered }): MarkData => {
      const where = target === name ? '' : ` ${target}`;
      return {
        atSeconds: doneAtSeconds ?? atSeconds,
        label: `${kind}${where}${ordered ? '' : ', not ordered'}`,
        kind: 'fault',
      };
    });
  const caughtUp = (result.queues[name]?.troubles ?? []).flatMap(({ caughtUpAtSeconds, catchUpSeconds }) =>
    caughtUpAtSeconds === null || catchUpSeconds === 0
      ? []
      : [{ atSeconds: caughtUpAtSeconds, label: 'caught up', kind: 'caught-up' as const }],
  );
  return [...faults, ...caughtUp.slice(0, mostMarks)].sort((a, b) => a.atSeconds - b.atSeconds);
}

/**
 * Where the two gaps are drawn: the vertical one where it is widest, the horizontal one for the message that then stands
 * halfway between the two curves. Null where nothing ever waits.
 */
export function gapsOf(arrived: Curve, departed: Curve, endSeconds: number): GapData | null {
  let widest = { atSeconds: 0, low: 0, high: 0 };
  for (const atSeconds of [...arrived.atSeconds, ...departed.atSeconds]) {
    const high = valueAt(arrived, atSeconds, 'steps') ?? 0;
    const low = valueAt(departed, atSeconds, 'steps') ?? 0;
    if (high - low > widest.high - widest.low) widest = { atSeconds, low, high };
  }
  const backlog = widest.high - widest.low;
  if (backlog < 2) return null;
  const number = Math.round(widest.low + backlog / 2);
  const from = firstAt(arrived, number);
  const to = firstAt(departed, number);
  const isWide = from !== null && to !== null && to - from > endSeconds / 50;
  return {
    backlog: { ...widest, label: `backlog ${count(backlog)}` },
    delay: isWide
      ? {
          number,
          fromSeconds: from,
          toSeconds: to,
          label: `delay ${to - from < 120 ? seconds(Number((to - from).toPrecision(3))) : duration(to - from).replace(/ \(.*/, '')}`,
        }
      : null,
  };
}

function last({ values }: Curve): number {
  return values.at(-1) ?? 0;
}

function highest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

/**
 * How long the time axis of a run is, in scenario seconds: as long as anything that was measured, and, up to twice that, as what was
 * predicted.
 */
export function endOf({ run, queues }: Result, series: Series | null): number {
  const measured = Math.max(
    run.durationSeconds ?? 0,
    series?.endSeconds ?? 0,
    ...Object.values(queues).map(({ curve }) => curve.atSeconds.at(-1) ?? 0),
  );
  const predicted = Math.max(
    0,
    ...Object.values(series?.queues ?? {}).map(
      ({ predictedBacklog }) => predictedBacklog?.atSeconds.at(-1) ?? 0,
    ),
  );
  const end = Math.max(measured, Math.min(predicted, 2 * measured));
  return end > 0 ? end : 1;
}
