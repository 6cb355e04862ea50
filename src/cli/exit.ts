import { exitCodes } from '../errors.js';
import { isComparison, type Outcome } from '../result/comparison.js';
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

/**
 * The exit code that an outcome asks for: the first that holds of interrupted, out of balance, failed, inconclusive, pass;
 * of several variants, the first that holds for any of them. One that was not run is inconclusive.
 */
export function exitCodeOf(outcome: Outcome): number {
  const results = isComparison(outcome) ? Object.values(outcome.variants) : [outcome];
  const cut = results.find(({ run }) => run.ended?.reason === 'interrupted');
  if (cut !== undefined) return exitCodeOfSignal(cut.run.ended?.signal ?? 'SIGINT');
  if (!results.every(isBalanced)) return exitCodes.internal;
  const outcomes = results.map(({ verdict }) => verdict.outcome);
  if (outcomes.includes('fail')) return exitCodes.expectationFailed;
  const isWhole = !isComparison(outcome) || outcome.notRun.length === 0;
  return isWhole && !outcomes.includes('inconclusive') ? exitCodes.pass : exitCodes.inconclusive;
}

function isBalanced({ queues, producers }: Result): boolean {
  return (
    Object.values(queues).every(({ accounting }) => accounting.balanced) &&
    Object.values(producers).every(({ whole }) => whole.balanced)
  );
}
