import type { PlannedProducer } from '../plan/types.js';
import type { OrderBooks, ServiceTrouble } from '../result/orders.js';
import type { Trouble } from '../result/types.js';
import type { OrderTable } from './order-table.js';
import { toMillionth } from './time.js';

/** What may keep a producer's orders from being well, beside their own answers. */
export interface Surrounding {
  /** The queues of its steps, by name. */
  readonly queues: readonly (readonly [name: string, troubles: readonly Trouble[]])[];
  /** The providers of its steps, by name. */
  readonly providers: readonly (readonly [name: string, troubles: readonly ServiceTrouble[]])[];
}

/**
 * From when on all was well: the latest of when the last order that was not accepted had its answer, when the queues of
 * the steps had caught up, and when the troubles of their providers were over. Scenario seconds. 0: there was nothing of
 * that. Null, with the reason: one of these did not come before the end.
 */
export function wellAgain(
  { name }: Pick<PlannedProducer, 'name'>,
  orders: OrderTable,
  { queues, providers }: Surrounding,
  seconds: (micros: number) => number,
): Pick<OrderBooks, 'wellAgainAtSeconds' | 'wellAgainReason'> {
  const never = (reason: string) => ({ wellAgainAtSeconds: null, wellAgainReason: reason });
  const { lastNotAcceptedAt, notAcceptedAtTheEnd: last } = answersOf(orders);
  if (last > 0) {
    const which = last === 1 ? `the last order of ${name} was` : `the last ${last} orders of ${name} were`;
    return never(`${which} not accepted`);
  }
  for (const [queue, troubles] of queues) {
    const open = troubles.find(({ caughtUpAtSeconds }) => caughtUpAtSeconds === null);
    if (open === undefined) continue;
    const why = open.reason === null ? '' : ` (${open.reason.replace(/^never: /, '')})`;
    return never(`${queue} never caught up${why}`);
  }
  for (const [provider, troubles] of providers) {
    const open = troubles.find(({ toSeconds }) => toSeconds === null);
    if (open !== undefined) return never(`${provider} was not back at the end (${open.causes.join(', ')})`);
  }
  const ends = [
    ...queues.flatMap(([, troubles]) => troubles.map((trouble) => trouble.caughtUpAtSeconds ?? 0)),
    ...providers.flatMap(([, troubles]) => troubles.map((trouble) => trouble.toSeconds ?? 0)),
  ];
  const at = Math.max(0, lastNotAcceptedAt === null ? 0 : seconds(lastNotAcceptedAt), ...ends);
  return { wellAgainAtSeconds: toMillionth(at), wellAgainReason: null };
}

/** When the last order that was not accepted had its answer (or was due, without one), and how many of the last were not. */
function answersOf(orders: OrderTable): {
  readonly lastNotAcceptedAt: number | null;
  readonly notAcceptedAtTheEnd: number;
} {
  let lastNotAcceptedAt: number | null = null;
  let notAcceptedAtTheEnd = 0;
  for (let row = 0; row < orders.size; row++) {
    if (!orders.wasPosted(row)) continue;
    if (orders.classOf(row) === 'accepted') {
      notAcceptedAtTheEnd = 0;
      continue;
    }
    notAcceptedAtTheEnd++;
    const answered = orders.answeredAt[row] as number;
    const at = Number.isNaN(answered) ? (orders.due[row] as number) : answered;
    lastNotAcceptedAt = Math.max(lastNotAcceptedAt ?? at, at);
  }
  return { lastNotAcceptedAt, notAcceptedAtTheEnd };
}
