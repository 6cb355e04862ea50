import { analysePlayed } from '../src/analysis/played.js';
import { describeDriver } from '../src/broker/index.js';
import { simulateEvents } from '../src/model/index.js';
import { buildPlan } from '../src/plan/build.js';
import type { Plan } from '../src/plan/types.js';
import { parseScenario } from '../src/scenario/index.js';
import { line, median, spread } from './stats.js';

const messages = 500_000;
const rounds = 3;

/** Orders into queues, at so many per second. */
function planOf(
  perSecond: number,
  more: { arrivals?: string; to?: string; queues: string; faults?: string },
): Plan {
  const { arrivals = 'constant', to = 'jobs', queues, faults = '[]' } = more;
  const text = `
seed: 1
producers: { orders: { rate: ${perSecond}/s, for: ${messages / perSecond}s, arrivals: ${arrivals}, to: [${to}] } }
queues: { ${queues} }
faults: ${faults}
`;
  return buildPlan(parseScenario(text, { file: 'bench.yaml' }), describeDriver('bullmq'));
}

interface Setting {
  readonly name: string;
  readonly plan: Plan;
  readonly isAimedAt: boolean;
}

function settings(): Setting[] {
  const plain = (name: string, plan: Plan): Setting => ({ name, plan, isAimedAt: false });
  const aimed = (name: string, plan: Plan): Setting => ({ name, plan, isAimedAt: true });
  return [
    plain('D/D/1', planOf(800, { queues: 'jobs: { work: 1ms }' })),
    plain('M/D/1', planOf(800, { arrivals: 'poisson', queues: 'jobs: { work: 1ms }' })),
    plain('M/D/50', planOf(40_000, { arrivals: 'poisson', queues: 'jobs: { work: 1ms, concurrency: 50 }' })),
    plain(
      'outage (limiter, kill, redelivery)',
      planOf(4000, {
        queues: `jobs: { rate: 500/100ms, concurrency: 50, work: 3ms, acknowledge: 2ms, redelivery: { after: 5s, check: 1s } }`,
        faults: '[{ at: 30s, kill: jobs, when: after-effect }, { at: 40s, restart: jobs }]',
      }),
    ),
    aimed(
      'retries (a fifth of all attempts fails, backoff)',
      planOf(400, {
        queues: `jobs: { concurrency: 60, work: 100ms, attempts: 5, backoff: { exponential: 1s, jitter: 0.5 }, failures: [{ fail: 20%, after: 50ms }] }`,
      }),
    ),
    aimed(
      'chain (three queues, kill in the second)',
      planOf(10_000, {
        to: 'intake',
        queues: `
          intake: { rate: 20/ms, concurrency: 1000, work: 50ms, to: [inventory] },
          inventory: { rate: 15/ms, concurrency: 5000, work: 200ms, acknowledge: 100ms, redelivery: { after: 2s, check: 500ms },
            outcomes: { reserved: { share: 90%, to: [notification] }, failed: 10% } },
          notification: { rate: 20/ms, concurrency: 1000, work: 50ms }`,
        faults: '[{ at: 2s, kill: inventory, when: before-acknowledge }, { at: 4s, restart: inventory }]',
      }),
    ),
  ];
}

/** How fast the engine is that plays a plan message by message, alone and with the analysis that makes a result of it. A message is one on one queue. */
export function playing(): void {
  console.log(
    `\nDiscrete-event engine, message by message: ${messages / 1e6} M orders, M messages/s on one thread, ${rounds} interleaved rounds after one to warm up`,
  );
  const all = settings().map((setting) => ({ ...setting, played: [] as number[], analysed: [] as number[] }));
  for (let round = 0; round <= rounds; round++) {
    for (const { plan, played } of all) {
      const speed = play(plan);
      if (round > 0) played.push(speed);
    }
  }
  for (const { plan, analysed } of all)
    for (let round = 0; round < rounds; round++) analysed.push(analyse(plan));
  for (const { name, isAimedAt, played, analysed } of all) {
    const aim = isAimedAt ? { text: 'at least 1', met: median(played) >= 1 } : undefined;
    line(name, spread(played), aim);
    line('  with its result', spread(analysed));
  }
}

/** @returns millions of messages per second */
function play(plan: Plan): number {
  let arrived = 0;
  const begin = performance.now();
  simulateEvents(plan, ({ e }) => {
    if (e === 'acknowledged') arrived++;
  });
  return arrived / (performance.now() - begin) / 1000;
}

function analyse(plan: Plan): number {
  const begin = performance.now();
  const { queues } = analysePlayed(plan, (visit) => simulateEvents(plan, visit), {
    launchpad: '0',
    node: process.version,
    drainLimitSeconds: null,
  });
  const seconds = (performance.now() - begin) / 1000;
  const accounts = Object.values(queues).map(({ accounting }) => accounting);
  if (!accounts.every(({ balanced }) => balanced)) throw new Error('The books do not balance');
  return accounts.reduce((sum, { scheduled }) => sum + scheduled, 0) / seconds / 1e6;
}
