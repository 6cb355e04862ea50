import type { Deduplication } from '../../scenario/types.js';
import { IntRing } from './int-ring.js';
import { jobState } from './jobs.js';
import { toMicros } from './options.js';
import type { DeadJob, QueueState } from './queue.js';

/** What became of a publish, as the broker says it. */
export type Published = 'acknowledged' | 'merged';

/** What is there under a job id that is its message's. */
const known = { nothing: 0, live: 1, completed: 2, failed: 3 } as const;

/** Who holds a message's key, and until when (Infinity: until its job has ended). */
interface Key {
  job: number;
  serial: number;
  until: number;
}

/** What keeps a queue from holding the same message twice, as BullMQ does it: by job ids, or by keys that jobs hold. */
export class Deduplicator {
  /** How long a published message waits before it is ready; microseconds. */
  readonly delay: number;
  /** By message; of job ids only. */
  private readonly ids: Uint8Array;
  private readonly keys = new Map<number, Key>();
  /** Messages that are served once more when the job that holds their key has ended (`keep-last`). */
  private readonly again = new Set<number>();
  /** Messages whose completed job is kept, the longest completed first; and, where that ends by age, when each was completed. */
  private readonly kept = new IntRing();
  private readonly completedAt: Float64Array;

  constructor(
    private readonly queue: QueueState,
    private readonly rule: Deduplication,
  ) {
    this.delay = rule.kind === 'reschedule' || rule.kind === 'debounce' ? toMicros(rule.seconds) : 0;
    const { size } = queue.names;
    this.ids = new Uint8Array(rule.kind === 'job-id' ? size : 0);
    const endsByAge = rule.kind === 'job-id' && rule.keepSeconds !== null;
    this.completedAt = new Float64Array(endsByAge ? size : 0);
  }

  /** A message is published. Where nothing stands in its way, it is ready or delayed from then on. */
  add(slot: number, now: number): Published {
    const { rule } = this;
    switch (rule.kind) {
      case 'job-id':
        // A known id is confirmed like a new one.
        if (this.ids[slot] === known.nothing) this.create(slot);
        return 'acknowledged';
      case 'none':
        this.create(slot);
        return 'acknowledged';
      case 'until-finished':
      case 'keep-last':
      case 'reschedule':
        return this.addHolding(slot, now);
      case 'throttle':
      case 'extend':
        return this.addFor(slot, now, toMicros(rule.seconds), rule.kind === 'extend');
      case 'debounce':
        return this.addReplacing(slot, now);
    }
  }

  /** A dead message is put back from the dead-letter queue. A key that is held for a time doesn't stand in its way. */
  addBack(slot: number, now: number, isRepaired: boolean): Published {
    const { kind } = this.rule;
    if (kind === 'job-id' && this.ids[slot] === known.live) return 'acknowledged';
    const holds = kind === 'until-finished' || kind === 'keep-last' || kind === 'reschedule';
    const key = holds ? this.keyOf(slot, now) : undefined;
    if (key !== undefined) return this.merge(slot, key);
    const job = this.create(slot, isRepaired);
    if (holds) this.hold(slot, job, Number.POSITIVE_INFINITY);
    return 'acknowledged';
  }

  /** A failed job is put back by the broker itself, as the same job. */
  retry({ slot, serial, isRepaired }: DeadJob, repair: boolean): void {
    const { jobs, ready } = this.queue;
    if (this.ids.length > 0) this.ids[slot] = known.live;
    ready.push(this.readied(jobs.add(slot, isRepaired || repair, serial)));
  }

  /** A job has ended, and is about to go: done, or failed for good. */
  ended(job: number, isDone: boolean, now: number): void {
    const { jobs } = this.queue;
    const slot = jobs.slot[job];
    if (this.rule.kind === 'job-id') {
      if (isDone) this.completed(slot, now);
      else this.ids[slot] = known.failed;
      return;
    }
    if (this.rule.kind === 'none') return;
    const key = this.keys.get(slot);
    if (key?.until === Number.POSITIVE_INFINITY && key.serial === jobs.serial[job]) this.keys.delete(slot);
    if (!this.again.delete(slot)) return;
    this.hold(slot, this.create(slot), Number.POSITIVE_INFINITY);
  }

