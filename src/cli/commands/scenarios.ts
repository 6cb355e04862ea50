import { exitCodes } from '../../errors.js';
import { toJson } from '../../report/json.js';
import { type ListedScenario, renderScenarios, type ScenarioList } from '../../report/scenarios.js';
import { listScenarios, type ScenarioEntry } from '../../scenario/index.js';
import { defaultBroker } from '../options.js';
import { prepare } from '../prepare.js';
import { realSecondsOf } from '../real-seconds.js';
import { scenarioGroups } from '../scenario-groups.js';
import { colorFor, commandName, print, widthOf } from '../terminal.js';

/** The options of `launchpad scenarios`, as typed. */
export interface ScenariosOptions {
  readonly json?: boolean;
  readonly color: boolean;
}

/** `launchpad scenarios`. @returns the exit code */
export async function scenarios(options: ScenariosOptions): Promise<number> {
  const listed = await Promise.all((await listScenarios()).map(measured));
  const list: ScenarioList = { schema: 'launchpad.scenarios/1', groups: grouped(listed) };
  const look = {
    color: colorFor(process.stdout, options.color),
    width: widthOf(process.stdout),
    command: commandName(),
  };
  await print(process.stdout, options.json ? toJson(list) : `${renderScenarios(list, look)}\n`);
  return exitCodes.pass;
}

/** With the time that the plan and the prediction of each variant give. */
async function measured({ name, summary, file }: ScenarioEntry): Promise<ListedScenario> {
  const { base, runs } = await prepare({ scenario: name }, defaultBroker);
  return {
    name,
    summary,
    realSeconds: realSecondsOf(runs),
    speed: base.speed,
    variants: runs.flatMap(({ variant }) => variant ?? []),
    file,
  };
}

function grouped(listed: readonly ListedScenario[]): ScenarioList['groups'] {
  const groups = scenarioGroups.map(({ shows, names }) => ({
    shows,
    scenarios: names.flatMap((name) => listed.find((scenario) => scenario.name === name) ?? []),
  }));
  const known = new Set(scenarioGroups.flatMap(({ names }) => names));
  const others = listed.filter(({ name }) => !known.has(name));
  return others.length === 0 ? groups : [...groups, { shows: 'Others', scenarios: others }];
}
