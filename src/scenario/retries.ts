import { type Check, complete, Fields, positiveDuration, share, wholeNumber } from './checks.js';
import type { Backoff, Redelivery } from './types.js';
import { formatDuration } from './units.js';

/** Most attempts at a message. */
export const mostAttempts = 1_000_000;

/** No message waits longer than this for its next attempt: 30 days, the longest duration of a scenario. */
const longestWaitSeconds = 30 * 24 * 3600;

const backoffHint = 'write 1s, {fixed: 1s, jitter: 0.5} or {exponential: 1s, jitter: 0.5, max: 30s}';

/** Reads how long failed messages wait. Whether any is tried again is not its business. */
export const checkBackoff: Check<Backoff> = (tree, problems) => {
  if (tree.kind === 'leaf') {
    const delaySeconds = positiveDuration(tree, problems);
    if (delaySeconds === undefined) return undefined;
    return { kind: 'fixed', delaySeconds, jitter: 0, maxSeconds: null };
  }
  const known = ['fixed', 'exponential', 'jitter', 'max'];
  const fields = Fields.open(tree, problems, { what: 'a backoff', known });
  if (fields === undefined) return undefined;
  const kinds = (['fixed', 'exponential'] as const).filter((kind) => fields.node(kind) !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    // A mistyped kind has been answered as an unknown key.
    if (kind !== undefined) problems.add(tree.place, 'is fixed and exponential at once', 'keep one of them');
    else if (tree.kind === 'mapping' && tree.entries.every(({ key }) => known.includes(key)))
      problems.add(tree.place, 'does not say how long', backoffHint);
    return undefined;
  }
  const delaySeconds = fields.required(kind, positiveDuration, backoffHint);
  const maxSeconds = fields.optional('max', positiveDuration, null);
  const max = fields.node('max');
  if (max !== undefined && kind === 'fixed')
    problems.add(max.place, '`max` means nothing with fixed', 'leave it out: every wait is the same');
  else if (
    max !== undefined &&
    typeof maxSeconds === 'number' &&
    delaySeconds !== undefined &&
    maxSeconds < delaySeconds
  )
    problems.add(
      max.place,
      `is below the first wait, ${formatDuration(delaySeconds)}`,
      'write a longer max, or a fixed backoff',
    );
  const jitter = fields.optional('jitter', checkJitter, 0);
  return complete<Backoff>({ kind, delaySeconds, jitter, maxSeconds });
};

const checkJitter: Check<number> = (tree, problems) => {
  if (tree.kind === 'leaf' && typeof tree.value === 'number' && (tree.value < 0 || tree.value > 1)) {
    const hint = 'write the share of the wait that is drawn: 0.5 is between half of it and the whole';
    problems.add(tree.place, `is ${tree.text}, outside 0 to 1`, hint);
    return undefined;
  }
  return share(tree, problems);
};

/** What is wrong with a backoff beside so many attempts; null: nothing. */
export function judgeBackoff(backoff: Backoff, attempts: number): { message: string; hint: string } | null {
  if (attempts < 2)
    return {
      message: 'is a backoff without attempts: nothing is tried a second time',
      hint: 'write attempts: 3, or leave the backoff out',
    };
  return judgeLongestWait(backoff, attempts, `the last of ${attempts.toLocaleString('en')} attempts`);
}

/**
 * The same of the wait alone: a backoff may stand beside nothing that waits.
 * @param attempts how often it is tried at most, the first time included
 * @param last what waits longest, in messages
 */
export function judgeLongestWait(
  backoff: Backoff,
  attempts: number,
  last: string,
): { message: string; hint: string } | null {
  if (attempts < 2 || longestWait(backoff, attempts) <= longestWaitSeconds) return null;
  return {
    message: `lets ${last} wait longer than 30 days`,
    hint: `write a max beside it, such as max: 30s, or fewer ${last.split(' ').at(-1)}`,
  };
}

/** The wait before the last of so many attempts, in seconds; Infinity where it is more than a number holds. */
function longestWait({ kind, delaySeconds, maxSeconds }: Backoff, attempts: number): number {
  const whole = kind === 'fixed' ? delaySeconds : delaySeconds * 2 ** (attempts - 2);
  return Math.min(whole, maxSeconds ?? Number.POSITIVE_INFINITY);
}

const redeliveryHint = 'write {after: 5s, check: 1s}, with limit: 2 where a message is to survive two deaths';

/** Reads when, and how often, a message comes back whose worker died. */
export const checkRedelivery: Check<Redelivery> = (tree, problems) => {
  const fields = Fields.open(tree, problems, { what: 'redelivery', known: ['after', 'check', 'limit'] });
  if (fields === undefined) return undefined;
  return complete<Redelivery>({
    afterSeconds: fields.required('after', positiveDuration, redeliveryHint),
    checkSeconds: fields.required('check', positiveDuration, redeliveryHint),
    limit: fields.optional('limit', wholeNumber(0, 1000), 1),
  });
};
