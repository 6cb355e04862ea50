import type { ExitedEvent, FaultEvent, ReadyEvent } from '../../ledger/events.js';
import type { TailedEvent } from '../../ledger/tail.js';
import type { Plan } from '../../plan/types.js';
import type { LiveEvent } from '../../report/live.js';
import { Notes, named } from './notes.js';
import { isFileOf, type Tally } from './tally.js';

const done: Readonly<Record<FaultEvent['kind'], string>> = {
  kill: 'killed',
  stop: 'told to stop',
  restart: 'restarted',
  freeze: 'frozen',
  thaw: 'thawed',
  scale: 'scaled',
  redrive: 'put back',
};

/** Where a provider turns calls away there are hundreds of failures: so much real time passes between two lines on a queue. */
const providerPauseMicros = 1_000_000;

/** Tells the events of a run as lines, while it goes on. */
export class Narrator {
  private readonly redelivered = new Notes();
  private readonly failed: Notes;
  private readonly dead = new Notes();
  private readonly fallen = new Set<string>();
  private now = 0;
  private readonly orderedStart = new Map<number, number>();
  private readonly published = new Set<string>();

  constructor(
    private readonly plan: Plan,
    private readonly tally: Tally,
  ) {
    const called = new Set(
      plan.scenario.queues.filter(({ provider }) => provider !== null).map(({ name }) => name),
    );
    this.failed = new Notes((queue) => (called.has(queue) ? providerPauseMicros : 0));
  }

  /** The lines that one event makes; most make none. To be called before the tally counts the event. */
  tell({ event }: TailedEvent): LiveEvent[] {
    this.now = Math.max(this.now, event.t);
    switch (event.e) {
      case 'fault':
        return [this.fault(event)];
      case 'ready':
        return this.ready(event);
      case 'supervised':
        this.orderedStart.set(event.pid, event.t);
        return [
          this.line(
            event.t,
            this.isService(event.q)
              ? `${event.q}: started again (pid ${event.pid})`
              : `${event.q}: worker ${event.worker} started again by its supervisor (pid ${event.pid})`,
            'good',
          ),
        ];
      case 'exited':
        return this.exited(event);
      case 'started':
        if (event.r === true) this.redelivered.add(event);
        return [];
      case 'failed':
        this.failed.add(event, event.why);
        return [];
      case 'attempted':
        return this.last(event.m, event.t);
      case 'broker-lost':
        return [this.line(event.t, `the broker does not answer: ${event.why}`, 'warn')];
      case 'broker-back':
        return [this.line(event.t, event.why, 'good')];
      case 'dead': {
        const why = event.why ?? 'no reason given';
        this.dead.add(event, why);
        return [];
      }
      case 'posted':
        return this.last(event.m, event.t);
      case 'breaker':
        return [
          this.line(
            event.t,
            `${event.s}: the circuit breaker for it is ${event.state}`,
            event.state === 'open' ? 'warn' : 'good',
          ),
        ];
      case 'fell-over':
        this.fallen.add(event.s);
        return [this.line(event.t, `${event.s}: fell over: ${event.why}`, 'fault')];
      default:
        return [];
    }
  }

  /**
   * What failed, died and came back since the last call, in one line for each queue and reason.
   * @param isLast whether nothing is kept for a later line
   */
  flush(isLast = false): LiveEvent[] {
    const failed = this.failed.take(this.now, isLast).map(({ queue, until, messages, why }) => {
      const attempts = messages.length === 1 ? 'an attempt' : `${messages.length} attempts`;
      return this.line(until, `${queue}: ${attempts} failed (${named(messages)}): ${why}`, 'warn');
    });
    const dead = this.dead.take(this.now, isLast).map(({ queue, at, messages, why }) => {
      const are = messages.length === 1 ? 'is' : 'are';
      return this.line(at, `${queue}: ${named(messages)} ${are} dead: ${why}`, 'warn');
    });
    const back = this.redelivered
      .take(this.now, isLast)
      .map(({ queue, at, messages }) => this.line(at, `${queue}: redelivered ${named(messages)}`, 'warn'));
    return [...failed, ...dead, ...back];
  }

