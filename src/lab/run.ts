import { readdirSync, rmSync } from 'node:fs';
import { messageOf } from '../errors.js';
import { conduct } from './conduct.js';
import { makeRunDirectory, removeStores, saveJson } from './directory.js';
import { Guard } from './guard/guard.js';
import { InterruptedBeforeStart } from './interruption.js';
import type { LabOptions, LabOutcome } from './options.js';
import { chooseAddresses } from './ports.js';
import { type Closer, prepare } from './prepare.js';

export type { AbortRequest, LabEvent, LabOptions, LabOutcome } from './options.js';

/**
 * The whole life of a run (docs/how-a-run-works.md): a server, processes, the clock, messages and faults at their times,
 * the drain, the census. Whatever happens in it, nothing of it is left running, and none of its keys is left on a
 * broker that is not its own.
 * @throws LaunchpadError, where it could not begin (see `chooseAddresses`, `makeRunDirectory`, `prepare`)
 */
export async function runLab(options: LabOptions): Promise<LabOutcome> {
  const { plan, prediction, out, directoryName, watch } = options;
  // A port that is in use is told before there is anything of the run.
  const addresses = await chooseAddresses(plan.scenario);
  const directory = makeRunDirectory(out, plan.scenario.name, new Date(), directoryName);
  saveJson(directory, 'plan.json', plan);
  saveJson(directory, 'prediction.json', prediction);
  const guard = new Guard();
  // When it is called, the processes that use the stores are gone.
  const closers: Closer[] = [async () => removeStores(directory)];
  try {
    const prepared = await prepare(options, addresses, directory, guard, closers);
    return await conduct(options, prepared);
  } catch (error) {
    // A directory without a process's log has nothing to tell.
    if (readdirSync(directory.logs).length === 0) rmSync(directory.path, { recursive: true, force: true });
    if (!(error instanceof InterruptedBeforeStart)) throw error;
    // What was being started when the interruption came is known to the guard alone.
    guard.killAll();
    rmSync(directory.path, { recursive: true, force: true });
    return { directory, end: null, censusError: null };
  } finally {
    await closeAll(closers, watch);
    await guard.dismiss();
  }
}

/** Closes in reverse order. What can't be closed any more (a broker that is gone still has the run's keys) is said, and keeps nothing else from being closed. */
async function closeAll(closers: readonly Closer[], watch: LabOptions['watch']): Promise<void> {
  for (const close of [...closers].reverse()) {
    try {
      await close();
    } catch (error) {
      watch({ type: 'left', text: `Not all of the run could be cleaned up: ${messageOf(error)}` });
    }
  }
}
