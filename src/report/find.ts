import type { Find, FindProbe } from '../result/find.js';
import { list, plural } from './format.js';
import { measured } from './measured.js';
import { paint } from './paint.js';
import { table } from './table.js';
import { cleanDeep, type RenderOptions, reportWidth, wrap } from './text.js';

const unknown = { actual: null, reason: null };

/** Most warnings of the plan that are shown. */
const mostWarnings = 3;

/** The answer to a search for people: the value, what is predicted there, and just below it. */
export function renderFind(given: Find, options: RenderOptions): string {
  const find = cleanDeep(given);
  const colors = paint(options.color);
  const width = reportWidth(options);
  const { path, conditions, probes, contradiction } = find;
  const asked = list(conditions.map(({ expression }) => expression));
  const headline = find.found
    ? `${colors.words(colors.good, 'FOUND.')} ${colors.words(colors.bold, `${path} = ${find.value}`)} ${whichOne(find)} ${asked}.`
    : `${colors.words(colors.bad, 'NOT FOUND.')} ${find.reason}`;
  const rows = shown(find).map((probe) => [
    probe.value,
    ...conditions.map(({ unit }, i) => measured(probe.measured[i] ?? unknown, unit)),
    probe.holds ? colors.good('yes') : colors.bad('no'),
  ]);
  const trust =
    contradiction === null
      ? `Predicted at ${plural(probes.length, 'value')}; none contradicts that ${find.which === 'smallest' ? 'it holds from there on' : 'this is so'}.`
      : `A higher value is not always better here: ${contradiction}. Predicted at ${plural(probes.length, 'value')}.`;
  return [
    ...wrap(headline, width),
    '',
    ...table(
      [
        { head: path.slice(path.lastIndexOf('.') + 1), align: 'right' },
        ...conditions.map(({ of }) => ({ head: of, align: 'right' as const })),
        { head: 'holds', align: 'left' },
      ],
      rows,
      colors,
      width,
    ),
    '',
    ...wrap(trust, width),
    ...find.result.warnings.slice(0, mostWarnings).flatMap((warning) => wrap(`! ${warning}`, width, '  ')),
    ...(find.value === null
      ? []
      : [`Run it:  ${colors.bold(commandOf(find, options.command ?? 'launchpad'))}`]),
  ].join('\n');
}

function whichOne({ which, probes }: Find): string {
  if (which === 'smallest') return 'is the smallest value at which';
  const lowest = probes[0]?.value ?? 'the lowest';
  if (which === 'largest') return `is the largest value up to which, from ${lowest} on,`;
  return `is enough, as the lowest value that there is: at every value that was predicted`;
}

/** Why nothing was found, as a sentence. @param probe at the highest value */
export function sentenceOf({ path, conditions, probes }: Find, { value, measured: at }: FindProbe): string {
  const values = conditions.map(({ of, unit }, i) => {
    const one = at[i] ?? unknown;
    const why =
      one.reason !== null && one.reason !== 'never' ? `: ${one.reason.replace(/^never: /, '')}` : '';
    return `${of} is ${measured(one, unit)}${why}`;
  });
  const lowest = probes[0];
  const others = conditions.map(({ unit }, i) => measured(lowest?.measured[i] ?? unknown, unit));
  const end = lowest === undefined || lowest.value === value ? '' : ` (at ${lowest.value}: ${list(others)})`;
  return `Even at ${path} = ${value}, ${list(values)}${end}.`;
}

/** The value and its neighbour at which it no longer holds; where there is none, the ends of what was looked at. */
function shown({ value, which, probes }: Find): readonly FindProbe[] {
  if (which === null || which === 'any')
    return [...new Set([probes[0], probes.at(-1)])].flatMap((probe) => probe ?? []);
  const at = probes.findIndex((probe) => probe.value === value);
  return which === 'largest' ? probes.slice(at, at + 2) : probes.slice(Math.max(0, at - 1), at + 1);
}

function commandOf({ reference, changes, path, value }: Find, command: string): string {
  const quoted = (text: string): string => (/^[\w@%+=:,./[\]-]+$/.test(text) ? text : `"${text}"`);
  return [`${command} simulate --scenario ${quoted(reference)}`, ...changes, `--set ${path}=${value}`].join(
    ' ',
  );
}
