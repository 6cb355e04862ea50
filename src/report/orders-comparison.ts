import type { Comparison, VariantDifference } from '../result/comparison.js';
import { findMeasure } from '../result/measures.js';
import type { Result } from '../result/types.js';
import { type VariantRow, variantsTable } from './comparison-table.js';
import { count } from './format.js';
import { figureCell, isShown, type OrderFigure, wellAgain } from './order-books.js';
import { providersOf } from './orders.js';
import { type OrderCount, type OrdersTogether, orderProducers, ordersTogether } from './orders-together.js';
import type { Paint } from './paint.js';

/** A figure of all orders of a variant. */
interface Figure extends OrderFigure {
  readonly head: string;
  /** The measure of the catalogue that says the same. */
  readonly path: string;
}

const before: readonly Figure[] = [
  { ...counted('posted', 'posted'), isMain: true },
  { ...counted('accepted', 'accepted'), isMain: true },
  { ...counted('notAccepted', 'not accepted'), isMain: true },
  counted('rejected', 'rejected (4xx)'),
  { ...counted('failed', 'failed (5xx)'), isMain: true },
  { ...counted('timedOut', 'timed out'), isMain: true },
  counted('unreached', 'unreached'),
  counted('broken', 'broken'),
  timed('responseSeconds', 'p50', 'response p50'),
  timed('responseSeconds', 'p99', 'response p99'),
];

const after: readonly Figure[] = [
  { ...counted('done', 'accepted and done'), isMain: true },
  counted('pending', 'accepted and pending'),
  counted('deadLettered', 'accepted and dead'),
  counted('leftOut', 'a step left out'),
  { ...counted('lost', 'accepted and lost'), isMain: true, tone: 'bad' },
  counted('undetermined', 'undetermined'),
  { ...counted('halfDone', 'half-done'), isMain: true, tone: 'warn' },
  { ...counted('doneUnaccepted', 'done, not accepted'), tone: 'warn' },
  timed('unfinishedSeconds', 'max', 'not yet done, longest'),
];

function counted(key: OrderCount | 'lost', label: string): Figure {
  return { label, head: label.replace(' ', '\n'), path: `orderBooks.${key}`, value: (orders) => orders[key] };
}

function timed(
  key: 'responseSeconds' | 'unfinishedSeconds',
  quantile: 'p50' | 'p99' | 'max',
  label: string,
): Figure {
  return {
    label,
    head: label.replace(/,? (?=p\d|longest)/, '\n'),
    path: `orderBooks.${key}.${quantile}`,
    value: (orders) => orders[key][quantile],
    unit: 'seconds',
  };
}

/** The variants' orders beside each other; nothing where not every variant has customers that come by HTTP. */
export function ordersComparison(comparison: Comparison, colors: Paint, width: number): string[] {
  const sides = sidesOf(comparison);
  if (sides === null) return [];
  const rows = [
    ...figureRows(before, sides, colors),
    ...stepRows(sides, colors),
    ...figureRows(after, sides, colors),
    ...spreadRows(Object.values(comparison.variants), colors),
    {
      label: 'all well again at',
      head: 'all well\nagain at',
      cells: sides.map((orders) => wellAgain(orders, colors)),
    },
  ];
  return variantsTable('Orders', Object.keys(comparison.variants), rows, colors, width);
}

/** Whether all variants have customers that come by HTTP. */
export function hasOrders(comparison: Comparison): boolean {
  return sidesOf(comparison) !== null;
}

function sidesOf({ variants }: Comparison): OrdersTogether[] | null {
  const sides = Object.values(variants).map(ordersTogether);
  const known = sides.filter((side) => side !== null);
  return known.length === 0 || known.length < sides.length ? null : known;
}

function figureRows(
  figures: readonly Figure[],
  sides: readonly OrdersTogether[],
  colors: Paint,
): VariantRow[] {
  return figures
    .filter((figure) => isShown(figure, sides))
    .map((figure) => ({
      label: figure.label,
      head: figure.head,
      cells: sides.map((orders) => figureCell(figure, orders, colors)),
    }));
}

