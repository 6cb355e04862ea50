import type { Leftover, Leftovers } from '../result/leftovers.js';
import { count, plural } from './format.js';
import { paint } from './paint.js';
import { clean, type RenderOptions, reportWidth, wrap } from './text.js';

const kinds: readonly (readonly [kind: Leftover['kind'], title: string])[] = [
  ['process', 'Processes whose run is gone'],
  ['server', 'Private Redis servers whose run is gone'],
  ['stores', 'What idempotency remembered in runs that are gone'],
  ['keys', 'Keys of runs that are gone'],
  ['run', 'Old run directories'],
];

/** What dead runs have left, by kind, and what was not looked at. Lines with a path in them may be longer than the width. */
export function renderLeftovers({ items, blind, unseen }: Leftovers, options: RenderOptions): string {
  const colors = paint(options.color);
  const width = reportWidth(options);
  const found = kinds.flatMap(([kind, title]) => {
    const own = items.filter((item) => item.kind === kind);
    return own.length === 0
      ? []
      : [[colors.bold(title), ...own.map((item) => `  ${leftoverInWords(item)}`)].join('\n')];
  });
  const note = (text: string | null): string[] =>
    text === null ? [] : [wrap(colors.words(colors.dim, clean(text)), width).join('\n')];
  if (blind !== null) return wrap(`${colors.warn('!')} ${clean(blind)}`, width, '  ').join('\n');
  if (found.length === 0) return [`${colors.good('✓')} Nothing was left behind.`, ...note(unseen)].join('\n');
  return [...found, ...note(unseen)].join('\n\n');
}

/** `the keys {launchpad:20261121-…}:* on redis://127.0.0.1:6379 (312)` */
export function leftoverInWords(item: Leftover): string {
  switch (item.kind) {
    case 'process':
      return `pid ${item.pid}, a ${item.what === 'order-service' ? 'process of the order service' : `process of a ${item.what}`}`;
    case 'server':
      return `${clean(item.directory)}${item.pid === null ? '' : `, and the server that still runs in it, pid ${item.pid}`}`;
    case 'stores':
      return clean(item.directory);
    case 'keys':
      return `{launchpad:${clean(item.id)}}:* on ${clean(item.server)}, ${plural(item.keys, 'key')}`;
    case 'run':
      return `${clean(item.directory)}, ${age(item.ageSeconds)} old`;
  }
}

function age(seconds: number): string {
  const units: readonly (readonly [number, string])[] = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
  ];
  const [size, unit] = units.find(([each]) => seconds >= each) ?? [1, 'second'];
  const amount = Math.floor(seconds / size);
  return `${count(amount)} ${unit}${amount === 1 ? '' : 's'}`;
}
