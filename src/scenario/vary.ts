import { flagPlace, type Setting, stepsOf } from './edit.js';
import type { Problems } from './problems.js';
import { readFlagValue } from './tree.js';
import { mostVariants, type Variant } from './variants.js';

const example = 'write path=value,value, such as --vary queues.emails.idempotency=none,memory';

/** One setting with the values that it is to take, one after the other. */
interface Dimension {
  readonly path: string;
  readonly flag: string;
  readonly choices: readonly Choice[];
}

interface Choice {
  /** As typed. */
  readonly text: string;
  readonly setting: Setting;
}

/**
 * Reads what stands behind `--vary`: `queues.emails.idempotency=none,delivery-log`. Values are YAML, separated by the commas that
 * stand in no brackets and no quotes. Several make all combinations, the last one changing fastest.
 */
export function variantsOf(typed: readonly string[], problems: Problems): Variant[] {
  const dimensions = typed.flatMap((each) => readDimension(each, problems) ?? []);
  if (dimensions.length < typed.length) return [];
  dimensions.forEach(({ path, flag }, i) => {
    if (dimensions.findIndex((other) => other.path === path) < i)
      problems.add(flagPlace(flag, path), `varies ${path} a second time`, 'give all its values at once');
  });
  const count = dimensions.reduce((product, { choices }) => product * choices.length, 1);
  const [first] = dimensions;
  if (first === undefined) return [];
  if (count > mostVariants) {
    const message = `${count.toLocaleString('en')} combinations`;
    problems.add(flagPlace(first.flag, first.path), message, `at most ${mostVariants}: vary fewer values`);
    return [];
  }
  const labels = labelsOf(dimensions.map(({ path }) => path));
  let variants: Variant[] = [
    { name: '', settings: [], expect: [], place: flagPlace(first.flag, first.path) },
  ];
  dimensions.forEach(({ choices }, i) => {
    variants = variants.flatMap((variant) =>
      choices.map(({ text, setting }) => ({
        ...variant,
        name: `${variant.name} ${labels[i]}=${text}`.trimStart(),
        settings: [...variant.settings, setting],
      })),
    );
  });
  return variants;
}

function readDimension(typed: string, problems: Problems): Dimension | undefined {
  const flag = `--vary ${typed}`;
  const equals = typed.indexOf('=');
  const path = (equals === -1 ? typed : typed.slice(0, equals)).trim();
  const place = flagPlace(flag, path);
  const steps = stepsOf(path);
  if (equals === -1 || steps === null) {
    const message = equals === -1 ? 'has no values' : `\`${path}\` is not a path`;
    problems.add(place, message, example);
    return undefined;
  }
  const texts = splitAtCommas(typed.slice(equals + 1)).map((text) => text.trim());
  if (texts.includes('')) {
    const message = texts.length === 1 ? 'has no values' : 'has a value that is empty';
    problems.add(place, message, texts.length === 1 ? example : 'write null where a key is to be left out');
    return undefined;
  }
  const twice = texts.find((text, i) => texts.indexOf(text) < i);
  if (twice !== undefined) {
    problems.add(place, `has the value ${twice} twice`, 'give each once');
    return undefined;
  }
  const choices = texts.flatMap((text) => {
    const value = readFlagValue(text, problems, place);
    return value === undefined ? [] : [{ text, setting: { steps, value } }];
  });
  return choices.length === texts.length ? { path, flag, choices } : undefined;
}

/** The parts of a text between the commas that stand in no brackets and no quotes. */
export function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if ('[{'.includes(char)) depth++;
    else if (']}'.includes(char)) depth--;
    else if (char === ',' && depth <= 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, text.slice(from)];
}

/** How variants call the paths: by their last keys, as many as it takes to tell them apart. */
function labelsOf(paths: readonly string[]): string[] {
  const lasts = (path: string, count: number) => path.split('.').slice(-count).join('.');
  return paths.map((path) => {
    let count = 1;
    while (
      lasts(path, count) !== path &&
      paths.some((other) => other !== path && lasts(other, count) === lasts(path, count))
    )
      count++;
    return lasts(path, count);
  });
}
