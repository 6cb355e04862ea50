import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { simulate } from './lab.js';
import { line, median, spread } from './stats.js';

const messages = 10_000;
const pairs = 7;

const modes: readonly { readonly name: string; readonly idempotency: unknown }[] = [
  { name: 'memory', idempotency: 'memory' },
  { name: 'delivery log, before', idempotency: { 'delivery-log': 'before' } },
  { name: 'delivery log, after', idempotency: { 'delivery-log': 'after' } },
  { name: 'effect key', idempotency: 'effect-key' },
];

/** What each way of idempotency costs: pairs of runs with it and without it, one right after the other. */
export async function idempotency(): Promise<void> {
  console.log(`\nIdempotency: ${messages} messages, concurrency 50, ${pairs} interleaved pairs for each`);
  for (const { name, idempotency: mode } of modes) {
    const ratios: number[] = [];
    const micros: number[] = [];
    for (let i = 0; i < pairs; i++) {
      const without = await secondsWith('none');
      const withIt = await secondsWith(mode);
      ratios.push(without / withIt);
      micros.push(((withIt - without) / messages) * 1e6);
    }
    line(`${name} : none`, `${spread(ratios)}, ${median(micros).toFixed(0)} µs per message`);
  }
}

/** From the worker's first start to its last settled: the producer, which is the same in both, is left out as far as can be. */
function secondsWith(mode: unknown): Promise<number> {
  const scenario = {
    producers: { orders: { rate: '40000/s', for: '250ms', to: ['jobs'] } },
    queues: { jobs: { concurrency: 50, idempotency: mode } },
  };
  return simulate(scenario, (result, directory) => {
    const { effected, duplicateEffects } = result.queues.jobs?.accounting ?? {};
    if (effected !== messages || duplicateEffects !== 0)
      throw new Error(`The lab did ${effected} of ${messages}`);
    return workedSeconds(directory);
  });
}

function workedSeconds(directory: string): number {
  const file = readdirSync(join(directory, 'ledger')).find((name) => name.startsWith('worker-')) as string;
  const text = readFileSync(join(directory, 'ledger', file), 'utf8');
  const first = Number(/"t":(\d+),"e":"started"/.exec(text)?.[1]);
  const last = Number(
    /"t":(\d+),"e":"settled"/.exec(text.slice(text.lastIndexOf('"e":"settled"') - 30))?.[1],
  );
  return (last - first) / 1e6;
}
