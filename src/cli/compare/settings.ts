import type { Plan } from '../../plan/types.js';
import type { SettingDifference } from '../../result/compare.js';
import type { Result } from '../../result/types.js';
import { inWords, nameOf } from './setting-words.js';

/** What a run's settings are read from. */
export interface Configured {
  /** Of one run; of several that were repeated, of any. */
  readonly result: Result;
  /** Null: there is no plan.json. */
  readonly plan: Plan | null;
  /** As its file says. */
  readonly schema: string;
}

/** A setting and its value in words. */
type Settings = ReadonlyMap<string, string>;

/** The settings in which runs are unlike: their figures mean different things. */
const unlike: readonly string[] = ['scenario', 'origin', 'schema'];

/** Whether all of them have a plan, so that all settings are known. */
export function settingsFrom(all: readonly Configured[]): 'plan' | 'result' {
  return all.every(({ plan }) => plan !== null) ? 'plan' : 'result';
}

/**
 * The settings that are not everywhere the same, those that make runs unlike first. Where one has no plan, of queues and producers only what
 * the results say is compared.
 * @param all by label
 */
export function settingDifferences(all: Readonly<Record<string, Configured>>): SettingDifference[] {
  const from = settingsFrom(Object.values(all));
  const each = Object.entries(all).map(([label, configured]) => {
    const { plan, result } = configured;
    const own = from === 'plan' && plan !== null ? planned(plan) : reported(result);
    return [label, new Map([...general(configured), ...own])] as const;
  });
  const names = [...new Set(each.flatMap(([, settings]) => [...settings.keys()]))];
  return names
    .map((setting) => ({
      setting,
      values: Object.fromEntries(each.map(([label, settings]) => [label, settings.get(setting) ?? null])),
      isUnlike: unlike.includes(setting),
    }))
    .filter(({ values }) => new Set(Object.values(values)).size > 1)
    .sort((a, b) => Number(b.isUnlike) - Number(a.isUnlike));
}

/** What every result says of how and on what it was made. */
function general({ result, schema }: Configured): Settings {
  const { scenario, run, origin } = result;
  const { broker } = run;
  return new Map([
    ['scenario', scenario.name],
    ['origin', origin],
    ['schema', schema],
    ['variant', scenario.variant ?? 'none'],
    ['changes', scenario.changes.join(' ') || 'none'],
    ['speed', String(run.speed)],
    ['seed', String(run.seed)],
    ['broker', broker === null ? 'none' : `${broker.driver} on ${broker.server} ${broker.version}`],
    ['launchpad', run.launchpad],
    ['node', run.node],
  ]);
}

/** What the plan says of producers, queues, services and faults: nothing of the machine. */
function planned({ scenario }: Plan): Settings {
  const { producers, queues, providers, orderService, faults, mode, drainSeconds } = scenario;
  return new Map([
    ['mode', mode],
    ['drain', inWords(drainSeconds, 'drainSeconds')],
    ...named('producers', producers),
    ...named('queues', queues),
    ...named('providers', providers),
    ...(orderService === null ? [] : members('orderService', orderService)),
    ['faults', inWords(faults)],
  ]);
}

type Entry = readonly [setting: string, value: string];

function named(kind: string, parts: readonly { readonly name: string }[]): Entry[] {
  return parts.flatMap((part) => members(`${kind}.${part.name}`, part));
}

function members(path: string, part: object): Entry[] {
  return Object.entries(part)
    .filter(([key]) => key !== 'name')
    .map(([key, value]) => [`${path}.${nameOf(key)}`, inWords(value, key)]);
}

/** What a result says of the settings of its producers and queues. */
function reported({ producers, queues, scenario, faults }: Result): Settings {
  return new Map([
    ['mode', scenario.mode ?? 'queue'],
    ['producing', inWords(scenario.producingSeconds, 'producingSeconds')],
    ['drain limit', inWords(scenario.drainLimitSeconds, 'drainLimitSeconds')],
    ...Object.entries(producers).flatMap(([name, { rate, scheduled }]): Entry[] => [
      [`producers.${name}.rate`, inWords(rate.configuredPerSecond, 'ratePerSecond')],
      [`producers.${name}.scheduled`, String(scheduled)],
    ]),
    ...Object.entries(queues).flatMap(([name, { rate, idempotency, deadLetters }]): Entry[] => [
      [`queues.${name}.rate`, inWords(rate.configuredPerSecond, 'ratePerSecond')],
      [`queues.${name}.idempotency`, idempotency ?? 'none'],
      [`queues.${name}.deadLetter`, deadLetters.queue ?? 'none'],
    ]),
    ['faults', inWords(faults.filter(({ ordered }) => ordered).map(orderedFault))],
  ]);
}

function orderedFault({ kind, target, atSeconds }: Result['faults'][number]): object {
  return { kind, target, atSeconds };
}
