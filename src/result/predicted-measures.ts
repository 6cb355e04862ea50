import { type Measure, measures } from './measures.js';
import { labelOf } from './measuring.js';
import type { Difference } from './prediction.js';

/** The figures that a prediction has of a queue, by the paths of the measures that they are predictions of. */
const figures: Readonly<Record<string, Difference['measure']>> = {
  'backlog.peak': 'peakBacklog',
  catchUpSeconds: 'catchUpSeconds',
  drainedAtSeconds: 'drainedAtSeconds',
  'waitSeconds.max': 'maxWaitSeconds',
  'redeliveries.count': 'redeliveries',
  'accounting.duplicateEffects': 'duplicateEffects',
};

/** What a measure is called in a prediction; undefined: it is none that is predicted. */
export function predictedFigure({
  of,
  path,
}: Pick<Measure, 'of' | 'path'>): Difference['measure'] | undefined {
  return of === 'queue' ? figures[path] : undefined;
}

/** The names of the measures that are predicted, as expectations have them. */
export const predictedNames: readonly string[] = measures
  .filter((measure) => predictedFigure(measure) !== undefined)
  .map((measure) => labelOf(measure, null));
