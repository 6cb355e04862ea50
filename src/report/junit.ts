import { type Comparison, isComparison, type Outcome } from '../result/comparison.js';
import { measureOf } from '../result/measuring.js';
import { predictedFigure } from '../result/predicted-measures.js';
import type { ExpectationResult, Result } from '../result/types.js';
import { comparisonVerdict } from './comparison.js';
import { differenceSentence } from './difference.js';
import { servedQueues } from './direct.js';
import { actualInWords, besideActual } from './events.js';
import { list } from './format.js';
import { unlimited } from './html/marks.js';
import { gateCase, junitDocument, type TestCase, type TestSuite } from './junit-suites.js';
import { expectationInWords } from './meaning.js';
import { paint } from './paint.js';
import { answer } from './sentences.js';
import { cleanDeep } from './text.js';
import { outOfBalance, verdictLines } from './verdict.js';

const plain = paint(false);

/**
 * A run or a prediction as a JUnit file: a suite for it, or for each of its variants; an expectation is a test case. What could not be decided is
 * an error, as is anything else for which the verdict is not pass: nothing of it looks green.
 */
export function renderJunit(untrusted: Outcome): string {
  const outcome = cleanDeep(untrusted);
  return junitDocument(outcome.scenario.name, isComparison(outcome) ? suitesOf(outcome) : [suiteOf(outcome)]);
}

/** The suites of variants; those that were not run have an error. */
export function suitesOf(comparison: Comparison): TestSuite[] {
  const { variants, notRun, scenario, run, verdict } = comparison;
  const missing = notRun.map((variant): TestSuite => {
    const className = `${scenario.name}.${variant}`;
    const reasons = verdict.reasons.filter((reason) => reason.startsWith(`${variant}: `));
    const message = reasons[0] ?? `${variant} was not run`;
    return {
      name: className,
      seconds: null,
      startedAt: run.startedAt,
      properties: { scenario: scenario.name, variant, verdict: 'inconclusive' },
      cases: [
        { className, name: 'it was run', trouble: { is: 'error', type: 'run', message, details: reasons } },
      ],
      output: comparisonVerdict(comparison, plain, unlimited),
    };
  });
  return [...Object.values(variants).map(suiteOf), ...missing];
}

function suiteOf(result: Result): TestSuite {
  const { scenario, run, origin, verdict } = result;
  const name = scenario.variant === null ? scenario.name : `${scenario.name}.${scenario.variant}`;
  return {
    name,
    // A prediction takes no time worth a word.
    seconds: origin === 'predicted' || run.durationSeconds === null ? null : run.durationSeconds / run.speed,
    startedAt: run.startedAt,
    properties: {
      scenario: scenario.name,
      variant: scenario.variant,
      origin,
      seed: String(run.seed),
      speed: String(run.speed),
      scenarioSeconds: run.durationSeconds === null ? null : String(run.durationSeconds),
      ended: run.ended?.reason ?? null,
      broker:
        run.broker === null ? null : `${run.broker.driver} on ${run.broker.server} ${run.broker.version}`,
      launchpad: run.launchpad,
      node: run.node,
      run: run.id,
      verdict: verdict.outcome,
    },
    cases: casesOf(result, name),
    output: verdictLines(result, plain, unlimited).map((line) => line.trim()),
  };
}

function casesOf(result: Result, className: string): TestCase[] {
  const cases = [
    ...result.expectations.map((expectation) => expectationCase(expectation, result, className)),
    ...(result.gates?.rules ?? []).map((rule) => gateCase(rule, `${className}.baseline`)),
    ...booksCase(result, className),
  ];
  const { outcome, reasons } = result.verdict;
  if (outcome === 'pass' || cases.some(({ trouble }) => trouble !== undefined)) return cases;
  const message = reasons.length === 0 ? outcome : list(reasons);
  const is = outcome === 'fail' ? 'failure' : 'error';
  return [
    ...cases,
    { className, name: 'the verdict', trouble: { is, type: 'verdict', message, details: reasons } },
  ];
}

function expectationCase(expectation: ExpectationResult, result: Result, className: string): TestCase {
  const { expression: name, outcome, expected = name, reason } = expectation;
  if (outcome === 'pass') return { className, name };
  const was = expectation.actual === null && outcome === 'unknown' ? 'not known' : actualInWords(expectation);
  const details = [
    `expected: ${expected}`,
    `actual: ${was}`,
    ...whys(expectation, result).map((why) => `why: ${why}`),
    ...[expectationInWords(name)].filter((words) => words !== '').map((words) => `in words: ${words}`),
  ];
  return {
    className,
    name,
    trouble:
      outcome === 'fail'
        ? { is: 'failure', type: 'expectation', message: `expected ${expected}, was ${was}`, details }
        : { is: 'error', type: 'unknown', message: reason ?? 'not measured', details },
  };
}

/** The reason, and why it is not what was predicted; where neither is known, what became of the queues that it is about. */
function whys(expectation: ExpectationResult, result: Result): string[] {
  const { measure: path, scope = null } = expectation;
  const reason = besideActual(expectation);
  const measure = path === undefined ? undefined : measureOf({ measure: path, scope }, result);
  const figure = measure === undefined ? undefined : predictedFigure(measure);
  const queues = servedQueues(result).filter((name) => scope === null || name === scope);
  const differences =
    expectation.outcome !== 'fail' || figure === undefined
      ? []
      : queues.flatMap((queue) =>
          (result.queues[queue]?.difference ?? [])
            .filter((difference) => difference.measure === figure)
            .map((difference) => `${queue}, ${differenceSentence(difference)}`),
        );
  const known = [...(reason === '' ? [] : [reason]), ...differences];
  return known.length > 0 ? known : queues.map((queue) => `${queue}: ${answer(queue, result)[0] ?? ''}`);
}

/** That the books balance is said where nothing else was expected, and always where they don't. */
function booksCase(result: Result, className: string): TestCase[] {
  const wrong = outOfBalance(result);
  const name = 'the books balance';
  if (wrong.length === 0) return result.expectations.length === 0 ? [{ className, name }] : [];
  const message = `the books of ${list(wrong)} don't balance`;
  const details = ['This is an error in Launchpad itself: keep the run directory and report it.'];
  return [{ className, name, trouble: { is: 'error', type: 'books', message, details } }];
}
