import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { LedgerEvent } from '../../ledger/events.js';
import type { TailedEvent } from '../../ledger/tail.js';
import type { Plan } from '../../plan/types.js';
import { type Stream, streamOf } from '../live/stream.js';
import { Tally } from '../live/tally.js';

/** Upper bounds of the waits' buckets, in scenario seconds. */
const waitBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];

/** What is counted for each queue and producer, and what its help says. */
const counters = {
  messages_attempted: 'Messages with at least one attempt to publish them',
  messages_acknowledged: 'Messages that the broker, or in sync mode the provider, has confirmed',
  messages_refused:
    'Messages with at least one publish that was refused; a later one may have been acknowledged',
  messages_started: 'Deliveries: a worker was handed a message and started on it; redeliveries count',
  effects: 'Effects, duplicates too',
  duplicate_effects: "Effects beyond a message's first",
  failed_attempts: 'Attempts whose work failed',
  dead_letters: 'Messages that were given up; one that was put back and died again counts again',
} as const;

type CounterName = keyof typeof counters;

/** What is known of a message, as bits. */
const marks = { attempted: 1, acknowledged: 2, refused: 4, started: 8, effected: 16, dead: 32 } as const;

/** Which run it is. */
export interface RunLabels {
  /** Its directory, below the one where runs are kept. */
  readonly run: string;
  /** null: the scenario has none. */
  readonly variant: string | null;
}

/** The messages of one stream: their marks by sequence number, and their counters. */
interface Counted {
  readonly marks: Uint8Array;
  readonly counters: Readonly<Record<CounterName, Counter.Internal>>;
}

/** The metrics of one run, from the events of its ledger in their order. Times are in scenario seconds. */
export class RunMetrics {
  private readonly registry = new Registry();
  private readonly tally: Tally;
  private readonly counted = new Map<Stream, Counted>();
  private readonly waits: Histogram<'queue'>;
  private readonly depth: Gauge<'queue' | 'state'>;
  private readonly backlog: Gauge<'queue'>;
  private readonly oldestAge: Gauge<'queue'>;
  private readonly workersUp: Gauge<'queue'>;
  private readonly scenarioSeconds: Gauge;

  constructor(
    private readonly plan: Plan,
    { run, variant }: RunLabels,
  ) {
    this.tally = new Tally(plan);
    this.registry.setDefaultLabels({ run, variant: variant ?? '' });
    const registers = [this.registry];
    const gauge = <Label extends string>(name: string, help: string, labelNames: Label[]): Gauge<Label> =>
      new Gauge({ name: `launchpad_${name}`, help, labelNames, registers });
    gauge('run_info', 'The run that is followed', ['scenario', 'seed', 'speed']).set(
      { scenario: plan.scenario.name, seed: String(plan.seed), speed: String(plan.speed) },
      1,
    );
    this.scenarioSeconds = gauge('scenario_seconds', "Scenario time since the run's zero", []);
    this.countStreams();
    this.depth = gauge(
      'queue_depth',
      'Messages in the queue as the broker says; dead: those in its dead-letter queue too',
      ['queue', 'state'],
    );
    this.backlog = gauge(
      'queue_backlog',
      'Messages that have arrived and not yet had their effect, nor ended otherwise',
      ['queue'],
    );
    this.oldestAge = gauge(
      'queue_oldest_age_seconds',
      "How long the backlog's oldest message has been waiting, in scenario seconds; 0: there is none",
      ['queue'],
    );
    this.workersUp = gauge('workers_up', 'Workers that are up', ['queue']);
    this.waits = new Histogram({
      name: 'launchpad_wait_seconds',
      help: 'From arrival to first start, in scenario seconds',
      labelNames: ['queue'],
      buckets: waitBuckets,
      registers,
    });
    for (const queue of this.tally.queues.keys()) this.waits.zero({ queue });
    this.at(0);
  }

  /** Counts an event. */
  add(tailed: TailedEvent): void {
    this.tally.add(tailed);
    const { event } = tailed;
    if ('q' in event && 'm' in event && typeof event.m === 'string') this.message(event, event.q, event.m);
  }

  /** Sets what changes by time. @param t microseconds of real time since the run's zero, up to which all events were added */
  at(t: number): void {
    const seconds = (micros: number): number => (Math.max(0, micros) * this.plan.speed) / 1e6;
    this.scenarioSeconds.set(seconds(t));
    for (const { name: queue, isServed } of this.plan.queues) {
      const tally = this.tally.queues.get(queue);
      // What is called directly is in no queue.
      if (tally === undefined || !isServed) continue;
      const { ready, inFlight, delayed, dead } = tally.depth;
      this.depth.set({ queue, state: 'ready' }, ready);
      this.depth.set({ queue, state: 'in_flight' }, inFlight);
      this.depth.set({ queue, state: 'delayed' }, delayed);
      this.depth.set({ queue, state: 'dead' }, dead + tally.deadLetters);
      this.backlog.set({ queue }, tally.backlog);
      const oldest = tally.oldestMessage();
      this.oldestAge.set({ queue }, oldest === null ? 0 : seconds(t - oldest.since));
      this.workersUp.set({ queue }, tally.workersUp);
    }
  }

  /** All of them in the Prometheus text format. */
  async text(): Promise<string> {
    return await this.registry.metrics();
  }

  /** Makes the counters, so that each is there, as 0, before there is anything to count. */
  private countStreams(): void {
    const made = Object.entries(counters).map(([name, help]) => {
      const labelNames = ['queue', 'producer'];
      const registers = [this.registry];
      return [name, new Counter({ name: `launchpad_${name}_total`, help, labelNames, registers })] as const;
    });
    for (const [queue, { streams }] of this.tally.queues) {
      for (const stream of streams) {
        const own = made.map(([name, counter]) => {
          const child = counter.labels({ queue, producer: stream.producer });
          child.inc(0);
          return [name, child] as const;
        });
        this.counted.set(stream, {
          marks: new Uint8Array(stream.attemptedAt.length),
          counters: Object.fromEntries(own) as Counted['counters'],
        });
      }
    }
  }

  private message(event: LedgerEvent, queue: string, id: string): void {
    const found = streamOf(this.tally.queues.get(queue)?.streams ?? [], id);
    const counted = found === null ? undefined : this.counted.get(found.stream);
    if (found === null || counted === undefined) return;
    const { index, stream } = found;
    const count = (name: CounterName): void => counted.counters[name].inc();
    const isFirst = (mark: keyof typeof marks): boolean => {
      const before = counted.marks[index] ?? 0;
      counted.marks[index] = before | marks[mark];
      return (before & marks[mark]) === 0;
    };
    switch (event.e) {
      case 'attempted':
      case 'acknowledged':
      case 'refused':
        if (isFirst(event.e)) count(`messages_${event.e}`);
        break;
      case 'started': {
        count('messages_started');
        const waited = event.t - (stream.attemptedAt[index] ?? Number.NaN);
        if (isFirst('started') && !Number.isNaN(waited))
          this.waits.observe({ queue }, (Math.max(0, waited) * this.plan.speed) / 1e6);
        break;
      }
      case 'effect':
        count('effects');
        if (!isFirst('effected')) count('duplicate_effects');
        break;
      case 'failed':
        count('failed_attempts');
        break;
      // Each may be missing where a worker was killed between the two.
      case 'dead':
      case 'dead-lettered':
        if (isFirst('dead')) count('dead_letters');
        break;
      case 'redriven':
        counted.marks[index] = (counted.marks[index] ?? 0) & ~marks.dead;
    }
  }
}
