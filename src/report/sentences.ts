import type { FaultResult, QueueResult, Result, Trouble } from '../result/types.js';
import { duplicateSentences } from './duplicates.js';
import { failureSentences, orderSentence } from './failures.js';
import { count, duration, plural, rate, seconds } from './format.js';
import { type Paint, paint } from './paint.js';

/** The answer for one queue, as sentences without a full stop: what became of its messages, when it had caught up and why then, what failed, what repeated, what the faults cost. */
export function answer(name: string, result: Result, colors: Paint = paint(false)): string[] {
  const queue = result.queues[name]!;
  const isMeasured = result.origin === 'measured';
  return [
    [...lossClauses(queue, isMeasured), catchUpClause(name, result)].join('; '),
    ...sumSentence(queue, result),
    ...failureSentences(queue, colors),
    ...(isMeasured ? duplicateSentences(queue) : predictedDuplicates(queue)),
    ...orderSentence(queue),
    ...costSentence(name, result),
  ];
}

/** Lost messages, and those that did not get as far as being lost or done. That none is lost goes without saying in a prediction. */
function lossClauses(queue: QueueResult, isMeasured: boolean): string[] {
  const books = queue.accounting;
  const all =
    books.acknowledged === books.scheduled
      ? count(books.scheduled)
      : `${count(books.acknowledged)} acknowledged`;
  const lost =
    books.lost === null
      ? `how many of ${all} are lost is not known (${count(books.undetermined)} undetermined)`
      : `${books.lost === 0 ? 'none' : count(books.lost)} of ${all} lost`;
  const others: [number | null, string][] = [
    [books.dropped, 'never attempted'],
    [books.refused, 'refused'],
    [books.unknown, 'with unknown outcome'],
    [books.merged, 'merged with one that was there already'],
    [books.discarded, 'discarded'],
    [books.pending, 'still waiting at the end'],
  ];
  return [
    ...(isMeasured || books.lost !== 0 ? [lost] : []),
    ...others
      .filter(([amount]) => amount !== null && amount > 0)
      .map(([amount, what]) => `${count(amount)} ${what}`),
  ];
}

/** When it had caught up, after what, and what was predicted; or that it did not. */
function catchUpClause(name: string, result: Result): string {
  const queue = result.queues[name]!;
  const trouble = mainTrouble(queue);
  if (queue.catchUpSeconds === null) return notCaughtUp(queue, result);
  if (trouble === null || trouble.catchUpSeconds === null) {
    return `never fell behind (at most ${count(queue.backlog.peak ?? 0)} waiting)`;
  }
  const [after, growth] = recoveryPoint(name, trouble, result);
  const several = queue.troubles.length > 1 ? `${queue.troubles.length} troubles, the longest one ` : '';
  // Where others went on serving, there was nothing to catch up with.
  const when =
    trouble.catchUpSeconds === 0 ? 'was not behind' : `caught up ${duration(trouble.catchUpSeconds)}`;
  return `${several}${growth}${when} after ${after}${predictedBeside(queue, result)}`;
}

function predictedBeside(queue: QueueResult, result: Result): string {
  if (result.origin === 'predicted' || queue.predicted === null) return '';
  const predicted = queue.predicted.catchUpSeconds;
  return ` (predicted ${predicted === null ? 'never' : seconds(predicted)})`;
}

/** Never, as theory says too; or only not yet, because the run ended before. */
function notCaughtUp(queue: QueueResult, result: Result): string {
  const why = queue.catchUpReason === null ? '' : `: ${queue.catchUpReason.replace(/^never: /, '')}`;
  const predicted = queue.predicted?.catchUpSeconds ?? null;
  if (result.origin === 'predicted' || predicted === null) return `never catches up${why}`;
  const end = result.run.durationSeconds;
  const when = end === null ? 'when the run ended' : `by the end at ${seconds(end)}`;
  return `not caught up ${when}${why} (predicted ${seconds(predicted)})`;
}

