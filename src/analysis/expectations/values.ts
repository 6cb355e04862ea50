import type { Measure } from '../../result/measures.js';
import { type Part, partsOf } from '../../result/measuring.js';
import { predictedFigure } from '../../result/predicted-measures.js';
import type { ProducerResult, QueueResult, Result } from '../../result/types.js';

/** What expectations are about. */
export type Measured = Pick<Result, 'origin' | 'run' | 'producers' | 'queues' | 'services'>;

/** A measure's value: a number, Infinity for never, or why it is not known. */
export type Value = number | { readonly unknown: string };

/** Over all queues, producers or services that have it where no name is given: counts are summed, durations and rates are the worst. */
export function valueIn(measure: Measure, scope: string | null, measured: Measured): Value {
  const all = partsOf(measure.of, measured);
  const { origin, services } = measured;
  if (origin === 'predicted' && services === undefined && isOfServices(measure))
    return { unknown: notPredicted };
  const names = scope === null ? Object.keys(all).filter((name) => has(all[name], measure)) : [scope];
  const values = names.map((name) => valueOfPart(measure, name, all[name] as Part, measured));
  return values.length === 0 ? { unknown: `there is no ${whoHas(measure)}` } : together(measure, values);
}

/** What was predicted of a measure, put together in the same way. Unknown also where the run has no prediction. */
export function predictedValueOf(measure: Measure, scope: string | null, { queues }: Measured): Value {
  const figure = predictedFigure(measure);
  if (figure === undefined) return { unknown: notPredicted };
  const names = scope === null ? Object.keys(queues) : [scope];
  return together(
    measure,
    names.map((name): Value => {
      const predicted = queues[name]?.predicted ?? null;
      if (predicted === null) return { unknown: `${name}: there is no prediction to hold it against` };
      const value = predicted[figure];
      if (value !== null) return value;
      // Where nothing is predicted to be started there is no wait; the others are times that never come.
      return figure === 'maxWaitSeconds'
        ? { unknown: `${name}: no wait is predicted` }
        : Number.POSITIVE_INFINITY;
    }),
  );
}

function together({ over }: Measure, values: readonly Value[]): Value {
  const numbers = values.filter((value) => typeof value === 'number');
  // Nothing is worse than never, whatever the others are.
  if (over === 'highest' && numbers.includes(Number.POSITIVE_INFINITY)) return Number.POSITIVE_INFINITY;
  const unknown = values.find((value) => typeof value !== 'number');
  if (unknown !== undefined) return unknown;
  if (over === 'sum') return numbers.reduce((sum, value) => sum + value, 0);
  return over === 'highest' ? Math.max(...numbers) : Math.min(...numbers);
}

const ofOrders = 'orderBooks.';
const notPredicted = 'the model does not predict it';

/** Whether it is about services, or what their customers saw. */
function isOfServices({ of, path }: Measure): boolean {
  return of === 'service' || path.startsWith(ofOrders);
}

/** Whether it is a thing that has such a measure, known or not: not every producer comes by HTTP, and services are of two kinds. */
function has(part: Part | undefined, { of, path }: Measure): boolean {
  if (of === 'service') return part !== undefined && Object.hasOwn(part, path);
  return !path.startsWith(ofOrders) || (part as ProducerResult).orderBooks !== undefined;
}

function whoHas({ of, path }: Measure): string {
  if (of === 'service') return `service that has ${path}`;
  return path.startsWith(ofOrders) ? 'producer by HTTP' : of;
}

function valueOfPart(measure: Measure, name: string, part: Part, measured: Measured): Value {
  if (!has(part, measure)) return { unknown: `${name} is no ${whoHas(measure)}` };
  const reason = measured.origin === 'predicted' ? whyUnpredicted(measure, part) : null;
  if (reason !== null) return { unknown: `${name}: ${reason}` };
  const value = measure.path
    .split('.')
    .reduce<unknown>((at, key) => (at as Readonly<Record<string, unknown>>)[key], part);
  if (typeof value === 'number' && !mayBeLost(measure, part)) return value;
  if (isNever(measure, part, measured)) return Number.POSITIVE_INFINITY;
  return { unknown: `${name}: ${whyUnknown(measure, part, measured)}` };
}

