/** @throws Error with the signal's reason as its cause, where the signal is aborted */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new Error(`The search for a Redis was interrupted (${String(signal.reason)})`, {
    cause: signal.reason,
  });
}

/** Calls back when the signal is aborted, at once where it is already; returns how to stop that. */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (signal?.aborted) callback();
  signal?.addEventListener('abort', callback, { once: true });
  return () => signal?.removeEventListener('abort', callback);
}

/** Sends a signal to the process group of a leader; one that has just gone is no error. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
