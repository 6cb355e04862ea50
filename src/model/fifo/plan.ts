import { capacityOf, handSeconds } from '../../plan/capacity.js';
import { specOf } from '../../plan/spec.js';
import type { Plan, PlannedFault, PlannedProducer, PlannedQueue } from '../../plan/types.js';
import type { QueueSpec } from '../../scenario/types.js';
import type { CapacityStep } from '../balance.js';
import { compareRates, type Span } from '../balance.js';
import { tidy } from '../pieces.js';
import { type Onset, onsetsOf, stillnessOf, type Taking } from '../troubles.js';
import { takingCause } from '../words.js';
import { GivingBack, type UpSpan } from './giving-back.js';
import { mostSeconds } from './limits.js';
import type { FifoOutage, FifoSetting } from './types.js';

/** Charts begin with so many points. */
const firstPoints = 120;

/** A plan as the fast path sees it. */
export interface FifoPlan {
  readonly spec: QueueSpec;
  readonly setting: FifoSetting;
  /** What begins troubles, and what they are made of. */
  readonly onsets: readonly Onset[];
  readonly spans: readonly Span[];
  readonly takings: readonly Taking[];
}

/** An absence of all workers, with the fault that begins it. */
interface Absence {
  readonly fault: PlannedFault;
  /** Infinity: nobody comes back. */
  readonly toSeconds: number;
}

/** Why a plan can't be played on the fast path, as a clause; null: it can. */
export function whyNotFifo(plan: Plan): string | null {
  const { scenario, producers, queues } = plan;
  const [producer] = producers;
  const [queue] = queues;
  if (producers.length !== 1 || producer === undefined) return 'it has several producers';
  if (queues.length !== 1 || queue === undefined) return 'it has several queues';
  if (scenario.orderService !== null || producer.via === 'http')
    return 'its orders come through an order service';
  if (scenario.drainSeconds !== null) return 'its drain has a limit';
  if (producer.resubmitSeconds.length > 0) return `${producer.name} publishes its messages again`;
  if (producer.to.length > 1) return `${producer.name} publishes each message twice`;
  return whyNotQueue(specOf(plan, queue.name)) ?? whyNotFaults(plan, queue);
}

function whyNotQueue(spec: QueueSpec): string | null {
  const { name, idempotency, deduplication, failures } = spec;
  if (spec.provider !== null) return `the work of ${name} is done by a provider`;
  if (failures.length > 0 || spec.timeoutSeconds !== null) return `attempts of ${name} may fail`;
  if (spec.polling !== null) return `the workers of ${name} poll`;
  if (idempotency.mode !== 'none') return `${name} has a memory of what was done`;
  if (deduplication.kind === 'debounce' || deduplication.kind === 'reschedule')
    return `messages of ${name} wait before they are served`;
  if (spec.outcomes.length > 0) return `${name} publishes on`;
  if (spec.superviseSeconds !== null) return `the workers of ${name} are supervised`;
  if (spec.workers === 0) return `${name} begins without workers`;
  return spec.work.meanSeconds < 1e-6 ? `the work of ${name} takes no time` : null;
}

/** Only absences of all workers, one after the other, and no message that might be given up. */
function whyNotFaults(
  { faults, capabilities, lastMomentSeconds, scenario }: Plan,
  queue: PlannedQueue,
): string | null {
  const { redelivery, rateScope } = capabilities;
  const { limit, afterSeconds } = queue.redelivery;
  const [spec] = scenario.queues;
  if (spec === undefined || lastMomentSeconds > mostSeconds)
    return 'it lasts longer than the fast path counts';
  if (rateScope !== 'queue') return 'its broker limits each worker by itself';
  let isUp = true;
  let at = -1;
  for (const { kind, workers, when, atSeconds: exactly } of faults) {
    const atSeconds = tidy(exactly);
    const takes = kind === 'kill' || kind === 'stop';
    if (!takes && kind !== 'restart') return `it has a ${kind}`;
    const isAll = workers === 'all' || workers >= spec.workers;
    if (when !== 'now' || !isAll || takes !== isUp || !(atSeconds > at))
      return 'its faults are not whole outages';
    isUp = !takes;
    at = atSeconds;
  }
  const kills = faults.filter(({ kind }) => kind === 'kill').length;
  if (kills === 0) return null;
  const isKnown = redelivery.on === 'lock-expiry' && redelivery.checks === 2 && redelivery.needsWorker;
  if (!isKnown || redelivery.position !== 'head' || redelivery.order === 'same')
    return 'its broker gives messages back in another way than by locks and two checks';
  if (kills > limit) return `a message may be given back more often than ${limit} times`;
  if (spec.work.kind !== 'constant') return 'its work is drawn, and its workers are killed';
  return handSeconds(spec) < afterSeconds / 4 ? null : 'its locks are renewed while the work lasts';
}

