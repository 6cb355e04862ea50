import {
  type Check,
  complete,
  duration,
  entriesOf,
  Fields,
  listOf,
  oneOf,
  speed,
  text,
  wholeNumber,
} from './checks.js';
import { checkDeadLetterNames } from './dead-letters.js';
import { checkExpectation } from './expectations/check.js';
import { checkTimeline, checkWithinRun } from './fault-timeline.js';
import { checkFault, type PlacedFault, queueOfFault } from './faults.js';
import { checkMode, comesByHttp, type Service, servicesOf, stepsNamedIn } from './modes.js';
import { checkNames, nameText } from './names.js';
import { checkOrderService } from './order-service.js';
import { checkChains, nextNamedIn } from './outcomes.js';
import type { Problems } from './problems.js';
import { checkProducer, producingSeconds } from './producer.js';
import { checkProvider, checkUsed } from './providers.js';
import { checkQueue } from './queue.js';
import { isServed } from './served.js';
import type { Crewed } from './timeline.js';
import type { Entry, Tree } from './tree.js';
import type {
  CheckedScenario,
  Mode,
  OrderServiceSpec,
  ProducerSpec,
  ProviderSpec,
  QueueSpec,
} from './types.js';

const producersHint = 'write producers: {orders: {rate: 100/s, for: 3s, to: [emails]}}';
const queuesHint = 'write queues: {emails: {rate: 5/s}}';
const providersExample = 'providers: {email: {capacity: 5/s, latency: 100ms}}';

/** A section of named things: all names that are written, and those of its entries that could be read. */
interface Section<T> {
  readonly names: readonly string[];
  readonly specs: readonly T[];
}

/**
 * Checks a scenario as a whole and fills in defaults. Notes every problem; undefined where there is one.
 * @param defaultName used where the scenario has no `name`.
 */
export function checkScenario(
  tree: Tree,
  defaultName: string,
  problems: Problems,
): CheckedScenario | undefined {
  const fields = Fields.open(tree, problems, {
    what: 'a scenario',
    known: [
      'name',
      'summary',
      'lesson',
      'try',
      'speed',
      'seed',
      'drain',
      'mode',
      'producers',
      'queues',
      'providers',
      'orderService',
      'faults',
      'expect',
      'variants',
    ],
  });
  if (fields === undefined) return undefined;
  const queueEntries = entries(fields, 'queues', queuesHint, problems);
  const producerEntries = entries(fields, 'producers', producersHint, problems);
  const providerEntries =
    fields.optional('providers', (node) => entriesOf(node, problems, providersExample), []) ?? [];
  const named = [
    { what: 'queue', entries: queueEntries },
    { what: 'producer', entries: producerEntries },
    { what: 'provider', entries: providerEntries },
  ];
  checkNames(named, problems);
  const queueNames = queueEntries.map(({ key }) => key);
  const providers = sectionOf(providerEntries, ({ key, value }) => checkProvider(key, value, problems));
  checkUsed(providerEntries, queueEntries, problems);
  const names = { queues: queueNames, providers: providers.names };
  const queues = sectionOf(queueEntries, ({ key, value }) => checkQueue(key, value, names, problems));
  const producers = sectionOf(producerEntries, ({ key, value }) =>
    checkProducer(key, value, queues.names, problems),
  );
  if (isWhole(producers)) checkPublishedTo(queueEntries, producers.specs, problems);
  const others = { producers: producers.names, providers: providers.names };
  checkDeadLetterNames(queues.specs, queueEntries, others, problems);
  const publishedTo = producers.specs.map(({ to }) => to.map(({ queue }) => queue));
  checkChains(queues.specs, queueEntries, publishedTo, problems);
  const drainSeconds = fields.optional('drain', duration, null);
  const mode = fields.optional('mode', oneOf<Mode>(['queue', 'sync']), 'queue');
  const section = fields.node('orderService');
  checkMode(
    {
      mode,
      modePlace: fields.node('mode')?.place,
      producers: producerEntries,
      queues: queueEntries,
      providers: providers.names,
      orderService: section,
    },
    problems,
  );
  const services = servicesOf(providerEntries, producerEntries);
  const orderService = checkSection(fields, stepsNamedIn(producerEntries), problems);
  const served =
    mode === undefined || orderService === undefined || !isWhole(producers) || !isWhole(queues)
      ? null
      : { mode, producers: producers.specs, queues: queues.specs, orderService };
  const unserved = served === null ? [] : queues.names.filter((name) => !isServed(name, served));
  const placed = checkFaults(fields, { queues, unserved, providers, services }, problems);
  if (producers.specs.length > 0 && isWhole(producers) && typeof drainSeconds === 'number') {
    const producing = Math.max(...producers.specs.map(producingSeconds));
    checkWithinRun(placed ?? [], producing, drainSeconds, problems);
  }
  const byHttp = producerEntries.filter(comesByHttp).map(({ key }) => key);
  const scopes = { queues: queues.names, producers: producers.names, byHttp, services };
  const fed = new Set(queueEntries.flatMap(({ value }) => nextNamedIn(value)));
  const scenario = complete<CheckedScenario>({
    name: fields.optional('name', nameText, defaultName),
    summary: fields.optional('summary', text, ''),
    lesson: fields.optional('lesson', text, ''),
    try: fields.optional('try', listOf(text, '["--set queues.emails.rate=10/s"]'), []),
    speed: fields.optional('speed', speed, 1),
    seed: fields.optional('seed', wholeNumber(0, Number.MAX_SAFE_INTEGER), 1),
    drainSeconds,
    mode,
    producers: producers.specs,
    queues: queues.specs,
    providers: providers.specs,
    orderService: byHttp.length === 0 ? null : orderService,
    faults: placed?.map(({ fault }) => fault).sort((a, b) => a.atSeconds - b.atSeconds),
    expect: fields.optional('expect', listOf(checkExpectation(scopes, fed), 'a list: ["lost == 0"]'), []),
  });
  return problems.count === 0 ? scenario : undefined;
}

