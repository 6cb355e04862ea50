import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Longest file name, in bytes, before a hash takes its place; file systems hold 255. */
const longestName = 200;

/**
 * A set of messages that all workers share and that outlives them: a file for each, made exclusively, so that of any
 * number of processes exactly one has added it. A provider keeps its idempotency keys in one.
 */
export class MessageStore {
  /** @param directory made if it is missing */
  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
  }

  has(message: string): boolean {
    return existsSync(this.fileOf(message));
  }

  /** @returns whether it was added now; false: it was there */
  add(message: string): boolean {
    try {
      closeSync(openSync(this.fileOf(message), 'wx'));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }

  /** What was never added is not missed. */
  remove(message: string): void {
    rmSync(this.fileOf(message), { force: true });
  }

  private fileOf(message: string): string {
    const name = encodeURIComponent(message);
    const short = name.length <= longestName ? name : createHash('sha256').update(message).digest('hex');
    return join(this.directory, short);
  }
}

/** A queue's or a provider's store of one kind, in the run's `stores` directory. */
export function openStore(
  storesDirectory: string,
  owner: string,
  kind: 'delivery-log' | 'provider',
): MessageStore {
  return new MessageStore(join(storesDirectory, owner, kind));
}
