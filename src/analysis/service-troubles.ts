import type { Plan } from '../plan/types.js';
import type { ServiceTrouble } from '../result/orders.js';
import type { CollectedQueue } from './collect.js';
import type { OrderLog } from './order-log.js';
import { stepsOf } from './orders.js';
import type { ProviderCounts } from './service-log.js';
import type { Story } from './story.js';

/** A span in which a provider was in trouble. Microseconds; to null: to the end. */
interface Span {
  readonly causes: readonly string[];
  readonly from: number;
  readonly to: number | null;
}

/** What a provider's troubles are found in. */
interface Found {
  readonly plan: Plan;
  readonly story: Story;
  readonly orders: OrderLog;
  readonly queues: ReadonlyMap<string, CollectedQueue>;
}

/**
 * When a provider was down, frozen, or turned calls away, and what became of the orders that were posted then. Spans that
 * overlap, or follow each other within a scenario second, are one trouble.
 */
export function serviceTroubles(
  provider: string,
  { turningAway }: ProviderCounts,
  found: Found,
  seconds: (micros: number) => number,
): ServiceTrouble[] {
  const { plan, story } = found;
  const spans: Span[] = [
    ...absencesOf(provider, story),
    // A run that is ending still has calls.
    ...turningAway.map(({ from, to }) => ({
      causes: ['turned calls away'],
      from,
      to: Math.min(to, story.endAt),
    })),
  ];
  return merged(
    spans.filter(({ from }) => from <= story.endAt),
    1e6 / plan.speed,
  ).map(({ causes, from, to }) => ({
    causes,
    fromSeconds: seconds(from),
    toSeconds: to === null ? null : seconds(to),
    ...spread(provider, from, to ?? Number.POSITIVE_INFINITY, found),
  }));
}

/** A change of whether a provider is there. */
interface Turn {
  readonly t: number;
  readonly turn: 'down' | 'ready' | 'frozen' | 'thawed';
  readonly cause: string;
}

/** Spans in which the provider's process was gone (until the next one was ready) or frozen. */
function absencesOf(provider: string, story: Story): Span[] {
  const spans: Span[] = [];
  let down: { readonly cause: string; readonly from: number } | null = null;
  let frozen: number | null = null;
  for (const { t, turn, cause } of turnsOf(provider, story)) {
    if (frozen !== null && turn !== 'frozen') {
      spans.push({ causes: ['frozen'], from: frozen, to: t });
      frozen = null;
    }
    if (turn === 'frozen') frozen ??= t;
    else if (turn === 'down') down ??= { cause, from: t };
    else if (turn === 'ready' && down !== null) {
      spans.push({ causes: [down.cause], from: down.from, to: t });
      down = null;
    }
  }
  if (frozen !== null) spans.push({ causes: ['frozen'], from: frozen, to: null });
  if (down !== null) spans.push({ causes: [down.cause], from: down.from, to: null });
  return spans;
}

function turnsOf(provider: string, story: Story): Turn[] {
  const turns: Turn[] = [];
  const words = { kill: 'killed', stop: 'stopped' } as const;
  for (const { t, q, kind, pids } of story.faults) {
    if (q !== provider || pids.length === 0) continue;
    if (kind === 'kill' || kind === 'stop') turns.push({ t, turn: 'down', cause: words[kind] });
    if (kind === 'freeze') turns.push({ t, turn: 'frozen', cause: '' });
    if (kind === 'thaw') turns.push({ t, turn: 'thawed', cause: '' });
  }
  for (const { t, s } of story.fellOver) {
    if (s === provider) turns.push({ t, turn: 'down', cause: 'fell over' });
  }
  for (const { t, role, name, ordered } of story.exits) {
    if (role === 'provider' && name === provider && !ordered) turns.push({ t, turn: 'down', cause: 'died' });
  }
  for (const { t, q } of story.ready) if (q === provider) turns.push({ t, turn: 'ready', cause: '' });
  return turns.filter(({ t }) => t <= story.endAt).sort((a, b) => a.t - b.t);
}

/** @param within how far apart spans may be that are joined, in microseconds */
function merged(spans: readonly Span[], within: number): Span[] {
  const inOrder = [...spans].sort((a, b) => a.from - b.from);
  const joined: Span[] = [];
  for (const span of inOrder) {
    const last = joined.at(-1);
    if (last === undefined || (last.to !== null && span.from - last.to > within)) {
      joined.push(span);
      continue;
    }
    const to = last.to === null || span.to === null ? null : Math.max(last.to, span.to);
    joined[joined.length - 1] = {
      causes: [...new Set([...last.causes, ...span.causes])],
      from: last.from,
      to,
    };
  }
  return joined;
}

/** What became of the orders that were posted in a span: their answers, and their steps that are not this provider's. */
function spread(
  provider: string,
  from: number,
  to: number,
  { plan, orders, queues }: Found,
): Pick<ServiceTrouble, 'posted' | 'notAccepted' | 'missing'> {
  let posted = 0;
  let notAccepted = 0;
  const missing: Record<string, number> = {};
  for (const producer of plan.producers) {
    const table = orders.tables.get(producer.name);
    if (table === undefined) continue;
    const others = stepsOf(producer, queues).filter(
      ({ name }) => plan.scenario.queues.find((queue) => queue.name === name)?.provider !== provider,
    );
    for (const { name } of others) missing[name] ??= 0;
    for (let row = 0; row < table.size; row++) {
      const at = table.postedAt[row] as number;
      // Not posted: NaN, which is in no span.
      if (!(at >= from && at <= to)) continue;
      posted++;
      if (table.classOf(row) !== 'accepted') notAccepted++;
      for (const { name, table: step, base } of others) {
        if (!step.hadEffect(base + row)) missing[name] = (missing[name] as number) + 1;
      }
    }
  }
  return { posted, notAccepted, missing };
}
