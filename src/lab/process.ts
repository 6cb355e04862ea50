import { messageOf } from '../errors.js';
import type { FromChild, ToChild } from './protocol.js';

/** A child's end of the channel to the lab. */
export const channel = {
  send(message: FromChild): void {
    if (process.connected) process.send?.(message);
  },
  on(listener: (message: ToChild) => void): void {
    process.on('message', (message) => listener(message as ToChild));
  },
  /** Resolves with the first message of that type. */
  next<Type extends ToChild['type']>(type: Type): Promise<Extract<ToChild, { type: Type }>> {
    return new Promise((resolve) => {
      const listener = (message: unknown): void => {
        if ((message as ToChild).type !== type) return;
        process.off('message', listener);
        resolve(message as Extract<ToChild, { type: Type }>);
      };
      process.on('message', listener);
    });
  },
};

/**
 * Runs a child's main function: exits 0 after it; on an error tells the lab, prints it to the child's own output file
 * and exits 1. A child whose lab is gone goes too, at once.
 */
export async function runChild(main: () => Promise<void>): Promise<void> {
  process.on('disconnect', () => process.exit(1));
  // It may have gone before there was anybody to hear it.
  if (!process.connected) process.exit(1);
  // A limit on the size of files is a full disk: the write fails and says so, where the signal would only kill.
  process.on('SIGXFSZ', () => undefined);
  try {
    await main();
    process.exit(0);
  } catch (error) {
    fail(error);
  }
}

/** Ends this process at once, as an error of its own would, without a word to the lab. */
export function exitFailed(): never {
  process.exit(1);
}

const fullCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO']);

/** Tells the lab why this child can't go on, and exits 1. */
export function fail(error: unknown): void {
  console.error(error);
  const message = messageOf(error);
  const diskFull = fullCodes.has((error as NodeJS.ErrnoException | null)?.code ?? '');
  if (process.send === undefined || !process.connected) process.exit(1);
  process.send({ type: 'failed', message, diskFull } satisfies FromChild, () => process.exit(1));
}
