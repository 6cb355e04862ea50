import type { ExitedEvent, FaultEvent, ReadyEvent } from '../../ledger/events.js';
import type { TailedEvent } from '../../ledger/tail.js';
import type { Plan } from '../../plan/types.js';
import type { LiveEvent } from '../../report/live.js';
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

/** As many messages as one line names. */
const mostNamed = 6;

/** What happened to several messages of a queue since the last look. */
interface Noted {
  readonly queue: string;
  readonly at: number;
  readonly messages: string[];
  /** Empty: there is none. */
  readonly why: string;
}

/** Tells the events of a run as lines, while it goes on. */
export class Narrator {
  private readonly redelivered = new Map<string, Noted>();
  /** By queue and reason. */
  private readonly failed = new Map<string, Noted>();
  private readonly dead = new Map<string, Noted>();
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
      case 'ready':
        return this.ready(event);
      case 'supervised':
        this.orderedStart.set(event.pid, event.t);
        return [
          this.line(
            event.t,
            `${event.q}: worker ${event.worker} started again by its supervisor (pid ${event.pid})`,
            'good',
          ),
        ];
      case 'exited':
        return this.exited(event);
      case 'started':
        if (event.r === true) note(this.redelivered, event);
        return [];
      case 'failed':
        note(this.failed, event, event.why);
        return [];
      case 'attempted':
        return this.last(file, event.m, event.t);
      case 'broker-lost':
        return [this.line(event.t, `the broker does not answer: ${event.why}`, 'warn')];
      case 'broker-back':
        return [this.line(event.t, event.why, 'good')];
      case 'dead': {
        const why = event.why ?? 'no reason given';
        note(this.dead, event, why);
        return [];
      }
      default:
        return [];
    }
  }

  /** What failed, died and came back since the last call, in one line for each queue and reason. */
  flush(): LiveEvent[] {
    const failed = [...this.failed.values()].map(({ queue, at, messages, why }) => {
      const attempts = messages.length === 1 ? 'an attempt' : `${messages.length} attempts`;
      return this.line(at, `${queue}: ${attempts} failed (${named(messages)}): ${why}`, 'warn');
    });
    const dead = [...this.dead.values()].map(({ queue, at, messages, why }) => {
      const are = messages.length === 1 ? 'is' : 'are';
      return this.line(at, `${queue}: ${named(messages)} ${are} dead: ${why}`, 'warn');
    });
    const back = [...this.redelivered.values()].map(({ queue, at, messages }) =>
      this.line(at, `${queue}: redelivered ${named(messages)}`, 'warn'),
    );
    for (const noted of [this.failed, this.dead, this.redelivered]) noted.clear();
    return [...failed, ...dead, ...back];
  }

  private ready({ t, q, worker, pid }: ReadyEvent): LiveEvent[] {
    const ordered = this.orderedStart.get(pid);
    if (ordered === undefined) return [];
    const after = ((t - ordered) / 1e6).toFixed(2);
    return [this.line(t, `${q}: worker ${worker} ready after ${after} s of real time`, 'good')];
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
      .filter(([file]) => workers.some((worker) => isFileOf(file, q, worker)))
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

  private line(t: number, text: string, tone: LiveEvent['tone']): LiveEvent {
    return { atSeconds: (t * this.plan.speed) / 1e6, text, tone };
  }
}

/** Puts a message down beside those of the same kind. */
function note(
  notes: Map<string, Noted>,
  event: { readonly q: string; readonly m: string; readonly t: number },
  why = '',
): void {
  const key = `${event.q} ${why}`;
  const noted = notes.get(key);
  if (noted !== undefined) {
    noted.messages.push(event.m);
    return;
  }
  notes.set(key, { queue: event.q, at: event.t, messages: [event.m], why });
}

function named(messages: readonly string[]): string {
  const more = messages.length > mostNamed ? ` and ${messages.length - mostNamed} more` : '';
  return `${messages.slice(0, mostNamed).join(', ')}${more}`;
}
