import type { Repeat } from '../../result/repeat.js';
import type { Result } from '../../result/types.js';

/** The parts of a result that a comparison looks into; all are objects but for the lists. */
const parts = {
  result: ['scenario', 'run', 'verdict', 'producers', 'queues'],
  producer: ['rate', 'lagSeconds', 'lagRealSeconds', 'confirmSeconds', 'confirmRealSeconds', 'whole'],
  queue: [
    ...['accounting', 'depth', 'backlog', 'rate', 'waitSeconds', 'workSeconds', 'endToEndSeconds'],
    ...['oldestAgeSeconds', 'redeliveries', 'failures', 'deadLetters', 'order', 'workers', 'curve'],
  ],
} as const;

const lists = ['expectations', 'faults', 'warnings'] as const;

/** What is not there that a comparison needs; null: nothing. */
export function whatIsMissing(value: unknown): string | null {
  if (!isObject(value)) return 'it is not a result';
  const missing =
    parts.result.find((name) => !isObject(value[name])) ?? lists.find((name) => !isList(value[name]));
  if (missing !== undefined) return `it has no ${missing}`;
  const { origin, verdict, producers, queues, services = {} } = value as unknown as Result;
  if (origin !== 'measured' && origin !== 'predicted') return 'it says neither measured nor predicted';
  if (!isTexts(verdict.reasons) || !['pass', 'fail', 'inconclusive'].includes(verdict.outcome))
    return 'its verdict is not whole';
  if (!isObject(services) || !Object.values(services).every(isObject)) return 'its services are not whole';
  return (
    wrongInHead(value as unknown as Result) ??
    lackingIn(producers, parts.producer, 'producer') ??
    lackingIn(queues, parts.queue, 'queue') ??
    wrongInQueues(queues)
  );
}

/** What is wrong with what a result says of its scenario, its run and what befell it. */
function wrongInHead({ scenario, run, faults, expectations, warnings }: Result): string | null {
  const { name, summary, lesson, reference, variant = null, changes, try: next } = scenario;
  const { vary = [], settings } = scenario;
  const isScenario = [name, summary, lesson, reference].every(isText) && isTexts(changes) && isTexts(next);
  if (!isScenario || !isTextOrNull(variant) || !isTexts(vary)) return 'its scenario is not whole';
  if (settings !== undefined && !isSettings(settings)) return 'its settings are not whole';
  const isRun = typeof run.speed === 'number' && typeof run.seed === 'number' && isText(run.node);
  if (!isRun || !isText(run.launchpad) || !isTextOrNull(run.startedAt)) return 'its run is not whole';
  const { broker, ended } = run;
  if (broker !== null && !(isObject(broker) && Object.values(broker).every(isText)))
    return 'its broker is not whole';
  if (ended !== null && !isObject(ended)) return 'its end is not whole';
  if (!faults.every((fault) => isObject(fault) && isText(fault.kind) && isText(fault.target)))
    return 'its faults are not whole';
  if (!faults.every(({ atSeconds }) => typeof atSeconds === 'number')) return 'its faults are not whole';
  if (!expectations.every((each) => isObject(each) && isText(each.expression)))
    return 'its expectations are not whole';
  return isTexts(warnings) ? null : 'its warnings are not whole';
}

function isSettings(value: unknown): boolean {
  const isWords = (words: unknown): boolean => isObject(words) && Object.values(words).every(isText);
  const isOfAll = (all: unknown): boolean => isObject(all) && Object.values(all).every(isWords);
  return isObject(value) && isOfAll(value.producers) && isOfAll(value.queues) && isWords(value.services);
}

function lackingIn(all: object, needed: readonly string[], what: string): string | null {
  for (const [name, part] of Object.entries(all)) {
    if (!isObject(part)) return `${what} ${name} is not whole`;
    const missing = needed.find((member) => !isObject(part[member]));
    if (missing !== undefined) return `${what} ${name} has no ${missing}`;
  }
  return null;
}

function wrongInQueues(queues: Result['queues']): string | null {
  const wrong = Object.entries(queues).find(([, queue]) => {
    const { curve, troubles, deadLetters, idempotency, predicted } = queue;
    const { atSeconds, backlog } = curve;
    const isCurve = isNumbers(atSeconds) && isNumbers(backlog) && atSeconds.length === backlog.length;
    const isSet = isTextOrNull(idempotency ?? null) && isTextOrNull(deadLetters.queue);
    return !isCurve || !isList(troubles) || !isSet || (predicted !== null && !isObject(predicted));
  });
  return wrong === undefined ? null : `queue ${wrong[0]} is not whole`;
}

/** What is not there of repeated runs; null: nothing. */
export function whatIsWrongIn({ scenario, run, verdict, repeated, times }: Repeat): string | null {
  if (![scenario, run, verdict].every(isObject) || typeof times !== 'number' || !isList(repeated))
    return 'it is not whole: it was not run to its end, perhaps';
  if (repeated.length === 0) return 'nothing of it was run';
  for (const each of repeated) {
    if (!isObject(each) || ![each.runs, each.measures, each.drawn].every(isList) || !isObject(each.typical))
      return 'its runs are not whole';
    const wrong = each.runs.every(isObject) ? whatIsMissing(each.typical.result) : 'its runs are not whole';
    if (wrong !== null) return wrong;
    if (!each.measures.every((spread) => isObject(spread) && isFigures(spread.values)))
      return 'its measures are not whole';
  }
  return null;
}

/** Whether it is an object, and no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isNumbers(value: unknown): value is readonly number[] {
  return isList(value) && value.every((each) => typeof each === 'number');
}

function isFigures(value: unknown): boolean {
  return (
    isList(value) && value.every((each) => each === null || each === 'never' || typeof each === 'number')
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTextOrNull(value: unknown): boolean {
  return value === null || isText(value);
}

function isTexts(value: unknown): boolean {
  return isList(value) && value.every(isText);
}
