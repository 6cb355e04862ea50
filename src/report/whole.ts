import type { WholeBooks } from '../result/failures.js';
import type { Result } from '../result/types.js';
import { groupsThatFit } from './books.js';
import { count } from './format.js';
import type { Paint } from './paint.js';
import { table } from './table.js';

type Figure = Exclude<keyof WholeBooks, 'routes' | 'balanced'>;

/** What is there beside the completed, where it is not zero. */
const others: readonly (readonly [figure: Figure, label: string])[] = [
  ['lost', 'lost'],
  ['deadLettered', 'dead-lettered'],
  ['pending', 'pending'],
  ['notPassedOn', 'not passed on'],
  ['unpublished', 'unpublished'],
  ['undetermined', 'undetermined'],
];

/** The books of each producer's messages over all queues that they went through; nothing where none went through several. */
export function wholeTable(result: Result, colors: Paint, width: number): string[] {
  const passing = Object.entries(result.producers).filter(([, { whole }]) => isChain(whole));
  const title = 'The whole (messages as produced)';
  return groupsThatFit(
    passing.map(([name]) => name),
    width - title.length - 2,
  ).flatMap((names, group) => {
    const wholes = passing.filter(([name]) => names.includes(name)).map(([, { whole }]) => whole);
    const routes = [...new Set(wholes.flatMap((whole) => whole.routes.map(({ route }) => route)))];
    const row = (label: string, figure: Figure): string[] => [
      label,
      ...wholes.map((whole) => figureCell(figure, whole[figure], colors)),
    ];
    const rows = [
      row('scheduled', 'scheduled'),
      row('completed', 'completed'),
      ...routes.map((route) => [`- ${route}`, ...wholes.map((whole) => count(messagesOn(route, whole)))]),
      ...others
        .filter(([figure]) => figure === 'lost' || wholes.some((whole) => whole[figure] > 0))
        .map(([figure, label]) => row(label, figure)),
      [
        'the books',
        ...wholes.map(({ balanced }) => (balanced ? colors.good('balance') : colors.bad("don't balance"))),
      ],
    ];
    const columns = [
      { head: title, align: 'left' as const, wraps: true },
      ...names.map((head) => ({ head, align: 'right' as const })),
    ];
    return [...(group > 0 ? [''] : []), ...table(columns, rows, colors, width)];
  });
}

/** Whether its messages go through several queues one after the other. */
function isChain({ routes, notPassedOn }: WholeBooks): boolean {
  return notPassedOn > 0 || routes.some(({ route }) => /[→(]/.test(route));
}

function messagesOn(route: string, { routes }: WholeBooks): number {
  return routes.find((candidate) => candidate.route === route)?.messages ?? 0;
}

function figureCell(figure: Figure, value: number, colors: Paint): string {
  if (value === 0) return colors.dim('0');
  return figure === 'lost' ? colors.bad(count(value)) : count(value);
}
