import type { LabEvent } from '../lab/run.js';
import { settingsOf } from '../plan/queue-settings.js';
import { servicesOf } from '../plan/service-settings.js';
import { type FirstScreenFacts, renderFirstScreen } from '../report/first-screen.js';
import {
  type AnnouncedVariant,
  renderVariantHeading,
  renderVariantsScreen,
} from '../report/variant-screens.js';
import type { Result } from '../result/types.js';
import type { Scenario } from '../scenario/types.js';
import type { Prepared } from './prepare.js';
import type { SimulateOptions } from './session.js';
import { colorFor, widthOf } from './terminal.js';

type PreparedEvent = Extract<LabEvent, { type: 'prepared' }>;

/** The first screen of one run: what is about to run, where, for how long, and what is predicted. */
export function introduce(options: SimulateOptions, prepared: Prepared, event: PreparedEvent): void {
  const predicted = prepared.prediction.result;
  const warnings = [...predicted.warnings, ...event.server.warnings];
  const about: FirstScreenFacts = {
    ...factsOf(prepared, predicted),
    server: serverOf(event),
    directory: event.directory.path,
    isTold: options.ask === true,
  };
  write(renderFirstScreen({ ...predicted, warnings }, about, lookOf(options)));
  if (options.verbose) sayServer(event);
}

/** The first screen of several: the scenario, what is common to all variants, and for how long. */
export function introduceVariants(
  options: SimulateOptions,
  base: Scenario,
  runs: readonly Prepared[],
  directory: string,
): void {
  const { ask: isTold = false } = options;
  const variants = announced(runs).map((each) => ({ ...each, about: { ...each.about, isTold } }));
  write(renderVariantsScreen(base, variants, directory, lookOf(options)));
}

/** The heading of one variant of several: what it does otherwise, and what is predicted of it. */
export function introduceVariant(
  options: SimulateOptions,
  runs: readonly Prepared[],
  at: number,
  event: PreparedEvent,
): void {
  // It is the same server each time.
  const server = at === 0 ? serverOf(event) : null;
  write(
    renderVariantHeading(announced(runs), at, { server, warnings: event.server.warnings }, lookOf(options)),
  );
  if (options.verbose) sayServer(event);
}

function announced(runs: readonly Prepared[]): AnnouncedVariant[] {
  return runs.map((prepared) => {
    const predicted = prepared.prediction.result;
    return { name: prepared.variant ?? '', predicted, about: factsOf(prepared, predicted) };
  });
}

/** What a first screen says of a run beside its prediction, as long as there is neither a server nor a directory. */
export function factsOf({ plan }: Prepared, predicted: Result): FirstScreenFacts {
  const { durationSeconds } = predicted.run;
  const services = servicesOf(plan.scenario);
  const customers = plan.producers.filter(({ via }) => via === 'http');
  return {
    server: null,
    speed: plan.speed,
    realSeconds: durationSeconds === null ? null : durationSeconds / plan.speed,
    directory: null,
    workers: Object.fromEntries(
      plan.scenario.queues.map((queue) => [
        queue.name,
        { processes: queue.workers, concurrency: queue.concurrency, settings: settingsOf(queue) },
      ]),
    ),
    ...(Object.keys(services).length === 0 ? {} : { services }),
    patienceSeconds: Object.fromEntries(
      customers.map(({ name, patienceSeconds }) => [name, patienceSeconds]),
    ),
  };
}

function serverOf({ server, found }: PreparedEvent): string {
  return `${server.product} ${server.version}, ${found.source}`;
}

function lookOf({ color }: SimulateOptions): { color: boolean; width: number } {
  return { color: colorFor(process.stderr, color), width: widthOf(process.stderr) };
}

function write(text: string): void {
  process.stderr.write(`${text}\n`);
}

function sayServer({ found, namespace, services }: PreparedEvent): void {
  for (const { name, url } of services) write(`Service: ${name} at ${url}`);
  write(
    `Server: ${found.displayUrl}${found.pid === null ? '' : `, pid ${found.pid}`}; keys: {${namespace}}:*\n` +
      `Look inside: redis-cli -u ${found.displayUrl} --scan --pattern '{${namespace}}:*'`,
  );
}
