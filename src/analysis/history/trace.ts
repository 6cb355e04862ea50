import { LaunchpadError } from '../../errors.js';
import { readLedger } from '../../ledger/read.js';
import { parseMessageId, rootOf } from '../../plan/messages.js';
import type { PlannedProducer } from '../../plan/types.js';
import type { Trace } from '../../result/history.js';
import { guestName } from '../../result/orders.js';
import { scenarioSeconds, toMillionth } from '../time.js';
import { endsOf } from './ends.js';
import { readOrderName } from './order-name.js';
import { openRun } from './run.js';
import { Teller } from './teller.js';

/**
 * The whole story of one order, over all queues, from a run's directory alone. The ledger is read once.
 *
 * @param directory of one run
 * @param typed `orders/142`; or a message's id behind queues; or the bare number where there is one producer; or the correlation id
 * that a client sent with it
 * @throws LaunchpadError `usage` where there is no such order or it was never attempted, `run-not-found`, `ledger-damaged`
 */
export function traceOf(directory: string, typed: string): Trace {
  const { files, ledger, about } = openRun(directory);
  const { plan } = files;
  const { root, producer } = readOrderName(typed, plan, (id) => ordersWith(id, ledger));
  const scale = scenarioSeconds(plan.speed);
  const seconds = (micros: number): number => toMillionth(scale(micros));
  const teller = new Teller(plan, root, seconds);
  const complete = new Set<string>();
  const attempted = new Set<number>();
  readLedger(ledger, (event, file) => {
    if (event.e === 'census-complete') complete.add(event.q);
    else if (event.e === 'census') {
      teller.found(
        event,
        event.m.filter((id) => rootOf(id) === root),
      );
    } else if ('m' in event) {
      if (event.e === 'attempted' || event.e === 'posted') noteAttempt(event.m, producer, attempted);
      if (rootOf(event.m) !== root) return;
      if ('q' in event) teller.message(event, file);
      else teller.whole(event);
    } else teller.other(event, file);
  });
  const told = [...teller.told];
  if (teller.lines.length === 0) throw neverAttempted(root, producer, attempted);
  const { order } = teller;
  return {
    schema: 'launchpad.trace/1',
    run: about,
    order: root,
    ...(order.correlation === null ? {} : { correlation: order.correlation }),
    lines: teller.lines.map(({ t, queue, message, event, what }) => ({
      atSeconds: seconds(t),
      queue,
      message,
      event,
      what,
    })),
    ...endsOf({ plan, root, producer, told, order, complete, seconds }),
  };
}

/** The orders that came with a correlation id of their client's. */
function ordersWith(correlation: string, ledger: string): string[] {
  const found = new Set<string>();
  readLedger(ledger, (event) => {
    if (event.e === 'received' && event.c === correlation) found.add(event.m);
  });
  return [...found];
}

function noteAttempt(message: string, producer: PlannedProducer, attempted: Set<number>): void {
  const name = message.includes('.') ? null : parseMessageId(message);
  if (name?.producer === producer.name) attempted.add(name.sequence);
}

function neverAttempted(
  root: string,
  { name, scheduled }: PlannedProducer,
  attempted: ReadonlySet<number>,
): LaunchpadError {
  if (name === guestName) {
    return new LaunchpadError('usage', `${root} was never received: the run has no story of it`, {
      hint: 'An order from elsewhere is named by the id that the order service answered with, or by its correlation id.',
    });
  }
  const numbers = [...attempted];
  const range =
    numbers.length === 0
      ? ''
      : `, ${name}/${numbers.reduce((a, b) => Math.min(a, b))} to ${name}/${numbers.reduce((a, b) => Math.max(a, b))}`;
  return new LaunchpadError('usage', `${root} was never attempted: the run has no story of it`, {
    hint: `Of the ${scheduled} messages of ${name}, ${attempted.size} were attempted${range}.`,
  });
}