/** The trouble that took longest to catch up with; one that never was comes first. */
function mainTrouble(queue: QueueResult): Trouble | null {
  const length = (trouble: Trouble) => trouble.catchUpSeconds ?? Number.POSITIVE_INFINITY;
  return queue.troubles.reduce<Trouble | null>(
    (longest, trouble) => (longest === null || length(trouble) > length(longest) ? trouble : longest),
    null,
  );
}

/** Two moments nearer than this are taken for the same one. */
const nearSeconds = 0.5;

const faultNouns: Readonly<Record<string, string>> = {
  kill: 'kill',
  stop: 'stop',
  restart: 'restart',
  freeze: 'freeze',
  thaw: 'thaw',
  scale: 'scaling',
  redrive: 'redrive',
  supervised: "supervisor's restart",
  died: 'death that nobody ordered',
  lost: 'loss of the broker',
};

/**
 * The recovery point in words: the fault that made it, the end of the messages, or the time alone;
 * and how fast it fell behind before, where messages alone were the trouble.
 */
function recoveryPoint(
  name: string,
  trouble: Trouble,
  result: Result,
): readonly [after: string, growth: string] {
  const at = trouble.recoveryPointSeconds;
  if (at === null) return ['the recovery point', ''];
  const away = (fault: FaultResult) =>
    Math.min(
      Math.abs(fault.atSeconds - at),
      Math.abs((fault.doneAtSeconds ?? Number.POSITIVE_INFINITY) - at),
    );
  const near = (faults: readonly FaultResult[]) =>
    faults.filter((each) => away(each) <= nearSeconds).sort((a, b) => away(a) - away(b))[0];
  const fault = near(faultsOn(name, result)) ?? near(faultsAround(name, result));
  const isOther = fault !== undefined && fault.target !== name && fault.target !== 'broker';
  if (fault !== undefined)
    return [`the ${faultNouns[fault.kind] ?? fault.kind}${isOther ? ` of ${fault.target}` : ''}`, ''];
  const lasted = at - trouble.fromSeconds;
  const growth =
    lasted > 1 ? `fell behind by ${rate((trouble.peakBacklog - trouble.baseline) / lasted)}, ` : '';
  if (Math.abs(at - result.scenario.producingSeconds) <= nearSeconds)
    return ['the last message arrived', growth];
  return [`the point at ${seconds(at)} where more could be served than arrived`, growth];
}

function faultsOn(name: string, result: Result): FaultResult[] {
  return result.faults.filter((fault) => fault.target === name || fault.target === 'broker');
}

/** Whether the scenario orders it: no death of itself, and no supervisor's restart after one. */
export function isOfScenario({ ordered, kind }: FaultResult): boolean {
  return ordered && kind !== 'supervised';
}

/** The faults of the queue's workers, and of the broker and the services, of which any may hold it up. */
export function faultsAround(name: string, { faults, queues }: Result): FaultResult[] {
  return faults.filter(({ target }) => target === name || !Object.hasOwn(queues, target));
}

/** `290 waiting + 5 redelivered = 295 at 5/s ≈ 59 s`: only where the sum explains what was seen, within a tenth. */
function sumSentence(queue: QueueResult, result: Result): string[] {
  const trouble = mainTrouble(queue);
  const served = queue.rate.configuredPerSecond;
  const seen = trouble?.catchUpSeconds ?? null;
  const from = trouble?.recoveryPointSeconds ?? null;
  if (trouble === null || served === null || seen === null || from === null) return [];
  const waiting = trouble.peakBacklog;
  // What is redelivered before its effect is in the backlog already; only repeated work comes on top.
  const repeated = Math.min(
    queue.redeliveries.count,
    queue.accounting.duplicateEffects + queue.accounting.suppressed,
  );
  const arriving =
    from < result.scenario.producingSeconds - nearSeconds ? (meanArrivals(queue, result) ?? 0) : 0;
  if (waiting <= 1 || arriving >= served) return [];
  const takes = (waiting + repeated) / (served - arriving);
  if (Math.abs(takes - seen) > 0.1 * seen) return [];
  const total =
    repeated === 0
      ? `${count(waiting)} waiting`
      : `${count(waiting)} waiting + ${count(repeated)} redelivered = ${count(waiting + repeated)}`;
  const speed = arriving === 0 ? `at ${rate(served)}` : `at ${rate(served)} while ${rate(arriving)} arrive`;
  return [`${total} ${speed} ≈ ${rounded(takes)}`];
}

