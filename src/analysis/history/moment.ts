import { LaunchpadError } from '../../errors.js';
import type { DepthEvent, LedgerEvent } from '../../ledger/events.js';
import { readLedger } from '../../ledger/read.js';
import type { Plan } from '../../plan/types.js';
import type { BrokerSample, Moment, MomentFault } from '../../result/history.js';
import { scenarioSeconds, toMillionth } from '../time.js';
import { openRun } from './run.js';
import { StateFold } from './state.js';
import { endOf, serviceName, workerName } from './writers.js';

/**
 * The state of a run at an instant, from its directory alone, beside what the broker itself said then.
 *
 * @param directory of one run
 * @param at in scenario seconds
 * @throws LaunchpadError `usage` where the run had not begun yet or had ended, `run-not-found`, `ledger-damaged`
 */
export function momentOf(directory: string, at: number): Moment {
  const { files, ledger, about } = openRun(directory);
  const { plan } = files;
  const seconds = (micros: number): number => toMillionth(scenarioSeconds(plan.speed)(micros));
  const fold = new StateFold(plan, at);
  const surroundings = new Surroundings((at / plan.speed) * 1e6);
  readLedger(ledger, (event, file) => {
    fold.apply(event, file);
    surroundings.visit(event);
  });
  const endSeconds = seconds(surroundings.endAt);
  checkWithin(at, endSeconds);
  return {
    schema: 'launchpad.moment/1',
    run: about,
    endSeconds,
    ...fold.state(),
    broker: Object.fromEntries(
      plan.scenario.queues.map(({ name, deadLetter }) => [
        name,
        sampleOf(surroundings, name, deadLetter?.queue ?? null, seconds),
      ]),
    ),
    lastFault: faultIn(surroundings.lastFault, plan, seconds),
    nextFault: faultIn(surroundings.nextFault, plan, seconds),
  };
}

function checkWithin(at: number, endSeconds: number): void {
  if (at >= 0 && at <= endSeconds) return;
  throw new LaunchpadError(
    'usage',
    at < 0 ? `${at} s is before the run began` : `${at} s is after the end: the run ended at ${endSeconds} s`,
    { hint: `Name a time from 0s to ${endSeconds}s, in scenario time.` },
  );
}

/** What lies around an instant: faults before and after, and the nearest samples of the depth. */
class Surroundings {
  lastFault: LedgerEvent | null = null;
  nextFault: LedgerEvent | null = null;
  private ended: number | null = null;
  private lastAt = 0;
  /** Providers that fell over, and whose exit follows. */
  private readonly fallen = new Set<string>();
  private readonly samples = new Map<string, DepthEvent>();

  /** @param micros the instant */
  constructor(private readonly micros: number) {}

  /** When the run ended, or, where that is not in the ledger, its last time. */
  get endAt(): number {
    return this.ended ?? this.lastAt;
  }

  visit(event: LedgerEvent): void {
    if (event.t > this.lastAt) this.lastAt = event.t;
    if (event.e === 'ended') this.ended = event.t;
    else if (event.e === 'depth') this.sampled(event);
    else if (event.e === 'exited' && this.fallen.delete(event.name)) return;
    else if (isFault(event)) {
      if (event.e === 'fell-over') this.fallen.add(event.s);
      if (event.t <= this.micros) this.lastFault = event;
      else this.nextFault ??= event;
    }
  }

  sampleOf(queue: string): DepthEvent | null {
    return this.samples.get(queue) ?? null;
  }

  private sampled(event: DepthEvent): void {
    const nearest = this.samples.get(event.q);
    const away = (t: number): number => Math.abs(t - this.micros);
    if (nearest === undefined || away(event.t) < away(nearest.t)) this.samples.set(event.q, event);
  }
}

function isFault(event: LedgerEvent): boolean {
  return ['fault', 'broker-lost', 'fell-over'].includes(event.e) || (event.e === 'exited' && !event.ordered);
}

function sampleOf(
  surroundings: Surroundings,
  queue: string,
  deadLetterQueue: string | null,
  seconds: (micros: number) => number,
): BrokerSample | null {
  const sample = surroundings.sampleOf(queue);
  if (sample === null) return null;
  const { t, ready, inFlight, delayed, dead } = sample;
  const letters = deadLetterQueue === null ? null : surroundings.sampleOf(deadLetterQueue);
  return {
    atSeconds: seconds(t),
    ready,
    inFlight,
    delayed,
    dead,
    deadLetterQueue:
      letters === null
        ? null
        : { atSeconds: seconds(letters.t), messages: letters.ready + letters.inFlight + letters.delayed },
  };
}

function faultIn(
  event: LedgerEvent | null,
  plan: Plan,
  seconds: (micros: number) => number,
): MomentFault | null {
  const what = event === null ? null : inWords(event, plan);
  return event === null || what === null ? null : { atSeconds: seconds(event.t), what };
}

/** `kill emails: worker 1 (pid 11)` */
function inWords(event: LedgerEvent, plan: Plan): string | null {
  if (event.e === 'broker-lost') return `the broker was lost: ${event.why}`;
  if (event.e === 'exited') {
    const who = {
      producer: `producer ${event.name}`,
      worker: `${workerName(event.worker ?? null, event.pid)} of ${event.name}`,
      provider: serviceName(event.name, event.pid),
      'order-service': serviceName(event.name, event.pid),
    }[event.role];
    return `${who} died (${endOf(event)}), ordered by no fault`;
  }
  if (event.e === 'fell-over') return `${event.s} fell over: ${event.why}`;
  if (event.e !== 'fault') return null;
  const { kind, q, workers, pids, skipped, messages } = event;
  if (skipped !== undefined) return `${kind} ${q}: not done, ${skipped}`;
  const repaired = plan.faults.some(({ index, repaired }) => index === event.index && repaired);
  if (kind === 'redrive') {
    return `redrive ${q}: ${messages ?? 0} put back${repaired ? ', repaired' : ''}`;
  }
  const isService = !plan.queues.some(({ name }) => name === q);
  if (isService) return `${kind} ${serviceName(q, pids[0] ?? 0)}`;
  const who = pids.map((pid, i) => workerName(workers[i] ?? null, pid)).join(', ');
  return who === '' ? `${kind} ${q}` : `${kind} ${q}: ${who}`;
}
