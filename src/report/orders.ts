import {
  type HalfDone,
  type OrderBooks,
  orderServiceName,
  type ProviderServiceResult,
} from '../result/orders.js';
import type { Result } from '../result/types.js';
import { count, duration, list, plural, rate, seconds } from './format.js';
import { orderProducers } from './orders-together.js';
import { type Paint, paint } from './paint.js';

/**
 * The answer for a producer's orders, as sentences without a full stop: how many were accepted and how soon, what became of
 * them, what stood in the way, and what is worse than an error: lost, half-done, or done twice.
 */
export function ordersAnswer(name: string, result: Result, colors: Paint = paint(false)): string[] {
  const books = result.producers[name]?.orderBooks;
  if (books === undefined) return [];
  return [
    ...lostSentence(books, colors),
    [acceptance(books), ...afterwards(books), ...never(name, books, result)].join('; '),
    ...causeSentence(name, books, result),
    ...halfDoneSentence(books),
    ...doneUnacceptedSentence(books),
    ...duplicatesSentence(books),
  ];
}

/** The answers for all producers that came by HTTP; with their names where there are several. */
export function allOrdersAnswer(result: Result, colors: Paint = paint(false)): string[] {
  const names = orderProducers(result).map(([name]) => name);
  return names.flatMap((name) => {
    const said = ordersAnswer(name, result, colors);
    return names.length === 1 ? said : said.map((text) => `${name}: ${text}`);
  });
}

/** `23 accepted orders are lost: payments done, emails missing (20) …`: what a 202 must never come to. */
function lostSentence({ lost, halves }: OrderBooks, colors: Paint): string[] {
  if (lost === null || lost === 0) return [];
  const are = lost === 1 ? 'order is' : 'orders are';
  const half = halves.filter(({ accepted }) => accepted > 0);
  const some = half.reduce((sum, { accepted }) => sum + accepted, 0);
  const which =
    some === 0 || some > lost
      ? ''
      : `, ${some === lost ? 'all' : count(some)} of them half-done (${list(half.map(stepsInWords))})`;
  const text = `${count(lost)} accepted ${are} lost: the customer was told yes, and nobody has what is missing any more${which}`;
  return [colors.words(colors.bad, text)];
}

function acceptance(books: OrderBooks): string {
  const { posted, accepted, notAccepted, acceptedSeconds } = books;
  if (posted === 0) return 'No order was posted';
  if (notAccepted === 0) {
    const { p99 } = acceptedSeconds;
    // In a prediction HTTP takes no time.
    const within = p99 === null ? '' : p99 === 0 ? ' at once' : ` within ${seconds(p99)} (p99)`;
    const all = posted === 1 ? 'The one order was' : `All ${count(posted)} orders were`;
    return `${all} accepted${within}${books.done === accepted ? ' and done' : ''}`;
  }
  const were =
    accepted === 0
      ? `None of ${plural(posted, 'order')} was accepted`
      : `Of ${plural(posted, 'order')} ${count(accepted)} ${accepted === 1 ? 'was' : 'were'} accepted`;
  return `${were}; ${plural(notAccepted, 'customer')} ${refusalInWords(books)}`;
}

/** What those got whose order was not accepted. */
function refusalInWords(
  books: Pick<OrderBooks, 'rejected' | 'failed' | 'timedOut' | 'unreached' | 'broken'>,
): string {
  const silent = books.timedOut + books.unreached + books.broken;
  if (books.failed + books.rejected === 0) return 'got no answer';
  return silent === 0 ? 'got an error' : 'got an error or no answer';
}

/** What became of the accepted ones, and for how long they were not done. */
function afterwards(books: OrderBooks): string[] {
  const { accepted, done, unfinishedSeconds } = books;
  if (accepted === 0) return [];
  const others: readonly [number | null, string][] = [
    [books.pending, 'still pending at the end'],
    [books.deadLettered, 'dead'],
    [books.leftOut, 'accepted without a step that was left out'],
    [books.lost, 'lost'],
    [books.undetermined, 'undetermined'],
  ];
  const rest = others.flatMap(([orders, what]) => ((orders ?? 0) > 0 ? [`${count(orders)} ${what}`] : []));
  return [
    ...(done === accepted ? [] : [`of the accepted ${list([`${count(done)} are done`, ...rest])}`]),
    ...unfinishedInWords(unfinishedSeconds.max, books),
  ];
}

/** `an accepted order was not yet done for up to 3 min 12 s (192 s)`; or that nothing was to come after the answer. */
function unfinishedInWords(
  max: number | null,
  { accepted, posted, pending, deadLettered, lost, undetermined }: OrderBooks,
): string[] {
  if (max === null) return [];
  if (max > 0) return [`an accepted order was not yet done for up to ${duration(max)}`];
  const isAll = accepted === posted && pending + deadLettered + (lost ?? 0) + undetermined === 0;
  return isAll ? ['the answer was final'] : [];
}

/** Orders that were due and that nobody ever posted. */
function never(name: string, { posted }: OrderBooks, { producers, origin }: Result): string[] {
  const missing = (producers[name]?.scheduled ?? posted) - posted;
  return missing > 0 && origin === 'measured' ? [`${count(missing)} were due and never posted`] : [];
}

/** Why orders were not accepted: a provider that can do less than comes, one in trouble, or an order service that was not there. */
function causeSentence(name: string, books: OrderBooks, result: Result): string[] {
  if (books.notAccepted === 0) return [];
  return [...providersSentence(name, books, result), ...goneSentence(books, result)];
}