/** A plan of which whyNotFifo says nothing, as a setting of the fast path. */
export function fifoPlanOf(plan: Plan): FifoPlan {
  const [producer] = plan.producers as readonly [PlannedProducer];
  const [queue] = plan.queues as readonly [PlannedQueue];
  const spec = specOf(plan, queue.name);
  const absences = absencesOf(plan);
  const capacity = capacityOver(spec, absences);
  const takings = absences.map(({ fault }): Taking => {
    const { kind, atSeconds } = fault;
    return { atSeconds, cause: takingCause(kind, spec.name, spec.workers, spec.workers, atSeconds) };
  });
  const spans = compareRates(queue.arrivals, capacity);
  const endSeconds = Number.POSITIVE_INFINITY;
  const onsets = onsetsOf({ name: spec.name, takings, endSeconds }, spans);
  const { curve, arrivals, times } = producer;
  return {
    spec,
    onsets,
    spans,
    takings,
    setting: {
      arrivals: { curve, arrivals, ...(times === undefined ? {} : { times }) },
      hands: spec.workers * spec.concurrency,
      work: spec.work,
      acknowledgeSeconds: spec.acknowledgeSeconds,
      limit: spec.rate,
      outages: outagesOf(absences, queue),
      onsets: onsets.map(({ atSeconds, recoverySeconds }) => {
        return { atSeconds, recoverySeconds: recoverySeconds ?? Number.POSITIVE_INFINITY };
      }),
      stillnessSeconds: stillnessOf(spec),
      draws: { kind: 'plan', seed: plan.seed, producer: producer.name, queue: queue.name },
      inMicros: true,
      outlineSeconds: Math.max(1e-3, plan.lastMomentSeconds / firstPoints),
    },
  };
}

/** Times in whole microseconds, as a ledger has them. */
function absencesOf(plan: Plan): Absence[] {
  const faults = plan.faults.map((fault) => ({ ...fault, atSeconds: tidy(fault.atSeconds) }));
  return faults.flatMap((fault, i) =>
    fault.kind === 'restart'
      ? []
      : [{ fault, toSeconds: faults[i + 1]?.atSeconds ?? Number.POSITIVE_INFINITY }],
  );
}

function capacityOver(spec: QueueSpec, absences: readonly Absence[]): CapacityStep[] {
  const perSecond = capacityOf(spec, spec.workers);
  return [
    { atSeconds: 0, perSecond },
    ...absences.flatMap(({ fault, toSeconds }) => [
      { atSeconds: fault.atSeconds, perSecond: 0 },
      ...(Number.isFinite(toSeconds) ? [{ atSeconds: toSeconds, perSecond }] : []),
    ]),
  ];
}

function outagesOf(absences: readonly Absence[], { redelivery }: PlannedQueue): FifoOutage[] {
  const micros = (seconds: number): number => Math.round(seconds * 1e6);
  const up = absences.map(({ fault }, i): UpSpan => {
    const from = micros(absences[i - 1]?.toSeconds ?? 0);
    return { from, to: micros(fault.atSeconds) };
  });
  const last = absences.at(-1);
  if (last !== undefined && Number.isFinite(last.toSeconds))
    up.push({ from: micros(last.toSeconds), to: Number.POSITIVE_INFINITY });
  const back = new GivingBack(up, redelivery);
  return absences.map(({ fault, toSeconds }) => ({
    fromSeconds: fault.atSeconds,
    toSeconds,
    inHand:
      fault.kind === 'kill'
        ? { backAfterSeconds: back.ofDeathAt(micros(fault.atSeconds)), order: 'reversed' }
        : 'finished',
  }));
}