/** What really happened of each step: done, missing, and done too often. */
function stepRows(sides: readonly OrdersTogether[], colors: Paint): VariantRow[] {
  const steps = [...new Set(sides.flatMap((orders) => Object.keys(orders.steps)))];
  return steps.flatMap((step) =>
    (['done', 'missing', 'duplicated'] as const).flatMap((what): VariantRow[] => {
      const figures = sides.map((orders) => orders.steps[step]?.[what] ?? 0);
      if (what === 'duplicated' && figures.every((figure) => figure === 0)) return [];
      const paintIt = what === 'done' ? (text: string) => text : colors.warn;
      return [
        {
          label: `${step} ${what}`,
          head: `${step}\n${what}`,
          cells: figures.map((figure) => (figure === 0 ? colors.dim('0') : paintIt(count(figure)))),
        },
      ];
    }),
  );
}

/** `97 of 100`: of the orders that were posted while a provider was in trouble, those that were not accepted. */
function spreadRows(results: readonly Result[], colors: Paint): VariantRow[] {
  const providers = [
    ...new Set(
      results.flatMap((result) =>
        providersOf(result).flatMap(([name, { troubles }]) =>
          troubles.every(({ posted }) => posted === 0) ? [] : [name],
        ),
      ),
    ),
  ];
  return providers.map((provider) => ({
    label: `not accepted in ${provider}'s trouble`,
    head: `in ${provider}'s\ntrouble`,
    cells: results.map((result) => {
      const [, service] = providersOf(result).find(([name]) => name === provider) ?? [];
      const troubles = service?.troubles ?? [];
      if (troubles.length === 0) return colors.dim('no trouble');
      const sum = (key: 'posted' | 'notAccepted'): number =>
        troubles.reduce((total, trouble) => total + trouble[key], 0);
      return `${count(sum('notAccepted'))} of ${count(sum('posted'))}`;
    }),
  }));
}

/** Of the whole books of orders, what their steps say: how many were done, and how many are missing. */
const saidOfSteps: ReadonlySet<string> = new Set(['whole.completed', 'whole.unpublished']);

/** Whether the table of orders says this difference already: the same figure of the orders or of one of their steps. */
export function isSaidOfOrders(comparison: Comparison): (difference: VariantDifference) => boolean {
  const sides = sidesOf(comparison);
  if (sides === null) return () => false;
  const results = Object.entries(comparison.variants);
  const isOneProducer = results.every(([, result]) => orderProducers(result).length === 1);
  const shown = [...before, ...after].filter((figure) => isShown(figure, sides));
  const paths = new Set([...shown.map(({ path }) => path), 'orderBooks.wellAgainAtSeconds']);
  const sameOf = (
    values: VariantDifference['values'],
    of: (orders: OrdersTogether) => number | undefined,
  ): boolean =>
    results.every(([name, result]) => {
      const orders = ordersTogether(result);
      return orders !== null && of(orders) === values[name];
    });
  return ({ measure, values }) => {
    const [scope, name] = parts(
      measure,
      results.map(([, result]) => result),
    );
    if (scope === null || scope.of === 'producer') {
      const path = findMeasure(name, scope?.of)?.path ?? '';
      return (paths.has(path) || saidOfSteps.has(path)) && (isOneProducer || scope === null);
    }
    if (name !== 'effected' && name !== 'duplicateEffects') return false;
    const what = name === 'effected' ? 'done' : 'duplicated';
    return sameOf(values, ({ steps }) => steps[scope.name]?.[what]);
  };
}

/** A measure's name without the producer's or queue's that it is of. */
function parts(
  measure: string,
  results: readonly Result[],
): [scope: { of: 'producer' | 'queue'; name: string } | null, name: string] {
  const dot = measure.indexOf('.');
  const scope = dot === -1 ? '' : measure.slice(0, dot);
  const rest = measure.slice(dot + 1);
  if (results.some(({ producers }) => Object.hasOwn(producers, scope)))
    return [{ of: 'producer', name: scope }, rest];
  if (results.some(({ queues }) => Object.hasOwn(queues, scope))) return [{ of: 'queue', name: scope }, rest];
  return [null, measure];
}
