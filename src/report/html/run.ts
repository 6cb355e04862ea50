import type { Comparison } from '../../result/comparison.js';
import type { Series } from '../../result/series.js';
import type { Result } from '../../result/types.js';
import { answersOf } from '../answers.js';
import { commands, lesson } from '../closing.js';
import { differenceLines } from '../difference.js';
import { isCalledDirectly } from '../direct.js';
import { expectationsTable, faultsTable, producersTable } from '../events.js';
import { failuresSection } from '../failures.js';
import { figuresTable, troublesTable } from '../figures.js';
import { gatesSection } from '../gates.js';
import { guessSection } from '../guesses.js';
import { ordersSection } from '../order-books.js';
import { sentence } from '../prose.js';
import { servicesSection } from '../services.js';
import { theorySection } from '../theory.js';
import { wholeTable } from '../whole.js';
import { blocks, firstTable, section } from './blocks.js';
import { books } from './books.js';
import type { Chart } from './chart.js';
import { deadLetters } from './dead.js';
import { duplicateStories } from './duplicates.js';
import { lifelines } from './lifelines.js';
import { marks, toHtml, unlimited } from './marks.js';
import type { ChartData } from './page-data.js';
import { endOf, queueCharts } from './queue-charts.js';
import { again, settings, shell } from './settings.js';
import { waits } from './waits.js';
import { zoomButtons } from './zoom.js';

/** A part of the page, with what its charts are drawn from. */
export interface Part {
  readonly html: string;
  readonly charts: readonly ChartData[];
}

/** Where a run's part of the page is. */
export interface Place {
  /** What all ids in it begin with. */
  readonly id: string;
  /** Of its sections' headings. */
  readonly level: number;
  readonly command: string;
}

/** The report of a run or a prediction, below its verdict. */
export function runPart(result: Result, series: Series | null, place: Place): Part {
  const { id, level, command } = place;
  const w = unlimited;
  const names = Object.keys(result.queues);
  const end = endOf(result, series);
  const queues = names.map((name, at) =>
    queuePart(name, result, series, end, { ...place, id: `${id}q${at + 1}` }),
  );
  const part = (title: string, content: string, name: string): string =>
    section(title, content, `${id}${name}`, level);
  const sections = [
    part(
      result.origin === 'predicted' ? 'What is predicted' : 'What happened',
      answers(result, names),
      'what',
    ),
    part('Expectations', firstTable(expectationsTable(result, marks, w)), 'expectations'),
    part('Against the baseline', blocks(gatesSection(result.gates, marks, w)), 'gates'),
    part('Guessed, predicted and measured', blocks(guessSection(result, marks, w)), 'guess'),
    part('Orders', blocks(ordersSection(result, marks, w).flat()), 'orders'),
    part('Services', services(result, series, end, id), 'services'),
    ...queues.map(({ html }) => html),
    part('Faults', firstTable(faultsTable(result, marks, w), { hasRowHeads: false, first: 'at' }), 'faults'),
    part(
      'Troubles and catching up',
      firstTable(troublesTable(result, marks, w), { first: 'queue' }),
      'troubles',
    ),
    part('The books', books(result), 'books'),
    part(
      'The whole, over all queues',
      firstTable(wholeTable(result, marks, w), { first: 'messages' }),
      'whole',
    ),
    part(
      'Failures and dead letters',
      blocks(failuresSection(result, marks, w)) + deadLetters(result),
      'failures',
    ),
    part('Duplicate effects', duplicateStories(result), 'duplicates'),
    part('Why it differs from the prediction', blocks(differenceLines(result, w)), 'difference'),
    part('Theory', blocks(theorySection(result, marks, w)), 'theory'),
    part('Producers', producers(result, series, end, id), 'producers'),
    part('Warnings', warnings(result.warnings), 'warnings'),
    lessonPart(result, place),
    part('Settings', settings(result), 'settings'),
    part('How to run it again', again(result, command), 'again'),
  ];
  return {
    html: sections.filter((html) => html !== '').join('\n'),
    charts: queues.flatMap(({ charts }) => charts),
  };
}

/** What became of the customers' orders, and then of each queue's messages. */
function answers(result: Result, queues: readonly string[]): string {
  return answersOf(result, queues, marks)
    .map(
      ([name, sentences]) =>
        `<p>${toHtml(`${marks.bold(`${name}:`)} ${sentences.map(sentence).join(' ')}`)}</p>`,
    )
    .join('\n');
}

/** A queue: its charts, its workers' lives, and its figures. */
function queuePart(
  name: string,
  result: Result,
  series: Series | null,
  end: number,
  { id, level }: Place,
): Part {
  const queue = result.queues[name];
  const figures = firstTable(figuresTable(name, result, marks, unlimited), { first: 'figure' });
  const own = series?.queues[name] ?? null;
  if (queue === undefined || isCalledDirectly(name, result)) {
    return { html: section(name, figures, id, level), charts: [] };
  }
  const charts: Chart[] = queueCharts(name, result, own, end, id);
  const [backlog, ...others] = charts.map(({ html }) => html);
  const workers = (series?.processes ?? []).filter(
    (process) => process.role === 'worker' && process.name === name,
  );
  const content = [
    `<div class="group" data-group="${id}">`,
    zoomButtons(name),
    backlog ?? '',
    lifelines('Workers', workers, end, id),
    others.length === 0 && own === null
      ? ''
      : `<div class="grid">${others.join('\n')}${own === null ? '' : waits(name, own, queue)}</div>`,
    '</div>',
    figures === '' ? '' : `<h${level + 1}>Figures</h${level + 1}>\n${figures}`,
  ].filter((html) => html !== '');
  return {
    html: section(`Queue ${name}`, content.join('\n'), id, level),
    charts: charts.map(({ data }) => data),
  };
}

function services(result: Result, series: Series | null, end: number, id: string): string {
  const told = blocks(servicesSection(result, marks, unlimited).flat());
  const lives = (series?.processes ?? []).filter(
    ({ role }) => role === 'provider' || role === 'order-service',
  );
  return told === '' ? '' : told + lifelines('Processes of the services', lives, end, `${id}services`);
}

function producers(result: Result, series: Series | null, end: number, id: string): string {
  const told = firstTable(producersTable(result, marks, unlimited), { first: 'producer' });
  const lives = (series?.processes ?? []).filter(({ role }) => role === 'producer');
  return told === '' ? '' : told + lifelines('Processes of the producers', lives, end, `${id}producers`);
}

/** Each warning as an item of a list. */
export function warnings(texts: readonly string[]): string {
  return texts.length === 0 ? '' : `<ul>${texts.map((text) => `<li>${toHtml(text)}</li>`).join('')}</ul>`;
}

/** What the scenario teaches, and what to try next. */
export function lessonPart({ scenario }: Result | Comparison, { id, level, command }: Place): string {
  const [title] = lesson(scenario, marks, unlimited);
  return [
    title === undefined ? '' : section(title, blocks([scenario.lesson]), `${id}lesson`, level),
    section('Try next', shell(commands(scenario, unlimited, command)), `${id}try`, level),
  ].join('\n');
}
