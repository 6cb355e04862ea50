import { arrivalsOf, type Source } from './arrivals.js';
import { Books } from './books.js';
import { Checks } from './checks.js';
import { type Grain, nanosPerSecond, toGrain } from './exact.js';
import { Hands } from './hands.js';
import { Outline } from './outline.js';
import { Returns } from './returns.js';
import { Pairs, Ring } from './ring.js';
import { isAfter, type Mark, marksOf, onsetOf } from './troubles.js';
import type { FifoOutage, FifoRun, FifoSetting } from './types.js';
import { type Works, worksOf } from './works.js';

/** Values made at once: few enough to stay in the first cache. */
const blockLength = 1024;

/**
 * One queue, message by message. Each start is at the latest of its arrival, the earliest free hand, the limiter's
 * window and the workers' return (D. V. Lindley 1952 for one hand, J. Kiefer and J. Wolfowitz 1955 for several). Effects
 * at the very moment of an arrival come before it. Time is in whole nanoseconds.
 */
export class Engine {
  private readonly books: Books;
  private readonly grain: Grain;
  private readonly outages: readonly FifoOutage[];
  /** Whether somebody asks whether hands were free before their starts. */
  private readonly isTracing: boolean;
  private readonly outline: Outline | null;
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
  private readonly returned = new Float64Array(4);
  private readonly wanted: Float64Array;
  private upAt = 0;
  private readonly checks: Checks;
  private readonly window: number;
  private readonly perWindow: number;
  /** The last start. */
  private latest = 0;
  private windowEnd = 0;
  private left = 0;

  constructor(setting: FifoSetting) {
    const { outages = [], limit, stillnessSeconds = 10, waits, outlineSeconds } = setting;
    this.grain = setting.inMicros ? 1000 : 1;
    const nanos = (seconds: number): number => toGrain(seconds, this.grain);
    this.outages = outages;
    this.isTracing = outages.some(({ inHand }) => inHand !== 'finished');
    this.outline = outlineSeconds === undefined ? null : new Outline(nanos(outlineSeconds));
    this.acknowledge = nanos(setting.acknowledgeSeconds ?? 0);
    this.hands = new Hands(setting.hands);
    this.due = arrivalsOf(setting, this.grain);
    this.works = worksOf(setting, this.grain);
    this.window = nanos(limit?.perSeconds ?? Number.POSITIVE_INFINITY);
    this.perWindow = limit?.count ?? Number.POSITIVE_INFINITY;
    const stillness = nanos(Math.max(stillnessSeconds, limit?.perSeconds ?? 0));
    const onsets = setting.onsets ?? outages.map(onsetOf);
    this.checks = new Checks(outages, this.grain);
    this.books = new Books(onsets, stillness, this.grain);
    this.wanted = waits ?? new Float64Array(0);
    for (const mark of marksOf(outages, onsets, stillness, this.grain)) {
      const until = isAfter[mark.kind] ? mark.at : mark.at - 1;
      this.sketchTo(until);
      this.goOn(until);
      this.pass(mark);
    }
    this.sketchTo(Number.MAX_VALUE);
    this.goOn(Number.MAX_VALUE);
  }

  /** What came of it. */
  run(): FifoRun {
    const { books, hands, returns, waiting, outline } = this;
    const lost = returns.left().map(({ arrival }) => arrival);
    const owed = lost.filter((arrival) => arrival >= 0);
    return books.run({
      pending: [...waiting, ...owed],
      redeliveryPending: lost.length - owed.length,
      settledAt: hands.settledAt,
      outline: outline?.points ?? [],
    });
  }

  /** Notes the backlog down until a time, or until there is nothing left to do. */
  private sketchTo(until: number): void {
    const { outline } = this;
    if (outline === null) return;
    while (outline.next <= until && !this.isOver) {
      const at = outline.next;
      this.goOn(at);
      outline.note(at, this.books.backlog);
    }
  }

  private get isOver(): boolean {
    const isDone = this.blockEnd < blockLength && this.blockAt >= this.blockEnd && this.effects.length === 0;
    return (
      isDone && (this.upAt === Number.POSITIVE_INFINITY || this.waiting.length + this.returns.length === 0)
    );
  }

  /** All that happens up to a time, that time included. */
  private goOn(until: number): void {
    const { checks } = this;
    for (let check = checks.next; check <= until; check = checks.next) {
      this.flowTo(check - 1);
      checks.pass(this.nextDue() === check);
    }
    this.flowTo(until);
  }

  private flowTo(until: number): void {
    while (!this.flow(until)) this.refill();
  }

  private refill(): void {
    this.blockEnd = this.due.fill(this.block);
    this.blockAt = 0;
  }

  /** When the next message comes; undefined: none does. */
  private nextDue(): number | undefined {
    if (this.blockAt === this.blockEnd && this.blockEnd === blockLength) this.refill();
    return this.blockAt < this.blockEnd ? this.block[this.blockAt] : undefined;
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
      isTracing,
    } = this;
    const { quickAt } = this.checks;
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
        // An arrival at the very time of the check that gives it back wakes whoever has a hand free before the check does.
        const wasFree = tail - head < handCount || (frees[head & mask] as number) < start;
        const isQuicker = wasFree && start === quickAt && returns.nextAt === quickAt && quickAt > upAt;
        isReturned = back <= start && !isQuicker;
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
      if (isTracing) {
        const wasFree = tail - head < handCount || (frees[head & mask] as number) < start;
        hands.wasFree[tail & mask] = wasFree && start > upAt ? 1 : 0;
      }
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
    const lastArrival = blockAt > 0 ? (block[blockAt - 1] as number) : books.lastArrival;
    Object.assign(books, { started, backlog, highest, last, arrived, effected, lastEffect, lastArrival });
    return isReached;
  }

  /** Takes the next that came back out of its lot: when it arrived, its number, and the work that it is this time. */
  private takeReturned(at: number): void {
    const { arrival, message, attempt, lostAt } = this.returns.take(at);
    this.returned.set([arrival, message, this.works.again(message, attempt)]);
    this.books.redeliver(at - lostAt);
  }

  private pass({ kind, at, index }: Mark): void {
    const { books } = this;
    books.area.addProduct(books.backlog, at - books.last);
    books.last = at;
    const { backlog, highest, troubles } = books;
    books.highest = backlog;
    troubles.note(highest);
    if (kind === 'baseline') troubles.countFor(index, backlog);
    else if (kind === 'fix') troubles.fix(index);
    else if (kind === 'begin') troubles.begin(index, at, backlog);
    else if (kind === 'recover') troubles.recover(at, backlog);
    else if (kind === 'strike') this.strike(index, at);
  }

  /** All workers go, and take with them what they have in hand, or finish it. */
  private strike(index: number, at: number): void {
    const { hands, effects, acknowledge, works, books } = this;
    const { toSeconds, inHand } = this.outages[index] as FifoOutage;
    this.upAt = toGrain(toSeconds, this.grain);
    if (inHand === 'finished') {
      hands.replace();
      return;
    }
    const { lost, spared } = hands.strike(at, effects, { work: works.constant, acknowledge });
    books.busy.subtract(spared);
    books.strike(index, lost);
    for (const [back, messages] of this.checks.giveBack(lost, at, inHand.backAfterSeconds))
      this.returns.add(at, back, messages, inHand.order);
  }
}
