import type { Backoff, FailureSpec, QueueSpec } from '../scenario/types.js';
import { formatDuration } from '../scenario/units.js';

/** What is set of a queue beyond its speed, in words; nothing of what is as it is by default. */
export function settingsOf(queue: QueueSpec): string[] {
  const { timeoutSeconds, attempts, backoff, superviseSeconds, polling, outcomes } = queue;
  return [
    ...(queue.provider === null ? [] : [`provider: ${queue.provider}`]),
    ...queue.failures.map(failureInWords),
    ...(timeoutSeconds === null ? [] : [`time limit ${formatDuration(timeoutSeconds)}`]),
    ...(attempts === 1 ? [] : [`${attempts} attempts${backoffInWords(backoff)}`]),
    ...deadLetterInWords(queue),
    ...idempotencyInWords(queue),
    ...deduplicationInWords(queue),
    ...(superviseSeconds === null
      ? []
      : [`a dead worker is started again after ${formatDuration(superviseSeconds)}`]),
    ...(polling === null
      ? []
      : [
          `polls for up to ${polling.batch}, sleeps ${formatDuration(polling.sleepSeconds)}, after an error ${formatDuration(polling.errorSleepSeconds)}`,
        ]),
    ...outcomes
      .filter(({ to }) => to.length > 0)
      .map(({ name, share, to }) => {
        const which = share === 1 ? '' : ` ${percent(share)} (${name})`;
        return `passes${which} on to ${to.map((target) => target.queue).join(', ')}`;
      }),
  ];
}

function failureInWords({
  kind,
  select,
  times,
  fromSeconds,
  toSeconds,
  retryable,
  forSeconds,
}: FailureSpec): string {
  const whom =
    select.kind === 'all'
      ? 'all'
      : select.kind === 'share'
        ? `${percent(select.share)} of the ${select.per === 'message' ? 'messages' : 'attempts'}`
        : `message${select.messages.length === 1 ? '' : 's'} ${select.messages.slice(0, 5).join(', ')}${select.messages.length > 5 ? ', …' : ''}`;
  const isOne = select.kind === 'messages' && select.messages.length === 1;
  const verb = (many: string): string => (isOne ? `${many}s` : many);
  const what = {
    fail: `${verb('fail')}${retryable ? '' : ' for good'}`,
    hang: `${verb('hang')}${forSeconds === null ? '' : ` for ${formatDuration(forSeconds)}`}`,
    crash: `${verb('kill')} ${isOne ? 'its' : 'their'} worker`,
  }[kind];
  const from = fromSeconds > 0 ? ` from ${formatDuration(fromSeconds)}` : '';
  const to = toSeconds === null ? '' : ` until ${formatDuration(toSeconds)}`;
  const first = times === null ? '' : times === 1 ? ' the first time' : ` the first ${times} times`;
  return `${whom} ${what}${first}${from}${to}`;
}

/** What follows the number of attempts: ` with a backoff of 1s, doubled each time`. @param inWords how durations are written */
export function backoffInWords(
  backoff: Backoff | null,
  inWords: (seconds: number) => string = formatDuration,
): string {
  if (backoff === null) return ' without a pause';
  const { kind, delaySeconds, jitter, maxSeconds } = backoff;
  const grows = kind === 'exponential' ? ', doubled each time' : '';
  const most = maxSeconds === null ? '' : `, at most ${inWords(maxSeconds)}`;
  return ` with a backoff of ${inWords(delaySeconds)}${grows}${most}${jitter === 0 ? '' : `, jitter ${jitter}`}`;
}

function deadLetterInWords({ name, deadLetter }: QueueSpec): string[] {
  if (deadLetter === null) return ['no dead-letter queue'];
  const { queue, move } = deadLetter;
  if (move === 'safe') return queue === `${name}-dead` ? [] : [`dead letters to ${queue}`];
  return [`dead letters to ${queue} by the worker that saw the failure`];
}

/** How its workers keep an effect from happening twice; nothing where they do not. */
export function idempotencyInWords({ idempotency }: Pick<QueueSpec, 'idempotency'>): string[] {
  switch (idempotency.mode) {
    case 'none':
      return [];
    case 'memory':
      return ['each worker remembers what it did'];
    case 'delivery-log':
      return [`a delivery log, written ${idempotency.record} the effect`];
    case 'effect-key':
      return ['the provider refuses a key that it has seen'];
  }
}

function deduplicationInWords({ deduplication }: QueueSpec): string[] {
  switch (deduplication.kind) {
    case 'none':
      return ['no deduplication'];
    case 'job-id': {
      const { keepCount, keepSeconds } = deduplication;
      if (keepSeconds !== null)
        return [`deduplication by job id, kept for ${formatDuration(keepSeconds)} after its end`];
      return keepCount === 0 ? ['deduplication by job id until its end'] : [];
    }
    case 'until-finished':
      return ['deduplication until the job has ended'];
    case 'keep-last':
      return [
        'deduplication until the job has ended; published while it is worked on, it is served once more',
      ];
    case 'extend':
      return [`deduplication for ${formatDuration(deduplication.seconds)} from the latest publish`];
    case 'reschedule':
      return [`served ${formatDuration(deduplication.seconds)} after the latest publish, as first published`];
    case 'throttle':
      return [`deduplication for ${formatDuration(deduplication.seconds)} from the first publish`];
    case 'debounce':
      return [`only the latest publish within ${formatDuration(deduplication.seconds)} counts`];
  }
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}
