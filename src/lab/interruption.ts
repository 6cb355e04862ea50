/** Thrown where a run is interrupted before its clock was started: nothing was measured. */
export class InterruptedBeforeStart extends Error {
  override readonly name = 'InterruptedBeforeStart';
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** The promise's value, or InterruptedBeforeStart as soon as the signal is aborted. */
export function unlessInterrupted<Value>(signal: AbortSignal, promise: Promise<Value>): Promise<Value> {
  const interrupted = aborted(signal).then((): never => {
    throw new InterruptedBeforeStart('The run was interrupted before its clock was started');
  });
  return Promise.race([promise, interrupted]);
}
