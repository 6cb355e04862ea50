import { LaunchpadError } from '../errors.js';
import { capacityOf, roundSeconds } from '../plan/capacity.js';
import { modelledSpec } from '../plan/modelled.js';
import type { Plan } from '../plan/types.js';
import type { QueueSpec } from '../scenario/types.js';
import { attemptsPerMessage } from './formulas.js';

/** What it takes to play a plan message by message and to analyse what was played, about. */
export interface Cost {
  /** Deliveries, over all queues: messages with what is published again and the attempts that are expected. */
  readonly messages: number;
  /** Of real time; with faults the plan is played twice. */
  readonly seconds: number;
  /** Of memory at its peak. */
  readonly bytes: number;
}

/**
 * Measured on two cores with Node 20: five plans of 0.2 and of 1 M messages (constant and random arrivals, an overload, a chain, retries)
 * took 3.2 to 5.9 µs a message, and 120 to 220 bytes each beyond 160 MB.
 */
const measured = { secondsPerMessage: 5e-6, bytesPerMessage: 200, bytes: 160e6, secondsPerLook: 5e-7 };

/** Estimates what the discrete-event engine and the analysis need for a plan. */
export function costOf(plan: Plan): Cost {
  const plays = plan.faults.length === 0 ? 1 : 2;
  let messages = 0;
  let looks = 0;
  for (const { name, scheduled, redelivery } of plan.queues) {
    const spec = modelledSpec(plan, name);
    messages += scheduled * copiesOf(plan, name) * attemptsOf(spec);
    looks += (spec.workers * durationOf(plan, spec, scheduled)) / interval(spec, redelivery.checkSeconds);
  }
  return {
    messages,
    seconds: plays * (messages * measured.secondsPerMessage + looks * measured.secondsPerLook),
    bytes: measured.bytes + messages * measured.bytesPerMessage,
  };
}

/** A cost in words: `about 3 h and 800 GB`. */
export function costInWords({ seconds, bytes }: Pick<Cost, 'seconds' | 'bytes'>): string {
  return `about ${inTime(seconds)} and ${inMemory(bytes)}`;
}

/**
 * The refusal of a plan that nobody but the engine can predict, and that is too large for it.
 * @param why a clause that says why it has to be played message by message: `emails has priorities`
 */
export function tooLargeToPlay(plan: Plan, why: string): LaunchpadError {
  const cost = costOf(plan);
  const count = Math.round(cost.messages).toLocaleString('en');
  return new LaunchpadError(
    'plan-refused',
    `The prediction would take ${costInWords(cost)}: ${count} messages have to be played one by one, because ${why}`,
    { hint: 'Predict a shorter time or lower rates.' },
  );
}

function copiesOf({ producers, queues }: Plan, name: string): number {
  const from = queues.find((queue) => queue.name === name)?.producers ?? [];
  const resubmits = producers
    .filter((producer) => from.includes(producer.name))
    .map((producer) => producer.resubmitSeconds.length);
  return 1 + Math.max(0, ...resubmits);
}

/** Expected attempts per message; failures of everything in a span are left out. */
function attemptsOf({ failures, attempts }: QueueSpec): number {
  const succeeds = failures.reduce(
    (product, { select }) => product * (select.kind === 'share' ? 1 - select.share : 1),
    1,
  );
  return succeeds === 1 ? 1 : attemptsPerMessage(1 - succeeds, attempts);
}

/** How long a queue is served, in scenario seconds: to the last moment, or until all is served at its capacity. */
function durationOf(plan: Plan, spec: QueueSpec, scheduled: number): number {
  const perSecond = capacityOf(spec, Math.max(1, spec.workers), plan.capabilities.rateScope);
  return Math.max(plan.lastMomentSeconds, perSecond > 0 ? scheduled / perSecond : 0);
}

/** How often a worker looks by itself, in seconds: for stalled messages, or for a batch. */
function interval(spec: QueueSpec, checkSeconds: number): number {
  return Math.min(checkSeconds, roundSeconds(spec) ?? Number.POSITIVE_INFINITY);
}

function inTime(seconds: number): string {
  const units: [string, number][] = [
    ['days', 86_400],
    ['h', 3600],
    ['min', 60],
  ];
  const [unit, length] = units.find(([, each]) => seconds >= 2 * each) ?? ['s', 1];
  return `${leading(seconds / length)} ${unit}`;
}

function inMemory(bytes: number): string {
  const units: [string, number][] = [
    ['PB', 1e15],
    ['TB', 1e12],
    ['GB', 1e9],
  ];
  const [unit, size] = units.find(([, each]) => bytes >= each) ?? ['MB', 1e6];
  return `${leading(bytes / size)} ${unit}`;
}

/** To two digits, or whole. */
function leading(value: number): string {
  return (value >= 100 ? Math.round(value) : Number(value.toPrecision(2))).toLocaleString('en');
}
