import { exitCodes } from '../errors.js';
import type { Result } from '../result/types.js';

const signalCodes: Readonly<Record<string, number>> = {
  SIGINT: exitCodes.interrupted,
  SIGTERM: exitCodes.terminated,
  SIGHUP: exitCodes.hangup,
};

/** The exit code for a run that a signal ended. */
export function exitCodeOfSignal(signal: string): number {
  return signalCodes[signal] ?? exitCodes.interrupted;
}

/** The exit code that a result asks for: the first that holds of interrupted, out of balance, failed, inconclusive, pass. */
export function exitCodeOf(result: Result): number {
  const { ended } = result.run;
  if (ended?.reason === 'interrupted') return exitCodeOfSignal(ended.signal ?? 'SIGINT');
  if (Object.values(result.queues).some((queue) => !queue.accounting.balanced)) return exitCodes.internal;
  if (result.verdict.outcome === 'fail') return exitCodes.expectationFailed;
  if (result.verdict.outcome === 'inconclusive') return exitCodes.inconclusive;
  return exitCodes.pass;
}
