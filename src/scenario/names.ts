import { reservedNames } from '../result/measures.js';
import type { Check } from './checks.js';
import { text } from './checks.js';
import type { Problems } from './problems.js';
import type { Entry, Place } from './tree.js';

const namePattern = /^[a-z][a-z0-9-]*$/;

/** Notes what is no name. Returns whether it is one. */
export function isName(name: string, place: Place, problems: Problems): boolean {
  if (namePattern.test(name) && name.length <= 50) return true;
  problems.add(place, `\`${name}\` is not a name`, nameHint(name));
  return false;
}

/** Notes what is no name, or one that results use themselves. Returns whether it may be used. */
export function isFreeName(name: string, place: Place, problems: Problems): boolean {
  if (!isName(name, place, problems)) return false;
  if (!reservedNames.has(name)) return true;
  problems.add(
    place,
    `\`${name}\` is a name that results use themselves`,
    `write another, such as ${name}-1`,
  );
  return false;
}

/** A text that is a name. */
export const nameText: Check<string> = (tree, problems) => {
  const name = text(tree, problems);
  return name === undefined || isName(name, tree.place, problems) ? name : undefined;
};

/** A section of the scenario whose keys are names. */
export interface Named {
  /** What they are the names of: `queue`. */
  readonly what: string;
  readonly entries: readonly Entry[];
}

/** Notes names that can't be used, and those that an earlier section has given to something else. */
export function checkNames(sections: readonly Named[], problems: Problems): void {
  for (const { entries } of sections)
    for (const { key, keyPlace } of entries) isFreeName(key, keyPlace, problems);
  sections.forEach(({ entries }, i) => {
    for (const { key, keyPlace } of entries) {
      const other = sections.slice(0, i).find((earlier) => earlier.entries.some((each) => each.key === key));
      if (other === undefined) continue;
      const hint = 'names are unique over producers, queues and providers';
      problems.add(keyPlace, `\`${key}\` is the name of a ${other.what} too`, hint);
    }
  });
}

function nameHint(name: string): string {
  const better = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .replace(/-$/, '')
    .slice(0, 50);
  const rule = 'small letters, digits and hyphens, a letter first, up to 50';
  return better === '' ? `names are ${rule}` : `write ${better} (${rule})`;
}