/** What providers had to do with it: only where the order service calls them itself do customers notice them. */
function providersSentence(name: string, { failed, timedOut }: OrderBooks, result: Result): string[] {
  if (result.scenario.mode !== 'sync' || failed + timedOut === 0) return [];
  const providers = providersOf(result);
  const offered =
    result.producers[name]?.rate.configuredPerSecond ?? result.producers[name]?.rate.achievedPerSecond;
  const isOnly = orderProducers(result).length === 1;
  if (isOnly && typeof offered === 'number') {
    const short = providers.filter(
      ([, { capacityPerSecond, calls }]) => calls > 0 && capacityPerSecond < offered,
    );
    if (short.length > 0)
      return [`${rate(offered)} come, which is more than ${list(short.map(shortInWords))} can do`];
  }
  const [worst] = providers
    .flatMap(([provider, { troubles }]) => troubles.map((trouble) => ({ provider, trouble })))
    .filter(({ trouble }) => trouble.notAccepted > 0)
    .sort((a, b) => b.trouble.notAccepted - a.trouble.notAccepted);
  if (worst === undefined) return [];
  const { provider, trouble } = worst;
  const { causes, fromSeconds, toSeconds, notAccepted } = trouble;
  return [
    `${count(notAccepted)} of those not accepted were posted while ${provider} was in trouble (${list(causes)} ${spanInWords(fromSeconds, toSeconds)})`,
  ];
}

/** `email (5/s, 90 calls turned away, fell over 3 times)` */
function shortInWords([name, provider]: [string, ProviderServiceResult]): string {
  const { capacityPerSecond, turnedAway, fellOver } = provider;
  const what = [
    rate(capacityPerSecond),
    ...(turnedAway === 0 ? [] : [`${plural(turnedAway, 'call')} turned away`]),
    ...(fellOver === 0 ? [] : [`fell over ${fellOver === 1 ? 'once' : `${count(fellOver)} times`}`]),
  ];
  return `${name} (${what.join(', ')})`;
}

function goneSentence({ unreached, broken, timedOut }: OrderBooks, { faults }: Result): string[] {
  const fault = faults.find(
    ({ target, kind, doneAtSeconds }) =>
      target === orderServiceName &&
      doneAtSeconds !== null &&
      ['kill', 'stop', 'freeze', 'died'].includes(kind),
  );
  if (fault === undefined) return [];
  // One that hangs is there, and says nothing.
  const hangs = fault.kind === 'freeze';
  const gone = unreached + broken + (hangs ? timedOut : 0);
  if (gone === 0) return [];
  const at = seconds(fault.doneAtSeconds);
  const what = fault.ordered ? `${fault.kind} at ${at}` : `it died at ${at}, and nobody ordered that`;
  const how = hangs ? 'waited in vain for the' : 'found no';
  return [`${plural(gone, 'customer')} ${how} ${orderServiceName} (${what})`];
}

/** `from 5 s to 15 s`; to the end where it was not over by then. */
export function spanInWords(fromSeconds: number, toSeconds: number | null): string {
  return toSeconds === null
    ? `from ${seconds(fromSeconds)} to the end`
    : `from ${seconds(fromSeconds)} to ${seconds(toSeconds)}`;
}

/** The providers of a run, with their figures. */
export function providersOf({ services }: Result): [name: string, figures: ProviderServiceResult][] {
  return Object.entries(services ?? {}).flatMap(([name, service]): [string, ProviderServiceResult][] =>
    service.kind === 'provider' ? [[name, service]] : [],
  );
}

function halfDoneSentence({ halfDone, halves }: OrderBooks): string[] {
  if (halfDone === 0) return [];
  const are = halfDone === 1 ? 'order is' : 'orders are';
  const [first, ...others] = halves;
  if (first === undefined) return [`${count(halfDone)} ${are} half-done`];
  const which =
    others.length === 0
      ? `${stepsInWords(first)}${acceptedAmong(first)}`
      : list([
          ...halves.slice(0, 2).map((half) => `${stepsInWords(half)} (${count(half.orders)})`),
          ...(halves.length > 2 ? ['others'] : []),
        ]);
  return [`${count(halfDone)} ${are} half-done: ${which}`];
}

function acceptedAmong({ orders, accepted }: HalfDone): string {
  if (accepted === 0) return orders === 1 ? ', and not accepted' : ', and none of them accepted';
  return accepted === orders ? ', and accepted' : `, ${count(accepted)} of them accepted`;
}

/** `payments done, emails missing` */
export function stepsInWords({ done, missing }: HalfDone): string {
  return `${list(done)} done, ${list(missing)} missing`;
}

function doneUnacceptedSentence({ doneUnaccepted }: OrderBooks): string[] {
  if (doneUnaccepted === 0) return [];
  const were = doneUnaccepted === 1 ? 'order was' : 'orders were';
  return [`${count(doneUnaccepted)} ${were} done, though the customer was never told so`];
}

function duplicatesSentence({ steps }: OrderBooks): string[] {
  const repeated = Object.entries(steps).filter(([, { duplicated }]) => duplicated > 0);
  if (repeated.length === 0) return [];
  return [
    `done more than once: ${list(repeated.map(([name, { duplicated }]) => `${name} ${count(duplicated)} times too often`))}`,
  ];
}
