import type { GateRule } from '../../analysis/compare-runs/index.js';
import type { Measure } from '../../result/measures.js';
import { labelOf } from '../../result/measuring.js';
import { orderServiceName } from '../../result/orders.js';
import type { Result } from '../../result/types.js';
import { resolveMeasure } from '../../scenario/expectations/index.js';
import { parseValue } from '../../scenario/expectations/value.js';
import type { Scopes } from '../../scenario/owners.js';
import { usage } from '../explore.js';

const example =
  'write MEASURE and by how much, such as "emails.catchUp +10%", "emails.catchUp +5s" or "orders.rate.achieved -5%"';

/**
 * Reads a rule of the gate: `emails.catchUp +10%` (at most so much more than in the baseline), `+5s`, `+3`; with a minus, at least.
 * @param scopes the names that it may begin with
 * @throws LaunchpadError `usage`
 */
export function parseRule(typed: string, scopes: Scopes): GateRule {
  const trimmed = typed.trim();
  const [, name = '', sign = '', text = ''] = /^([A-Za-z][\w.-]*)\s+([+-])\s*(\S+)$/.exec(trimmed) ?? [];
  if (name === '') throw usage(`--fail-on: \`${trimmed}\` is not a rule`, example);
  const resolved = resolveMeasure(name, scopes);
  if (!resolved.ok) throw usage(`--fail-on "${trimmed}": ${resolved.message}`, resolved.hint);
  const { scope, measure } = resolved.value;
  const allows = sign === '+' ? 'at most' : 'at least';
  const by = readBy(text, name, measure, trimmed);
  if (allows === 'at least' && 'share' in by && by.share > 1)
    throw usage(`--fail-on "${trimmed}": less by more than all can't be`, `write at most ${name} -100%`);
  return { rule: trimmed, measure: labelOf(measure, scope), unit: measure.unit, allows, by };
}

function readBy(text: string, name: string, measure: Measure, rule: string): GateRule['by'] {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
  if (percent !== undefined) return { share: Number(percent) / 100 };
  const amount = parseValue(text, name, measure);
  if (amount.ok) return { amount: amount.value };
  throw usage(`--fail-on "${rule}": ${amount.message}`, `${amount.hint}; or a share of the baseline: 10%`);
}

/** The names that rules may begin with, of results. */
export function scopesIn(results: readonly Result[]): Scopes {
  const unique = (names: readonly string[]): string[] => [...new Set(names)];
  const producers = results.flatMap((result) => Object.entries(result.producers));
  return {
    queues: unique(results.flatMap(({ queues }) => Object.keys(queues))),
    producers: unique(producers.map(([name]) => name)),
    byHttp: unique(producers.filter(([, { orderBooks }]) => orderBooks !== undefined).map(([name]) => name)),
    services: unique(results.flatMap(({ services = {} }) => Object.keys(services))).map((name) => ({
      name,
      kind: name === orderServiceName ? ('order-service' as const) : ('provider' as const),
    })),
  };
}
