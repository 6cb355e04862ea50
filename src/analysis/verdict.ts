import type { Plan } from '../plan/types.js';
import type { MeasureUnit } from '../result/measures.js';
import type { ExpectationResult, ProducerResult, QueueResult, Result, Verdict } from '../result/types.js';
import { evaluate } from './expectations.js';
import { lagLimitRealSeconds } from './producers.js';

/** A result that was not judged yet. */
export type Unjudged = Omit<Result, 'verdict' | 'expectations'>;

/**
 * Judges a result, measured or predicted, by the plan's expectations. A failed expectation: fail. Else anything that
 * keeps the run from telling: inconclusive. Else: pass.
 * @param gaps what is missing from the ledger, as clauses. With any, nothing can be held against anybody: what is not in the books
 *   may have happened, so that every expectation is unknown
 */
export function judge(result: Unjudged, plan: Plan, gaps: readonly string[] = []): Result {
  if (gaps.length > 0) return unjudgeable(result, plan, gaps);
  const notHeld = Object.entries(result.producers).filter(([, producer]) => !producer.rate.held);
  const expectations = evaluate(plan.scenario.expect, result, notHeld.length === 0);
  const failed = expectations.filter(({ outcome }) => outcome === 'fail');
  const doubts = [
    ...unbalanced(result),
    ...cutShort(result, failed),
    ...brokerLosses(result),
    ...notHeld.map(([name, producer]) => whyNotHeld(name, producer, plan)),
    ...missedLimit(result, plan),
    ...expectations.filter(({ outcome }) => outcome === 'unknown').map(unknownReason),
  ];
  return { ...result, expectations, verdict: verdictOf(failed, doubts, expectations.length) };
}

function unjudgeable(result: Unjudged, plan: Plan, gaps: readonly string[]): Result {
  const expectations = evaluate(plan.scenario.expect, result, true).map((expectation) => ({
    ...expectation,
    outcome: 'unknown' as const,
    reason: 'the ledger is incomplete',
  }));
  const doubts = [
    ...gaps.map((gap) => `the ledger is incomplete: ${gap}`),
    ...cutShort(result, []),
    ...brokerLosses(result),
    ...expectations.map(unknownReason),
  ];
  return { ...result, expectations, verdict: verdictOf([], doubts, expectations.length) };
}

function verdictOf(
  failed: readonly ExpectationResult[],
  doubts: readonly string[],
  expected: number,
): Verdict {
  if (failed.length > 0) return { outcome: 'fail', reasons: [...failed.map(failedReason), ...doubts] };
  if (doubts.length > 0) return { outcome: 'inconclusive', reasons: doubts };
  if (expected === 0) return { outcome: 'pass', reasons: ['nothing was expected'] };
  return {
    outcome: 'pass',
    reasons: [expected === 1 ? 'the expectation holds' : `all ${expected} expectations hold`],
  };
}

const unitSuffix: Readonly<Record<MeasureUnit, string>> = {
  count: '',
  seconds: ' s',
  perSecond: '/s',
  flag: '',
};

function failedReason({ expression, actual, unit, reason }: ExpectationResult): string {
  const beside = reason === null ? '' : ` (${reason})`;
  const was =
    actual === null
      ? (reason ?? 'not known')
      : `it was ${plain(actual)}${unit === undefined ? '' : unitSuffix[unit]}${beside}`;
  // What ended the run says it all.
  return was.startsWith(expression) ? was : `${expression} does not hold: ${was}`;
}

function unknownReason({ expression, reason }: ExpectationResult): string {
  return `${expression} is unknown: ${reason ?? 'not measured'}`;
}

function unbalanced({ producers, queues }: Unjudged): string[] {
  return [
    ...Object.entries(queues).filter(([, queue]) => !queue.accounting.balanced),
    ...Object.entries(producers).filter(
      ([, { whole, orderBooks }]) => !whole.balanced || orderBooks?.balanced === false,
    ),
  ].map(([name]) => `the books of ${name} do not balance: this is an error in Launchpad`);
}

function cutShort({ run, origin }: Unjudged, failed: readonly ExpectationResult[]): string[] {
  if (origin === 'predicted') return [];
  if (run.ended === null) return ['how the run ended is not in the ledger'];
  const { reason, detail } = run.ended;
  const sentences: Partial<Record<typeof reason, string>> = {
    'broker-lost': `the broker was lost: ${detail}`,
    interrupted: `the run was interrupted: ${detail}`,
    aborted: failed.some((each) => each.reason === detail)
      ? 'the run was aborted'
      : `the run was aborted: ${detail}`,
    'disk-full': `the ledger could not be written: ${detail}`,
    unknown: `how the run ended is not known: ${detail}`,
  };
  const sentence = sentences[reason];
  return sentence === undefined ? [] : [sentence];
}

/** Losses that the run outlived; the last one is said as its end. */
function brokerLosses({ faults, run }: Unjudged): string[] {
  if (run.ended?.reason === 'broker-lost') return [];
  return faults
    .filter(({ target, ordered }) => target === 'broker' && !ordered)
    .map(({ atSeconds, detail }) => `the broker was lost at ${plain(atSeconds)} s for a while: ${detail}`);
}

function whyNotHeld(name: string, producer: ProducerResult, plan: Plan): string {
  const { rate, dropped, scheduled, lagRealSeconds } = producer;
  const limit = lagLimitRealSeconds(plan);
  const why: string[] = [];
  if (dropped > 0) why.push(`${dropped} of ${scheduled} messages were dropped`);
  if (lagRealSeconds.p99 !== null && lagRealSeconds.p99 > limit) {
    why.push(
      `1 in 100 attempts was more than ${plain(lagRealSeconds.p99 * 1000)} ms late (allowed: ${plain(limit * 1000)} ms)`,
    );
  }
  if (why.length === 0) {
    why.push(
      `${plain(rate.achievedPerSecond ?? 0)}/s of ${plain(rate.configuredPerSecond ?? 0)}/s were attempted in time`,
    );
  }
  return `${name} did not hold its rate: ${why.join('; ')}`;
}

/** Queues that were not drained within a limit that the prediction says is enough. */
function missedLimit({ run, queues, scenario }: Unjudged, plan: Plan): string[] {
  if (run.ended?.reason !== 'drain-limit') return [];
  const limit = plan.lastMomentSeconds + (scenario.drainLimitSeconds ?? Number.POSITIVE_INFINITY);
  return Object.entries(queues)
    .filter(([, queue]) => queue.drainedAtSeconds === null && couldDrain(queue, limit))
    .map(([name]) => `${name} was not drained within the limit, and was predicted to be`);
}

function couldDrain({ predicted }: QueueResult, limit: number): boolean {
  if (predicted === null) return true;
  return predicted.drainedAtSeconds !== null && predicted.drainedAtSeconds <= limit;
}

function plain(value: number): string {
  return String(Number(value.toFixed(3)));
}
