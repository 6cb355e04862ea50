import { readFile } from 'node:fs/promises';
import { exitCodes } from '../../errors.js';
import { producerInWords, spaced } from '../../plan/producer-words.js';
import { renderShow, type ShownRun } from '../../report/show.js';
import { loadScenario } from '../../scenario/index.js';
import { faultInWords } from '../happenings.js';
import { factsOf } from '../introduce.js';
import { defaultBroker } from '../options.js';
import { type Prepared, prepare, scenarioFacts } from '../prepare.js';
import { colorFor, commandName, print, widthOf } from '../terminal.js';

/** The options of `launchpad show`, as typed. */
export interface ShowOptions {
  readonly yaml?: boolean;
  readonly color: boolean;
}

/** `launchpad show`: one scenario explained, or its file as it is. @returns the exit code */
export async function show(reference: string, options: ShowOptions): Promise<number> {
  if (options.yaml) {
    const { file } = await loadScenario(reference);
    await print(process.stdout, await readFile(file, 'utf8'));
    return exitCodes.pass;
  }
  const { base, runs } = await prepare({ scenario: reference }, defaultBroker);
  const look = {
    color: colorFor(process.stdout, options.color),
    width: widthOf(process.stdout),
    command: commandName(),
  };
  const text = renderShow({ scenario: scenarioFacts(base), runs: runs.map(shown) }, look);
  await print(process.stdout, `${text}\n`);
  return exitCodes.pass;
}

function shown(prepared: Prepared): ShownRun {
  const { variant, plan, prediction } = prepared;
  return {
    variant,
    producers: plan.scenario.producers.map((producer) => [producer.name, producerInWords(producer)]),
    faults: plan.faults.map((fault) => [`at ${spaced(fault.atSeconds)}`, faultInWords(fault, plan.scenario)]),
    predicted: prediction.result,
    about: factsOf(prepared, prediction.result),
  };
}
