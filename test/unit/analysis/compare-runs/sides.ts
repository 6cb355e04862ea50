import { type Side, sideOf } from '../../../../src/analysis/compare-runs/index.js';
import { repeatOf } from '../../../../src/analysis/compare-runs/repeat.js';
import { sideOfRepeated } from '../../../../src/analysis/compare-runs/side.js';
import type { QueueResult, Result } from '../../../../src/result/types.js';
import { outage } from '../../../fixtures/results.js';

/** `outage` with its emails changed. */
export function emails(change: Partial<QueueResult> = {}, other: Partial<Result> = {}): Result {
  const { emails: queue } = outage.queues;
  if (queue === undefined) throw new Error('the fixture has no emails');
  return { ...outage, ...other, queues: { ...outage.queues, emails: { ...queue, ...change } } };
}

/** The same, caught up in so many seconds; null: never. */
export function caughtUpIn(seconds: number | null): Result {
  return emails({ catchUpSeconds: seconds, catchUpReason: seconds === null ? 'grows by 95/s' : null });
}

/** Runs of the same as one side. */
export function repeated(results: readonly Result[], drawn: readonly string[] = []): Side {
  const [first] = results;
  if (first === undefined) throw new Error('no runs');
  const { name, summary, lesson, reference, changes, try: next } = first.scenario;
  const rounds = results.map((result, at) => ({ round: at + 1, directory: String(at + 1), result }));
  const [only] = repeatOf([{ variant: null, rounds, drawn }], {
    scenario: { name, summary, lesson, reference, changes, try: next },
    run: first.run,
    times: results.length,
  }).repeated;
  if (only === undefined) throw new Error('nothing repeated');
  return sideOfRepeated(only);
}

/** One run in which nothing is drawn. */
export function single(result: Result): Side {
  return sideOf(result, []);
}