  /** What failed of a message is out of the broker's own list: its id is not known any more. */
  forgetFailed(slot: number): void {
    if (this.ids[slot] === known.failed) this.ids[slot] = known.nothing;
  }

  private completed(slot: number, now: number): void {
    const { rule, kept } = this;
    if (rule.kind !== 'job-id') return;
    const { keepCount, keepSeconds } = rule;
    if (keepCount === 0) {
      this.ids[slot] = known.nothing;
      return;
    }
    this.ids[slot] = known.completed;
    if (keepCount === null && keepSeconds === null) return;
    kept.push(slot);
    while (keepCount !== null && kept.length > keepCount) this.forgetFirst();
    if (keepSeconds === null) return;
    this.completedAt[slot] = now;
    const youngest = now - toMicros(keepSeconds);
    while (kept.length > 0 && this.completedAt[kept.first] <= youngest) this.forgetFirst();
  }

  private forgetFirst(): void {
    const slot = this.kept.shift();
    if (this.ids[slot] === known.completed) this.ids[slot] = known.nothing;
  }

  /** A key that is held until its job has ended. Where a message waits, it does so after its latest publish. */
  private addHolding(slot: number, now: number): Published {
    const { delay } = this;
    const key = this.keyOf(slot, now);
    if (key === undefined) {
      const job = delay === 0 ? this.create(slot) : this.createDelayed(slot, now + delay);
      this.hold(slot, job, Number.POSITIVE_INFINITY);
      return 'acknowledged';
    }
    if (delay > 0 && this.isDelayed(key)) {
      this.queue.delayed.remove(key.job);
      this.queue.delayed.add(key.job, now + delay);
    }
    return this.merge(slot, key);
  }

  /** The key is held. Of `keep-last`, what is published while its job is being worked on is served once more. */
  private merge(slot: number, { job, serial }: Key): Published {
    const { jobs } = this.queue;
    const isActive = jobs.state[job] === jobState.active && jobs.serial[job] === serial;
    if (this.rule.kind === 'keep-last' && isActive) this.again.add(slot);
    return 'merged';
  }

  /** A key that is held for a time, whether its job has ended or not. */
  private addFor(slot: number, now: number, micros: number, isExtended: boolean): Published {
    const key = this.keyOf(slot, now);
    if (key === undefined) {
      this.hold(slot, this.create(slot), now + micros);
      return 'acknowledged';
    }
    if (isExtended) key.until = now + micros;
    return 'merged';
  }

  /** The latest publish takes the place of the one before, as long as that waits. */
  private addReplacing(slot: number, now: number): Published {
    const key = this.keyOf(slot, now);
    if (key !== undefined) {
      if (!this.isDelayed(key)) return 'merged';
      this.queue.delayed.remove(key.job);
      this.queue.jobs.release(key.job);
    }
    this.hold(slot, this.createDelayed(slot, now + this.delay), now + this.delay);
    return 'acknowledged';
  }

  private keyOf(slot: number, now: number): Key | undefined {
    const key = this.keys.get(slot);
    return key !== undefined && now < key.until ? key : undefined;
  }

  private hold(slot: number, job: number, until: number): void {
    this.keys.set(slot, { job, serial: this.queue.jobs.serial[job], until });
  }

  private isDelayed({ job, serial }: Key): boolean {
    const { jobs } = this.queue;
    return jobs.state[job] === jobState.delayed && jobs.serial[job] === serial;
  }

  private create(slot: number, isRepaired = false): number {
    const { jobs, ready } = this.queue;
    if (this.ids.length > 0) this.ids[slot] = known.live;
    const job = this.readied(jobs.add(slot, isRepaired));
    ready.push(job);
    return job;
  }

  private createDelayed(slot: number, dueAt: number): number {
    const job = this.queue.jobs.add(slot, false);
    this.queue.delayed.add(job, dueAt);
    return job;
  }

  private readied(job: number): number {
    this.queue.jobs.state[job] = jobState.ready;
    return job;
  }
}
