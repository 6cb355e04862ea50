import type { HalfDone, OrderBooks, StepBooks } from '../result/orders.js';
import type { Result, WaitQuantiles } from '../result/types.js';

/** What counts orders in their books, and adds up over producers. */
export type OrderCount = {
  [Key in keyof OrderBooks]: OrderBooks[Key] extends number ? Key : never;
}[keyof OrderBooks];

/** The orders of all producers that came by HTTP. Counts are summed, times are the worst. */
export interface OrdersTogether
  extends Pick<OrderBooks, OrderCount | 'lost' | 'steps' | 'wellAgainAtSeconds'>,
    Record<'responseSeconds' | 'acceptedSeconds' | 'unfinishedSeconds', WaitQuantiles> {
  readonly halves: readonly HalfDone[];
}

/** The producers that came by HTTP, with their books. */
export function orderProducers({ producers }: Result): [name: string, books: OrderBooks][] {
  return Object.entries(producers).flatMap(([name, { orderBooks }]): [string, OrderBooks][] =>
    orderBooks === undefined ? [] : [[name, orderBooks]],
  );
}

/** All orders of a run; null where nobody came by HTTP. */
export function ordersTogether(result: Result): OrdersTogether | null {
  const all = orderProducers(result).map(([, books]) => books);
  const [first, ...others] = all;
  if (first === undefined) return null;
  return others.reduce<OrdersTogether>(added, first);
}

function added(one: OrdersTogether, other: OrdersTogether): OrdersTogether {
  const sum = (key: OrderCount): number => one[key] + other[key];
  const worst = (key: 'responseSeconds' | 'acceptedSeconds' | 'unfinishedSeconds'): WaitQuantiles => ({
    p50: highest(one[key].p50, other[key].p50),
    p95: highest(one[key].p95, other[key].p95),
    p99: highest(one[key].p99, other[key].p99),
    max: highest(one[key].max, other[key].max),
  });
  const { wellAgainAtSeconds: at } = one;
  return {
    posted: sum('posted'),
    accepted: sum('accepted'),
    rejected: sum('rejected'),
    failed: sum('failed'),
    timedOut: sum('timedOut'),
    unreached: sum('unreached'),
    broken: sum('broken'),
    notAccepted: sum('notAccepted'),
    done: sum('done'),
    pending: sum('pending'),
    deadLettered: sum('deadLettered'),
    leftOut: sum('leftOut'),
    lost: one.lost === null || other.lost === null ? null : one.lost + other.lost,
    undetermined: sum('undetermined'),
    doneUnaccepted: sum('doneUnaccepted'),
    halfDone: sum('halfDone'),
    halves: halvesTogether([...one.halves, ...other.halves]),
    steps: stepsTogether(one.steps, other.steps),
    responseSeconds: worst('responseSeconds'),
    acceptedSeconds: worst('acceptedSeconds'),
    unfinishedSeconds: worst('unfinishedSeconds'),
    // Not well again with one is not well again.
    wellAgainAtSeconds:
      at === null || other.wellAgainAtSeconds === null ? null : highest(at, other.wellAgainAtSeconds),
  };
}

function highest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}

function halvesTogether(halves: readonly HalfDone[]): HalfDone[] {
  const byKind = new Map<string, HalfDone>();
  for (const half of halves) {
    const key = JSON.stringify([half.done, half.missing]);
    const { orders, accepted } = byKind.get(key) ?? { orders: 0, accepted: 0 };
    byKind.set(key, { ...half, orders: orders + half.orders, accepted: accepted + half.accepted });
  }
  return [...byKind.values()].sort((a, b) => b.orders - a.orders);
}

function stepsTogether(
  one: Readonly<Record<string, StepBooks>>,
  other: Readonly<Record<string, StepBooks>>,
): Record<string, StepBooks> {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(
    names.map((name) => {
      const [a, b] = [one[name], other[name]];
      const sum = (key: keyof StepBooks): number => (a?.[key] ?? 0) + (b?.[key] ?? 0);
      return [name, { done: sum('done'), missing: sum('missing'), duplicated: sum('duplicated') }];
    }),
  );
}
