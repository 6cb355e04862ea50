import type { LedgerEvent, OpenedEvent } from '../../src/ledger/events.js';

/** An event and the index of the file that it was read from. */
export interface Written {
  readonly event: LedgerEvent;
  readonly file: number;
}

/** The events of one message on one queue, in order of time. */
export interface Story {
  readonly queue: string;
  readonly message: string;
  readonly events: readonly Written[];
  /** States in which the census found it; `dead` too where it was found in the queue for the dead. */
  readonly found: ReadonlySet<'ready' | 'inFlight' | 'delayed' | 'dead'>;
}

/** A process that wrote a file, and what befell it. Microseconds. */
export interface Writer {
  readonly pid: number;
  readonly role: OpenedEvent['role'];
  readonly queue: string | null;
  /** When it was killed, or died by itself; null: it ended in order, or when the run did. */
  readonly diedAt: number | null;
  /** From when to when it was frozen, most likely. */
  readonly frozen: readonly { readonly from: number; readonly to: number }[];
}

/** A ledger by message and by process. Worked out here anew, so that the analysis is checked against something else. */
export interface LedgerIndex {
  readonly stories: readonly Story[];
  /** By file. */
  readonly writers: readonly (Writer | undefined)[];
  /** Queues whose census is complete. */
  readonly counted: ReadonlySet<string>;
  /** Workers up at the end, by queue, and since when that has been so. */
  readonly up: ReadonlyMap<string, { readonly workers: number; readonly since: number }>;
  /** When a worker last said that it takes messages, by queue. */
  readonly ready: ReadonlyMap<string, number>;
  /** The time of the `ended` event; null: there is none. */
  readonly endedAt: number | null;
}

type MessageEvent = Extract<LedgerEvent, { q: string; m: string }>;

/** Sorts a ledger. @param deadQueues the queues for the dead, by the queue whose dead they hold */
export function indexLedger(
  ledger: readonly Written[],
  deadQueues: ReadonlyMap<string, string>,
): LedgerIndex {
  const stories = new Map<string, { -readonly [K in keyof Story]: Story[K] } & { events: Written[] }>();
  const founds = new Map<string, Set<'ready' | 'inFlight' | 'delayed' | 'dead'>>();
  const ownerOf = new Map([...deadQueues].map(([queue, dead]) => [dead, queue]));
  const storyOf = (queue: string, message: string): { events: Written[] } => {
    const key = `${queue} ${message}`;
    const found = founds.get(key) ?? new Set();
    founds.set(key, found);
    const story = stories.get(key) ?? { queue, message, events: [], found };
    stories.set(key, story);
    return story;
  };
  const counted = new Set<string>();
  const up = new Map<string, { workers: number; since: number }>();
  const ready = new Map<string, number>();
  let endedAt: number | null = null;
  for (const written of ledger) {
    const { event } = written;
    if (isOfMessage(event)) storyOf(event.q, event.m).events.push(written);
    else if (event.e === 'census') {
      const owner = ownerOf.get(event.q);
      for (const message of event.m) {
        storyOf(owner ?? event.q, message);
        founds.get(`${owner ?? event.q} ${message}`)?.add(owner === undefined ? event.state : 'dead');
      }
    } else if (event.e === 'census-complete') counted.add(event.q);
    else if (event.e === 'ready') ready.set(event.q, event.t);
    else if (event.e === 'ended') endedAt = event.t;
    const now = upAfter(event);
    if (now !== null && endedAt === null) {
      const before = up.get(now.queue);
      if ((before?.workers ?? 0) > 0 !== now.workers > 0)
        up.set(now.queue, { workers: now.workers, since: event.t });
    }
  }
  return { stories: [...stories.values()], writers: writersOf(ledger), counted, up, ready, endedAt };
}

function isOfMessage(event: LedgerEvent): event is MessageEvent {
  return 'm' in event && typeof event.m === 'string';
}

function upAfter(event: LedgerEvent): { queue: string; workers: number } | null {
  if (event.e === 'fault' || event.e === 'supervised') return { queue: event.q, workers: event.up };
  if (event.e === 'exited' && event.up !== undefined) return { queue: event.name, workers: event.up };
  if (event.e === 'ready' && event.t <= 0) return { queue: event.q, workers: 1 };
  return null;
}

function writersOf(ledger: readonly Written[]): (Writer | undefined)[] {
  const deaths = new Map<number, number>();
  const frozen = new Map<number, { from: number; to: number }[]>();
  for (const { event } of ledger) {
    if (event.e === 'fault' && event.kind === 'kill')
      for (const pid of event.pids) deaths.set(pid, Math.min(event.t, deaths.get(pid) ?? event.t));
    if (event.e === 'exited' && (event.signal !== null || event.code !== 0) && !deaths.has(event.pid))
      deaths.set(event.pid, event.t);
    if (event.e === 'fault' && event.kind === 'freeze')
      for (const pid of event.pids)
        frozen.set(pid, [...(frozen.get(pid) ?? []), { from: event.t, to: Number.POSITIVE_INFINITY }]);
    if (event.e === 'fault' && event.kind === 'thaw')
      for (const pid of event.pids) {
        const last = frozen.get(pid)?.at(-1);
        if (last !== undefined) last.to = event.t;
      }
  }
  const writers: (Writer | undefined)[] = [];
  for (const { event, file } of ledger) {
    if (event.e !== 'opened' || writers[file] !== undefined) continue;
    writers[file] = {
      pid: event.pid,
      role: event.role,
      queue: event.name ?? null,
      diedAt: deaths.get(event.pid) ?? null,
      frozen: frozen.get(event.pid) ?? [],
    };
  }
  return writers;
}
