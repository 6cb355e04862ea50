import type { ExitedEvent, FaultEvent, LedgerEvent, SupervisedEvent } from '../../ledger/events.js';
import { serviceEvent } from './service-events.js';
import type { Teller } from './teller.js';
import { atDeath, type OpenLine, type Told, type TracedHold } from './told.js';
import { endOf, workerName } from './writers.js';

/** A message of the order in a worker's hands. */
interface Held {
  readonly told: Told;
  readonly hold: TracedHold;
}

/** Tells what happened to workers while they held one of the order's messages, or died over it and nobody has it yet. */
export function workerEvent(event: LedgerEvent, teller: Teller): void {
  if (serviceEvent(event, teller)) return;
  if (event.e === 'fault') faulted(event, teller);
  else if (event.e === 'exited') exited(event, teller);
  else if (event.e === 'supervised') {
    startedAgain(event, event.worker, event.pid, ' by its supervisor', teller);
  } else if (event.e === 'broker-lost' || event.e === 'broker-back') {
    const what = event.e === 'broker-lost' ? `the lab lost the broker: ${event.why}` : 'the broker was back';
    for (const { queue, message, holds } of teller.told) {
      if ([...holds.values()].some(({ death }) => death === null)) teller.say(event, queue, message, what);
    }
  }
}

function faulted(event: FaultEvent, teller: Teller): void {
  for (const [i, pid] of event.pids.entries()) {
    const worker = event.workers[i] ?? null;
    const name = workerName(worker, pid);
    if (event.kind === 'restart' || event.kind === 'scale') {
      startedAgain(event, worker, pid, '', teller);
      continue;
    }
    for (const { told, hold } of heldBy(pid, teller)) {
      const say = (what: string) => teller.say(event, told.queue, told.message, what);
      if (event.kind === 'kill') died(hold, `${name} was killed (SIGKILL)`, say);
      else if (event.kind === 'freeze') say(`${name} was frozen (SIGSTOP), and holds it`);
      else if (event.kind === 'thaw') say(`${name} was thawed (SIGCONT), and goes on with it`);
      else if (event.kind === 'stop') say(`${name} was told to stop (SIGTERM), and finishes it first`);
    }
  }
}

function exited(event: ExitedEvent, teller: Teller): void {
  if (event.role !== 'worker') return;
  const name = workerName(event.worker ?? null, event.pid);
  const how = event.ordered
    ? `${name} exited (${endOf(event)})`
    : `${name} died (${endOf(event)}), ordered by no fault`;
  for (const { told, hold } of heldBy(event.pid, teller)) {
    died(hold, how, (what) => teller.say(event, told.queue, told.message, what));
  }
}

function died(hold: TracedHold, how: string, say: (what: string) => OpenLine): void {
  const line = say(`${how}: ${atDeath(hold.stage)}`);
  hold.death = { line, how };
}

function startedAgain(
  event: FaultEvent | SupervisedEvent,
  worker: number | null,
  pid: number,
  by: string,
  teller: Teller,
): void {
  for (const { queue, message, holds } of teller.told) {
    if (queue !== event.q) continue;
    const isHis = [...holds].some(
      ([file, { death }]) => death !== null && teller.writers.of(file).worker === worker,
    );
    if (isHis) teller.say(event, queue, message, `worker ${worker} was started again${by} (pid ${pid})`);
  }
}

/** What a living process has in hand of the order. */
function heldBy(pid: number, teller: Teller): Held[] {
  const file = teller.writers.fileOf(pid);
  if (file === undefined) return [];
  return [...teller.told].flatMap((told) => {
    const hold = told.holds.get(file);
    return hold === undefined || hold.death !== null ? [] : [{ told, hold }];
  });
}
