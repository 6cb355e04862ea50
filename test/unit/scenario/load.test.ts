import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LaunchpadError } from '../../../src/errors.js';
import {
  listScenarios,
  loadScenario,
  loadVariants,
  type Overrides,
  parseScenario,
  type VariantOptions,
} from '../../../src/scenario/index.js';

const builtIn = [
  'crash-defaults',
  'dead-letters',
  'double-submit',
  'falling-over',
  'flaky-dependency',
  'hung-dependency',
  'idempotency',
  'idempotency-frozen',
  'idempotency-twice',
  'killed-twice',
  'order-flow',
  'ordering',
  'outage',
  'overload',
  'poison',
  'poison-pill',
  'polling-loop',
  'redrive',
  'retry-storm',
  'scale-out',
  'spike',
  'spike-at-once',
  'steady-outage',
  'sync-vs-queue',
  'sync-vs-queue-calm',
  'sync-vs-queue-outage',
  'what-202-means',
];
const minimal = 'producers: {orders: {rate: 1/s, for: 1s, to: [emails]}}\nqueues: {emails: {}}\n';
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'launchpad-scenario-'));
  await writeFile(join(directory, 'My Run.yaml'), minimal);
  await writeFile(
    join(directory, 'run.json'),
    JSON.stringify({
      producers: { orders: { rate: '1/s', for: '1s', to: ['emails'] } },
      queues: { emails: {} },
    }),
  );
  await writeFile(join(directory, 'plain'), minimal);
  await mkdir(join(directory, 'folder.yaml'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

async function failureOf(nameOrFile: string): Promise<LaunchpadError> {
  try {
    await loadScenario(nameOrFile);
  } catch (error) {
    if (error instanceof LaunchpadError) return error;
    throw error;
  }
  throw new Error(`${nameOrFile} was loaded`);
}

describe('the built-in scenarios', () => {
  it('are these', async () => {
    const list = await listScenarios();
    expect(list.map(({ name }) => name)).toEqual(builtIn);
    for (const { summary } of list) expect(summary).not.toBe('');
  });

  it.each(builtIn)('%s is whole, and named as its file', async (name) => {
    const { base, variants, file } = await loadVariants(name);
    expect(base.name).toBe(name);
    expect(file.endsWith(`scenarios/${name}.yaml`)).toBe(true);
    expect(base.lesson).not.toBe('');
    // What is lost, or what became of the orders.
    const isOfBooks = (measure: string) => measure === 'accounting.lost' || measure.startsWith('orderBooks.');
    for (const { scenario } of variants)
      expect(scenario.expect.some(({ measure }) => isOfBooks(measure))).toBe(true);
  });

  it.each(builtIn)('%s suggests runs that can be started', async (name) => {
    const { base } = await loadVariants(name);
    // What does not begin with an option is another command than simulate.
    for (const line of base.try.filter((words) => words.startsWith('-'))) {
      const { overrides, ...choice } = optionsOf(line);
      const { variants } = await loadVariants(name, overrides, choice);
      for (const { scenario } of variants) expect(scenario).not.toEqual(base);
    }
  });
});

/** Takes a line of `try` apart as a shell would: words, and texts in double quotes. */
function optionsOf(line: string): VariantOptions & { readonly overrides: Overrides } {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([word, quoted]) => quoted ?? word);
  const given: Record<string, string[]> = { set: [], rate: [], for: [], vary: [], only: [] };
  for (let i = 0; i < words.length; i++) {
    if (words[i] === '--verbose') continue;
    const values = given[words[i]?.replace('--', '') ?? ''];
    if (values === undefined) throw new Error(`unknown flag ${words[i]} in ${line}`);
    values.push(words[++i] ?? '');
  }
  const { vary, only, ...overrides } = given;
  return { overrides, vary, only };
}

describe('loadScenario', () => {
  it('loads files, and names a nameless scenario after its file', async () => {
    const { scenario, file } = await loadScenario(join(directory, 'My Run.yaml'));
    expect(scenario.name).toBe('my-run');
    expect(file).toBe(join(directory, 'My Run.yaml'));
  });

  it('loads JSON, and files of any ending', async () => {
    expect((await loadScenario(join(directory, 'run.json'))).scenario.name).toBe('run');
    expect((await loadScenario(join(directory, 'plain'))).scenario.name).toBe('plain');
  });

  it('applies overrides', async () => {
    expect((await loadScenario('outage', { speed: '5' })).scenario.speed).toBe(5);
  });

  it('knows the nearest name', async () => {
    const error = await failureOf('outtage');
    expect(error.code).toBe('scenario-not-found');
    expect(error.message).toBe('there is no scenario outtage');
    expect(error.hint).toContain(`did you mean \`outage\`? known here: ${builtIn.join(', ')}`);
  });

  it.each(['./missing.yaml', 'missing.yml', 'folder/missing'])(
    'says that there is no file %s',
    async (path) => {
      const error = await failureOf(path);
      expect(error.code).toBe('scenario-not-found');
      expect(error.message).toBe(`there is no scenario file ${path}`);
      expect(error.hint).toContain('outage');
    },
  );

  it('takes no directory for a file', async () => {
    expect((await failureOf(join(directory, 'folder.yaml'))).message).toContain('there is no scenario file');
  });
});

/** What is so of a queue where the scenario says nothing of failures. */
function usual(queue: string) {
  return {
    failures: [],
    timeoutSeconds: null,
    attempts: 1,
    backoff: null,
    deadLetter: { queue: `${queue}-dead`, move: 'safe' },
    idempotency: { mode: 'none' },
    deduplication: { kind: 'job-id', keepCount: 10_000, keepSeconds: null },
    superviseSeconds: null,
    polling: null,
    provider: null,
    outcomes: [],
  };
}

const now = { when: 'now', repaired: false };

describe('parseScenario', () => {
  it('notes what the command line changed, as typed, but not speed and seed', () => {
    const overrides = { set: ['queues.emails.rate=5/s'], speed: '2', seed: '3', expect: ['lost == 0'] };
    const { changes, reference } = parseScenario(minimal, { overrides, file: 'dir/mine.yaml' });
    expect(changes).toEqual(['--set queues.emails.rate=5/s', '--expect "lost == 0"']);
    expect(reference).toBe('dir/mine.yaml');
  });

  it('fills in the defaults', () => {
    expect(parseScenario(minimal)).toEqual({
      reference: 'scenario.yaml',
      changes: [],
      variant: null,
      name: 'scenario',
      summary: '',
      lesson: '',
      try: [],
      speed: 1,
      seed: 1,
      drainSeconds: null,
      mode: 'queue',
      producers: [
        {
          name: 'orders',
          phases: [{ forSeconds: 1, fromPerSecond: 1, toPerSecond: 1 }],
          arrivals: 'constant',
          to: [{ queue: 'emails' }],
          giveUpSeconds: null,
          resubmitSeconds: [],
          via: 'queue',
          patienceSeconds: 30,
        },
      ],
      queues: [
        {
          name: 'emails',
          rate: null,
          workers: 1,
          concurrency: 1,
          work: { kind: 'constant', meanSeconds: 0 },
          acknowledgeSeconds: 0,
          redelivery: null,
          ...usual('emails'),
        },
      ],
      providers: [],
      orderService: null,
      faults: [],
      expect: [],
    });
  });

  it('reads everything that there is', () => {
    const scenario = parseScenario(
      `
name: all
drain: 10m
producers:
  orders:
    phases: [{for: 30s, rate: 0/s}, {for: 10s, from: 4/s, to: 100/s}, {for: 1min, rate: 1000/min}]
    arrivals: poisson
    giveUp: 5s
    to: [emails, {queue: sms}]
queues:
  emails: &like {rate: 1/200ms, workers: 0, concurrency: 10, work: {exponential: {mean: 300ms}}, acknowledge: 20ms, redelivery: {after: 5s, check: 1s}}
  sms: {work: {lognormal: {mean: 1s, cv: 0.5}}}
  push: *like
faults:
  - {at: 9s, freeze: sms, workers: 1, for: 6s}
  - {at: 0, scale: emails, workers: 3}
`.replace('{queue: sms}', '{queue: sms}, push'),
    );
    expect(scenario.drainSeconds).toBe(600);
    const [orders] = scenario.producers;
    expect(orders).toMatchObject({ arrivals: 'poisson', giveUpSeconds: 5 });
    expect(orders?.phases.map(({ fromPerSecond, toPerSecond }) => [fromPerSecond, toPerSecond])).toEqual([
      [0, 0],
      [4, 100],
      [1000 / 60, 1000 / 60],
    ]);
    expect(scenario.queues[0]).toEqual({
      name: 'emails',
      rate: { count: 1, perSeconds: 0.2 },
      workers: 0,
      concurrency: 10,
      work: { kind: 'exponential', meanSeconds: 0.3 },
      acknowledgeSeconds: 0.02,
      redelivery: { afterSeconds: 5, checkSeconds: 1, limit: 1 },
      ...usual('emails'),
    });
    expect(scenario.queues[1]?.work).toEqual({ kind: 'lognormal', meanSeconds: 1, cv: 0.5 });
    expect(scenario.queues[2]).toEqual({ ...scenario.queues[0], ...usual('push'), name: 'push' });
    expect(scenario.faults).toEqual([
      { atSeconds: 0, kind: 'scale', queue: 'emails', workers: 3, forSeconds: null, ...now },
      { atSeconds: 9, kind: 'freeze', queue: 'sms', workers: 1, forSeconds: 6, ...now },
    ]);
  });
});
