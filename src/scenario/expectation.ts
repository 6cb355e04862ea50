import { findMeasure, type Measure, measures } from '../result/measures.js';
import { nearest, suggest } from './nearest.js';
import type { ExpectationSpec, Operator } from './types.js';
import { parseDuration, parseRate, type Reading } from './units.js';

/** The names that an expectation may begin with. */
export interface Scopes {
  readonly queues: readonly string[];
  readonly producers: readonly string[];
}

const operators: readonly Operator[] = ['<=', '<', '>=', '>', '==', '!='];
const example = 'write MEASURE OPERATOR VALUE, such as `lost == 0` or `emails.catchUp <= 70s`';

/** How else operators are written. */
const otherOperators: ReadonlyMap<string, Operator> = new Map([
  ['=', '=='],
  ['===', '=='],
  ['=<', '<='],
  ['≤', '<='],
  ['=>', '>='],
  ['≥', '>='],
  ['<>', '!='],
  ['!==', '!='],
]);

/**
 * Reads an expectation, `MEASURE OPERATOR VALUE`: `lost == 0`, `emails.catchUp <= 70s`, `orders.rate.achieved >= 99/s`.
 * A measure without a queue's or producer's name is over all queues (or all producers, where only they have it).
 * The value is in the measure's unit: a duration (kept in seconds), a rate (per second) or a plain number.
 */
export function parseExpectation(expression: string, scopes: Scopes): Reading<ExpectationSpec> {
  const trimmed = expression.trim();
  const [, name, written, value] = /^([A-Za-z][\w.-]*)\s*([<>=!≤≥]+)\s*([^\s<>=!≤≥].*)$/.exec(trimmed) ?? [];
  if (name === undefined || written === undefined || value === undefined)
    return failed(`\`${trimmed}\` is not an expectation`, example);
  const operator = operators.find((candidate) => candidate === written);
  if (operator === undefined) {
    const meant = otherOperators.get(written);
    return failed(
      `\`${trimmed}\` has an unknown operator, ${written}`,
      meant === undefined ? `known here: ${operators.join(', ')}` : `write ${name} ${meant} ${value}`,
    );
  }
  const resolved = resolve(name, scopes);
  if (!resolved.ok) return resolved;
  const { scope, measure } = resolved.value;
  const number = parseValue(value.trim(), name, measure);
  if (!number.ok) return number;
  return {
    ok: true,
    value: { expression: trimmed, scope, measure: measure.path, operator, value: number.value },
  };
}

interface Resolved {
  readonly scope: string | null;
  readonly measure: Measure;
}

function resolve(name: string, scopes: Scopes): Reading<Resolved> {
  const overAll = findMeasure(name);
  if (overAll !== undefined) return { ok: true, value: { scope: null, measure: overAll } };
  const dot = name.indexOf('.');
  const first = dot === -1 ? name : name.slice(0, dot);
  const rest = dot === -1 ? '' : name.slice(dot + 1);
  const of = kindOf(first, scopes);
  if (of !== null) {
    const measure = findMeasure(rest, of);
    if (measure !== undefined) return { ok: true, value: { scope: first, measure } };
    return noSuchMeasure(first, rest, of, scopes);
  }
  const measure = findMeasure(rest);
  if (measure !== undefined) {
    const known = [...scopes.queues, ...scopes.producers];
    return failed(`there is no queue or producer \`${first}\``, suggest(first, known));
  }
  const all = [...namesOf('queue'), ...namesOf('producer')];
  const scoped = [...scopes.queues, ...scopes.producers].flatMap((scope) => {
    const kind = kindOf(scope, scopes);
    return kind === null ? [] : namesOf(kind).map((known) => `${scope}.${known}`);
  });
  const like = nearest(name, [...all, ...scoped]);
  return failed(
    `there is no measure \`${name}\``,
    like === undefined ? someMeasures(name, all) : `did you mean \`${like}\`?`,
  );
}

function noSuchMeasure(scope: string, rest: string, of: Measure['of'], scopes: Scopes): Reading<never> {
  if (rest === '')
    return failed(`\`${scope}\` is a ${of}, not a measure`, `write such as ${scope}.${namesOf(of)[0]}`);
  if (findMeasure(rest) !== undefined) {
    const other = of === 'queue' ? 'producer' : 'queue';
    const owner = (of === 'queue' ? scopes.producers : scopes.queues)[0] ?? other.toUpperCase();
    return failed(`\`${rest}\` is a ${other}'s measure, and ${scope} is a ${of}`, `write ${owner}.${rest}`);
  }
  const like = nearest(rest, namesOf(of));
  return failed(
    `a ${of} has no measure \`${rest}\``,
    like === undefined ? someMeasures(rest, namesOf(of)) : `did you mean \`${scope}.${like}\`?`,
  );
}

function kindOf(name: string, scopes: Scopes): Measure['of'] | null {
  if (scopes.queues.includes(name)) return 'queue';
  return scopes.producers.includes(name) ? 'producer' : null;
}

function namesOf(of: Measure['of']): string[] {
  return measures.filter((measure) => measure.of === of).flatMap((measure) => measure.names);
}

function parseValue(text: string, name: string, measure: Measure): Reading<number> {
  switch (measure.unit) {
    case 'seconds': {
      const seconds = parseDuration(text);
      return seconds.ok ? seconds : failed(`${name} is a duration, and ${seconds.message}`, seconds.hint);
    }
    case 'perSecond': {
      const rate = parseRate(text);
      if (rate.ok) return { ok: true, value: rate.value.count / rate.value.perSeconds };
      return failed(`${name} is a rate, and ${rate.message}`, rate.hint);
    }
    case 'count':
    case 'flag': {
      if (/^\d+(\.\d+)?$/.test(text)) return { ok: true, value: Number(text) };
      const number = /^(\d+(?:\.\d+)?)[A-Za-z/]/.exec(text.replaceAll(',', ''))?.[1];
      const hint = number === undefined ? 'write a plain number, such as 5' : `write ${number}`;
      return failed(`${name} is a count, and ${text} is not a plain number`, hint);
    }
  }
}

function failed(message: string, hint: string): Reading<never> {
  return { ok: false, message, hint };
}

/** Where no measure is like the word: those that end with it, else the ones that are asked for most. */
function someMeasures(word: string, known: readonly string[]): string {
  const ending = known.filter((name) => name.endsWith(`.${word}`) && !/Seconds|PerSecond/.test(name));
  const usual = [
    'lost',
    'catchUp',
    'drainedAt',
    'backlog.peak',
    'duplicateEffects',
    'endToEnd.p99',
    'rate.achieved',
    'lag.p99',
  ];
  const some = ending.length > 0 ? ending : usual.filter((name) => known.includes(name));
  return `there are, for example: ${some.join(', ')}; all are in docs/words.md`;
}
