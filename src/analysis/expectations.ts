import { LaunchpadError } from '../errors.js';
import { type Measure, measures } from '../result/measures.js';
import type {
  ExpectationResult,
  ProducerResult,
  QueueResult,
  Result,
  ServiceResult,
} from '../result/types.js';
import type { ExpectationSpec, Operator } from '../scenario/types.js';

/** What expectations are about. */
export type Measured = Pick<Result, 'origin' | 'run' | 'producers' | 'queues' | 'services'>;

/** What has measures. */
type Part = QueueResult | ProducerResult | ServiceResult;

/** A measure's value: a number, Infinity for never, or why it is not known. */
type Value = number | { readonly unknown: string };

const operators: Readonly<Record<Operator, (actual: number, value: number) => boolean>> = {
  '<=': (actual, value) => actual <= value,
  '<': (actual, value) => actual < value,
  '>=': (actual, value) => actual >= value,
  '>': (actual, value) => actual > value,
  '==': (actual, value) => actual === value,
  '!=': (actual, value) => actual !== value,
};

/**
 * Holds what was expected against what was measured (or predicted).
 * What does not hold in a run that was cut short is unknown, unless it could not have come to hold any more.
 * @param rateHeld false: expectations on times and rates are unknown, counts stand
 * @throws LaunchpadError `internal` for a measure or a name that does not exist: those are found before a run starts
 */
export function evaluate(
  expect: readonly ExpectationSpec[],
  measured: Measured,
  rateHeld: boolean,
): ExpectationResult[] {
  return expect.map((spec) => {
    const measure = measureOf(spec, measured);
    const value = overall(measure, spec.scope, measured);
    const { expression } = spec;
    if (typeof value !== 'number') {
      const tooLate = rateHeld ? drainedTooLate(spec, measured) : null;
      const outcome = tooLate === null ? 'unknown' : 'fail';
      return { expression, actual: null, outcome, reason: tooLate ?? value.unknown };
    }
    const actual = Number.isFinite(value) ? value : null;
    if (!rateHeld && measure.unit !== 'count') {
      const reason = 'the lab did not hold the rate, so times and rates say nothing about the queue';
      return { expression, actual, outcome: 'unknown', reason };
    }
    const passed = operators[spec.operator](value, spec.value);
    const early = endedEarly(measured);
    if (!passed && early !== null && !staysBroken(spec, measure, value)) {
      return { expression, actual, outcome: 'unknown', reason: `it might have come to hold: ${early}` };
    }
    return {
      expression,
      actual,
      outcome: passed ? 'pass' : 'fail',
      reason: actual === null ? 'never' : null,
    };
  });
}

/** A measure alone, as an expectation that always holds. */
export function measuring(scope: string | null, measure: string): ExpectationSpec {
  const expression = scope === null ? measure : `${scope}.${measure}`;
  return { expression, scope, measure, operator: '>=', value: Number.NEGATIVE_INFINITY };
}

/** Why the run was cut short; null: it wasn't. */
function endedEarly({ origin, run }: Measured): string | null {
  const cut = ['interrupted', 'broker-lost', 'disk-full'].includes(run.ended?.reason ?? '');
  return origin === 'measured' && cut ? (run.ended?.detail ?? '') : null;
}

/** Of a drain that a cut kept from its end, why it would have ended later than expected; null: it might not. */
function drainedTooLate({ measure, operator, value }: ExpectationSpec, measured: Measured): string | null {
  const { durationSeconds } = measured.run;
  const wantsEarly = measure === 'drainedAtSeconds' && ['<=', '<', '=='].includes(operator);
  if (!wantsEarly || durationSeconds === null || endedEarly(measured) === null) return null;
  if (durationSeconds <= value) return null;
  return `not drained when the run ended at ${Number(durationSeconds.toFixed(3))} s`;
}

/** Counts of where messages and orders are now: published after all, served, answered, put back from the dead or passed on, they are somewhere else. */
const mayShrink =
  /(dropped|unknown|refused|pending|Pending|undetermined|deadLettered|deadAfterEffect|deadLetters\.final|stranded|unpublished|notPassedOn|broken|notAccepted|doneUnaccepted|halfDone)$/;

/** Counts of what happened only grow, and a drain only gets later, so what is too high already would have stayed so. */
function staysBroken({ operator, value }: ExpectationSpec, measure: Measure, actual: number): boolean {
  const grows =
    measure.path === 'drainedAtSeconds' || (measure.over === 'sum' && !mayShrink.test(measure.path));
  return grows && ['<=', '<', '=='].includes(operator) && actual >= value && actual > 0;
}

function measureOf({ expression, measure: path, scope }: ExpectationSpec, measured: Measured): Measure {
  const of = scope === null ? null : kindOf(scope, measured);
  const candidates = measures.filter(
    (measure) => measure.path === path && (scope === null || measure.of === of),
  );
  // Without a name, a queue's measure goes before a producer's.
  const measure = candidates.find((candidate) => candidate.of === 'queue') ?? candidates[0];
  if (measure === undefined) {
    throw new LaunchpadError(
      'internal',
      `The expectation "${expression}" is about nothing that is in the result`,
    );
  }
  return measure;
}

/** What is called so; null: nothing. */
function kindOf(scope: string, measured: Measured): Measure['of'] | null {
  const kinds = ['queue', 'producer', 'service'] as const;
  const found = kinds.find((of) => Object.hasOwn(partsOf(of, measured), scope));
  // A prediction has no services, so what is not in it is one.
  return found ?? (measured.origin === 'predicted' ? 'service' : null);
}

/** All that has measures of a kind, by name. */
export function partsOf(
  of: Measure['of'],
  { queues, producers, services = {} }: Pick<Measured, 'queues' | 'producers' | 'services'>,
): Readonly<Record<string, Part>> {
  if (of === 'queue') return queues;
  return of === 'producer' ? producers : services;
}

/** Over all queues, producers or services that have it where no name is given: counts are summed, durations and rates are the worst. */
function overall(measure: Measure, scope: string | null, measured: Measured): Value {
  const all = partsOf(measure.of, measured);
  if (measured.origin === 'predicted' && isOfServices(measure)) return { unknown: notPredicted };
  const names = scope === null ? Object.keys(all).filter((name) => has(all[name], measure)) : [scope];
  const values = names.map((name) => valueIn(measure, name, all[name] as Part, measured));
  const numbers = values.filter((value) => typeof value === 'number');
  // Nothing is worse than never, whatever the others are.
  if (measure.over === 'highest' && numbers.includes(Number.POSITIVE_INFINITY))
    return Number.POSITIVE_INFINITY;
  const unknown = values.find((value) => typeof value !== 'number');
  if (unknown !== undefined) return unknown;
  if (numbers.length === 0) return { unknown: `there is no ${whoHas(measure)}` };
  if (measure.over === 'sum') return numbers.reduce((sum, value) => sum + value, 0);
  return measure.over === 'highest' ? Math.max(...numbers) : Math.min(...numbers);
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

function valueIn(measure: Measure, name: string, part: Part, measured: Measured): Value {
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
    return `${(part as QueueResult).catchUpReason ?? 'not known'} (${run.ended?.detail ?? 'the end of the run is not in the ledger'})`;
  }
  if (path === 'orderBooks.wellAgainAtSeconds') {
    const reason = (part as ProducerResult).orderBooks?.wellAgainReason;
    return `${reason ?? 'not known'} (${run.ended?.detail ?? 'the end of the run is not in the ledger'})`;
  }
  return `there was nothing to measure ${path} from`;
}