/** Why the model says nothing of a queue (then it has no backlog either), or of the whole books of what comes to it; null: it does. */
function whyUnpredicted({ of, path }: Measure, part: Part): string | null {
  if (of === 'producer' && path.startsWith('whole.')) {
    const { undetermined } = (part as ProducerResult).whole;
    return undetermined === 0 ? null : 'its messages come to a queue that is not predicted';
  }
  if (of !== 'queue') return null;
  const { backlog, catchUpReason } = part as QueueResult;
  return backlog.peak === null ? (catchUpReason ?? notPredicted) : null;
}

/** Of a producer's messages that are undetermined, nobody knows whether they are lost or pending. */
function mayBeLost({ of, path }: Measure, part: Part): boolean {
  if (of !== 'producer') return false;
  const { whole, orderBooks } = part as ProducerResult;
  if (path === 'whole.lost' || path === 'whole.pending') return whole.undetermined > 0;
  // Of steps that are undetermined, nobody knows whether they are gone.
  return (path === 'orderBooks.pending' || path === 'orderBooks.halfDone') && orderBooks?.lost === null;
}

/** Whether a time is null because it never comes, and not because the run was cut short. */
function isNever({ path }: Measure, part: Part, { origin, run }: Measured): boolean {
  const { accounting, catchUpReason } = part as QueueResult;
  const hasEnded = ['drained', 'drain-limit', 'nobody-left'].includes(run.ended?.reason ?? '');
  if (path === 'catchUpSeconds') return catchUpReason !== null && (origin === 'predicted' || hasEnded);
  if (path === 'orderBooks.wellAgainAtSeconds') {
    const reason = (part as ProducerResult).orderBooks?.wellAgainReason ?? null;
    return reason !== null && (origin === 'predicted' || hasEnded);
  }
  if (path !== 'drainedAtSeconds') return false;
  // What is undetermined may be lost, and so not left.
  return origin === 'predicted' || (hasEnded && accounting.undetermined === 0);
}

/** What only a complete census can tell. */
const censusOnly: readonly string[] = [
  'accounting.pending',
  'accounting.lost',
  'deadLetters.stranded',
  'whole.lost',
  'whole.pending',
  'orderBooks.lost',
  'orderBooks.pending',
  'orderBooks.halfDone',
];

function whyUnknown({ path }: Measure, part: Part, { origin, run }: Measured): string {
  if (path === 'rate.configuredPerSecond') return 'it has no limit';
  if (path.startsWith('deadLetters.depth.') && (part as QueueResult).deadLetters.queue === null) {
    return 'it has no dead-letter queue';
  }
  if (origin === 'predicted') return notPredicted;
  if (censusOnly.includes(path)) return 'there is no complete census';
  if (path.startsWith('deadLetters.depth.')) {
    return `the depth of ${(part as QueueResult).deadLetters.queue} was never sampled`;
  }
  if (path === 'drainedAtSeconds') {
    const { undetermined } = (part as QueueResult).accounting;
    return undetermined === 0
      ? 'messages were left when the run ended'
      : `without a complete census, ${undetermined} messages are undetermined`;
  }
  if (path === 'catchUpSeconds') {
    return `${(part as QueueResult).catchUpReason ?? 'not known'} (${endInWords(run)})`;
  }
  if (path === 'orderBooks.wellAgainAtSeconds') {
    const reason = (part as ProducerResult).orderBooks?.wellAgainReason;
    return `${reason ?? 'not known'} (${endInWords(run)})`;
  }
  return `there was nothing to measure ${path} from`;
}

/** How a run ended; of one that was aborted, by which expectation is said of that one. */
export function endInWords({ ended }: Pick<Measured['run'], 'ended'>): string {
  if (ended === null) return 'the end of the run is not in the ledger';
  return ended.reason === 'aborted' ? 'the run was aborted' : ended.detail;
}
