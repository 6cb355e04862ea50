import type { Dispatcher } from 'undici';
import { messageOf } from '../../errors.js';

/** What became of a request, see UnansweredEvent. */
export type Answer =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'unreached' | 'broken' | 'timeout'; readonly why: string };

/** What a timer can hold, in milliseconds. */
const longestTimer = 2 ** 31 - 1;

/**
 * Sends one request and waits for the whole answer, but not for longer than the patience (real milliseconds); then the
 * connection is closed. Never rejects.
 */
export function exchange(
  dispatcher: Pick<Dispatcher, 'dispatch'>,
  request: Dispatcher.DispatchOptions,
  patienceMillis: number,
): Promise<Answer> {
  return new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | null = null;
    let status = 0;
    let isOver = false;
    const end = (answer: Answer): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      resolve(answer);
    };
    const leave = (): void => controller?.abort(new Error('the customer has left'));
    const timer = setTimeout(
      () => {
        const missing = controller === null ? 'no connection' : 'no answer';
        end({ kind: 'timeout', why: `there was ${missing} in time` });
        leave();
      },
      Math.min(patienceMillis, longestTimer),
    );
    dispatcher.dispatch(request, {
      // Called when there is a connection, before anything is written to it.
      onRequestStart: (started) => {
        controller = started;
        if (isOver) leave();
      },
      onResponseStart: (_, code) => {
        status = code;
      },
      onResponseEnd: () => end({ kind: 'answered', status }),
      onResponseError: (_, error) => {
        const kind = isUnsent(controller !== null, error) ? 'unreached' : 'broken';
        end({ kind, why: messageOf(error) });
      },
    });
  });
}

/**
 * Whether the other end certainly has nothing of the request: there was no connection, or (EPIPE) the other end had closed it
 * before the one write that a small request is. After any other error it may have all of it.
 */
function isUnsent(wasStarted: boolean, error: Error): boolean {
  return !wasStarted || (error as NodeJS.ErrnoException).code === 'EPIPE';
}
