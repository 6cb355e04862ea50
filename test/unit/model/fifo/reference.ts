import type { FifoSetting } from '../../../../src/model/fifo/index.js';
import { CurveInverse } from '../../../../src/plan/curve.js';

/** What the plainest possible simulation says. Nanoseconds. */
export interface Reference {
  readonly arrivals: readonly number[];
  readonly starts: readonly number[];
  readonly effects: readonly number[];
}

const nanos = (seconds: number): number => Math.floor(seconds * 1e9 + 0.5);

/**
 * The same queue without any cleverness: regular arrivals, constant work, hands as a list, limiter, workers that are told to stop, and new ones. No
 * message is ever lost in it.
 */
export function plainly(setting: FifoSetting): Reference {
  const { work, acknowledgeSeconds = 0, limit, outages = [] } = setting;
  let hands = Array.from({ length: setting.hands }, () => 0);
  let [passed, upAt] = [0, 0];
  const inverse = new CurveInverse(setting.arrivals.curve);
  const arrivals: number[] = [];
  const starts: number[] = [];
  const effects: number[] = [];
  let [opened, used] = [Number.NEGATIVE_INFINITY, 0];
  for (let n = 0; ; n++) {
    const due = inverse.timeOf(n);
    if (due === null) return { arrivals, starts, effects };
    const arrival = nanos(due);
    arrivals.push(arrival);
    let earliest = Math.max(arrival, starts.at(-1) ?? 0, upAt);
    let at = earliest;
    for (;;) {
      at = Math.max(earliest, Math.min(...hands));
      if (limit && at < opened + nanos(limit.perSeconds) && used === limit.count)
        at = opened + nanos(limit.perSeconds);
      const outage = outages[passed];
      if (outage === undefined || at < nanos(outage.fromSeconds)) break;
      // Who finishes what he has in hand goes then, and others come in his place.
      hands = hands.map(() => 0);
      upAt = nanos(outage.toSeconds);
      earliest = Math.max(earliest, upAt);
      passed++;
    }
    if (at === Number.POSITIVE_INFINITY) continue;
    if (limit && at >= opened + nanos(limit.perSeconds)) [opened, used] = [at, 0];
    used++;
    starts.push(at);
    effects.push(at + nanos(work.meanSeconds));
    hands[hands.indexOf(Math.min(...hands))] = at + nanos(work.meanSeconds) + nanos(acknowledgeSeconds);
  }
}

/** The highest number of messages that had arrived and had no effect, effects before arrivals. */
export function highestBacklog({ arrivals, effects }: Reference): number {
  const gone = [...effects].sort((a, b) => a - b);
  let [highest, passed] = [0, 0];
  for (const [i, arrival] of arrivals.entries()) {
    // Its own effect comes after it, also where the work takes no time.
    while (passed < i && (gone[passed] ?? Number.POSITIVE_INFINITY) <= arrival) passed++;
    highest = Math.max(highest, i + 1 - passed);
  }
  return highest;
}
