import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MetricsFeed } from '../../../../src/cli/prometheus/feed.js';
import type { LedgerEvent } from '../../../../src/ledger/events.js';
import { LedgerTail } from '../../../../src/ledger/tail.js';
import type { Plan } from '../../../../src/plan/types.js';
import { readPage } from '../../../fixtures/prometheus.js';
import { temporaryDirectory } from '../../../fixtures/runs.js';
import { tinyPlan, tinyQueue } from '../../../fixtures/tiny.js';

const q = 'emails';
const producer = 'producer-orders';
const worker = 'worker-emails-1';
const of = (n: number): { q: string; m: string } => ({ q, m: `orders/${n}` });

/** Follows a ledger that is written by hand, with a clock that is set by hand. */
function followed(plan: Plan, variant: string | null = null) {
  const directory = temporaryDirectory();
  const clock = { micros: 0, now: () => clock.micros };
  const feed = new MetricsFeed({ plan, run: 'r1', variant, tail: new LedgerTail(directory), clock });
  let isEnded = false;
  const end = (): void => {
    if (!isEnded) feed.end();
    isEnded = true;
  };
  onTestFinished(end);
  return {
    write: (file: string, ...events: LedgerEvent[]): void =>
      appendFileSync(
        join(directory, `${file}.ndjson`),
        events.map((event) => `${JSON.stringify(event)}\n`).join(''),
      ),
    /** Their values at a time in microseconds. */
    at: async (micros: number): Promise<Readonly<Record<string, number>>> => {
      clock.micros = micros;
      const page = readPage(await feed.text());
      expect(page).toMatchObject({ run: 'r1', variant: variant ?? '' });
      return page.samples;
    },
    feed,
    end,
  };
}

/** A counter's values for queue and producer. */
const counter = (name: string): string => `launchpad_${name}_total{producer="orders",queue="emails"}`;

