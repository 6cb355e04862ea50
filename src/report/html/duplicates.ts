import type { DuplicateEffect, Result } from '../../result/types.js';
import { count, plural, seconds } from '../format.js';
import { sentence } from '../prose.js';
import { folded } from './blocks.js';
import { marks, toHtml } from './marks.js';

/** As many of a queue as are told before the rest is folded away. */
const mostOpen = 5;

/** The story of each message whose effect happened more than once: both effects, and why. Empty where there is none. */
export function duplicateStories(result: Result): string {
  return Object.entries(result.queues)
    .filter(([, { duplicates }]) => duplicates.length > 0)
    .map(([name, { duplicates, accounting }]) => {
      const stories = duplicates.map((duplicate) => story(duplicate, result));
      const rest = stories.slice(mostOpen);
      const untold = accounting.duplicateEffects - duplicates.length;
      return [
        `<h3>${toHtml(name)}</h3>`,
        list(stories.slice(0, mostOpen)),
        ...(rest.length === 0 ? [] : [folded(`${count(rest.length)} more of ${name}`, list(rest))]),
        ...(untold > 0 && duplicates.length >= 100
          ? [
              `<p class="dim">${plural(untold, 'further duplicate effect')} beside these hundred messages.</p>`,
            ]
          : []),
      ].join('\n');
    })
    .join('\n');
}

function list(stories: readonly string[]): string {
  return `<ul class="stories">${stories.map((text) => `<li>${text}</li>`).join('\n')}</ul>`;
}

/** `orders/6: done at 1.31 s by pid 4711, and again at 14.3 s by pid 4712, 13 s later. Why: …` */
function story({ message, effects, why }: DuplicateEffect, { origin }: Result): string {
  const [first, ...others] = effects;
  const by = (pid: number): string => (origin === 'measured' ? ` by pid ${pid}` : '');
  const told =
    first === undefined
      ? ''
      : [
          `done at ${seconds(first.atSeconds)}${by(first.pid)}`,
          ...others.map(
            ({ atSeconds, pid }) =>
              `again at ${seconds(atSeconds)}${by(pid)}, ${seconds(atSeconds - first.atSeconds)} later`,
          ),
        ].join(', and ');
  return toHtml(`${marks.bold(message)}: ${sentence(told)} Why: ${sentence(why)}`);
}
