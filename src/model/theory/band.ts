import { handSeconds } from '../../plan/capacity.js';
import type { Plan, PlannedQueue } from '../../plan/types.js';
import { orderServiceName } from '../../result/orders.js';
import type { TheoryArrivals, TheoryCapacity, WaitBand } from '../../result/theory.js';
import type { QueueSpec } from '../../scenario/types.js';
import { allenCunneen, mmc } from '../formulas.js';

/** What is known of a queue when its band is asked for. */
export interface Banded {
  readonly plan: Plan;
  readonly queue: PlannedQueue;
  /** As the scenario has it, and as the model sees it. */
  readonly own: QueueSpec;
  readonly spec: QueueSpec;
  readonly arrivals: TheoryArrivals;
  readonly capacity: TheoryCapacity;
}

/** The mean wait in the calm by Erlang C and by Allen and Cunneen; or why these don't hold. */
export function bandOf(banded: Banded): {
  readonly waitBand: WaitBand | null;
  readonly whyNoBand: string | null;
} {
  const why = whyNoBand(banded);
  if (why !== null) return { waitBand: null, whyNoBand: why };
  const { spec, arrivals } = banded;
  const servers = spec.workers * spec.concurrency;
  const serviceSeconds = handSeconds(spec);
  const arrivalsPerSecond = arrivals.calmPerSecond;
  const arrivalCv = Math.sqrt(arrivalCvSquared(banded));
  const serviceCv = (cvOf(spec) * spec.work.meanSeconds) / serviceSeconds;
  const general = { arrivalsPerSecond, serviceSeconds, servers, arrivalCv, serviceCv };
  return {
    waitBand: {
      label: 'analytic sanity band, mean wait in the calm',
      arrivalsPerSecond,
      servers,
      erlangCSeconds: mmc(arrivalsPerSecond, 1 / serviceSeconds, servers).waitSeconds,
      allenCunneenSeconds: allenCunneen(general).waitSeconds,
      arrivalCvSquared: arrivalCv ** 2,
      serviceCvSquared: serviceCv ** 2,
      holds:
        'a steady state: averages over a time that is long against 1/(μ(1−ρ)²); exact for M/M/c and M/G/1, else an approximation',
    },
    whyNoBand: null,
  };
}

function whyNoBand({ plan, queue, own, spec, arrivals, capacity }: Banded): string | null {
  const { perSecond, boundBy } = capacity;
  const producers = plan.producers.filter(({ name }) => queue.producers.includes(name));
  const hasFault = ({ queue: target }: { readonly queue: string }): boolean =>
    target === queue.name ||
    target === own.provider ||
    (target === orderServiceName && producers.some(({ via }) => via === 'http'));
  if (boundBy === 'nobody' || own.workers === 0) return 'nobody serves it at the start';
  if (handSeconds(spec) === 0) return 'its work takes no time';
  if (perSecond !== null && arrivals.calmPerSecond >= perSecond * (1 - 1e-9)) return 'ρ is not below 1';
  if (plan.faults.some(hasFault)) return 'a fault befalls it';
  if (own.provider !== null) return 'a provider does the work, with a waiting room of its own';
  if (boundBy === 'limit') return 'bound by the limit, not by hands';
  if (spec.polling !== null) return 'its workers poll';
  if (spec.failures.length > 0 || spec.timeoutSeconds !== null) return 'its work may fail';
  if (queue.feeders.length > 0) return 'what another queue passes on is neither regular nor Poisson';
  if (producers.some(({ times }) => times !== undefined)) return 'a trace is neither regular nor Poisson';
  if (producers.some(({ resubmitSeconds }) => resubmitSeconds.length > 0))
    return 'messages are published again';
  const { kind } = spec.deduplication;
  if (kind === 'reschedule' || kind === 'debounce') return 'messages wait for their deduplication';
  return null;
}

/** Of several streams together, each counts by its share (the asymptotic method: W. Whitt 1982). */
function arrivalCvSquared({ plan, queue }: Banded): number {
  const producers = plan.producers.filter(({ to }) => to.includes(queue.name));
  const sum = (of: typeof producers): number => of.reduce((all, { scheduled }) => all + scheduled, 0);
  const all = sum(producers);
  return all === 0 ? 0 : sum(producers.filter(({ arrivals }) => arrivals === 'poisson')) / all;
}

function cvOf({ work }: QueueSpec): number {
  if (work.kind === 'constant') return 0;
  return work.kind === 'exponential' ? 1 : work.cv;
}
