import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { describeDriver } from '../../src/broker/index.js';
import { messageOf } from '../../src/errors.js';
import { buildPlan } from '../../src/plan/build.js';
import { parseScenario } from '../../src/scenario/index.js';
import { check, type Outcome } from './check.js';
import { featuresOf, usualFeatures } from './features.js';
import { generate } from './generate.js';
import { type Launched, launch } from './launch.js';
import type { Problem } from './problems.js';
import { SoakRedis } from './redis.js';
import type { ScenarioFile } from './scenario-file.js';
import { shrink } from './shrink.js';

/** Options of a soak. */
export interface SoakOptions {
  readonly runs: number;
  /** Of the first scenario; the others have those that follow. */
  readonly seed: number;
  readonly speed: number;
  /** After this no further run is begun, in minutes of real time. */
  readonly minutes: number;
  /** Runs at the same time. */
  readonly jobs: number;
  /** Most runs to make a failing scenario smaller. */
  readonly tries: number;
  /** Where failing runs are kept. */
  readonly out: string;
  readonly say: (text: string) => void;
  /** Aborted: no further run is begun. */
  readonly signal?: AbortSignal;
}

/** What came of one seed. */
export interface Soaked {
  readonly seed: number;
  readonly scenario: ScenarioFile;
  readonly outcome: Outcome;
  readonly problems: readonly Problem[];
}

/** A run may take this long: the start, the longest drain and a worker that does not go, on a busy machine. */
const limitSeconds = 45;

/** How often a failing scenario is run again to see whether the failure repeats. */
const repeats = 3;

/** Runs random scenarios, and makes those that fail smaller. @returns what came of each seed that was run */
export async function soak(options: SoakOptions): Promise<Soaked[]> {
  const soaked: Soaked[] = [];
  const until = performance.now() + options.minutes * 60_000;
  let next = options.seed;
  const lane = async (): Promise<void> => {
    // A server for each lane: what is left there after a run is that run's.
    await using redis = await SoakRedis.start(options.say);
    while (next < options.seed + options.runs && performance.now() < until && !options.signal?.aborted) {
      soaked.push(await soakOne(next++, options, redis));
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, lane));
  return soaked.sort((a, b) => a.seed - b.seed);
}

async function soakOne(seed: number, options: SoakOptions, redis: SoakRedis): Promise<Soaked> {
  const scenario = generate(seed, options.speed);
  const began = performance.now();
  const launched = await launch(scenario, { redis, directory: options.out, limitSeconds });
  const problems = check(launched.outcome);
  options.say(lineOf(seed, scenario, launched.outcome, problems, performance.now() - began));
  if (problems.length === 0) rmSync(launched.directory, { recursive: true, force: true });
  else await reproduce(seed, launched, problems, options, redis);
  return { seed, scenario, outcome: launched.outcome, problems };
}

function lineOf(
  seed: number,
  scenario: ScenarioFile,
  { result, code }: Outcome,
  problems: readonly Problem[],
  millis: number,
): string {
  const had = [...featuresOf(scenario)].filter((feature) => !usualFeatures.has(feature)).join(', ');
  const ended = result?.run.ended?.reason ?? `exit code ${code}`;
  const wrong =
    problems.length === 0 ? 'ok' : `FAILED: ${[...new Set(problems.map(({ kind }) => kind))].join(', ')}`;
  return `seed ${seed}: ${wrong} (${ended}, ${(millis / 1000).toFixed(1)} s): ${had}`;
}

/** Looks for the smallest scenario that still fails in one of the same ways, and prints it. */
async function reproduce(
  seed: number,
  first: Launched,
  problems: readonly Problem[],
  options: SoakOptions,
  redis: SoakRedis,
): Promise<void> {
  const { say } = options;
  for (const { kind, text } of problems.slice(0, 10)) say(`  ${kind}: ${text}`);
  say(`  kept: ${first.directory}`);
  const kinds = new Set(problems.map(({ kind }) => kind));
  const fails = async (candidate: ScenarioFile): Promise<boolean> => {
    const { outcome, directory } = await launch(candidate, {
      redis,
      directory: join(first.directory, 'smaller'),
      limitSeconds,
    });
    rmSync(directory, { recursive: true, force: true });
    return check(outcome).some(({ kind }) => kinds.has(kind));
  };
  const { scenario } = first.outcome;
  const again = `npm run soak -- --runs 1 --seed ${seed} --speed ${options.speed}`;
  let repeated = false;
  for (let i = 0; i < repeats && !repeated && options.tries > 0; i++) repeated = await fails(scenario);
  if (!repeated) {
    say(
      `  It did not fail again in ${options.tries > 0 ? repeats : 0} runs: it depends on timing. Repeat with: ${again}`,
    );
    return;
  }
  const {
    scenario: smallest,
    tries,
    minimal,
  } = await shrink(scenario, fails, {
    tries: options.tries,
    valid: (candidate) => whyInvalid(candidate) === null,
  });
  const file = join(first.directory, 'minimal.yaml');
  writeFileSync(file, stringify(smallest));
  say(
    `  The smallest that still fails, ${minimal ? 'nothing can be left out' : 'as far as it went'} (${tries} runs):`,
  );
  say(stringify(smallest).replaceAll(/^/gm, '    ').trimEnd());
  say(`  Repeat with: node bin/launchpad.js simulate --scenario ${file}`);
  say(`  or, as it was: ${again}`);
}

/** Why a scenario is refused; null: it may be run. Whether it can be predicted is a part of what is tested. */
export function whyInvalid(scenario: ScenarioFile): string | null {
  try {
    buildPlan(parseScenario(JSON.stringify(scenario)), describeDriver('bullmq'));
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
