import type { ExitedEvent, FaultEvent } from '../../ledger/events.js';
import type { TailedEvent } from '../../ledger/tail.js';
import type { Plan } from '../../plan/types.js';
import type { LiveEvent } from '../../report/live.js';
import type { Tally } from './tally.js';

const done: Readonly<Record<FaultEvent['kind'], string>> = {
  kill: 'killed',
  stop: 'told to stop',
  restart: 'restarted',
  freeze: 'frozen',
  thaw: 'thawed',
  scale: 'scaled',
};

/** Tells the events of a run as lines, while it goes on. */
export class Narrator {
  private readonly redelivered = new Map<string, { at: number; messages: string[] }>();
  private readonly orderedStart = new Map<number, number>();
  private readonly published = new Set<string>();

  constructor(
    private readonly plan: Plan,
    private readonly tally: Tally,
  ) {}

  /** The lines that one event makes; most make none. To be called before the tally counts the event. */
  tell({ event, file }: TailedEvent): LiveEvent[] {
    switch (event.e) {
      case 'fault':
        return [this.fault(event)];
      case 'ready': {
        const ordered = this.orderedStart.get(event.pid);
        if (ordered === undefined) return [];
        const after = ((event.t - ordered) / 1e6).toFixed(2);
        return [
          this.line(
            event.t,
            `${event.q}: worker ${event.worker} ready after ${after} s of real time`,
            'good',
          ),
        ];
      }
      case 'exited':
        return this.exited(event);
      case 'started':
        if (event.r === true) this.noteRedelivered(event.q, event.m, event.t);
        return [];
      case 'attempted':
        return this.last(file, event.m, event.t);
      case 'broker-lost':
        return [this.line(event.t, `the broker does not answer: ${event.why}`, 'warn')];
      case 'broker-back':
        return [this.line(event.t, event.why, 'good')];
      case 'dead':
        return [
          this.line(event.t, `${event.q}: ${event.m} is dead: ${event.why ?? 'no reason given'}`, 'warn'),
        ];
      default:
        return [];
    }
  }

  /** The redeliveries since the last call, in one line for each queue. */
  flush(): LiveEvent[] {
    const lines = [...this.redelivered].map(([queue, { at, messages }]) => {
      const shown = messages.slice(0, 6).join(', ');
      const more = messages.length > 6 ? ` and ${messages.length - 6} more` : '';
      return this.line(at, `${queue}: redelivered ${shown}${more}`, 'warn');
    });
    this.redelivered.clear();
    return lines;
  }

  private fault(event: FaultEvent): LiveEvent {
    if (event.skipped !== undefined) {
      return this.line(event.t, `${event.q}: nothing to ${event.kind}: ${event.skipped}`, 'warn');
    }
    if (event.kind === 'restart' || event.kind === 'scale')
      for (const pid of event.pids) this.orderedStart.set(pid, event.t);
    const workers = `worker${event.workers.length === 1 ? '' : 's'} ${event.workers.join(', ')}`;
    const pids = `pid ${event.pids.join(', ')}`;
    const what =
      event.kind === 'scale'
        ? `scaled to ${event.up} (${workers}, ${pids})`
        : `${workers} ${done[event.kind]} (${pids})`;
    const tone = event.kind === 'restart' || event.kind === 'thaw' ? 'good' : 'fault';
    return this.line(event.t, `${event.q}: ${what}${event.kind === 'kill' ? this.held(event) : ''}`, tone);
  }

  private held({ q, workers }: FaultEvent): string {
    const hands = [...(this.tally.queues.get(q)?.hands ?? [])]
      .filter(([file]) => workers.some((worker) => new RegExp(`^worker-${q}-${worker}(\\.|$)`).test(file)))
      .flatMap(([, held]) => [...held.values()]);
    const withEffect = hands.filter(Boolean).length;
    if (hands.length === 0) return ', holding nothing';
    return `, holding ${hands.length} message${hands.length === 1 ? '' : 's'}, ${withEffect} of them with their effect`;
  }

  private exited(event: ExitedEvent): LiveEvent[] {
    if (event.ordered) return [];
    const who =
      event.role === 'producer' ? `the producer ${event.name}` : `${event.name}: worker ${event.worker}`;
    const how = event.signal === null ? `exit code ${event.code}` : `signal ${event.signal}`;
    return [
      this.line(event.t, `${who} (pid ${event.pid}) died by itself: ${how}; nobody ordered this`, 'warn'),
    ];
  }

  private last(file: string, message: string, t: number): LiveEvent[] {
    const producer = this.plan.producers.find(({ name, scheduled }) => message === `${name}/${scheduled}`);
    if (producer === undefined || this.published.has(file)) return [];
    this.published.add(file);
    return [
      this.line(
        t,
        `${producer.name}: the last of ${producer.scheduled.toLocaleString('en')} is published`,
        'plain',
      ),
    ];
  }

  private noteRedelivered(queue: string, message: string, at: number): void {
    const noted = this.redelivered.get(queue) ?? { at, messages: [] };
    noted.messages.push(message);
    this.redelivered.set(queue, noted);
  }

  private line(t: number, text: string, tone: LiveEvent['tone']): LiveEvent {
    return { atSeconds: (t * this.plan.speed) / 1e6, text, tone };
  }
}
