import type { ExitedEvent } from '../../ledger/events.js';
import type { Plan } from '../../plan/types.js';
import { orderServiceName } from '../../result/orders.js';
import type { Lifeline } from '../../result/series.js';
import type { Collected } from '../collect.js';
import { toNano } from './thinner.js';

/** What the ledger says of one process. Microseconds. */
interface Life {
  readonly role: Lifeline['role'];
  readonly name: string;
  readonly worker: number;
  readonly pid: number;
  /** The order to start it, or, where there was none, its first line. */
  startedAt: number;
  /** Null: it wrote nothing. */
  readonly openedAt: number | null;
  readyAt: number | null;
  readonly freezes: readonly { readonly from: number; readonly to: number | null }[];
  killedAt: number | null;
  exit: ExitedEvent | null;
}

type Span = Lifeline['spans'][number];

/** Every process, with what it was when. To be asked before anything is worked out from what was collected. */
export function lifelines(
  plan: Plan,
  collected: Collected,
  seconds: (micros: number) => number,
  endSeconds: number,
): Lifeline[] {
  const { story } = collected;
  const lives = livesOf(plan, collected);
  return [...lives.values()]
    .sort((a, b) => a.startedAt - b.startedAt)
    .flatMap((life): Lifeline[] => {
      const { role, name, worker, pid } = life;
      const death = deathOf(life, story.endAt, fellOver(life, collected));
      const toSeconds = death === null ? endSeconds : Math.min(endSeconds, seconds(death.at));
      const spans = spansOf(life, upFrom(life, collected), seconds, toSeconds);
      return spans.length === 0 ? [] : [{ role, name, worker, pid, spans, end: death?.how ?? null }];
    });
}

function livesOf(plan: Plan, { story, processes }: Collected): Map<number, Life> {
  const lives = new Map<number, Life>();
  for (const { role, name, worker, pid, openedAt, freezes } of processes.all()) {
    if (role === 'lab' || pid === 0) continue;
    const known = name ?? (role === 'order-service' ? orderServiceName : null);
    if (known === null) continue;
    const who = { role, name: known, worker: worker ?? 1, pid };
    lives.set(pid, { ...unknown, ...who, startedAt: openedAt, openedAt, freezes });
  }
  /** One that wrote nothing is known by what the lab says of it. */
  const lifeOf = (pid: number, name: string, worker: number, startedAt: number): Life => {
    const life = lives.get(pid) ?? { ...unknown, role: roleOf(plan, name), name, worker, pid, startedAt };
    lives.set(pid, life);
    return life;
  };
  const ordered = (pid: number, q: string, worker: number, t: number): void => {
    const life = lifeOf(pid, q, worker, t);
    life.startedAt = Math.min(life.startedAt, t);
  };
  for (const { t, q, worker, pid } of story.supervised) ordered(pid, q, worker, t);
  for (const { t, q, kind, pids, workers } of story.faults) {
    for (const [i, pid] of pids.entries()) {
      const worker = workers[i] ?? 1;
      // Those that a scale stops were there before it.
      const isNew = (lives.get(pid)?.startedAt ?? t) >= t;
      if (kind === 'restart' || (kind === 'scale' && isNew)) ordered(pid, q, worker, t);
      else if (kind === 'kill') lifeOf(pid, q, worker, 0).killedAt ??= t;
    }
  }
  for (const { t, q, worker, pid } of story.ready) lifeOf(pid, q, worker, Math.min(t, 0)).readyAt ??= t;
  for (const exit of story.exits) lifeOf(exit.pid, exit.name, exit.worker ?? 1, 0).exit ??= exit;
  return lives;
}

const unknown = {
  openedAt: null,
  readyAt: null,
  freezes: [],
  killedAt: null,
  exit: null,
};

function roleOf({ queues, producers }: Plan, name: string): Lifeline['role'] {
  if (name === orderServiceName) return 'order-service';
  if (queues.some((queue) => queue.name === name)) return 'worker';
  return producers.some((producer) => producer.name === name) ? 'producer' : 'provider';
}

/**
 * When it was up. Where nobody says that it was ready: a producer is as soon as it is there, as are all that are there before the clock, and a worker
 * when it starts on a message. Null: never, as far as anybody knows.
 */
function upFrom({ role, name, pid, openedAt, readyAt }: Life, { queues }: Collected): number | null {
  if (readyAt !== null) return readyAt;
  if (openedAt !== null && (openedAt <= 0 || role === 'producer')) return openedAt;
  return queues.get(name)?.pace.firstStarts.get(pid)?.at ?? null;
}

/** Whether the provider said, while this process of it lived, that it gives in. */
function fellOver({ role, name, startedAt, exit }: Life, { story }: Collected): boolean {
  if (role !== 'provider' || exit === null) return false;
  return story.fellOver.some(({ s, t }) => s === name && t >= startedAt && t <= exit.t);
}

/** Null: it lived to the end, and then was told to go like all others. */
function deathOf(
  { role, killedAt, exit }: Life,
  endAt: number,
  hasFallenOver: boolean,
): { readonly at: number; readonly how: string } | null {
  if (killedAt !== null && killedAt <= endAt) return { at: killedAt, how: 'killed' };
  if (exit === null || (exit.ordered && exit.t > endAt)) return null;
  const { t: at, code, signal, ordered } = exit;
  if (hasFallenOver) return { at, how: 'fell over' };
  if (signal !== null) return { at, how: ordered && signal === 'SIGKILL' ? 'killed' : `signal ${signal}` };
  if (code !== 0) return { at, how: `exit code ${code}` };
  if (!ordered) return { at, how: 'exit code 0' };
  return { at, how: role === 'producer' ? 'done' : 'stopped' };
}

function spansOf(
  { startedAt, freezes }: Life,
  upAt: number | null,
  seconds: (micros: number) => number,
  toSeconds: number,
): Span[] {
  const spans: Span[] = [];
  let fromSeconds = Math.max(0, toNano(seconds(startedAt)));
  const pass = (state: Span['state'], micros: number | null): void => {
    const until = toNano(micros === null ? toSeconds : Math.min(toSeconds, seconds(micros)));
    if (until <= fromSeconds) return;
    const last = spans.at(-1);
    if (last?.state === state) spans[spans.length - 1] = { ...last, toSeconds: until };
    else spans.push({ fromSeconds, toSeconds: until, state });
    fromSeconds = until;
  };
  pass('starting', upAt);
  for (const { from, to } of freezes) {
    pass('up', from);
    pass('frozen', to);
  }
  pass('up', null);
  return spans;
}
