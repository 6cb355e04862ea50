import { Arrivals } from '../../plan/arrivals.js';
import type { PlannedProducer } from '../../plan/types.js';
import { moment } from './moments.js';
import { toMicros } from './options.js';
import type { QueueState } from './queue.js';
import type { World } from './world.js';

/** The messages of a producer, or one further copy of each: when the next one is published. */
interface Copies {
  readonly arrivals: Arrivals;
  readonly delaySeconds: number;
  /** How much later each is attempted; null: it isn't. */
  readonly lagSeconds: readonly (number | null)[];
  /** Of the next one, from 1. */
  sequence: number;
  /** Microseconds; Infinity: there is none any more. */
  dueAt: number;
}

/** Where a producer's messages go: the queue, and the slot of its first message there. */
interface Target {
  readonly queue: QueueState;
  readonly base: number;
}

/** A producer's process, which publishes each message when it is due. */
export class ProducerProcess {
  private readonly pid: number;
  private readonly file: number;
  private readonly copies: readonly Copies[];
  private readonly targets: readonly Target[];
  private readonly prefix: string;
  private readonly longestPublish: number;

  constructor(
    private readonly world: World,
    private readonly spec: PlannedProducer,
    private readonly index: number,
  ) {
    const { scribe, plan, measured } = world;
    const { name, resubmitSeconds, to } = spec;
    this.pid = scribe.nextPid();
    this.file = scribe.open({ role: 'producer', pid: this.pid, name });
    this.prefix = `${name}/`;
    const delays = [0, ...[...resubmitSeconds].sort((a, b) => a - b)];
    this.copies = delays.map((delaySeconds) => {
      const arrivals = new Arrivals(spec, plan.seed);
      const lagSeconds = delaySeconds === 0 ? (measured.lagSeconds?.[name] ?? []) : [];
      const copies = { arrivals, delaySeconds, lagSeconds, sequence: 0, dueAt: 0 };
      advance(copies);
      return copies;
    });
    this.targets = to.map((target) => {
      const queue = world.queue(target);
      return { queue, base: queue.names.find(name, [])?.base ?? 0 };
    });
    this.longestPublish = Math.max(0, ...this.targets.map(({ queue }) => queue.measured.publish));
    this.noteNext();
  }

  /** Publishes the message that is due now. */
  publish(): void {
    const { publishing } = this.world;
    const copies = this.next();
    const name = this.prefix + copies.sequence;
    for (const { queue, base } of this.targets)
      publishing.of(queue, base + copies.sequence - 1, name, this.file);
    advance(copies);
    this.noteNext();
  }

  /** Everything was published, and the broker has it all. */
  exit(): void {
    const { scribe, now } = this.world;
    const who = { role: 'producer', name: this.spec.name, pid: this.pid } as const;
    scribe.lab({ t: now, e: 'exited', ...who, code: 0, signal: null, ordered: true });
  }

  private noteNext(): void {
    const { dueAt } = this.next();
    const { heap, now } = this.world;
    if (dueAt !== Number.POSITIVE_INFINITY) heap.push(Math.max(now, dueAt), moment.arrival, this.index, 0);
    else heap.push(now + this.longestPublish, moment.exit, this.index, 0);
  }

  /** Of copies that are due at the same time the earlier one comes first. */
  private next(): Copies {
    let first = this.copies[0] as Copies;
    for (const copies of this.copies) if (copies.dueAt < first.dueAt) first = copies;
    return first;
  }
}

function advance(copies: Copies): void {
  const { arrivals, delaySeconds, lagSeconds } = copies;
  for (;;) {
    const seconds = arrivals.next();
    const lag = lagSeconds[copies.sequence++];
    if (lag === null && seconds !== null) continue;
    copies.dueAt =
      seconds === null ? Number.POSITIVE_INFINITY : toMicros(seconds + delaySeconds + (lag ?? 0));
    return;
  }
}
