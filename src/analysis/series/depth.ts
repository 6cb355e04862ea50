import type { QueueSeries } from '../../result/series.js';
import { indexAfter } from '../search.js';
import type { DepthSamples } from '../story.js';
import { Thinner } from './thinner.js';

/** The sampled depth from zero to the end; the last sample before the zero is taken for the one at it. */
export function depthSeries(
  samples: DepthSamples,
  seconds: (micros: number) => number,
  endSeconds: number,
): QueueSeries['depth'] {
  const at = samples.at.times();
  const kinds = [samples.ready, samples.inFlight, samples.delayed, samples.dead].map((log) => log.times());
  const thinner = new Thinner({ columns: 4, watched: [0, 1, 2, 3], endSeconds, expected: at.length });
  const row = new Float64Array(4);
  for (let i = Math.max(0, indexAfter(at, 0) - 1); i < at.length; i++) {
    const time = Math.max(0, seconds(at[i] as number));
    if (time > endSeconds) break;
    for (const [kind, values] of kinds.entries()) row[kind] = values[i] as number;
    thinner.push(time, row);
  }
  thinner.close();
  const [ready = [], inFlight = [], delayed = [], dead = []] = thinner.columns;
  return { atSeconds: thinner.times, ready, inFlight, delayed, dead };
}
