import type { Result } from '../result/types.js';
import { seedsSentence } from './band.js';
import { plural, seconds } from './format.js';
import { outcomePaint, type Paint } from './paint.js';
import { sentence } from './prose.js';
import { wrap } from './text.js';

/** The first lines: that the run was interrupted, aborted or predicted, the verdict, its reasons, and what other seeds say. */
export function verdictLines(result: Result, colors: Paint, width: number): string[] {
  const { outcome, reasons } = result.verdict;
  const color = outcomePaint(outcome, colors);
  const word = colors.bold(color(`${outcome.toUpperCase()}.`));
  const origin = result.origin === 'predicted' ? `${colors.bold('PREDICTED')} ` : '';
  const [only] = reasons;
  const said = reasons.length === 1 && only !== undefined ? sentence(only) : expectationsInWords(result);
  return [
    ...cut(result, colors, width),
    ...wrap(`${origin}${word} ${nameOf(result)}: ${said}`, width, '  '),
    ...(reasons.length > 1
      ? reasons.flatMap((reason) => wrap(`  - ${sentence(reason)}`, width, '    '))
      : []),
    ...seedsSentence(result).flatMap((text) => wrap(sentence(text), width, '  ')),
    ...unusualEnd(result, width),
    ...imbalance(result, colors, width),
  ];
}

/** The scenario, and which of its variants. */
function nameOf({ scenario: { name, variant } }: Result): string {
  return (variant ?? null) === null ? name : `${name}, variant ${variant}`;
}

/** That a signal or an expectation ended the run; which expectation, the reasons say. */
function cut(result: Result, colors: Paint, width: number): string[] {
  const { ended, durationSeconds } = result.run;
  if (ended?.reason !== 'interrupted' && ended?.reason !== 'aborted') return [];
  const by = ended.signal === null ? '' : ` by ${ended.signal}`;
  const at = durationSeconds === null ? '' : ` at ${seconds(durationSeconds)}`;
  const word = colors.bold(colors.warn(ended.reason.toUpperCase()));
  return wrap(`${word}${by}${at}. This is what was known by then.`, width, '  ');
}

/** Why it ended, where it was neither empty nor interrupted and the verdict does not say it already. */
function unusualEnd(result: Result, width: number): string[] {
  const { ended } = result.run;
  if (ended === null || ended.reason === 'drained' || ended.reason === 'interrupted') return [];
  if (ended.detail !== '' && result.verdict.reasons.some((reason) => reason.includes(ended.detail)))
    return [];
  const words = {
    'drain-limit': 'The drain limit ended the run',
    'nobody-left': 'The run ended with nobody left to serve what was waiting',
    'broker-lost': 'The broker was lost, and that ended the run',
    aborted: 'An expectation ended the run',
    'disk-full': 'A full disk ended the run',
    unknown: 'How the run ended is not known',
  }[ended.reason];
  return wrap(sentence(`${words}${ended.detail === '' ? '' : `: ${ended.detail}`}`), width, '  ');
}

/** The queues whose books don't balance, and the producers whose messages' or orders' don't. */
export function outOfBalance({ queues, producers }: Result): string[] {
  return [
    ...Object.entries(producers).filter(
      ([, { whole, orderBooks }]) => !whole.balanced || orderBooks?.balanced === false,
    ),
    ...Object.entries(queues).filter(([, { accounting }]) => !accounting.balanced),
  ].map(([name]) => name);
}

/** Books out of balance are never rounded away. */
function imbalance(result: Result, colors: Paint, width: number): string[] {
  const names = outOfBalance(result);
  if (names.length === 0) return [];
  const text = `The books of ${names.join(', ')} don't balance. This is an error in Launchpad itself: keep the run directory and report it.`;
  return wrap(colors.words(colors.bad, text), width, '  ');
}

function expectationsInWords(result: Result): string {
  const { expectations } = result;
  if (expectations.length === 0) return 'nothing was expected of this run.';
  const failed = expectations.filter((expectation) => expectation.outcome === 'fail').length;
  const unknown = expectations.filter((expectation) => expectation.outcome === 'unknown').length;
  const all = plural(expectations.length, 'expectation');
  if (failed + unknown === 0) {
    return expectations.length === 1 ? 'the one expectation holds.' : `all ${all} hold.`;
  }
  const parts = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(unknown > 0 ? [`${unknown} can't be decided`] : []),
  ];
  return `of ${all}, ${parts.join(' and ')}.`;
}
