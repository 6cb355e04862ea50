import type { Plan } from '../../src/plan/types.js';
import type { Accounting, Result } from '../../src/result/types.js';
import { checkDuplicates } from './check-duplicates.js';
import { checkLosses } from './check-losses.js';
import { checkStories } from './check-stories.js';
import { checkStuck } from './check-stuck.js';
import { indexLedger, type LedgerIndex, type Written } from './ledger-index.js';
import type { Problem } from './problems.js';
import { checkRecount } from './recount.js';
import { orderOf, type ScenarioFile, targetsOf } from './scenario-file.js';

/** All that is known of a run when it is over. */
export interface Outcome {
  readonly scenario: ScenarioFile;
  readonly code: number | null;
  readonly signal: string | null;
  /** Whether it was ended because it took too long. */
  readonly hung: boolean;
  readonly stderr: string;
  /** Null: none was printed. */
  readonly result: Result | null;
  /** Null: there is no run directory. */
  readonly plan: Plan | null;
  readonly ledger: readonly Written[];
  /** What is left of it: command lines of processes, and keys. */
  readonly left: { readonly processes: readonly string[]; readonly keys: readonly string[] };
}

/** A run of which there is enough to check its books. */
export interface Finished extends Outcome {
  readonly result: Result;
  readonly plan: Plan;
  readonly index: LedgerIndex;
}

/** Pass, and inconclusive: a soak's scenarios expect nothing, so that nothing can fail. */
const goodCodes: readonly (number | null)[] = [0, 3];

const goodEnds: readonly (string | undefined)[] = ['drained', 'drain-limit', 'nobody-left'];

/** Little's law counts only where this much was measured (message-seconds of real time): samples are ten a second. */
const enoughMessageRealSeconds = 20;
const littlesLawPercent = 50;

/** Everything that is wrong with a run; nothing: it kept all its promises. */
export function check(outcome: Outcome): Problem[] {
  const problems = [...checkEnd(outcome), ...checkLeft(outcome)];
  const { result, plan } = outcome;
  if (result === null || plan === null) {
    if (!outcome.hung) problems.push({ kind: 'no-result', text: 'no result was printed' });
    return problems;
  }
  const dead = plan.scenario.queues.flatMap(({ name, deadLetter }): [string, string][] =>
    deadLetter === null ? [] : [[name, deadLetter.queue]],
  );
  const finished = { ...outcome, result, plan, index: indexLedger(outcome.ledger, new Map(dead)) };
  return [
    ...problems,
    ...checkReason(result),
    ...checkBooks(result),
    ...checkRecount(finished),
    ...checkStories(finished),
    ...checkLosses(finished),
    ...checkDuplicates(finished),
    ...checkStranded(finished),
    ...checkDeaths(finished),
    ...checkOrder(finished),
    ...checkLittlesLaw(finished),
    ...checkStuck(finished),
  ];
}

function checkEnd({ code, signal, hung, stderr }: Outcome): Problem[] {
  if (hung) return [{ kind: 'hung', text: 'it did not end in time' }];
  const problems: Problem[] = [];
  if (!goodCodes.includes(code))
    problems.push({ kind: 'exit', text: `exit code ${code}, signal ${signal}: ${tail(stderr)}` });
  if (/Internal error|^\s+at .+:\d+:\d+\)?$/m.test(stderr))
    problems.push({ kind: 'internal-error', text: tail(stderr) });
  return problems;
}

function tail(text: string): string {
  return text.trim().slice(-1500);
}

function checkLeft({ left }: Outcome): Problem[] {
  const problems: Problem[] = [];
  if (left.processes.length > 0)
    problems.push({ kind: 'process-left', text: `left running:\n${left.processes.join('\n')}` });
  if (left.keys.length > 0) problems.push({ kind: 'key-left', text: `left keys: ${left.keys.join(' ')}` });
  return problems;
}

function checkReason({ run }: Result): Problem[] {
  if (goodEnds.includes(run.ended?.reason)) return [];
  return [
    { kind: 'ended', text: `ended: ${run.ended?.reason ?? 'nobody knows why'} (${run.ended?.detail})` },
  ];
}

