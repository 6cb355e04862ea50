import { plural } from './format.js';
import { paint } from './paint.js';
import { cleanDeep, pad, type RenderOptions, reportWidth, truncate, visibleWidth, wrap } from './text.js';

/** What `launchpad scenarios` lists. */
export interface ScenarioList {
  readonly schema: 'launchpad.scenarios/1';
  readonly groups: readonly { readonly shows: string; readonly scenarios: readonly ListedScenario[] }[];
}

/** One built-in scenario. */
export interface ListedScenario {
  readonly name: string;
  readonly summary: string;
  /** How long it takes for real at its own speed, all variants together, in seconds; null: not known. */
  readonly realSeconds: number | null;
  readonly speed: number;
  /** Names; empty: it has none. */
  readonly variants: readonly string[];
  readonly file: string;
}

/** A line for each scenario, below what its group shows; a summary that is too long is cut. */
export function renderScenarios(list: ScenarioList, options: RenderOptions): string {
  const { groups } = cleanDeep(list);
  const width = reportWidth(options);
  const colors = paint(options.color);
  const command = options.command ?? 'launchpad';
  const all = groups.flatMap(({ scenarios }) => scenarios);
  const names = Math.max(0, ...all.map(({ name }) => visibleWidth(name)));
  const times = Math.max(0, ...all.map((scenario) => visibleWidth(takes(scenario))));
  const room = width - 2 - names - 2 - times - 2;
  const lines = groups.flatMap(({ shows, scenarios }) => [
    '',
    colors.bold(shows),
    ...scenarios.map((scenario) => {
      const name = pad(scenario.name, names);
      const time = pad(takes(scenario), times, 'right');
      return `  ${name}  ${colors.dim(time)}  ${truncate(scenario.summary, room)}`;
    }),
  ]);
  const several = all.filter(({ variants }) => variants.length > 0).length;
  const legend = several === 0 ? '' : '; ×5: in five variants, one after the other';
  return [
    ...wrap(`${plural(all.length, 'scenario')}, with the time that each takes for real${legend}.`, width),
    ...lines,
    '',
    ...wrap(`${command} show NAME explains one; ${command} simulate -s NAME runs it.`, width),
  ].join('\n');
}

/** `67 s`, with the number of variants: `3 min ×5`. */
function takes({ realSeconds, variants }: ListedScenario): string {
  const time = realSeconds === null ? '?' : brief(realSeconds);
  return `${time}${pad(variants.length < 2 ? '' : ` ×${variants.length}`, 3)}`;
}

function brief(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  return whole < 100 ? `${whole} s` : `${Math.round(whole / 60)} min`;
}
