import { Draws } from './draws.js';
import { type DrawnFault, drawFaults, faultFile } from './generate-faults.js';
import { drawQueue } from './generate-queue.js';
import { type ProducerFile, type QueueFile, type ScenarioFile, targetsOf } from './scenario-file.js';

/** The soak's default speed: a run of about a minute of scenario time takes about three real seconds. */
export const defaultSpeed = 20;

const producerNames = ['orders', 'signups'] as const;
const queueNames = ['intake', 'payments', 'inventory', 'emails'] as const;

/** Most messages of a scenario over all its queues, copies included: more would take longer than a run is to last. */
const mostMessages = 600;

/** Writes real seconds as a duration in the scenario's time. */
export type Duration = (realSeconds: number) => string;

/**
 * A random scenario, valid by the scenario file's rules: a function of seed and speed alone. All its times are drawn in
 * real time, because what they race against (process starts, locks, timers) is real too: at every speed a run lasts
 * 2 to 4 s.
 */
export function generate(seed: number, speed: number = defaultSpeed): ScenarioFile {
  const draws = new Draws(seed, 'shape');
  const duration: Duration = (realSeconds) => written(realSeconds * speed);
  const names = queueNames.slice(
    0,
    draws.pick([
      [3, 1],
      [3, 2],
      [3, 3],
      [1, 4],
    ]),
  );
  const ways = drawWays(names, draws);
  const copies = draws.pick([
    [4, 1],
    [1, 2],
    [1, 3],
  ]);
  const producers = producerNames.slice(0, ways.producers);
  const share = Math.floor(mostMessages / (names.length * copies * producers.length));
  const spans = new Map(
    producers.map((name) => {
      const own = new Draws(seed, `producer ${name}`);
      return [name, { messages: Math.min(share, own.whole(20, 150)), realSeconds: own.between(0.4, 1.1) }];
    }),
  );
  const inflow = [...spans.values()].reduce((sum, { messages }) => sum + messages * copies, 0);
  const least = Math.min(...[...spans.values()].map(({ messages }) => messages));
  const last = Math.max(...[...spans.values()].map(({ realSeconds }) => realSeconds));

  const queues: Record<string, QueueFile> = {};
  const faults: DrawnFault[] = [];
  for (const name of names) {
    const own = new Draws(seed, `queue ${name}`);
    const queue = drawQueue(own, duration, { name, inflow, least, next: ways.next.get(name) ?? [] });
    const drawn = drawFaults(new Draws(seed, `faults ${name}`), name, queue, last, duration);
    faults.push(...drawn.faults);
    queues[name] = drawn.queue;
  }
  return {
    name: `soak-${seed}`,
    speed,
    seed,
    drain: duration(draws.between(2, 3)),
    producers: Object.fromEntries(
      producers.map((name) => {
        const span = spans.get(name) as { messages: number; realSeconds: number };
        const to = ways.direct.get(name) ?? [];
        return [name, drawProducer(new Draws(seed, `rate ${name}`), duration, span, copies, to)];
      }),
    ),
    queues,
    faults: faults.sort((a, b) => a.realSeconds - b.realSeconds).map((fault) => faultFile(fault, duration)),
  };
}

/** Scenario seconds as the file writes them, to the millisecond. */
export function written(seconds: number): string {
  const millis = Math.max(1, Math.round(seconds * 1000));
  return millis < 1000 ? `${millis}ms` : `${millis / 1000}s`;
}

interface Ways {
  readonly producers: 1 | 2;
  /** The queues that each producer publishes to. */
  readonly direct: ReadonlyMap<string, readonly string[]>;
  /** The queues that each queue publishes on to: later ones, so that there are no circles. */
  readonly next: ReadonlyMap<string, readonly string[]>;
}

/** How messages get to the queues: every queue is reached by a producer or by an earlier queue, some by both. */
function drawWays(names: readonly string[], draws: Draws): Ways {
  const producers = draws.pick([
    [3, 1 as const],
    [1, 2 as const],
  ]);
  const direct = new Map<string, string[]>(producerNames.slice(0, producers).map((name) => [name, []]));
  const next = new Map<string, string[]>(names.map((name) => [name, []]));
  names.forEach((name, i) => {
    const feeder = i > 0 && draws.chance(0.55) ? names[draws.whole(0, i - 1)] : undefined;
    if (feeder !== undefined) next.get(feeder)?.push(name);
    if (feeder !== undefined && draws.chance(0.8)) return;
    const publishers = [...direct.keys()];
    const first = publishers[draws.whole(0, publishers.length - 1)];
    for (const publisher of publishers)
      if (publisher === first || draws.chance(0.4)) direct.get(publisher)?.push(name);
  });
  // A producer whom no queue was given publishes to the first.
  for (const list of direct.values()) if (list.length === 0) list.push(names[0] as string);
  return { producers, direct, next };
}

function drawProducer(
  draws: Draws,
  duration: Duration,
  { messages, realSeconds }: { readonly messages: number; readonly realSeconds: number },
  copies: number,
  to: readonly string[],
): ProducerFile {
  const rate = (share: number, seconds: number): string =>
    `${Math.max(1, Math.round(messages * share))}/${duration(seconds)}`;
  const whole = duration(realSeconds);
  const half = realSeconds / 2;
  const stream = draws.pick<Pick<ProducerFile, 'rate' | 'for' | 'phases'>>([
    [3, { rate: rate(1, realSeconds), for: whole }],
    [
      1,
      {
        phases: [
          { for: duration(half), rate: rate(0.3, half) },
          { for: duration(half), rate: rate(0.7, half) },
        ],
      },
    ],
    [
      1,
      {
        phases: [
          { for: duration(half), from: rate(0.1, half), to: rate(0.9, half) },
          { for: duration(half), rate: rate(0.5, half) },
        ],
      },
    ],
  ]);
  const resubmit = Array.from({ length: copies - 1 }, () => duration(draws.between(0.005, 0.5)));
  return {
    ...stream,
    ...(draws.chance(0.3) ? { arrivals: 'poisson' as const } : {}),
    to,
    ...(resubmit.length > 0 ? { resubmit: [...new Set(resubmit)] } : {}),
  };
}

/** The queues that messages of a producer come to, directly or through others. */
export function reachedBy(scenario: ScenarioFile, producer: ProducerFile): Set<string> {
  const reached = new Set<string>();
  const visit = (name: string): void => {
    if (reached.has(name)) return;
    reached.add(name);
    for (const next of targetsOf(scenario.queues[name] ?? {})) visit(next);
  };
  for (const name of producer.to) visit(name);
  return reached;
}
