import type { Dispatcher } from 'undici';
import { messageOf } from '../../errors.js';
import { longestTimer } from '../timers.js';

/** What became of a request. */
export type Answer =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  /**
   * unreached: the other end certainly has nothing of it; broken: the connection broke, and the other end may have all of
   * it; timeout: the time was over.
   */
  | { readonly kind: 'unreached' | 'broken' | 'timeout'; readonly why: string };

/**
 * Sends one request and waits for the whole answer, but not for longer than the limit (real milliseconds; Infinity: there is
 * none); then the connection is closed. Never rejects.
 * @param longestBody bytes of the answer's body that are kept, by whole chunks
 */
export function exchange(
  dispatcher: Pick<Dispatcher, 'dispatch'>,
  request: Dispatcher.DispatchOptions,
  limitMillis: number,
  longestBody = 0,
): Promise<Answer> {
  return new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | null = null;
    let timer: NodeJS.Timeout | undefined;
    let status = 0;
    let body = '';
    let isOver = false;
    const end = (answer: Answer): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      resolve(answer);
    };
    const leave = (): void => controller?.abort(new Error('the time limit is over'));
    const giveUp = (): void => {
      const missing = controller === null ? 'no connection' : 'no answer';
      end({ kind: 'timeout', why: `there was ${missing} in time` });
      leave();
    };
    if (limitMillis !== Number.POSITIVE_INFINITY)
      timer = setTimeout(giveUp, Math.min(Math.max(limitMillis, 0), longestTimer));
    dispatcher.dispatch(request, {
      // Called when there is a connection, before anything is written to it.
      onRequestStart: (started) => {
        controller = started;
        // It was over before there was a connection: then nothing is sent.
        if (isOver) leave();
      },
      onResponseStart: (_, code) => {
        status = code;
      },
      onResponseData: (_, chunk) => {
        if (body.length < longestBody) body += chunk.toString('utf8');
      },
      onResponseEnd: () => end({ kind: 'answered', status, body }),
      onResponseError: (_, error) => {
        const kind = isUnsent(controller !== null, error) ? 'unreached' : 'broken';
        end({ kind, why: messageOf(error) });
      },
    });
  });
}

/**
 * Whether the other end certainly has nothing of the request, which is small and so one write: there was no connection, or
 * (EPIPE) the other end had closed it, for good, before that write: a kept one, whose process was killed. Every other error can
 * come from an end that has all of it.
 */
function isUnsent(wasStarted: boolean, error: Error): boolean {
  return !wasStarted || (error as NodeJS.ErrnoException).code === 'EPIPE';
}
