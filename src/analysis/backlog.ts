import type { BacklogView } from '../model/index.js';
import type { Peak } from '../result/types.js';
import { endingOf } from './books.js';
import type { DeathLog } from './dead-letters.js';
import { indexAfter, indexFrom } from './search.js';
import type { QueueTable } from './tables.js';
import { toMillionth } from './time.js';

/**
 * The backlog as it was: a step up at each arrival, a step down at each first effect or end otherwise. Lost messages
 * are left out. All times in scenario seconds.
 */
export class MeasuredBacklog implements BacklogView {
  private constructor(
    /** In rising order. */
    readonly arrivals: Float64Array,
    /** In rising order; messages that did not end are not in it. */
    readonly ends: Float64Array,
    /** Beside `arrivals`: when all messages up to there had ended; Infinity: never. */
    readonly allEnded: Float64Array,
    /** The longest that a message has been waiting for its effect, up to the end of the run. */
    readonly oldestAgeSeconds: number | null,
  ) {}

  /** @param ends beside `arrivals`; Infinity: it did not end */
  static of(arrivals: Float64Array, ends: Float64Array, endSeconds: number): MeasuredBacklog {
    const [inOrder, endsInOrder] = byArrival(arrivals, ends);
    const oldestAge = oldestAgeOf(inOrder, endsInOrder, endSeconds);
    const sorted = endsInOrder.slice().sort();
    let finite = sorted.length;
    while (finite > 0 && sorted[finite - 1] === Number.POSITIVE_INFINITY) finite--;
    for (let i = 1; i < endsInOrder.length; i++) {
      endsInOrder[i] = Math.max(endsInOrder[i] as number, endsInOrder[i - 1] as number);
    }
    return new MeasuredBacklog(inOrder, sorted.subarray(0, finite), endsInOrder, oldestAge);
  }

  /**
   * The backlog of a queue. To spare memory it takes over the table's columns `arrival` and `done`, which are of no use
   * afterwards.
   * @param endSeconds the end of the run, where messages are taken to be dead of which only the census says so
   * @param deaths a message that was put back from the dead has left the backlog in between; absent: none was
   */
  static takeFrom(
    table: QueueTable,
    seconds: (micros: number) => number,
    endSeconds: number,
    deaths?: Pick<DeathLog, 'spansOf'>,
  ): MeasuredBacklog {
    const { arrival, done } = table;
    let count = 0;
    // The stays before a message was put back; there may be more of them than rows.
    const earlier: { readonly from: number; readonly end: number }[] = [];
    for (let slot = 0; slot < table.size; slot++) {
      const ending = endingOf(table, slot);
      if (ending === null || ending === 'lost') continue;
      const end = done[slot] as number;
      let from = table.firstSign(slot);
      if (Number.isNaN(from)) continue;
      const isLeft = ending === 'pending' || ending === 'undetermined';
      for (const span of deaths?.spansOf(slot) ?? []) {
        if (!isLeft && span.to > end) break;
        earlier.push({ from: seconds(from), end: seconds(span.from) });
        from = span.to;
      }
      arrival[count] = seconds(from);
      done[count] = isLeft ? Number.POSITIVE_INFINITY : Number.isNaN(end) ? endSeconds : seconds(end);
      count++;
    }
    if (earlier.length === 0) {
      return MeasuredBacklog.of(arrival.subarray(0, count), done.subarray(0, count), endSeconds);
    }
    return MeasuredBacklog.of(
      joined(
        arrival.subarray(0, count),
        earlier.map((stay) => stay.from),
      ),
      joined(
        done.subarray(0, count),
        earlier.map((stay) => stay.end),
      ),
      endSeconds,
    );
  }

  at(seconds: number): number {
    return indexAfter(this.arrivals, seconds) - indexAfter(this.ends, seconds);
  }

