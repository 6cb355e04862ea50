import { arrivalsOf, type Source } from './arrivals.js';
import { Books } from './books.js';
import { nanosPerSecond, toNanos } from './exact.js';
import { Hands } from './hands.js';
import { Returns } from './returns.js';
import { Pairs, Ring } from './ring.js';
import { type Mark, marksOf } from './troubles.js';
import type { FifoOutage, FifoSetting } from './types.js';
import { type Works, worksOf } from './works.js';

/** Values made at once: few enough to stay in the first cache. */
const blockLength = 1024;

/**
 * One queue, message by message. Each start is at the latest of its arrival, the earliest free hand, the limiter's
 * window and the workers' return (D. V. Lindley 1952 for one hand, J. Kiefer and J. Wolfowitz 1955 for several). Effects
 * at the very moment of an arrival come before it. Time is in whole nanoseconds.
 */
export class Engine {
  readonly books: Books;
  private readonly due: Source;
  private readonly block = new Float64Array(blockLength);
  private blockAt = blockLength;
  private blockEnd = blockLength;
  private readonly works: Works;
  private readonly drawn = new Float64Array(blockLength);
  private drawnAt = blockLength;
  private readonly hands: Hands;
  private readonly acknowledge: number;
  /** Arrivals of those that wait for their first start. */
  private readonly waiting = new Ring();
  /** The effects that are to come, and when their messages arrived; −1: they have had one before. */
  private readonly effects = new Pairs();
  private readonly returns = new Returns();
  private readonly returned = new Float64Array(3);
  private readonly wanted: Float64Array;
  private upAt = 0;
  private readonly window: number;
  private readonly perWindow: number;
  /** The last start. */
  private latest = 0;
  private windowEnd = 0;
  private left = 0;

  constructor(setting: FifoSetting) {
    const { outages = [], limit, stillnessSeconds = 10, waits } = setting;
    this.acknowledge = toNanos(setting.acknowledgeSeconds ?? 0);
    this.hands = new Hands(setting.hands);
    this.due = arrivalsOf(setting);
    this.works = worksOf(setting);
    this.window = toNanos(limit?.perSeconds ?? Number.POSITIVE_INFINITY);
    this.perWindow = limit?.count ?? Number.POSITIVE_INFINITY;
    const stillness = toNanos(Math.max(stillnessSeconds, limit?.perSeconds ?? 0));
    this.books = new Books(outages, stillness);
    this.wanted = waits ?? new Float64Array(0);
    for (const mark of marksOf(outages, stillness)) {
      // What is due at the very moment comes after it.
      this.goOn(mark.at - 1);
      this.pass(mark, outages[mark.outage] as FifoOutage);
    }
    this.goOn(Number.MAX_VALUE);
    this.books.end([...this.waiting, ...this.returns.arrivals()]);
  }

  /** All that happens up to a time, that time included. */
  private goOn(until: number): void {
    while (!this.flow(until)) {
      this.blockEnd = this.due.fill(this.block);
      this.blockAt = 0;
    }
  }