/** When it was empty, and when it would have been without the faults. */
function costSentence(name: string, result: Result): string[] {
  const queue = result.queues[name]!;
  if (queue.drainedAtSeconds === null) return [];
  const drained = `Drained at ${seconds(queue.drainedAtSeconds)}`;
  const without = queue.predicted?.withoutFaults;
  if (!areFaultsFelt(name, result) || without === undefined) return [drained];
  const would = result.origin === 'measured' ? 'would have been' : 'would be';
  const about = result.origin === 'measured' ? ' (predicted)' : '';
  return [
    without.drainedAtSeconds === null
      ? `${drained}; without the faults it never ${would}${about}`
      : `${drained}; without the faults it ${would} at about ${rounded(without.drainedAtSeconds)}${about}`,
  ];
}

/** Whether there are faults that make a difference to the queue: its own, or a service's, where theory says that it is one. */
function areFaultsFelt(name: string, result: Result): boolean {
  // What its messages and loads do is in the plan without its faults as well.
  if (result.origin === 'predicted' && !result.faults.some(isOfScenario)) return false;
  if (faultsOn(name, result).length > 0) return true;
  const predicted = result.queues[name]?.predicted ?? null;
  return (
    predicted !== null &&
    faultsAround(name, result).length > 0 &&
    predicted.drainedAtSeconds !== predicted.withoutFaults.drainedAtSeconds
  );
}

/** Theory's seconds to three digits, or whole ones. */
function rounded(value: number): string {
  return seconds(Number(value.toPrecision(Math.abs(value) < 1000 ? 3 : 15)));
}

function predictedDuplicates(queue: QueueResult): string[] {
  const { redeliveries, accounting } = queue;
  if (redeliveries.count === 0 && accounting.duplicateEffects === 0) return [];
  return [
    `${plural(redeliveries.count, 'redelivery', 'redeliveries')}, ${plural(accounting.duplicateEffects, 'duplicate effect')}`,
  ];
}

/** Messages per second while the producers are at work; null where nothing is known. */
function meanArrivals(queue: QueueResult, result: Result): number | null {
  const { producingSeconds } = result.scenario;
  if (producingSeconds <= 0 || queue.accounting.scheduled === 0) return null;
  const mean = queue.accounting.scheduled / producingSeconds;
  return Number(mean.toPrecision(3));
}

/** One queue's prediction in a sentence: `peak 290 at 8 s, caught up 59 s after the restart, empty at 67 s; without the faults at 60 s`. */
export function predictionSentence(name: string, result: Result): string {
  const queue = result.queues[name]!;
  const { peak, peakAtSeconds } = queue.backlog;
  const parts = [
    ...(peak === null
      ? []
      : [`peak ${count(peak)}${peakAtSeconds === null ? '' : ` at ${rounded(peakAtSeconds)}`}`]),
    catchUpClause(name, result),
    ...(queue.drainedAtSeconds === null ? [] : [`empty at ${rounded(queue.drainedAtSeconds)}`]),
  ];
  const without = queue.predicted?.withoutFaults;
  if (!areFaultsFelt(name, result) || without === undefined) return parts.join(', ');
  const at = without.drainedAtSeconds;
  return `${parts.join(', ')}; without the faults ${at === null ? 'never empty' : `at ${rounded(at)}`}`;
}
