import type { Plan } from '../../plan/types.js';
import { Agenda } from './agenda.js';
import { Burial } from './burial.js';
import { Crew } from './crew.js';
import { Deduplicator } from './deduplication.js';
import { Deliveries } from './deliveries.js';
import { Dispatch } from './dispatch.js';
import { Endings } from './endings.js';
import { Faults } from './faults.js';
import { Gate } from './gate.js';
import { Handling } from './handling.js';
import type { Measurements } from './measurements.js';
import type { EngineMicros } from './options.js';
import { Polling } from './polling.js';
import { Publishing } from './publishing.js';
import { QueueState } from './queue.js';
import { Redelivery } from './redelivery.js';
import type { Scribe } from './scribe.js';
import { Services } from './services/services.js';
import type { WorkerProcess } from './worker.js';

/** Everything that there is in a simulated run: the time, the queues, the processes, and what each does. */
export class World {
  /** Microseconds of scenario time. */
  now = 0;
  readonly heap = new Agenda();
  readonly deliveries = new Deliveries();
  readonly queues: readonly QueueState[];
  /** Beside the queues. */
  readonly deduplicators: readonly Deduplicator[];
  readonly crews: readonly Crew[];
  readonly processes: WorkerProcess[] = [];
  readonly gate = new Gate(this);
  readonly dispatch = new Dispatch(this);
  readonly publishing = new Publishing(this);
  readonly handling = new Handling(this);
  readonly endings = new Endings(this);
  readonly burial = new Burial(this);
  readonly redelivery = new Redelivery(this);
  readonly polling = new Polling(this);
  readonly faults = new Faults(this);
  readonly services = new Services(this);
  private readonly indices: ReadonlyMap<string, number>;
  private steps = 0;

  constructor(
    readonly plan: Plan,
    readonly micros: EngineMicros,
    readonly measured: Measurements,
    readonly scribe: Scribe,
  ) {
    this.queues = plan.queues.map(
      (planned, i) => new QueueState(plan, planned, i, measured.queues?.[planned.name]),
    );
    this.indices = new Map(this.queues.map(({ name, index }) => [name, index]));
    this.deduplicators = this.queues.map((queue) => new Deduplicator(queue, queue.spec.deduplication));
    this.crews = this.queues.map((queue) => new Crew(this, queue));
  }

  /** The queue with that name; every name of a checked plan is one. */
  queue(name: string): QueueState {
    return this.queues[this.indices.get(name) as number] as QueueState;
  }

  /** A number that is higher than all before: what came first of two things at the same time. */
  nextStep(): number {
    return ++this.steps;
  }
}
