import { moment } from './moments.js';
import { toMicros } from './options.js';
import type { WorkerProcess } from './worker.js';
import type { World } from './world.js';

/** Workers that ask for batches in a loop: take up to a batch, work on all of it at once, sleep. */
export class Polling {
  constructor(private readonly world: World) {}

  /** A worker has slept enough, or begins. */
  poll(process: WorkerProcess): void {
    const { dispatch } = this.world;
    const { queue } = process;
    if (!process.takes) return;
    const taken: number[] = [];
    while (taken.length < queue.hands) {
      dispatch.promote(queue);
      if (queue.ready.length === 0) break;
      taken.push(dispatch.take(queue));
    }
    process.batch++;
    process.batchLeft = taken.length;
    process.inHand += taken.length;
    process.isBatchOpen = true;
    if (taken.length === 0) this.sleep(process, true);
    process.batchTaken = taken;
    while (process.batchTaken.length > 0) dispatch.begin(process, process.batchTaken.shift() as number);
  }

  /** A handle of a worker failed: it sleeps from then on, whatever else it has in hand. */
  failed(process: WorkerProcess, batch: number): void {
    if (process.isBatchOpen && process.batch === batch) this.sleep(process, false);
  }

  /** The end of a message was told. After the last one of a batch the worker sleeps. */
  ended(process: WorkerProcess, batch: number): void {
    if (!process.isBatchOpen || process.batch !== batch) return;
    process.batchLeft--;
    if (process.batchLeft === 0) this.sleep(process, true);
  }

  private sleep(process: WorkerProcess, isGood: boolean): void {
    const { polling } = process.queue.spec;
    if (polling === null) return;
    process.isBatchOpen = false;
    const micros = toMicros(isGood ? polling.sleepSeconds : polling.errorSleepSeconds);
    this.world.heap.push(this.world.now + Math.max(1, micros), moment.poll, process.index, 0);
  }
}
