import type { QueueSeries } from '../../result/series.js';
import type { QueueResult } from '../../result/types.js';
import { count, decimal, seconds } from '../format.js';
import { toHtml } from './marks.js';

/** More rows than these say no more. */
const mostRows = 20;

interface Span {
  readonly from: number;
  readonly to: number;
  readonly messages: number;
}

/** How many messages waited how long, as a table whose bars are the picture; empty where nothing was started. */
export function waits(name: string, { waits: of }: QueueSeries, { waitSeconds }: QueueResult): string {
  const spans = merged(
    of.messages.map((messages, at) => ({
      from: of.fromSeconds[at] ?? 0,
      to: of.toSeconds[at] ?? 0,
      messages,
    })),
  );
  const all = spans.reduce((sum, { messages }) => sum + messages, 0);
  if (all === 0) return '';
  const most = Math.max(...spans.map(({ messages }) => messages));
  const rows = spans.map(({ from, to, messages }) => {
    const width = decimal((100 * messages) / most, 2);
    const share = (100 * messages) / all;
    return `<tr><th scope="row" class="number">${bounds(from, to)}</th><td class="bar"><svg aria-hidden="true"><rect width="${width}%" height="100%"/></svg></td><td class="number">${count(messages)}</td><td class="number dim">${share > 0 && share < 0.1 ? '&lt; 0.1' : decimal(share, 1, true)} %</td></tr>`;
  });
  const { p50, p95, p99, max } = waitSeconds;
  return `<figure class="waits">
<figcaption><h4>Distribution of waits</h4></figcaption>
<table aria-label="${toHtml(`How long messages of ${name} waited until their first start`)}"><thead><tr><th scope="col" class="number">waited</th><td></td><th scope="col" class="number">messages</th><th scope="col" class="number">share</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>
<p class="reading">${toHtml(`From arrival to first start. Half waited up to ${seconds(p50)}, 95 % up to ${seconds(p95)}, 99 % up to ${seconds(p99)}; the longest ${seconds(max)}.`)}</p>
</figure>`;
}

/** `1.2 to 2.4 s`, with the unit once where it is the same. */
function bounds(from: number, to: number): string {
  const [low, high] = [seconds(from), seconds(to)];
  const unit = / \D+$/.exec(high)?.[0] ?? '';
  return `${low.endsWith(unit) ? low.slice(0, low.length - unit.length) : from === 0 ? '0' : low} to ${high}`;
}

/** Neighbours put together until there are few enough; empty ones at the end are left out. */
function merged(spans: readonly Span[]): Span[] {
  let all = [...spans];
  while (all.at(-1)?.messages === 0) all.pop();
  while (all.length > mostRows) {
    all = all.flatMap((span, at) => {
      if (at % 2 === 1) return [];
      const next = all[at + 1];
      return next === undefined
        ? [span]
        : [{ from: span.from, to: next.to, messages: span.messages + next.messages }];
    });
  }
  return all;
}
