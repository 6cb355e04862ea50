import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { scenarioTemplate } from '../../../src/cli/scenario-template.js';
import { LaunchpadError } from '../../../src/errors.js';
import { listScenarios, parseVariants } from '../../../src/scenario/index.js';
import { validator } from '../../fixtures/schemas.js';
import { everything } from './everything.js';
import { type Change, changed, changes, type Value } from './mutants.js';
import { wrong } from './wrong.js';

const validate = validator('scenario');

const builtIn = (await listScenarios()).map(({ name, file }) => ({ name, text: readFileSync(file, 'utf8') }));
const fixtures = new URL('../../fixtures/scenarios/', import.meta.url);
const ours = readdirSync(fixtures).map((file) => ({
  name: file,
  text: readFileSync(new URL(file, fixtures), 'utf8'),
}));
const docs = new URL('../../../docs/', import.meta.url);
const examples = readdirSync(docs)
  .filter((file) => file.endsWith('.md'))
  .flatMap((file) =>
    [...readFileSync(new URL(file, docs), 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(
      ([, text = ''], i) => {
        const whole = completed(text);
        return whole === null ? [] : [{ name: `${file}, example ${i + 1}`, text: whole }];
      },
    ),
  );

/** An example as a whole scenario: many show a part of one only. Null: it is of something else. */
function completed(text: string): string | null {
  const [key = ''] = /^\w+(?=:)/.exec(text) ?? [];
  const producers = 'producers: { orders: { rate: 1/s, for: 1s, to: [emails] } }\n';
  if (['failures', 'attempts', 'polling'].includes(key))
    return `${producers}queues:\n  emails:\n${text.replaceAll(/^/gm, '    ')}`;
  if (/^(producers|queues):/m.test(text))
    return `${/^producers:/m.test(text) ? '' : producers}${text}${/^queues:/m.test(text) ? '' : 'queues: { emails: {} }\n'}`;
  return ['expect', 'variants'].includes(key) ? `${producers}queues: { emails: {} }\n${text}` : null;
}

/** What the parser finds wrong, as it says it; empty: nothing. */
function problemsIn(text: string): string[] {
  try {
    parseVariants(text);
    return [];
  } catch (error) {
    if (error instanceof LaunchpadError && error.code === 'scenario-invalid')
      return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
}

describe('the schema of the scenario file', () => {
  it.each([
    ...builtIn,
    ...ours,
    ...examples,
    ...everything.map((text, i) => ({ name: `everything, part ${i + 1}`, text })),
    { name: 'what init writes', text: scenarioTemplate },
    {
      name: 'its comment taken at its word',
      text: scenarioTemplate.replaceAll(/^# (?=variants:|\s+\S.*:( |$))/gm, ''),
    },
  ])('accepts $name', ({ text }) => {
    expect(validate(parse(text))).toEqual([]);
  });

  it('has examples to be tried on', () => {
    expect(builtIn.length).toBeGreaterThan(20);
    expect(examples.length).toBeGreaterThan(10);
    for (const text of everything) expect(problemsIn(text)).toEqual([]);
  });

  it.each(wrong)('refuses %s', (_what, text) => {
    expect(problemsIn(text)).not.toEqual([]);
    expect(validate(parse(text))).not.toEqual([]);
  });
});

/** What the parser says that has to do with one value or one mapping alone, and not with what is elsewhere. */
const ofItsOwn =
  /has no key|has no unit|unknown unit|not a whole number|not true or false|not a mapping|not a list|is missing|not a name|longer than 0|more than all|is not a (duration|rate|share|speed)|outside|at once/;

describe('the schema beside the parser', () => {
  const bases = [...builtIn, ...ours]
    .map(({ text }) => text)
    .concat(everything, everything, everything)
    .map((text) => parse(text) as Value);

  it('accepts what the parser accepts, and refuses unknown keys, wrong units and the like', () => {
    const told = { accepted: 0, refused: 0 };
    const tried = fc.tuple(fc.constantFrom(...bases), fc.array(changes, { minLength: 1, maxLength: 2 }));
    fc.assert(
      fc.property(tried, ([base, list]) => {
        const mutant = list.reduce<Value>((before, change: Change) => changed(before, change), base);
        const text = stringify(mutant);
        const problems = problemsIn(text);
        const errors = validate(parse(text));
        if (problems.length === 0) {
          told.accepted++;
          expect(errors).toEqual([]);
        } else if (problems.some((problem) => ofItsOwn.test(problem))) {
          told.refused++;
          expect(errors, problems.join('\n')).not.toEqual([]);
        }
      }),
      { numRuns: 400 },
    );
    expect(told.accepted).toBeGreaterThan(20);
    expect(told.refused).toBeGreaterThan(20);
  });
});