function entries(fields: Fields, key: string, hint: string, problems: Problems): readonly Entry[] {
  const list = fields.required(key, (node) => entriesOf(node, problems, hint.replace(/^write /, '')), hint);
  if (list?.length === 0 && fields.node(key)?.kind === 'mapping') fields.missing(key, hint);
  return list ?? [];
}

function sectionOf<T>(list: readonly Entry[], check: (entry: Entry) => T | undefined): Section<T> {
  return { names: list.map(({ key }) => key), specs: list.flatMap((entry) => check(entry) ?? []) };
}

/** Whether all of its entries could be read. */
function isWhole({ names, specs }: Section<unknown>): boolean {
  return specs.length === names.length;
}

/** Notes queues that neither a producer nor another queue publishes to. */
function checkPublishedTo(
  queues: readonly Entry[],
  producers: readonly ProducerSpec[],
  problems: Problems,
): void {
  const used = new Set([
    ...producers.flatMap((producer) => producer.to.map((target) => target.queue)),
    ...queues.flatMap(({ key, value }) => nextNamedIn(value).filter((next) => next !== key)),
  ]);
  for (const { key, keyPlace } of queues) {
    if (used.has(key) || producers.length === 0) continue;
    const hint = `add it to the \`to\` of ${producers.map(({ name }) => name).join(' or ')}, or of a queue, or leave the queue out`;
    problems.add(keyPlace, `nobody publishes to ${key}`, hint);
  }
}

/** The order service; without a section, with all that is usual. */
function checkSection(
  fields: Fields,
  steps: readonly string[],
  problems: Problems,
): OrderServiceSpec | undefined {
  const check: Check<OrderServiceSpec> = (tree) => checkOrderService(tree, steps, problems);
  return fields.node('orderService') === undefined
    ? checkOrderService(undefined, steps, problems)
    : fields.optional('orderService', check, undefined);
}

/** What faults may be about, and what is known of it. */
interface Targets {
  readonly queues: Section<QueueSpec>;
  readonly unserved: readonly string[];
  readonly providers: Section<ProviderSpec>;
  readonly services: readonly Service[];
}

/** All faults, where every one can be read. A timeline is judged as soon as all that concerns it can be read. */
function checkFaults(
  fields: Fields,
  { queues, unserved, providers, services }: Targets,
  problems: Problems,
): readonly PlacedFault[] | undefined {
  const unreadable = new Set<string | undefined>();
  const check: Check<PlacedFault> = (tree) => {
    const placed = checkFault({ ...queues, services })(tree, problems);
    if (placed === undefined) unreadable.add(queueOfFault(tree));
    return placed;
  };
  const placed = fields.optional('faults', listOf(check, '[{at: 1s, kill: QUEUE}]'), []);
  if (placed === undefined) return undefined;
  const isJudged = ({ name }: { readonly name: string }) =>
    !unreadable.has(undefined) && !unreadable.has(name);
  const crews = services.flatMap((service) => crewedService(service, providers.specs) ?? []);
  const stricken = {
    queues: queues.specs.filter(isJudged),
    unserved,
    services: crews.filter(isJudged),
  };
  checkTimeline(placed, stricken, problems);
  return unreadable.size === 0 ? placed : undefined;
}

/** A service as faults see it: one process; who falls over is back without being told. Undefined: not enough is known of it. */
function crewedService({ name, kind }: Service, providers: readonly ProviderSpec[]): Crewed | undefined {
  const provider = providers.find((each) => each.name === name);
  if (kind === 'provider' && provider === undefined) return undefined;
  const diesByItself = provider?.fallOver != null;
  return { name, isService: true, workers: 1, superviseSeconds: null, diesByItself };
}