  highest(fromSeconds: number, toSeconds: number): number {
    let highest = this.at(fromSeconds);
    this.walk(fromSeconds, (seconds, backlog) => {
      if (seconds >= toSeconds) return false;
      if (backlog > highest) highest = backlog;
      return true;
    });
    return highest;
  }

  firstStillFrom(atSeconds: number, level: number, forSeconds: number): number | null {
    let since = this.at(atSeconds) <= level ? atSeconds : null;
    this.walk(atSeconds, (seconds, backlog) => {
      if (since !== null && seconds >= since + forSeconds) return false;
      since = backlog > level ? null : (since ?? seconds);
      return true;
    });
    return since;
  }

  allDoneBefore(arrivalSeconds: number): number | null {
    const count = indexFrom(this.arrivals, arrivalSeconds);
    if (count === 0) return 0;
    const ended = this.allEnded[count - 1] as number;
    return Number.isFinite(ended) ? ended : null;
  }

  /** Its highest value, and its value at the end of the ledger. */
  peak(): Peak {
    let peak = 0;
    let peakAtSeconds = 0;
    this.walk(Number.NEGATIVE_INFINITY, (seconds, backlog) => {
      if (backlog > peak) {
        peak = backlog;
        peakAtSeconds = seconds;
      }
      return true;
    });
    return { peak, peakAtSeconds, final: this.arrivals.length - this.ends.length };
  }

  /** When the last message ended, if none is left; 0 where none arrived. */
  drainedAt(): number | null {
    if (this.ends.length < this.arrivals.length) return null;
    return this.ends.at(-1) ?? 0;
  }

  /** Visits every time after the given one at which messages arrive or end, with the backlog from then on, until told `false`. */
  walk(afterSeconds: number, visit: (seconds: number, backlog: number) => boolean): void {
    const { arrivals, ends } = this;
    let i = indexAfter(arrivals, afterSeconds);
    let j = indexAfter(ends, afterSeconds);
    while (i < arrivals.length || j < ends.length) {
      const seconds = Math.min(arrivals[i] ?? Number.POSITIVE_INFINITY, ends[j] ?? Number.POSITIVE_INFINITY);
      while (i < arrivals.length && (arrivals[i] as number) <= seconds) i++;
      while (j < ends.length && (ends[j] as number) <= seconds) j++;
      if (!visit(seconds, i - j)) return;
    }
  }
}

function joined(values: Float64Array, more: readonly number[]): Float64Array {
  const all = new Float64Array(values.length + more.length);
  all.set(values);
  all.set(more, values.length);
  return all;
}

/** Both in order of arrival: the same arrays where they are in order already. */
function byArrival(arrivals: Float64Array, ends: Float64Array): [Float64Array, Float64Array] {
  let sorted = true;
  for (let i = 1; i < arrivals.length && sorted; i++) {
    sorted = (arrivals[i - 1] as number) <= (arrivals[i] as number);
  }
  if (sorted) return [arrivals, ends];
  const order = Uint32Array.from(arrivals.keys()).sort(
    (a, b) => (arrivals[a] as number) - (arrivals[b] as number),
  );
  return [reordered(arrivals, order), reordered(ends, order)];
}

function reordered(values: Float64Array, order: Uint32Array): Float64Array {
  const result = new Float64Array(values.length);
  for (let i = 0; i < order.length; i++) result[i] = values[order[i] as number] as number;
  return result;
}

/**
 * The oldest message's age is highest just before that message ends, so over all times its peak is the longest time
 * that any message took, those that are left counted up to the end of the run.
 */
function oldestAgeOf(arrivals: Float64Array, ends: Float64Array, endSeconds: number): number | null {
  let oldest: number | null = null;
  for (let i = 0; i < arrivals.length; i++) {
    const end = ends[i] as number;
    const age = (Number.isFinite(end) ? end : endSeconds) - (arrivals[i] as number);
    if (oldest === null || age > oldest) oldest = age;
  }
  return oldest === null ? null : toMillionth(oldest);
}
