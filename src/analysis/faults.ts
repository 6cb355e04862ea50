import type { ExitedEvent, FaultEvent } from '../ledger/events.js';
import type { Plan } from '../plan/types.js';
import { orderServiceName } from '../result/orders.js';
import type { FaultResult, WorkersResult } from '../result/types.js';
import type { Processes } from './processes.js';
import type { Story } from './story.js';

/**
 * What became of the plan's faults, and the deaths and losses that nobody ordered, in order of time. Why one was not
 * done is in its detail.
 */
export function faultResults(
  plan: Plan,
  story: Story,
  processes: Processes,
  seconds: (micros: number) => number,
): FaultResult[] {
  const holds = (target: string): boolean => isHolder(plan, target);
  const results = plan.faults.map((fault): FaultResult => {
    const events = story.faults.filter((event) => event.index === fault.index && event.q === fault.queue);
    const done = events.filter((event) => event.skipped === undefined);
    const pids = done.flatMap((event) => event.pids);
    const missing = 'not done: the run ended before';
    return {
      atSeconds: fault.atSeconds,
      doneAtSeconds: done[0] === undefined ? null : seconds(done[0].t),
      kind: fault.kind,
      target: fault.queue,
      workers: done.flatMap((event: FaultEvent) => event.workers),
      pids,
      ordered: true,
      detail: done.length > 0 ? putBackBy(done) : (events[0]?.skipped ?? missing),
      held: fault.kind === 'kill' && done.length > 0 && holds(fault.queue) ? heldBy(processes, pids) : null,
    };
  });
  for (const exit of story.exits) {
    if (exit.ordered) continue;
    results.push({
      atSeconds: seconds(exit.t),
      doneAtSeconds: seconds(exit.t),
      kind: 'died',
      target: exit.name,
      workers: exit.worker === undefined ? [] : [exit.worker],
      pids: [exit.pid],
      ordered: false,
      detail: deathOf(exit),
      held: exit.role === 'worker' || holds(exit.name) ? heldBy(processes, [exit.pid]) : null,
    });
  }
  for (const { t, q, worker, pid } of story.supervised) {
    results.push({
      atSeconds: seconds(t),
      doneAtSeconds: seconds(t),
      kind: 'supervised',
      target: q,
      workers: [worker],
      pids: [pid],
      ordered: true,
      detail: null,
      held: null,
    });
  }
  for (const { t, e, why } of story.broker) {
    if (e !== 'broker-lost') continue;
    const at = { atSeconds: seconds(t), doneAtSeconds: seconds(t) };
    results.push({
      ...at,
      kind: 'lost',
      target: 'broker',
      workers: [],
      pids: [],
      ordered: false,
      detail: why,
      held: null,
    });
  }
  return results.sort((a, b) => a.atSeconds - b.atSeconds);
}

/** Whether a fault's target has messages in hand: workers do, and the order service where it makes the calls itself. */
function isHolder({ queues, scenario }: Plan, target: string): boolean {
  if (target === orderServiceName) return scenario.mode === 'sync';
  return queues.some(({ name }) => name === target);
}

/** Of a redrive, how many messages it put back; null: it was none. */
function putBackBy(done: readonly FaultEvent[]): string | null {
  const counts = done.flatMap(({ kind, messages }) => (kind === 'redrive' ? (messages ?? []) : []));
  if (counts.length === 0) return null;
  const messages = counts.reduce((sum, count) => sum + count, 0);
  return messages === 1 ? '1 message put back' : `${messages} messages put back`;
}

/** `exit code 1: ENOENT: no such file`, `signal SIGKILL` */
function deathOf({ code, signal, why }: ExitedEvent): string {
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  return why === undefined || why === '' ? how : `${how}: ${why}`;
}

/** A dead process records nothing any more, so what it held when it died is what it still holds. */
function heldBy(processes: Processes, pids: readonly number[]): NonNullable<FaultResult['held']> {
  const hit = pids.flatMap((pid) => processes.withPid(pid) ?? []);
  const hands = hit.flatMap((process) => [...process.hands.values()]);
  return {
    messages: hands.reduce((sum, { held }) => sum + held.size, 0),
    withEffect: hands.reduce((sum, { withEffect }) => sum + withEffect.size, 0),
  };
}

/** The worker processes of a queue. */
export function workersResult(queue: string, story: Story, processes: Processes): WorkersResult {
  let longest: number | null = null;
  const orders: readonly { readonly q: string; readonly t: number; readonly pids: readonly number[] }[] = [
    ...story.faults.filter(({ kind }) => kind === 'restart' || kind === 'scale'),
    ...story.supervised.map(({ q, t, pid }) => ({ q, t, pids: [pid] })),
  ];
  for (const { q, t, pids } of orders) {
    if (q !== queue) continue;
    for (const ready of story.ready) {
      // Of those that a scale stopped, the readiness lies before the order.
      if (ready.q !== queue || !pids.includes(ready.pid) || ready.t < t) continue;
      longest = Math.max(longest ?? 0, (ready.t - t) / 1e6);
    }
  }
  const died = story.exits.filter((exit) => exit.role === 'worker' && exit.name === queue && !exit.ordered);
  return {
    started: processes.workersOf(queue).length,
    startRealSeconds: { max: longest },
    died: died.length,
  };
}
