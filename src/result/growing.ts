import type { Measure } from './measures.js';

/** Counts of where messages and orders are now: published after all, served, answered, put back from the dead or passed on, they are somewhere else. */
const mayShrink =
  /(dropped|unknown|refused|pending|Pending|undetermined|deadLettered|deadAfterEffect|deadLetters\.final|stranded|unpublished|notPassedOn|broken|notAccepted|doneUnaccepted|halfDone)$/;

/** The highest of something so far. */
const isHighest = /(\.peak|\.max|maxDisplacement|busiestSecond|peakWaiting)$/;

/** Whether a measure can't become lower while a run goes on: a count of what happened, the highest of something, the end of a drain. */
export function onlyGrows({ path, over }: Pick<Measure, 'path' | 'over'>): boolean {
  if (path === 'drainedAtSeconds' || isHighest.test(path)) return true;
  return over === 'sum' && !mayShrink.test(path);
}

/** The measures of which it can be seen while a run goes on that they are too high for good. */
const seenLive: ReadonlySet<string> = new Set([
  'backlog.peak',
  'depth.peak',
  'oldestAgeSeconds.peak',
  'waitSeconds.max',
  'endToEndSeconds.max',
  'catchUpSeconds',
  'drainedAtSeconds',
  'accounting.duplicateEffects',
  'accounting.duplicateDeliveries',
  'accounting.suppressed',
  'redeliveries.count',
  'failures.failed',
  'failures.timedOut',
  'deadLetters.given',
  'deadLetters.depth.peak',
  'workers.died',
  // Of producers.
  'lagSeconds.max',
  'lagRealSeconds.max',
  // Of services.
  'turnedAway',
  'fellOver',
  'breakerOpened',
  'died',
]);

/** Whether an expectation about a measure may end a run (`abort: true`). */
export function canAbort({ path }: Pick<Measure, 'path'>): boolean {
  return seenLive.has(path);
}
