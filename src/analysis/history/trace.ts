import { LaunchpadError } from '../../errors.js';
import { readLedger } from '../../ledger/read.js';
import { parseMessageId, rootOf } from '../../plan/messages.js';
import type { PlannedProducer } from '../../plan/types.js';
import type { Trace } from '../../result/history.js';
import { scenarioSeconds, toMillionth } from '../time.js';
import { endsOf } from './ends.js';
import { readOrderName } from './order-name.js';
import { openRun } from './run.js';
import { Teller } from './teller.js';

/**
 * The whole story of one order, over all queues, from a run's directory alone. The ledger is read once.
 *
 * @param directory of one run
 * @param typed `orders/142`; or a message's id behind queues; or the bare number where there is one producer
 * @throws LaunchpadError `usage` where there is no such order or it was never attempted, `run-not-found`, `ledger-damaged`
 */
export function traceOf(directory: string, typed: string): Trace {
  const { files, ledger, about } = openRun(directory);
  const { plan } = files;
  const { root, producer } = readOrderName(typed, plan);
  const scale = scenarioSeconds(plan.speed);
  const seconds = (micros: number): number => toMillionth(scale(micros));
  const teller = new Teller(plan, seconds);
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
      if (event.e === 'attempted') noteAttempt(event.m, producer, attempted);
      if (rootOf(event.m) === root) teller.message(event, file);
    } else teller.other(event, file);
  });
  const told = [...teller.told];
  if (told.length === 0) throw neverAttempted(root, producer, attempted);
  return {
    schema: 'launchpad.trace/1',
    run: about,
    order: root,
    lines: teller.lines.map(({ t, queue, message, event, what }) => ({
      atSeconds: seconds(t),
      queue,
      message,
      event,
      what,
    })),
    ...endsOf({ plan, root, producer, told, complete, seconds }),
  };
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
  const numbers = [...attempted];
  const range =
    numbers.length === 0
      ? ''
      : `, ${name}/${numbers.reduce((a, b) => Math.min(a, b))} to ${name}/${numbers.reduce((a, b) => Math.max(a, b))}`;
  return new LaunchpadError('usage', `${root} was never attempted: the run has no story of it`, {
    hint: `Of the ${scheduled} messages of ${name}, ${attempted.size} were attempted${range}.`,
  });
}
