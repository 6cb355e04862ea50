import type { ScenarioSettings, Settings } from '../result/run.js';
import type { TableContent } from './html/marks.js';

/** What was set of producers, queues and services: a table of each kind, with a column for each part. Empty: it is not known, or there is nothing. */
export function settingTables(settings: ScenarioSettings | undefined): TableContent[] {
  if (settings === undefined) return [];
  const { producers, queues, services } = settings;
  const ofServices = Object.entries(services);
  return [
    ...sideBySide('producer', producers),
    ...sideBySide('queue', queues),
    ...(ofServices.length === 0 ? [] : [{ columns: columns(['service', 'what it is']), rows: ofServices }]),
  ];
}

function sideBySide(kind: string, parts: Readonly<Record<string, Settings>>): TableContent[] {
  const all = Object.values(parts);
  if (all.length === 0) return [];
  const names = [...new Set(all.flatMap((settings) => Object.keys(settings)))];
  const rows = names.map((name) => [name, ...all.map((settings) => settings[name] ?? '')]);
  return [{ columns: columns([kind, ...Object.keys(parts)]), rows }];
}

function columns(heads: readonly string[]): TableContent['columns'] {
  return heads.map((head) => ({ head, align: 'left' }));
}

/** A table with the variants that have it. */
export interface SharedTable {
  readonly variants: readonly string[];
  readonly table: TableContent;
}

/** The tables of several variants: what is alike is told once. @param all by variant */
export function sharedSettingTables(
  all: Readonly<Record<string, ScenarioSettings | undefined>>,
): SharedTable[] {
  const groups = new Map<string, { variants: string[]; table: TableContent }>();
  for (const [variant, settings] of Object.entries(all)) {
    for (const table of settingTables(settings)) {
      const key = JSON.stringify(table);
      const group = groups.get(key) ?? { variants: [], table };
      group.variants.push(variant);
      groups.set(key, group);
    }
  }
  return [...groups.values()];
}
