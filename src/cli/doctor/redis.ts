import { findRedis, loadDriver, searchRedis } from '../../broker/index.js';
import type { FoundServer } from '../../broker/types.js';
import { LaunchpadError, messageOf } from '../../errors.js';
import { Guard } from '../../lab/guard/guard.js';
import type { Check } from '../../result/doctor.js';
import { defaultBroker } from '../options.js';

const name = 'Redis';

/** Milliseconds from where a message's way to the broker and back takes a good part of a short run's times. */
const slowMillis = 5;

/** How often the server is asked for the latency. */
const asked = 30;

/**
 * Which Redis a run would use, found as a run finds it, and whether it is fit. One that would be started for a run is started, asked and
 * stopped again; none is fetched.
 * @param url the user's own; undefined: none is named
 */
export async function checkRedis(url: string | undefined, allowDownload: boolean): Promise<Check[]> {
  return url === undefined ? await checkPrivate(allowDownload) : await checkNamed(url);
}

async function checkNamed(url: string): Promise<Check[]> {
  try {
    const found = await findRedis({ url, allowDownload: false, log: () => undefined });
    return await examine(found, `your Redis at ${found.displayUrl}`, []);
  } catch (error) {
    return [problem(error)];
  }
}

async function checkPrivate(allowDownload: boolean): Promise<Check[]> {
  const log = (): void => undefined;
  const { program, tried, whyNoFetch, cacheDirectory } = await searchRedis({ allowDownload, log });
  const details = ['no Redis named (--redis-url, REDIS_URL)', ...tried];
  if (program === null && whyNoFetch === null) {
    return [
      {
        name,
        outcome: 'warning',
        text: "none is here; the first run fetches the distribution's own packages, without installing them",
        details,
        hint: `They are kept in ${cacheDirectory}. --no-download forbids it; --redis-url names a Redis that is there.`,
      },
    ];
  }
  const guard = new Guard();
  try {
    const begin = performance.now();
    const found = await findRedis({
      allowDownload: false,
      log,
      onSpawn: (pid, directory) => guard.watch(pid, directory),
    });
    const startMillis = performance.now() - begin;
    try {
      const how = `${program?.source ?? found.source}, started for each run (in ${Math.round(startMillis)} ms)`;
      return await examine(found, how, [...details, ...(program === null ? [] : [`found ${program.file}`])]);
    } finally {
      await found.close();
    }
  } catch (error) {
    return [problem(error, details)];
  } finally {
    await guard.dismiss();
  }
}

/** Who answers, how fast, and what is to be known of it. */
async function examine(found: FoundServer, how: string, details: readonly string[]): Promise<Check[]> {
  const driver = await loadDriver(defaultBroker);
  const options = { url: found.url, namespace: 'launchpad:doctor', queues: [], role: 'observer' } as const;
  const broker = await driver.connect(options);
  try {
    await broker.ready(5);
    const { product, version, warnings } = await broker.server();
    const median = await latencyMillis(() => broker.create());
    const isSlow = median > slowMillis;
    return [
      {
        name,
        outcome: isSlow ? 'warning' : 'ok',
        text: `${product} ${version}, ${how}; answers within ${median.toFixed(2)} ms`,
        details,
        hint: isSlow
          ? 'That is far away: short runs at high speeds will differ from their prediction.'
          : null,
      },
      ...warnings.map((text): Check => ({ name, outcome: 'warning', text, details: [], hint: null })),
    ];
  } finally {
    await broker[Symbol.asyncDispose]();
  }
}

/** The median of several exchanges; without any queue, making the run's queues is one and leaves nothing. */
async function latencyMillis(exchange: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < asked; n++) {
    const begin = performance.now();
    await exchange();
    times.push(performance.now() - begin);
  }
  return times.sort((a, b) => a - b)[Math.floor(asked / 2)] ?? 0;
}

function problem(error: unknown, details: readonly string[] = []): Check {
  if (!(error instanceof LaunchpadError)) throw error;
  return { name, outcome: 'problem', text: messageOf(error), details, hint: error.hint ?? null };
}
