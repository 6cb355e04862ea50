import type { FailureFile, FaultFile, ProducerFile, QueueFile, ScenarioFile } from './scenario-file.js';
import { orderOf, targetsOf } from './scenario-file.js';

/** A simpler scenario, and what it is without. */
export interface Candidate {
  readonly without: string;
  readonly scenario: ScenarioFile;
}

/** Scenarios that are one step simpler, the greatest steps first. Not all of them are valid. */
export function candidatesOf(scenario: ScenarioFile): Candidate[] {
  return [
    ...fewerFaults(scenario),
    ...fewerProducers(scenario),
    ...fewerQueues(scenario),
    ...Object.entries(scenario.queues).flatMap(([name, queue]) =>
      simplerQueues(queue).map(({ without, queue: simpler }) => ({
        without: `${name}: ${without}`,
        scenario: { ...scenario, queues: { ...scenario.queues, [name]: simpler } },
      })),
    ),
    ...Object.entries(scenario.producers).flatMap(([name, producer]) =>
      simplerProducers(producer).map(({ without, producer: simpler }) => ({
        without: `${name}: ${without}`,
        scenario: { ...scenario, producers: { ...scenario.producers, [name]: simpler } },
      })),
    ),
    ...scenario.faults.flatMap((fault, index) =>
      simplerFaults(fault).map(({ without, fault: simpler }) => ({
        without: `fault ${index + 1}: ${without}`,
        scenario: { ...scenario, faults: scenario.faults.with(index, simpler) },
      })),
    ),
  ].map((candidate) => ({ ...candidate, scenario: reachable(candidate.scenario) }));
}

function fewerFaults(scenario: ScenarioFile): Candidate[] {
  const { faults } = scenario;
  if (faults.length === 0) return [];
  const queues = [...new Set(faults.map((fault) => orderOf(fault).queue))];
  return [
    { without: 'all faults', scenario: { ...scenario, faults: [] } },
    ...(queues.length < 2 ? [] : queues).map((queue) => ({
      without: `the faults of ${queue}`,
      scenario: { ...scenario, faults: faults.filter((fault) => orderOf(fault).queue !== queue) },
    })),
    ...faults.map((_, index) => ({
      without: `fault ${index + 1}`,
      scenario: { ...scenario, faults: faults.toSpliced(index, 1) },
    })),
    // A fault and the one that follows it (its restart, its thaw) often make sense together alone.
    ...faults.slice(1).map((_, index) => ({
      without: `faults ${index + 1} and ${index + 2}`,
      scenario: { ...scenario, faults: faults.toSpliced(index, 2) },
    })),
  ];
}

function fewerProducers(scenario: ScenarioFile): Candidate[] {
  const names = Object.keys(scenario.producers);
  if (names.length < 2) return [];
  return names.map((name) => ({
    without: name,
    scenario: { ...scenario, producers: omit(scenario.producers, name) },
  }));
}

/** A queue is left out with what only it feeds, or the producers publish to those themselves. */
function fewerQueues(scenario: ScenarioFile): Candidate[] {
  const names = Object.keys(scenario.queues);
  if (names.length < 2) return [];
  return names.flatMap((name) => {
    const targets = targetsOf(scenario.queues[name] ?? {});
    const dropped = { ...scenario, queues: omit(scenario.queues, name) };
    const spliced = {
      ...dropped,
      producers: mapValues(scenario.producers, (producer) =>
        producer.to.includes(name)
          ? { ...producer, to: [...new Set([...producer.to, ...targets])] }
          : producer,
      ),
    };
    return [
      { without: name, scenario: dropped },
      ...(targets.length === 0 ? [] : [{ without: `${name} alone`, scenario: spliced }]),
    ];
  });
}

function simplerQueues(queue: QueueFile): { readonly without: string; readonly queue: QueueFile }[] {
  const keys = [
    'failures',
    'polling',
    'to',
    'outcomes',
    'rate',
    'idempotency',
    'deduplication',
    'deadLetter',
    'timeout',
    'backoff',
    'supervise',
    'acknowledge',
    'redelivery',
  ] as const;
  const simpler: { without: string; queue: QueueFile }[] = keys
    .filter((key) => queue[key] !== undefined)
    .map((key) => ({ without: key, queue: omit(queue, key) }));
  if (queue.attempts !== undefined)
    simpler.push({ without: 'attempts', queue: omit(omit(queue, 'attempts'), 'backoff') });
  const change = (without: string, changed: Partial<QueueFile>): void => {
    simpler.push({ without: without, queue: { ...queue, ...changed } });
  };
  const failures = queue.failures ?? [];
  if (failures.length > 1)
    failures.forEach((_, i) => {
      change(`failure ${i + 1}`, { failures: failures.toSpliced(i, 1) });
    });
  failures.forEach((failure, i) => {
    for (const { without, failure: plainer } of simplerFailures(failure))
      change(`failure ${i + 1}: ${without}`, { failures: failures.with(i, plainer) });
  });
  if (queue.outcomes !== undefined && targetsOf(queue).length > 0)
    simpler.push({
      without: 'outcomes, but for where they lead',
      queue: { ...omit(queue, 'outcomes'), to: targetsOf(queue) },
    });
  if ((queue.workers ?? 1) > 1) change('workers', { workers: (queue.workers ?? 2) - 1 });
  if ((queue.concurrency ?? 1) > 1)
    change('concurrency', { concurrency: Math.floor((queue.concurrency ?? 2) / 2) });
  if (typeof queue.work === 'object') change('work that is drawn', { work: '1s' });
  if (typeof queue.backoff === 'object') change('how backoff is drawn', { backoff: '1s' });
  return simpler;
}

