import type { moment } from '../moments.js';
import type { Deferred } from '../worker.js';
import type { World } from '../world.js';

/** A process to which something happens: not any more when it is dead, and not before its thaw while it is frozen. */
export interface Owner {
  readonly pid: number;
  readonly isAlive: boolean;
  readonly isFrozen: boolean;
  /** What came while it was frozen. */
  readonly deferred: Deferred[];
}

/**
 * At the same time answers and a provider's pace come before other timers, and these before requests that were held or are made again
 * and before processes that start, which in a real run take longer.
 */
export type TimerKind = (typeof moment)['answer' | 'pace' | 'timer' | 'request'];

interface Entry {
  readonly owner: Owner | null;
  readonly happen: () => void;
}

/** What services, and those who wait for them, do at a later moment. */
export class Timers {
  private readonly entries = new Map<number, Entry>();
  private last = 0;

  constructor(private readonly world: World) {}

  /**
   * @param owner whose it is; null: nobody's who could die or freeze
   * @returns its number, for `cancel`
   */
  at(time: number, kind: TimerKind, owner: Owner | null, happen: () => void): number {
    const id = ++this.last;
    this.entries.set(id, { owner, happen });
    this.world.heap.push(time, kind, id, 0);
    return id;
  }

  cancel(id: number): void {
    this.entries.delete(id);
  }

  /** Its moment has come. */
  happen(kind: number, id: number): void {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    const { owner, happen } = entry;
    if (owner?.isFrozen === true && owner.isAlive) {
      owner.deferred.push({ kind, a: id, b: 0 });
      return;
    }
    this.entries.delete(id);
    if (owner === null || owner.isAlive) happen();
  }
}

/** What a process did not do while it was frozen happens now. */
export function catchUp({ deferred }: Owner, { heap, now }: World): void {
  for (const { kind, a, b } of deferred.splice(0)) heap.push(now, kind, a, b);
}
