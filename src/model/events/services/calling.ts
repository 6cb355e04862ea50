import { moment } from '../moments.js';
import { toMicros } from '../options.js';
import type { World } from '../world.js';
import type { Ending } from './exchange.js';
import type { Call, CallAnswer } from './provider.js';
import type { Owner } from './timers.js';

/** What became of a call, as its caller knows it. */
export type CallOutcome =
  | { readonly outcome: 'done'; readonly replayed: boolean }
  /** turned-away, unreached: it is known to have done nothing. */
  | { readonly outcome: 'turned-away' | 'unreached' | 'broken' | 'timeout'; readonly why: string };

/**
 * Calls the provider of a queue, and waits for the answer, but not for longer than the limit.
 * @param limitSeconds null: there is none
 * @param told hears the outcome later, though it may be at the same time; never, where the caller has died
 */
export function callProvider(
  world: World,
  caller: Owner,
  call: Omit<Call, 'pid'>,
  limitSeconds: number | null,
  told: (outcome: CallOutcome) => void,
): void {
  const { now, services } = world;
  const { timers } = services;
  const provider = services.providerOf(call.queue);
  const { name } = provider;
  let isOver = false;
  const end = (outcome: CallOutcome): void => {
    if (isOver) return;
    isOver = true;
    timers.cancel(limit);
    told(outcome);
  };
  // Noted before the call: an answer at the very moment of the limit comes too late, as HTTP takes a little.
  const limit =
    limitSeconds === null
      ? 0
      : timers.at(now + toMicros(limitSeconds), moment.timer, caller, () => {
          exchange.leave();
          end({ outcome: 'timeout', why: `${name} gave no answer in time (${limitSeconds} s)` });
        });
  const exchange = provider.send({ ...call, pid: caller.pid }, (ending) => {
    timers.at(world.now, moment.answer, caller, () => end(outcomeOf(name, ending)));
  });
}

function outcomeOf(name: string, ending: Ending<CallAnswer>): CallOutcome {
  if (ending.kind === 'answered') return answerOf(name, ending.answer);
  const { kind } = ending;
  return kind === 'unreached'
    ? { outcome: kind, why: `${name} could not be reached: connection refused` }
    : { outcome: kind, why: `the connection to ${name} broke: it was closed` };
}

function answerOf(name: string, answer: CallAnswer): CallOutcome {
  switch (answer) {
    case 'done':
    case 'replayed':
      return { outcome: 'done', replayed: answer === 'replayed' };
    case 'turned-away':
      return { outcome: answer, why: `${name} answered 503: its waiting room is full` };
    case 'stopping':
      return { outcome: 'turned-away', why: `${name} answered 503: it is stopping` };
  }
}