describe('the metrics of a run', () => {
  it('are all there, as 0, before anything happens', async () => {
    const samples = await followed(tinyPlan({ seed: 7, speed: 2 })).at(0);
    const waits = Object.keys(samples).filter((name) => name.startsWith('launchpad_wait_seconds'));
    expect(waits).toHaveLength(17 + 3);
    expect(waits.every((name) => samples[name] === 0)).toBe(true);
    expect(Object.fromEntries(Object.entries(samples).filter(([name]) => !waits.includes(name)))).toEqual({
      'launchpad_run_info{scenario="tiny",seed="7",speed="2"}': 1,
      launchpad_scenario_seconds: 0,
      [counter('messages_attempted')]: 0,
      [counter('messages_acknowledged')]: 0,
      [counter('messages_refused')]: 0,
      [counter('messages_started')]: 0,
      [counter('effects')]: 0,
      [counter('duplicate_effects')]: 0,
      [counter('failed_attempts')]: 0,
      [counter('dead_letters')]: 0,
      'launchpad_queue_depth{queue="emails",state="ready"}': 0,
      'launchpad_queue_depth{queue="emails",state="in_flight"}': 0,
      'launchpad_queue_depth{queue="emails",state="delayed"}': 0,
      'launchpad_queue_depth{queue="emails",state="dead"}': 0,
      'launchpad_queue_backlog{queue="emails"}': 0,
      'launchpad_queue_oldest_age_seconds{queue="emails"}': 0,
      'launchpad_workers_up{queue="emails"}': 1,
    });
  });

  it('count what a hand-written ledger says, in scenario seconds', async () => {
    const run = followed(tinyPlan({ speed: 2 }));
    run.write(
      producer,
      { t: 0, e: 'attempted', ...of(1), due: 0 },
      { t: 1000, e: 'acknowledged', ...of(1) },
      { t: 500_000, e: 'attempted', ...of(2), due: 500_000 },
      { t: 501_000, e: 'refused', ...of(2) },
      { t: 600_000, e: 'attempted', ...of(2), due: 500_000 },
      { t: 601_000, e: 'acknowledged', ...of(2) },
      { t: 1_000_000, e: 'attempted', ...of(3), due: 1_000_000 },
      { t: 1_001_000, e: 'unknown', ...of(3) },
    );
    run.write(
      worker,
      { t: 2000, e: 'started', ...of(1) },
      { t: 150_000, e: 'effect', ...of(1) },
      { t: 800_000, e: 'started', ...of(2) },
      { t: 900_000, e: 'failed', ...of(2), why: 'no', kind: 'error' },
      { t: 901_000, e: 'dead', ...of(2) },
      { t: 902_000, e: 'dead-lettered', ...of(2) },
      { t: 950_000, e: 'started', ...of(1), r: true },
      { t: 960_000, e: 'effect', ...of(1) },
    );
    run.write(
      'lab',
      { t: 1_100_000, e: 'depth', q, ready: 1, inFlight: 2, delayed: 3, dead: 4 },
      { t: 1_100_000, e: 'depth', q: 'emails-dead', ready: 5, inFlight: 0, delayed: 0, dead: 0 },
      {
        t: 1_200_000,
        e: 'fault',
        q,
        kind: 'kill',
        index: 0,
        workers: [1],
        pids: [9],
        up: 0,
      },
    );
    const samples = await run.at(1_600_000);
    expect(samples).toMatchObject({
      // A tenth of a second of real time behind, twice as fast.
      launchpad_scenario_seconds: 3,
      [counter('messages_attempted')]: 3,
      [counter('messages_acknowledged')]: 2,
      [counter('messages_refused')]: 1,
      [counter('messages_started')]: 3,
      [counter('effects')]: 2,
      [counter('duplicate_effects')]: 1,
      [counter('failed_attempts')]: 1,
      [counter('dead_letters')]: 1,
      'launchpad_queue_depth{queue="emails",state="ready"}': 1,
      'launchpad_queue_depth{queue="emails",state="in_flight"}': 2,
      'launchpad_queue_depth{queue="emails",state="delayed"}': 3,
      'launchpad_queue_depth{queue="emails",state="dead"}': 9,
      'launchpad_queue_backlog{queue="emails"}': 1,
      'launchpad_queue_oldest_age_seconds{queue="emails"}': 1,
      'launchpad_workers_up{queue="emails"}': 0,
      // 4 ms, and 400 ms from the attempt that was not refused.
      'launchpad_wait_seconds_bucket{le="0.01",queue="emails"}': 1,
      'launchpad_wait_seconds_bucket{le="0.25",queue="emails"}': 1,
      'launchpad_wait_seconds_bucket{le="0.5",queue="emails"}': 2,
      'launchpad_wait_seconds_bucket{le="+Inf",queue="emails"}': 2,
      'launchpad_wait_seconds_count{queue="emails"}': 2,
    });
    expect(samples['launchpad_wait_seconds_sum{queue="emails"}']).toBeCloseTo(0.404, 9);
  });

  it('take events in their order over all files, however late one is read', async () => {
    const run = followed(tinyPlan());
    run.write(worker, { t: 1_000_000, e: 'started', ...of(1) });
    expect(await run.at(1_050_000)).toMatchObject({ [counter('messages_started')]: 0 });
    run.write(producer, { t: 990_000, e: 'attempted', ...of(1), due: 990_000 });
    expect(await run.at(1_200_000)).toMatchObject({
      [counter('messages_started')]: 1,
      'launchpad_wait_seconds_bucket{le="0.01",queue="emails"}': 1,
    });
  });

  it('count a message that was put back and died again twice', async () => {
    const run = followed(tinyPlan());
    run.write(
      worker,
      { t: 1, e: 'dead', ...of(1) },
      { t: 2, e: 'redriven', ...of(1), repaired: false },
      { t: 3, e: 'dead-lettered', ...of(1) },
    );
    expect(await run.at(1_000_000)).toMatchObject({ [counter('dead_letters')]: 2 });
  });

  it('tell queues in a chain apart, and ways from one producer together', async () => {
    const outcome = { name: 'done', share: 1, to: [{ queue: 'inventory' }] };
    const run = followed(
      tinyPlan({ queues: [tinyQueue({ outcomes: [outcome] }), tinyQueue({ name: 'inventory' })] }),
    );
    run.write(
      producer,
      { t: 0, e: 'attempted', ...of(1), due: 0 },
      { t: 9, e: 'attempted', q: 'inventory', m: 'orders/1.emails', due: 9 },
    );
    const samples = await run.at(1_000_000);
    expect(samples[counter('messages_attempted')]).toBe(1);
    expect(samples['launchpad_messages_attempted_total{producer="orders",queue="inventory"}']).toBe(1);
  });

  it('stay as they were in the end, with what was too young before', async () => {
    const run = followed(tinyPlan());
    await run.at(1_000_000);
    run.write(producer, { t: 999_999, e: 'attempted', ...of(1), due: 999_999 });
    run.end();
    const last = await run.at(60_000_000);
    expect(last).toMatchObject({ [counter('messages_attempted')]: 1, launchpad_scenario_seconds: 1 });
  });

  it('escape what a scenario says', async () => {
    const run = followed(tinyPlan({ name: 'a"b\\c\nd' }), 'x="1"\n2');
    const text = await run.feed.text();
    expect(text).toContain(
      'launchpad_run_info{scenario="a\\"b\\\\c\\nd",seed="1",speed="1",run="r1",variant="x=\\"1\\"\\n2"} 1\n',
    );
    for (const line of text.split('\n')) expect(line).toMatch(/^($|# |launchpad_)/);
  });
});