  /**
   * The same, until the block of arrivals is used up. The hot loop: what it needs is in variables, and nothing is allocated
   * for a message. Starts run ahead of arrivals and effects, which are taken in order of time.
   * @returns whether the time was reached
   */
  private flow(until: number): boolean {
    const {
      books,
      hands,
      waiting,
      effects,
      returns,
      returned,
      upAt,
      acknowledge,
      block,
      drawn,
      window,
      perWindow,
      wanted,
    } = this;
    const { frees, messageOf, mask, count: handCount } = hands;
    const { waits, times, area, busy, troubles } = books;
    const isDrawn = this.works.constant === null;
    const constant = this.works.constant ?? 0;
    const { blockEnd } = this;
    const isLast = blockEnd < blockLength;
    const never = Number.POSITIVE_INFINITY;
    let { head, tail } = hands;
    // None starts before those ahead of it, and none while the workers are away.
    let latest = Math.max(this.latest, upAt);
    let { windowEnd, left, blockAt, drawnAt } = this;
    let { started, backlog, highest, last, arrived, effected, lastEffect } = books;
    let isReached = false;
    while (blockAt < blockEnd || isLast) {
      const due = blockAt < blockEnd ? (block[blockAt] as number) : never;
      let possible = latest;
      if (tail - head === handCount) {
        const free = frees[head & mask] as number;
        if (free > possible) possible = free;
      }
      if (left === 0 && windowEnd > possible) possible = windowEnd;
      const isNew = waiting.length === 0;
      let arrival = isNew ? due : waiting.first;
      let start = Math.max(arrival, possible);
      let isReturned = false;
      if (returns.length > 0) {
        const back = returns.nextAt > possible ? returns.nextAt : possible;
        isReturned = back <= start;
        if (isReturned) start = back;
      }
      const isLater = start > until;
      if (isLater || (isNew && !isReturned)) {
        const isOver = due > until;
        const time = isOver ? until : due;
        while (effects.length > 0 && effects.first <= time) {
          const effect = effects.first;
          const from = effects.second;
          effects.shift();
          area.addProduct(backlog, effect - last);
          last = effect;
          if (from < 0) books.duplicateEffects++;
          else {
            backlog--;
            effected++;
            lastEffect = effect;
            times.add(effect - from);
            if (troubles.isWatching) troubles.effect(effect, from, backlog);
          }
        }
        if (isOver) {
          isReached = true;
          break;
        }
        blockAt++;
        arrived++;
        area.addProduct(backlog, due - last);
        last = due;
        backlog++;
        if (backlog > highest) {
          highest = backlog;
          books.rise(due, backlog);
        }
        if (troubles.isWatching) troubles.arrive(due, backlog);
        if (isLater) {
          waiting.push(due);
          continue;
        }
      }
      let work = 0;
      let message = 0;
      if (isReturned) {
        this.takeReturned(start);
        arrival = returned[0] as number;
        message = returned[1] as number;
        work = returned[2] as number;
      } else {
        if (!isNew) waiting.shift();
        work = constant;
        if (isDrawn) {
          if (drawnAt === blockLength) {
            this.works.first.fill(drawn);
            drawnAt = 0;
          }
          work = drawn[drawnAt++] as number;
        }
        waits.add(start - arrival);
        if (started < wanted.length) wanted[started] = (start - arrival) / nanosPerSecond;
        message = ++started;
      }
      latest = start;
      if (start >= windowEnd) {
        windowEnd = start + window;
        left = perWindow;
      }
      left--;
      const effect = start + work;
      busy.add(work + acknowledge);
      effects.insert(effect, arrival);
      // Put at the place that it has by its end; only with drawn work and several hands is any later than this one.
      if (tail - head === handCount) head++;
      const free = effect + acknowledge;
      let at = tail++;
      for (; at > head && (frees[(at - 1) & mask] as number) > free; at--) {
        frees[at & mask] = frees[(at - 1) & mask] as number;
        messageOf[at & mask] = messageOf[(at - 1) & mask] as number;
      }
      frees[at & mask] = free;
      messageOf[at & mask] = message;
    }
    Object.assign(hands, { head, tail });
    Object.assign(this, { latest, windowEnd, left, blockAt, drawnAt });
    Object.assign(books, { started, backlog, highest, last, arrived, effected, lastEffect });
    return isReached;
  }

  /** Takes the next that came back out of its lot: when it arrived, its number, and the work that it is this time. */
  private takeReturned(at: number): void {
    const { arrival, message, attempt } = this.returns.take(at);
    this.returned.set([arrival, message, this.works.again(message, attempt)]);
    this.books.redeliveries++;
  }

  private pass({ kind, at, outage }: Mark, { toSeconds, inHand }: FifoOutage): void {
    const { books } = this;
    books.area.addProduct(books.backlog, at - books.last);
    books.last = at;
    const { backlog, highest, troubles } = books;
    books.highest = backlog;
    troubles.note(highest);
    if (kind === 'baseline') troubles.countFor(outage, backlog);
    else if (kind === 'recover') troubles.recover(at, backlog);
    else {
      troubles.begin(outage, at, backlog);
      this.upAt = toNanos(toSeconds);
      if (inHand === 'finished') return;
      const { lost, spared } = this.hands.strike(at, this.effects);
      books.busy.subtract(spared);
      this.returns.add(at + toNanos(inHand.backAfterSeconds), lost, inHand.order);
    }
  }
}
