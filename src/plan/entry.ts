import { orderServiceName } from '../result/orders.js';
import { CurveInverse, cumulativeAt, sumOf } from './curve.js';
import { type Outage, outagesOf } from './outages.js';
import type { Plan, PlannedProducer, PlannedQueue, RateCurve, RateSegment } from './types.js';

/** Orders per second of real time that the order service takes in at once after it hung: what HTTP bounds, roughly. */
export const takenInPerRealSecond = 1500;

/** Connections that the operating system holds for a service that does not take them: Node's default. */
export const heldConnections = 511;

/** A span of due times whose orders take another way than those before and after. */
interface Span {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** When its orders are taken in, in their order; null: never. */
  readonly arriveFromSeconds: number | null;
}

/**
 * A producer as its messages arrive on the broker. Those that come by the order service (mode: queue) are published as
 * soon as it has them, or so long after as it is set to; what is due while it is down never arrives, and what is due while it
 * is frozen arrives at the thaw, one right after the other. That is so of an abandoned order as well: it lies in the
 * service's socket, which is measured; only so many of those as connections are held.
 * The count is exact for constant arrivals, and by the mean rate for drawn ones.
 */
export function asItArrives(plan: Plan, producer: PlannedProducer): PlannedProducer {
  const delay = delayOf(plan, producer);
  const spans = spansOf(plan, producer, delay);
  if (spans.length === 0 && delay === 0) return producer;
  const { curve } = producer;
  const parts: RateCurve[] = [];
  let from = 0;
  let missing = 0;
  for (const span of spans) {
    parts.push(shifted(within(curve, from, span.fromSeconds), delay));
    from = span.toSeconds;
    const { arriveFromSeconds } = span;
    if (arriveFromSeconds === null) missing += messagesIn(curve, span);
    else parts.push(burst(plan, messagesIn(curve, span), arriveFromSeconds));
  }
  parts.push(shifted(within(curve, from, Number.POSITIVE_INFINITY), delay));
  return { ...producer, curve: sumOf(parts), scheduled: Math.max(0, producer.scheduled - missing) };
}

/** A queue to which its producers' messages come as they arrive. @param producers as they arrive, in the plan's order */
export function asItComes(
  plan: Plan,
  queue: PlannedQueue,
  producers: readonly PlannedProducer[],
): PlannedQueue {
  const changed = producers.filter((producer, i) => producer !== plan.producers[i]);
  if (!changed.some(({ name }) => queue.producers.includes(name))) return queue;
  const sources = queue.sources.map((source) => {
    const planned = plan.producers.find(({ name }) => name === source.producer)?.scheduled ?? 0;
    const arriving = changed.find(({ name }) => name === source.producer)?.scheduled ?? planned;
    const share = planned === 0 ? 1 : arriving / planned;
    return { ...source, scheduled: Math.round(source.scheduled * share) };
  });
  return {
    ...queue,
    sources,
    scheduled: sources.reduce((sum, { scheduled }) => sum + scheduled, 0),
    arrivals: sumOf(producers.filter(({ to }) => to.includes(queue.name)).map(({ curve }) => curve)),
  };
}

function isByService({ scenario }: Plan, { via }: PlannedProducer): boolean {
  return via === 'http' && scenario.mode === 'queue';
}

function delayOf(plan: Plan, producer: PlannedProducer): number {
  return isByService(plan, producer) ? (plan.scenario.orderService?.publishAfterAnswerSeconds ?? 0) : 0;
}

/** The spans of due times in which the order service keeps a producer's orders, or loses them; in order, without overlap. */
function spansOf(plan: Plan, producer: PlannedProducer, delay: number): Span[] {
  if (!isByService(plan, producer)) return [];
  const outages = outagesOf(plan, orderServiceName);
  let free = 0;
  return outages.flatMap((outage, i) => {
    const spans = spansIn(outage, outages[i + 1], plan, producer, delay).flatMap((span) => {
      const fromSeconds = Math.max(free, span.fromSeconds);
      return span.toSeconds > fromSeconds ? [{ ...span, fromSeconds }] : [];
    });
    free = Math.max(free, outage.toSeconds);
    return spans;
  });
}

function spansIn(
  { kind, fromSeconds, toSeconds }: Outage,
  next: Outage | undefined,
  { speed }: Plan,
  { curve, patienceSeconds }: PlannedProducer,
  delay: number,
): Span[] {
  // Who is stopped publishes first what he has answered; who is killed does not.
  const begin = kind === 'stopped' ? fromSeconds : Math.max(0, fromSeconds - delay);
  const thaws = kind === 'frozen' && Number.isFinite(toSeconds) && next?.fromSeconds !== toSeconds;
  if (!thaws) return [{ fromSeconds: begin, toSeconds, arriveFromSeconds: null }];
  // Customers who are still there are sure of a place; of the others the first are.
  const patient = Math.max(fromSeconds, toSeconds - patienceSeconds);
  const held = Math.min(patient, timeOf(curve, cumulativeAt(curve, fromSeconds) + heldConnections));
  const first = { fromSeconds: begin, toSeconds: held };
  const seconds = (messagesIn(curve, first) * speed) / takenInPerRealSecond;
  return [
    { ...first, arriveFromSeconds: toSeconds },
    { fromSeconds: held, toSeconds: patient, arriveFromSeconds: null },
    { fromSeconds: patient, toSeconds, arriveFromSeconds: toSeconds + seconds },
  ];
}

/** When so many messages are due; Infinity: never. */
function timeOf(curve: RateCurve, count: number): number {
  return new CurveInverse(curve).timeOf(count) ?? Number.POSITIVE_INFINITY;
}

/** Messages that are due in a span: number n at the time at which the integral of the rate is n − 1. */
function messagesIn(curve: RateCurve, { fromSeconds, toSeconds }: Omit<Span, 'arriveFromSeconds'>): number {
  const before = (seconds: number): number => Math.ceil(cumulativeAt(curve, seconds) - 1e-9);
  return Math.max(0, before(toSeconds) - before(fromSeconds));
}

function burst({ speed }: Plan, messages: number, startSeconds: number): RateCurve {
  if (messages === 0) return [];
  const perSecond = takenInPerRealSecond / speed;
  const endSeconds = startSeconds + messages / perSecond;
  return [{ startSeconds, endSeconds, fromPerSecond: perSecond, toPerSecond: perSecond }];
}

/** The part of a curve between two times. */
function within(curve: RateCurve, fromSeconds: number, toSeconds: number): RateSegment[] {
  return curve.flatMap((segment) => {
    const startSeconds = Math.max(segment.startSeconds, fromSeconds);
    const endSeconds = Math.min(segment.endSeconds, toSeconds);
    if (endSeconds <= startSeconds) return [];
    const slope = (segment.toPerSecond - segment.fromPerSecond) / (segment.endSeconds - segment.startSeconds);
    const rate = (seconds: number): number =>
      segment.fromPerSecond + slope * (seconds - segment.startSeconds);
    return [{ startSeconds, endSeconds, fromPerSecond: rate(startSeconds), toPerSecond: rate(endSeconds) }];
  });
}

function shifted(curve: RateCurve, seconds: number): RateCurve {
  return curve.map((segment) => ({
    ...segment,
    startSeconds: segment.startSeconds + seconds,
    endSeconds: segment.endSeconds + seconds,
  }));
}
