import type { Prepared } from './prepare.js';

/** How long runs take for real, one after the other, in seconds, by their predictions; null: not known of all. */
export function realSecondsOf(runs: readonly Prepared[]): number | null {
  const times = runs.map(({ plan, prediction }) => {
    const { durationSeconds } = prediction.result.run;
    return durationSeconds === null ? null : durationSeconds / plan.speed;
  });
  const known = times.filter((time) => time !== null);
  return known.length < times.length ? null : known.reduce((sum, time) => sum + time, 0);
}