function simplerFailures(
  failure: FailureFile,
): { readonly without: string; readonly failure: FailureFile }[] {
  const optional = ['per', 'times', 'from', 'to', 'retryable', 'after', 'error'] as const;
  const simpler: { without: string; failure: FailureFile }[] = optional
    .filter((key) => failure[key] !== undefined)
    .map((key) => ({ without: key, failure: omit(failure, key) }));
  for (const kind of ['fail', 'hang', 'crash'] as const) {
    const select = failure[kind];
    if (!Array.isArray(select) || select.length < 2) continue;
    select.forEach((_, i) => {
      simpler.push({
        without: `message ${select[i]}`,
        failure: { ...failure, [kind]: select.toSpliced(i, 1) },
      });
    });
  }
  return simpler;
}

function simplerProducers(
  producer: ProducerFile,
): { readonly without: string; readonly producer: ProducerFile }[] {
  const simpler: { without: string; producer: ProducerFile }[] = [];
  const { resubmit, phases, rate } = producer;
  if (resubmit !== undefined) simpler.push({ without: 'resubmit', producer: omit(producer, 'resubmit') });
  if (resubmit !== undefined && resubmit.length > 1)
    simpler.push({ without: 'a resubmit', producer: { ...producer, resubmit: resubmit.slice(1) } });
  if (producer.arrivals !== undefined)
    simpler.push({ without: 'arrivals', producer: omit(producer, 'arrivals') });
  if (phases !== undefined && phases.length > 1)
    phases.forEach((_, i) => {
      simpler.push({ without: `phase ${i + 1}`, producer: { ...producer, phases: phases.toSpliced(i, 1) } });
    });
  if (rate !== undefined && halved(rate) !== rate)
    simpler.push({ without: 'half of its messages', producer: { ...producer, rate: halved(rate) } });
  if (phases?.some((phase) => phase.rate !== undefined && halved(phase.rate) !== phase.rate))
    simpler.push({
      without: 'half of its messages',
      producer: {
        ...producer,
        phases: phases.map((phase) =>
          phase.rate === undefined ? phase : { ...phase, rate: halved(phase.rate) },
        ),
      },
    });
  if (producer.to.length > 1)
    for (const queue of producer.to)
      simpler.push({
        without: `publishing to ${queue}`,
        producer: { ...producer, to: producer.to.filter((each) => each !== queue) },
      });
  return simpler;
}

function simplerFaults(fault: FaultFile): { readonly without: string; readonly fault: FaultFile }[] {
  const keys = [
    'when',
    'for',
    'repaired',
    ...(fault.scale === undefined ? (['workers'] as const) : []),
  ] as const;
  return keys
    .filter((key) => fault[key] !== undefined)
    .map((key) => ({ without: key, fault: omit(fault, key) }));
}

/** `89/12s` is `44/12s`; 1 stays 1. */
function halved(rate: string): string {
  const [count = '1', window = 's'] = rate.split('/');
  return `${Math.max(1, Math.floor(Number(count) / 2))}/${window}`;
}

/** Without the queues that nothing comes to any more, and without what speaks of queues that are not there. */
export function reachable(scenario: ScenarioFile): ScenarioFile {
  const there = (name: string): boolean => scenario.queues[name] !== undefined;
  const producers = Object.fromEntries(
    Object.entries(scenario.producers)
      .map(([name, producer]) => [name, { ...producer, to: producer.to.filter(there) }] as const)
      .filter(([, producer]) => producer.to.length > 0),
  );
  const reached = new Set<string>();
  const visit = (name: string): void => {
    if (reached.has(name) || !there(name)) return;
    reached.add(name);
    for (const next of targetsOf(scenario.queues[name] ?? {})) visit(next);
  };
  for (const producer of Object.values(producers)) for (const name of producer.to) visit(name);
  const queues = Object.fromEntries(
    Object.entries(scenario.queues)
      .filter(([name]) => reached.has(name))
      .map(([name, queue]) => [name, withTargets(queue, (target) => reached.has(target))]),
  );
  const faults = scenario.faults.filter((fault) => reached.has(orderOf(fault).queue));
  return { ...scenario, producers, queues, faults };
}

function withTargets(queue: QueueFile, keep: (target: string) => boolean): QueueFile {
  const { to, outcomes, ...rest } = queue;
  const kept = to?.filter(keep) ?? [];
  return {
    ...rest,
    ...(kept.length > 0 ? { to: kept } : {}),
    ...(outcomes === undefined
      ? {}
      : {
          outcomes: mapValues(outcomes, ({ share, to: targets }) => {
            const left = targets?.filter(keep) ?? [];
            return left.length > 0 ? { share, to: left } : { share };
          }),
        }),
  };
}

function omit<T extends object, K extends keyof T>(object: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = object;
  return rest;
}

function mapValues<V, W>(object: Readonly<Record<string, V>>, map: (value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}
