import { LaunchpadError } from '../../src/errors.js';
import { parseScenario } from '../../src/scenario/index.js';
import type { CrashPoint } from '../../src/scenario/types.js';
import type { Draws } from './draws.js';
import type { Duration } from './generate.js';
import { drawRedelivery } from './generate-queue.js';
import type { FaultFile, FaultKindFile, QueueFile } from './scenario-file.js';

/** A fault with its times in real seconds. */
export interface DrawnFault {
  readonly fault: Omit<FaultFile, 'at' | 'for'>;
  readonly realSeconds: number;
  readonly forRealSeconds: number | null;
}

/** A fault as the file writes it. */
export function faultFile({ fault, realSeconds, forRealSeconds }: DrawnFault, duration: Duration): FaultFile {
  const forSetting = forRealSeconds === null ? {} : { for: duration(forRealSeconds) };
  return { at: duration(realSeconds), ...fault, ...forSetting };
}

/** A queue's faults, and what the queue becomes because of them. */
export interface DrawnFaults {
  readonly faults: readonly DrawnFault[];
  readonly queue: QueueFile;
}

/**
 * Faults on one queue, each of which finds somebody to hit, as far as that can be known beforehand.
 * @param last when the last message is due, in real seconds
 */
export function drawFaults(
  draws: Draws,
  name: string,
  drawn: QueueFile,
  last: number,
  duration: Duration,
): DrawnFaults {
  const asleep = draws.chance(0.05);
  const queue = asleep ? { ...drawn, workers: 0 } : drawn;
  const faults: DrawnFault[] = [];
  if (asleep && draws.chance(0.8)) {
    const fault = { scale: name, workers: draws.whole(1, 2) };
    faults.push({ fault, realSeconds: draws.between(0.05, 0.3), forRealSeconds: null });
  }
  const wanted = draws.pick([
    [3, 0],
    [3, 1],
    [4, 2],
    [2, 4],
  ]);
  let at = draws.between(0.02, 0.5);
  for (let i = 0; i < wanted && at < last + 0.9; i++) {
    for (const fault of drawFault(draws, name, queue, at))
      if (isSense(queue, [...faults, fault], name, duration)) faults.push(fault);
    at = Math.max(...faults.map(endOf), at) + draws.between(0.05, 0.5);
  }
  // Late enough for something to be dead.
  if (mayDie(queue) && draws.chance(0.4)) {
    const redrive = drawRedrive(draws, name, draws.between(0.5, last + 0.8));
    if (isSense(queue, [...faults, redrive], name, duration)) faults.push(redrive);
  }
  const deadly = faults.some(({ fault }) => fault.kill !== undefined || fault.freeze !== undefined);
  // Without a setting of its own BullMQ would take longer than the run to give anything back.
  const redelivery = queue.redelivery ?? (deadly ? drawRedelivery(draws, duration) : undefined);
  return { faults, queue: redelivery === undefined ? queue : { ...queue, redelivery } };
}

/** One fault, or two that belong together. */
function drawFault(draws: Draws, name: string, queue: QueueFile, at: number): DrawnFault[] {
  const kind = draws.pick<'kill' | 'stop' | 'freeze' | 'scale' | 'redrive'>([
    [5, 'kill'],
    [2, 'stop'],
    [2, 'freeze'],
    [2, 'scale'],
    [mayDie(queue) ? 2 : 0, 'redrive'],
  ]);
  if (kind === 'redrive') return [drawRedrive(draws, name, at + 0.3)];
  if (kind === 'scale')
    return [{ fault: { scale: name, workers: draws.whole(0, 3) }, realSeconds: at, forRealSeconds: null }];
  const some = (queue.workers ?? 1) > 1 && draws.chance(0.4) ? { workers: 1 } : {};
  const when = kind === 'kill' ? drawWhen(draws, queue) : 'now';
  const aimed = when === 'now' ? {} : { when };
  const fault = { [kind]: name, ...some, ...aimed };
  const away = draws.between(0.1, 0.6);
  // A supervisor starts who was killed by itself.
  const supervised = kind === 'kill' && queue.supervise !== undefined;
  const ending = draws.pick([
    [supervised ? 0 : 3, 'for'],
    [supervised ? 0 : 3, 'written'],
    [1, 'never'],
  ]);
  if (ending === 'for') return [{ fault, realSeconds: at, forRealSeconds: away }];
  const first = { fault, realSeconds: at, forRealSeconds: null };
  if (ending === 'never') return [first];
  const opposite: FaultKindFile = kind === 'freeze' ? 'thaw' : 'restart';
  return [first, { fault: { [opposite]: name }, realSeconds: at + away, forRealSeconds: null }];
}

function drawRedrive(draws: Draws, name: string, realSeconds: number): DrawnFault {
  const repaired = draws.chance(0.5) ? { repaired: true } : {};
  return { fault: { redrive: name, ...repaired }, realSeconds, forRealSeconds: null };
}

/** Whether messages may come to a dead-letter queue. */
function mayDie(queue: QueueFile): boolean {
  return queue.deadLetter !== 'none' && queue.failures !== undefined;
}

function drawWhen(draws: Draws, queue: QueueFile): CrashPoint {
  return draws.pick<CrashPoint>([
    [3, 'now'],
    [2, 'before-effect'],
    [2, 'after-effect'],
    [2, 'before-acknowledge'],
    [mayDie(queue) ? 5 : 0, 'before-dead-letter'],
    [1, 'random'],
  ]);
}

function endOf({ realSeconds, forRealSeconds }: DrawnFault): number {
  return realSeconds + (forRealSeconds ?? 0);
}

/** Whether such a queue with such faults is accepted: every fault finds somebody to hit, as far as that can be known. */
function isSense(queue: QueueFile, faults: readonly DrawnFault[], name: string, duration: Duration): boolean {
  const { to: _to, outcomes: _outcomes, ...alone } = queue;
  const scenario = {
    drain: '1h',
    producers: { publisher: { rate: '1/s', for: '1s', to: [name] } },
    queues: { [name]: alone },
    faults: faults.map((drawn) => faultFile(drawn, duration)),
  };
  try {
    parseScenario(JSON.stringify(scenario));
    return true;
  } catch (error) {
    if (error instanceof LaunchpadError && error.code === 'scenario-invalid') return false;
    throw error;
  }
}
