import { isCalledDirectly } from '../../plan/called.js';
import { handSeconds, handsOf, limitPerSecond, roundSeconds } from '../../plan/capacity.js';
import { modelledPlan, providerOf } from '../../plan/modelled.js';
import { specOf } from '../../plan/spec.js';
import type { Plan, PlannedQueue, RateCurve } from '../../plan/types.js';
import type { QueueTheory, TheoryFormula } from '../../result/theory.js';
import type { QueueSpec } from '../../scenario/types.js';
import { littlesLaw } from '../formulas.js';
import { tidy } from '../pieces.js';
import { arrivingAt, ratesOf } from './arriving.js';
import { downFormulas, retryFormulas } from './attempts.js';
import { backlogFormulas } from './backlogs.js';
import { bandOf } from './band.js';
import { capacityFilledIn, retryingOf, stabilityOf, workersOf } from './load.js';
import { capacitySteps } from './steps.js';
import { type Stretch, stretchesOf } from './stretches.js';
import { figure, inSeconds, perSecond } from './words.js';

/** Most times with a backlog whose formulas are filled in: the longest. */
const mostStretches = 3;

/**
 * What the closed forms of queueing theory say of each queue that something is planned to come to, filled in with the plan's numbers: by
 * queue name. Queues that the model says nothing of are left out. Sources of the formulas: docs/formulas.md.
 */
export function theoryOf(plan: Plan): Readonly<Record<string, QueueTheory>> {
  const modelled = modelledPlan(plan);
  const capacities = new Map(
    modelled.scenario.queues.map((spec) => [spec.name, messagesPerSecond(modelled, spec)]),
  );
  const arriving = arrivingAt(modelled, (name) => capacities.get(name) ?? 0);
  return Object.fromEntries(
    modelled.queues.flatMap((queue) => {
      const curve = arriving.get(queue.name) ?? [];
      const isOut = isCalledDirectly(plan, queue) || ratesOf(curve).peakPerSecond === 0;
      return isOut ? [] : [[queue.name, queueTheory(plan, modelled, queue, curve)]];
    }),
  );
}

/** The capacity in messages: each takes as many attempts as it needs on average. */
function messagesPerSecond(plan: Plan, spec: QueueSpec): number {
  const { perSecond: capacity } = capacityFilledIn(spec, workersOf(plan, spec), false);
  return (capacity ?? Number.POSITIVE_INFINITY) / (retryingOf(spec)?.perMessage ?? 1);
}

function queueTheory(plan: Plan, modelled: Plan, queue: PlannedQueue, curve: RateCurve): QueueTheory {
  const spec = specOf(modelled, queue.name);
  const own = specOf(plan, queue.name);
  const workers = workersOf(plan, spec);
  const isProviders = providerOf(plan, own) !== null && limitPerSecond(spec) < limitPerSecond(own);
  const capacity = capacityFilledIn(spec, workers, isProviders);
  const retrying = retryingOf(spec);
  const perMessage = retrying?.perMessage ?? 1;
  const messages = messagesPerSecond(modelled, spec);
  const arrivals = ratesOf(curve);
  const steps = capacitySteps(modelled, spec).map((step) => ({
    ...step,
    perSecond: step.perSecond / perMessage,
  }));
  const rho = (rate: number): number | null =>
    messages === 0 || messages === Number.POSITIVE_INFINITY ? null : rate / messages;
  const [only, ...others] = queue.producers;
  const who = others.length === 0 && only !== undefined ? only : 'messages';
  const { isStable, stability } = stabilityOf(who, arrivals, messages, steps);
  const down = downFormulas(spec, workers, arrivals.meanPerSecond);
  return {
    arrivals,
    capacity,
    utilisation: {
      mean: rho(arrivals.meanPerSecond),
      calm: rho(arrivals.calmPerSecond),
      peak: rho(arrivals.peakPerSecond),
    },
    isStable,
    stability: stability + leftOut(modelled, queue, spec),
    formulas: [
      ...retryFormulas(retrying, rho(arrivals.peakPerSecond)),
      ...down.first,
      ...backlogs(stretchesOf(curve, steps).filter((stretch) => isTelling(stretch, spec))),
      ...(steps.at(-1)?.perSecond === messages
        ? handsFormula(spec, workers, arrivals.meanPerSecond, messages)
        : []),
      ...down.last,
    ],
    ...bandOf({ plan, queue, own, spec, arrivals, capacity }),
  };
}

/** What ρ doesn't count, in words; empty: it counts all. */
function leftOut({ producers }: Plan, queue: PlannedQueue, { failures }: QueueSpec): string {
  const again = producers.some(
    ({ name, resubmitSeconds }) => queue.producers.includes(name) && resubmitSeconds.length > 0,
  );
  const stuck = failures.some(({ kind, select }) => kind !== 'fail' && select.kind !== 'all');
  return `${again ? '; further publishes are not counted' : ''}${stuck ? '; work that hangs or crashes is not counted' : ''}`;
}

/** Whether more wait than are in hand anyway, or start in one window: else it is decided by whole messages. */
function isTelling({ before, after }: Stretch, spec: QueueSpec): boolean {
  const inHand = (after ?? before).capacity.highest * (roundSeconds(spec) ?? handSeconds(spec));
  return before.arrived - before.served > Math.max(inHand, spec.rate?.count ?? 0);
}

/** Of the longest, in order of time. */
function backlogs(stretches: readonly Stretch[]): TheoryFormula[] {
  const length = ({ fromSeconds, caughtUpSeconds }: Stretch): number =>
    (caughtUpSeconds ?? Number.POSITIVE_INFINITY) - fromSeconds;
  const longest = stretches.toSorted((a, b) => length(b) - length(a)).slice(0, mostStretches);
  return stretches
    .filter((stretch) => longest.includes(stretch))
    .flatMap((stretch) =>
      backlogFormulas(stretch, stretches.length === 1 ? null : `from ${inSeconds(stretch.fromSeconds)} on`),
    );
}

/** Little's law for the hands. @param capacity in messages */
function handsFormula(spec: QueueSpec, workers: number, arrivals: number, capacity: number): TheoryFormula[] {
  const { acknowledgeSeconds, polling, failures, timeoutSeconds } = spec;
  if (polling !== null || failures.length > 0 || timeoutSeconds !== null || handSeconds(spec) === 0)
    return [];
  if (workers === 0) return [];
  const isFull = arrivals > capacity;
  const rate = Math.min(arrivals, capacity);
  const letter = isFull ? 'μ' : 'λ';
  return [
    {
      name: 'hands in use',
      says: "Little's law:",
      general: `L = ${letter} × ${acknowledgeSeconds > 0 ? '(work + acknowledge)' : 'work'}`,
      filled: `${perSecond(rate)} × ${inSeconds(handSeconds(spec))}`,
      value: tidy(littlesLaw(rate, handSeconds(spec))),
      unit: 'hands',
      note: `of ${figure(workers * handsOf(spec))}`,
      holds: 'always, on average over the time in which messages come',
    },
  ];
}
