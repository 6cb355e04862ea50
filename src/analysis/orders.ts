import type { PlannedProducer } from '../plan/types.js';
import type { HalfDone, OrderBooks, StepBooks } from '../result/orders.js';
import { outcomeOf } from './books.js';
import type { CollectedQueue } from './collect.js';
import type { AnswerClass, OrderTable } from './order-table.js';
import { sortKnown, waitQuantilesOf } from './quantiles.js';
import { known, type QueueTable } from './tables.js';
import { scenarioSeconds } from './time.js';

/** The books without what the queues' and providers' troubles say. */
export type PlainOrderBooks = Omit<OrderBooks, 'wellAgainAtSeconds' | 'wellAgainReason'>;

/** What became of a step: done; dead or waiting; gone: nobody has it any more; unclear, without a complete census. */
type StepState = 'done' | 'dead' | 'pending' | 'gone' | 'unclear';

/** Where an accepted order ended. */
type Ending = 'done' | 'pending' | 'deadLettered' | 'leftOut' | 'lost' | 'undetermined';

/** One of the things to be done for an order. */
interface Step {
  readonly name: string;
  readonly table: QueueTable;
  /** The slot of the producer's first order. */
  readonly base: number;
}

/**
 * The books of a producer's orders. They balance where each order is in one class, as many were posted, answered and
 * accepted as was counted while the ledger was read, and the order service wrote down that it accepts what the
 * customers say was accepted.
 * @param queues as the queues' own results have not used them up yet
 */
export function plainOrderBooks(
  producer: PlannedProducer,
  orders: OrderTable,
  queues: ReadonlyMap<string, CollectedQueue>,
  speed: number,
): PlainOrderBooks {
  const steps = stepsOf(producer, queues);
  const seconds = scenarioSeconds(speed);
  const answers: Record<AnswerClass, number> = {
    accepted: 0,
    rejected: 0,
    failed: 0,
    timedOut: 0,
    unreached: 0,
    broken: 0,
  };
  const endings: Record<Ending, number> = {
    done: 0,
    pending: 0,
    deadLettered: 0,
    leftOut: 0,
    lost: 0,
    undetermined: 0,
  };
  const stepsDone = new Array<number>(steps.length).fill(0);
  const halves = new Halves(steps.map(({ name }) => name));
  const response = new Float64Array(orders.size).fill(Number.NaN);
  const acceptance = new Float64Array(orders.size).fill(Number.NaN);
  const unfinished = new Float64Array(orders.size).fill(Number.NaN);
  const patience = (producer.patienceSeconds * 1e6) / speed;
  let posted = 0;
  let answered = 0;
  let doneUnaccepted = 0;
  let unclear = 0;
  let unsaid = 0;
  const states = new Array<StepState>(steps.length).fill('gone');
  for (let row = 0; row < orders.size; row++) {
    if (!orders.wasPosted(row)) continue;
    posted++;
    const answer = orders.classOf(row);
    const isAccepted = answer === 'accepted';
    answers[answer]++;
    const answeredAt = orders.answeredAt[row] as number;
    if (!Number.isNaN(answeredAt)) answered++;
    const took = answeredAt - (orders.due[row] as number);
    response[row] = answer === 'timedOut' ? patience : took;
    steps.forEach(({ table, base }, i) => {
      const state = stepState(table, base + row);
      states[i] = state;
      if (state === 'done') stepsDone[i] = (stepsDone[i] as number) + 1;
    });
    if (states.includes('unclear')) unclear++;
    halves.add(states, isAccepted);
    const isDone = states.every((state) => state === 'done');
    if (!isAccepted) {
      if (isDone && steps.length > 0) doneUnaccepted++;
      continue;
    }
    acceptance[row] = took;
    if (!orders.saidAccepted(row)) unsaid++;
    const ending = endingOf(steps, states, orders.leftOut(row));
    endings[ending]++;
    if (ending !== 'done') continue;
    const last = Math.max(...steps.map(({ table, base }) => table.done[base + row] as number));
    unfinished[row] = steps.length === 0 ? 0 : Math.max(0, last - answeredAt);
  }
  const quantiles = (values: Float64Array) => waitQuantilesOf(sortKnown(values), seconds);
  const sum = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((total, count) => total + count, 0);
  const { lost, ...found } = endings;
  return {
    posted,
    ...answers,
    notAccepted: posted - answers.accepted,
    ...found,
    lost: unclear === 0 ? lost : null,
    doneUnaccepted,
    halfDone: halves.orders,
    halves: halves.list(),
    steps: Object.fromEntries(
      steps.map(({ name, table }, i): [string, StepBooks] => {
        const done = stepsDone[i] as number;
        return [name, { done, missing: posted - done, duplicated: table.repeatsOf(producer.name) }];
      }),
    ),
    responseSeconds: quantiles(response),
    acceptedSeconds: quantiles(acceptance),
    unfinishedSeconds: quantiles(unfinished),
    balanced:
      unsaid === 0 &&
      orders.counts.posted === posted &&
      orders.counts.answers === answered &&
      orders.counts.accepted === answers.accepted &&
      sum(answers) === posted &&
      sum(endings) === answers.accepted,
  };
}

/** The steps of a producer's orders, in its order. */
export function stepsOf(producer: PlannedProducer, queues: ReadonlyMap<string, CollectedQueue>): Step[] {
  return producer.to.flatMap((name): Step[] => {
    const table = queues.get(name)?.table;
    return table === undefined ? [] : [{ name, table, base: table.slotsOf(producer.name).from }];
  });
}

function stepState(table: QueueTable, slot: number): StepState {
  if (table.hadEffect(slot)) return 'done';
  if (table.endedDead(slot)) return 'dead';
  const outcome = outcomeOf(table, slot);
  // What was never tried, or is known to have come to nothing, needs no census to be gone.
  if ((outcome === null || outcome === 'refused') && !table.arrived(slot)) return 'gone';
  if (!table.censusComplete) return 'unclear';
  return table.has(slot, known.censusLive) ? 'pending' : 'gone';
}

function endingOf(steps: readonly Step[], states: readonly StepState[], leftOut: readonly string[]): Ending {
  const isMissing = (state: StepState, i: number): boolean =>
    state === 'gone' && !leftOut.includes((steps[i] as Step).name);
  if (states.includes('unclear')) return 'undetermined';
  if (states.some(isMissing)) return 'lost';
  if (leftOut.length > 0) return 'leftOut';
  if (states.includes('dead')) return 'deadLettered';
  return states.includes('pending') ? 'pending' : 'done';
}

/** Counts orders of which some steps were done, and others are gone. */
class Halves {
  orders = 0;
  private readonly counts = new Map<string, { -readonly [Key in keyof HalfDone]: HalfDone[Key] }>();

  constructor(private readonly names: readonly string[]) {}

  add(states: readonly StepState[], isAccepted: boolean): void {
    if (!states.includes('done') || !states.includes('gone')) return;
    this.orders++;
    const done = this.names.filter((_, i) => states[i] === 'done');
    const missing = this.names.filter((_, i) => states[i] === 'gone');
    const key = `${done.join()} ${missing.join()}`;
    let half = this.counts.get(key);
    if (half === undefined) {
      half = { done, missing, orders: 0, accepted: 0 };
      this.counts.set(key, half);
    }
    half.orders++;
    if (isAccepted) half.accepted++;
  }

  /** The most frequent first; equally frequent ones as they came. */
  list(): HalfDone[] {
    return [...this.counts.values()].sort((a, b) => b.orders - a.orders);
  }
}
