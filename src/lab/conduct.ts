import { messageOf } from '../errors.js';
import { Clock, LedgerWriter } from '../ledger/write.js';
import { queuesAlongTheWay } from './broker-queues.js';
import { takeCensus } from './census.js';
import { type DrainEnd, drain, moveMicrosOf } from './drain.js';
import { FaultTimeline } from './faults/timeline.js';
import { aborted } from './interruption.js';
import type { AbortRequest, LabOptions, LabOutcome } from './options.js';
import type { Prepared } from './prepare.js';
import { Sampler } from './sampler.js';
import { sleep, within } from './timers.js';

/** Between the processes' readiness and the zero, so that every process has the clock by then (real nanoseconds). */
const leadNanos = 50_000_000n;

/** What the processes may take to end, in real milliseconds, before they are killed. */
const grace = { drained: 5000, otherwise: 500 };

/** What a redrive that was under way at the end may take, in real milliseconds: longer than the broker's own limits. */
const redriveMillis = 10_000;

/** From the zero to the census. */
export async function conduct(options: LabOptions, prepared: Prepared): Promise<LabOutcome> {
  const { plan, signal, watch } = options;
  const { directory, found, broker, processes, diskFull, reportFull } = prepared;
  const queues = queuesAlongTheWay(plan);

  const clock = new Clock(process.hrtime.bigint() + leadNanos);
  const wall = new Date(Date.now() + Number(leadNanos / 1_000_000n)).toISOString();
  const ledger = new LedgerWriter(directory.ledger, 'lab', clock, { role: 'lab' }, (error) =>
    reportFull({ reason: 'disk-full', detail: messageOf(error) }),
  );
  await processes.arm(clock.zero, ledger);
  ledger.write({ e: 'run', wall }, 0);
  const sampler = new Sampler(broker, queues, ledger);
  sampler.start();
  watch({ type: 'started', clock });

  const { workers, services } = processes;
  const pools = new Map([...workers, ...services]);
  const faults = new FaultTimeline(plan, { pools, broker }, ledger, clock);
  const over = new AbortController();
  const course = async (): Promise<DrainEnd> => {
    const endMicros = ((plan.lastMomentSeconds + options.drainLimitSeconds) * 1e6) / plan.speed;
    const planned = Promise.all([processes.produce(clock.zero, ledger), faults.run(over.signal)]);
    // A producer that was frozen by a stranger never says that it is done.
    await Promise.race([planned, sleep((endMicros - clock.now()) / 1000, over.signal)]);
    watch({ type: 'draining' });
    const sources = { sampler, workers, services: [...services.values()] };
    return drain(sources, clock, { endMicros, moveMicros: moveMicrosOf(plan) }, over.signal);
  };
  const brokerLost = (detail: string): DrainEnd => ({ reason: 'broker-lost', detail });
  const end = await Promise.race([
    course(),
    diskFull,
    found.died.then(brokerLost),
    sampler.gaveUp.then(brokerLost),
    aborted(signal).then(() => interruptedBy(signal)),
    ...(options.abort === undefined ? [] : [abortedBy(options.abort)]),
  ]);
  over.abort();
  faults.callOff();
  ledger.write({ e: 'ended', ...end });
  watch({ type: 'ended', end });

  await sampler.end();
  await processes.stopAll(end.reason === 'drained' ? grace.drained : grace.otherwise);
  if (end.reason === 'broker-lost') return { directory, end, censusError: null };
  // What a redrive moves while the census is taken could be missing from it.
  await within(faults.redriven(), redriveMillis, null);
  return { directory, end, censusError: await takeCensus(broker, queues, ledger) };
}

function interruptedBy(signal: AbortSignal): DrainEnd {
  const name = String(signal.reason);
  return { reason: 'interrupted', detail: `ended by ${name}`, signal: name };
}

async function abortedBy(signal: AbortSignal): Promise<DrainEnd> {
  await aborted(signal);
  const { expectation, detail } = signal.reason as AbortRequest;
  return { reason: 'aborted', detail, expectation };
}
