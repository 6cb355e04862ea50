import type { Lifeline } from '../../result/series.js';
import { list, plural, seconds, unknownFigure } from '../format.js';
import { folded, tableHtml } from './blocks.js';
import { escaped, toHtml } from './marks.js';

/** More rows than these are not drawn. */
const mostRows = 40;
/** More processes than these are not listed. */
const mostListed = 100;

/** The units of a row's height. */
const height = 20;

type State = Lifeline['spans'][number]['state'];

/** How high and how far from the top a bar is: states are told apart by shape, not by colour alone. */
const bars: Readonly<Record<State, readonly [y: number, height: number]>> = {
  starting: [8, 4],
  up: [3, 14],
  frozen: [3, 14],
};

/**
 * The lives of processes over the time axis of the charts beside them: a row for each worker, producer or service, with all processes that
 * it was. The page's script zooms the drawings by their view box. Empty without processes.
 */
export function lifelines(
  title: string,
  processes: readonly Lifeline[],
  endSeconds: number,
  group: string,
): string {
  const rows = new Map<string, Lifeline[]>();
  for (const process of processes) {
    const name = nameOf(process);
    rows.set(name, [...(rows.get(name) ?? []), process]);
  }
  if (rows.size === 0) return '';
  const drawn = [...rows].slice(0, mostRows);
  const more = rows.size - drawn.length;
  const message = `${title}: ${drawn
    .slice(0, 8)
    .map(([name, lives]) => `${name} ${livesInWords(lives)}`)
    .join('; ')}.`;
  return `<figure class="lifelines${processes.every(({ role }) => role === 'worker') ? '' : ' named'}" data-group="${group}" data-end="${endSeconds}">
<figcaption><h4>${toHtml(title)}</h4>${key}</figcaption>
<div role="img" aria-label="${escaped(message)}">
${drawn.map(([name, lives]) => row(name, lives, endSeconds)).join('\n')}
</div>
${more > 0 ? `<p class="reading">and ${plural(more, 'further row')}</p>\n` : ''}${table(title, processes)}
</figure>`;
}

const key = `<ul class="key">${(['up', 'starting', 'frozen'] as const)
  .map(
    (state) =>
      `<li><svg class="swatch" viewBox="0 0 20 20" aria-hidden="true">${bar(state, 0, 20)}</svg>${state}</li>`,
  )
  .join(
    '',
  )}<li><svg class="swatch" viewBox="0 0 20 20" aria-hidden="true"><line class="death" x1="10" x2="10" y1="0" y2="20"/></svg>killed or died</li></ul>`;

function nameOf({ role, name, worker }: Lifeline): string {
  return role === 'worker' ? `worker ${worker}` : role === 'order-service' ? name : `${role} ${name}`;
}

function row(name: string, lives: readonly Lifeline[], endSeconds: number): string {
  const parts = lives.flatMap((life) => {
    const told = escaped(lifeInWords(life));
    const end = life.spans.at(-1)?.toSeconds;
    return [
      ...life.spans.map(
        ({ fromSeconds, toSeconds, state }) =>
          `<g><title>${told}</title>${bar(state, fromSeconds, Math.max(toSeconds - fromSeconds, endSeconds / 1000))}</g>`,
      ),
      ...(end !== undefined && isDeath(life)
        ? [`<line class="death" x1="${short(end)}" x2="${short(end)}" y1="0" y2="${height}"/>`]
        : []),
    ];
  });
  return `<div class="life"><span>${toHtml(name)}</span><svg viewBox="0 0 ${short(endSeconds)} ${height}" preserveAspectRatio="none"><line class="down" x1="0" x2="${short(endSeconds)}" y1="10" y2="10"/>${parts.join('')}</svg></div>`;
}

function bar(state: State, from: number, width: number): string {
  const [y, tall] = bars[state];
  return `<rect class="${state}" x="${short(from)}" y="${y}" width="${short(width)}" height="${tall}"/>`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(7)));
}

function isDeath({ end }: Lifeline): boolean {
  return end !== null && end !== 'stopped' && end !== 'done';
}

function lifeInWords(life: Lifeline): string {
  const first = life.spans[0];
  const last = life.spans.at(-1);
  const from =
    first === undefined ? '' : ` from ${seconds(first.fromSeconds)} to ${seconds(last?.toSeconds ?? null)}`;
  return `${nameOf(life)}${life.pid === 0 ? '' : ` (pid ${life.pid})`}${from}${life.end === null ? '' : `, ${life.end}`}`;
}

/** `up from 0 s to 1.31 s, killed, and from 8 s to the end` */
function livesInWords(lives: readonly Lifeline[]): string {
  const spans = lives.slice(0, 4).map(({ spans: all, end }) => {
    const [first, last] = [all[0], all.at(-1)];
    const span = `from ${seconds(first?.fromSeconds ?? null)} to ${end === null ? 'the end' : seconds(last?.toSeconds ?? null)}`;
    return end === null ? span : `${span} (${end})`;
  });
  return `lived ${list(spans)}${lives.length > 4 ? ` and ${plural(lives.length - 4, 'time')} more` : ''}`;
}

function table(title: string, processes: readonly Lifeline[]): string {
  const listed = processes.slice(0, mostListed);
  const rows = listed.map((life) => [
    nameOf(life),
    life.pid === 0 ? unknownFigure : String(life.pid),
    life.spans
      .map(({ fromSeconds, toSeconds, state }) => `${state} ${seconds(fromSeconds)} to ${seconds(toSeconds)}`)
      .join(', '),
    life.end ?? 'lived to the end',
  ]);
  const more = processes.length - listed.length;
  return folded(
    `${title} as a table`,
    tableHtml({
      columns: [
        { head: 'process', align: 'left' },
        { head: 'pid', align: 'right' },
        { head: 'was', align: 'left' },
        { head: 'end', align: 'left' },
      ],
      rows: more > 0 ? [...rows, [`and ${plural(more, 'more')}`.replace('mores', 'more'), '', '', '']] : rows,
    }),
    'points',
  );
}
