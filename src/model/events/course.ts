import { type Attempt, drawFailure, drawWork } from '../../plan/draws.js';
import type { FailureSpec, QueueSpec } from '../../scenario/types.js';
import { toMicros } from './options.js';

/** How the work on a message ends, as far as its worker waits for it. */
export const courseEnd = { effect: 0, error: 1, crash: 2, timeout: 3 } as const;

type CourseEnd = (typeof courseEnd)[keyof typeof courseEnd];

/** How the work on a message goes. Microseconds from its start. */
export interface Course {
  /** When it ends; Infinity: never. */
  readonly after: number;
  readonly end: CourseEnd;
  /** What befalls it; null: nothing. */
  readonly failure: FailureSpec | null;
  /** Of work that goes on behind its time limit: how long after the limit it comes to its effect, or to its crash; null: to neither. */
  readonly overrun: { readonly after: number; readonly isCrash: boolean } | null;
}

/** What is drawn for an attempt, by the same draws as the workers of a real run make. */
export function drawCourse(queue: QueueSpec, seed: number, attempt: Attempt): Course {
  const failure = queue.failures.length === 0 ? null : drawFailure(queue, seed, attempt);
  const workSeconds = drawWork(queue.work, seed, queue.name, attempt.message, attempt.attempt);
  const { seconds, end } = courseOf(workSeconds, failure);
  const limit = queue.timeoutSeconds;
  if (limit === null || seconds <= limit) return { after: toMicros(seconds), end, failure, overrun: null };
  const isOver = end === courseEnd.error || seconds === Number.POSITIVE_INFINITY;
  const overrun = isOver ? null : { after: toMicros(seconds - limit), isCrash: end === courseEnd.crash };
  return { after: toMicros(limit), end: courseEnd.timeout, failure, overrun };
}

/** How long the work on an attempt takes until its effect, in scenario seconds; null: it fails, runs into its limit or never ends. */
export function workOf(queue: QueueSpec, seed: number, attempt: Attempt): number | null {
  const { after, end } = drawCourse(queue, seed, attempt);
  return end === courseEnd.effect && after !== Number.POSITIVE_INFINITY ? after / 1e6 : null;
}

function courseOf(workSeconds: number, failure: FailureSpec | null): { seconds: number; end: CourseEnd } {
  if (failure === null) return { seconds: workSeconds, end: courseEnd.effect };
  const seconds = failure.afterSeconds ?? workSeconds;
  if (failure.kind === 'fail') return { seconds, end: courseEnd.error };
  if (failure.kind === 'crash') return { seconds, end: courseEnd.crash };
  return { seconds: seconds + (failure.forSeconds ?? Number.POSITIVE_INFINITY), end: courseEnd.effect };
}