function checkBooks({ queues, producers }: Result): Problem[] {
  const problems: Problem[] = [];
  for (const [name, { accounting }] of Object.entries(queues)) {
    if (!accounting.balanced) problems.push({ kind: 'unbalanced', text: `${name}: ${brief(accounting)}` });
    for (const [equation, left, right] of equationsOf(accounting))
      if (left !== right)
        problems.push({
          kind: 'equation',
          text: `${name}: ${equation} (${left} and ${right}): ${brief(accounting)}`,
        });
  }
  for (const [name, { whole, scheduled }] of Object.entries(producers)) {
    const { balanced, routes: _, ...classes } = whole;
    const sum = Object.values(classes).reduce((total, count) => total + count, 0) - whole.scheduled;
    if (!balanced) problems.push({ kind: 'unbalanced', text: `${name} as a whole: ${brief(classes)}` });
    if (sum !== whole.scheduled || scheduled !== whole.scheduled)
      problems.push({
        kind: 'equation',
        text: `${name} as a whole: ${sum} of ${whole.scheduled}, ${scheduled} scheduled: ${brief(classes)}`,
      });
  }
  return problems;
}

function equationsOf(books: Accounting): [string, number, number][] {
  const had = books.acknowledged + books.recovered + books.unexpected;
  const ended = books.effected + books.deadLettered + books.discarded + books.merged;
  return [
    ['scheduled = attempted + dropped', books.scheduled, books.attempted + books.dropped],
    ['attempted by outcome', books.attempted, books.acknowledged + books.unknown + books.refused],
    ['had by the broker', had, ended + (books.pending ?? 0) + (books.lost ?? 0) + books.undetermined],
  ];
}

function brief(figures: object): string {
  return JSON.stringify(Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== 0)));
}

/** The safe move leaves nobody behind, where a worker is there to make it and the run was not cut off. */
function checkStranded({ result, plan, index }: Finished): Problem[] {
  if (result.run.ended?.reason !== 'drained') return [];
  return plan.scenario.queues.flatMap(({ name, deadLetter }): Problem[] => {
    const stranded = result.queues[name]?.deadLetters.stranded;
    if (deadLetter?.move !== 'safe' || stranded === 0 || (index.up.get(name)?.workers ?? 0) === 0) return [];
    return [{ kind: 'stranded', text: `${name}: ${stranded} dead are not in ${deadLetter.queue}` }];
  });
}

function checkDeaths({ result, scenario }: Finished): Problem[] {
  return Object.entries(result.queues).flatMap(([name, { workers }]): Problem[] => {
    const crashes = scenario.queues[name]?.failures?.some((failure) => failure.crash !== undefined);
    if (workers.died === 0 || crashes) return [];
    const details = result.faults.filter((fault) => !fault.ordered && fault.target === name);
    return [
      {
        kind: 'died',
        text: `${name}: ${workers.died} died: ${details.map(({ detail }) => detail).join(', ')}`,
      },
    ];
  });
}

/** One hand, one producer and nothing that goes wrong: then the order is kept. */
function checkOrder({ result, scenario }: Finished): Problem[] {
  return Object.entries(scenario.queues).flatMap(([name, queue]): Problem[] => {
    const publishers = Object.values(scenario.producers).filter((producer) => producer.to.includes(name));
    const measured = result.queues[name];
    const calm =
      queue.workers === 1 &&
      queue.concurrency === 1 &&
      [queue.failures, queue.timeout, queue.polling].every((setting) => setting === undefined) &&
      !scenario.faults.some((fault) => orderOf(fault).queue === name) &&
      publishers.length === 1 &&
      publishers[0]?.resubmit === undefined &&
      !Object.values(scenario.queues).some((other) => targetsOf(other).includes(name)) &&
      (queue.deduplication === undefined ||
        queue.deduplication === 'job-id' ||
        queue.deduplication === 'none') &&
      measured?.redeliveries.count === 0 &&
      measured.accounting.unknown + measured.accounting.refused === 0;
    if (!calm || measured.order.outOfOrder === 0) return [];
    return [{ kind: 'order', text: `${name}: ${measured.order.outOfOrder} out of order` }];
  });
}

function checkLittlesLaw({ result, plan }: Finished): Problem[] {
  return Object.entries(result.queues).flatMap(([name, { littlesLaw }]): Problem[] => {
    if (littlesLaw === null || littlesLaw.differencePercent === null) return [];
    const { sampledMessageSeconds: sampled, ledgerMessageSeconds: ledger } = littlesLaw;
    if (Math.max(sampled, ledger) / plan.speed < enoughMessageRealSeconds) return [];
    if (Math.abs(sampled - ledger) <= (Math.max(sampled, ledger) * littlesLawPercent) / 100) return [];
    return [
      { kind: 'littles-law', text: `${name}: ${sampled} message-seconds sampled, ${ledger} by the ledger` },
    ];
  });
}