  private ready({ t, q, worker, pid }: ReadyEvent): LiveEvent[] {
    const ordered = this.orderedStart.get(pid);
    if (ordered === undefined) return [];
    const after = ((t - ordered) / 1e6).toFixed(2);
    const who = this.isService(q) ? q : `${q}: worker ${worker}`;
    return [this.line(t, `${who} ready after ${after} s of real time`, 'good')];
  }

  private fault(event: FaultEvent): LiveEvent {
    if (event.skipped !== undefined) {
      return this.line(event.t, `${event.q}: nothing to ${event.kind}: ${event.skipped}`, 'warn');
    }
    if (event.kind === 'redrive') {
      const { messages = 0 } = event;
      const what = `${messages} dead message${messages === 1 ? '' : 's'} put back`;
      return this.line(event.t, `${event.q}: ${what}`, 'good');
    }
    if (event.kind === 'restart' || event.kind === 'scale')
      for (const pid of event.pids) this.orderedStart.set(pid, event.t);
    const tone = event.kind === 'restart' || event.kind === 'thaw' ? 'good' : 'fault';
    if (this.isService(event.q)) {
      return this.line(event.t, `${event.q}: ${done[event.kind]} (pid ${event.pids.join(', ')})`, tone);
    }
    const workers = `worker${event.workers.length === 1 ? '' : 's'} ${event.workers.join(', ')}`;
    const pids = `pid ${event.pids.join(', ')}`;
    const what =
      event.kind === 'scale'
        ? `scaled to ${event.up} (${workers}, ${pids})`
        : `${workers} ${done[event.kind]} (${pids})`;
    return this.line(event.t, `${event.q}: ${what}${event.kind === 'kill' ? this.held(event) : ''}`, tone);
  }

  private held({ q, workers }: FaultEvent): string {
    const hands = [...(this.tally.queues.get(q)?.hands ?? [])]
      .filter(([file]) => workers.some((worker) => isFileOf(file, q, worker)))
      .flatMap(([, held]) => [...held.values()]);
    const withEffect = hands.filter(Boolean).length;
    if (hands.length === 0) return ', holding nothing';
    return `, holding ${hands.length} message${hands.length === 1 ? '' : 's'}, ${withEffect} of them with their effect`;
  }

  private exited(event: ExitedEvent): LiveEvent[] {
    if (event.ordered) return [];
    // It has said so itself.
    if (event.role === 'provider' && this.fallen.delete(event.name)) return [];
    const who = {
      producer: `the producer ${event.name}`,
      worker: `${event.name}: worker ${event.worker}`,
      provider: event.name,
      'order-service': event.name,
    }[event.role];
    const how = event.signal === null ? `exit code ${event.code}` : `signal ${event.signal}`;
    return [
      this.line(event.t, `${who} (pid ${event.pid}) died by itself: ${how}; nobody ordered this`, 'warn'),
    ];
  }

  private last(message: string, t: number): LiveEvent[] {
    const producer = this.plan.producers.find(({ name, scheduled }) => message === `${name}/${scheduled}`);
    if (producer === undefined || this.published.has(producer.name)) return [];
    this.published.add(producer.name);
    const what = producer.via === 'http' ? 'posted' : 'published';
    return [
      this.line(
        t,
        `${producer.name}: the last of ${producer.scheduled.toLocaleString('en')} is ${what}`,
        'plain',
      ),
    ];
  }

  private isService(name: string): boolean {
    return this.tally.services.has(name);
  }

  private line(t: number, text: string, tone: LiveEvent['tone']): LiveEvent {
    return { atSeconds: (t * this.plan.speed) / 1e6, text, tone };
  }
}
