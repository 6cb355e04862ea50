import type { LittlesLaw } from '../result/types.js';
import type { QueueSpec } from '../scenario/types.js';
import { endingOf } from './books.js';
import type { DeathLog } from './dead-letters.js';
import type { RepublishLog } from './republished.js';
import type { DepthSamples } from './story.js';
import { known, type QueueTable } from './tables.js';

/**
 * Checks the books by a way of their own: the area under the sampled depth (trapezoids between the samples) must equal
 * the sum of the times that the messages were on the broker (Little 1961: L = λW, both sides times the duration).
 * Both in message-seconds, up to the last sample.
 * What was given up is off the queue until it is put back.
 * @returns null: there are not two samples, or messages had a second job, of which nobody knows how long they were there
 */
export function littlesLaw(
  table: QueueTable,
  samples: DepthSamples,
  seconds: (micros: number) => number,
  deaths?: Pick<DeathLog, 'spansOf'>,
): LittlesLaw | null {
  const at = samples.at.times();
  if (at.length < 2) return null;
  const sampledMessageSeconds = seconds(areaUnder(at, samples.depth.times()));
  const ledgerMessageSeconds = seconds(timeOnBroker(table, at.at(-1) as number, deaths));
  return {
    sampledMessageSeconds,
    ledgerMessageSeconds,
    differencePercent:
      ledgerMessageSeconds === 0
        ? null
        : ((sampledMessageSeconds - ledgerMessageSeconds) / ledgerMessageSeconds) * 100,
  };
}

/**
 * Whether a message may have been on the broker as more than one job, so that its time there is not known: it was
 * published again where that is not kept from making a second job for good, or did make one.
 */
export function mayCountTwice(
  table: QueueTable,
  republishes: Pick<RepublishLog, 'hasSecondJobs'>,
  { deduplication }: QueueSpec,
): boolean {
  const isKept =
    deduplication.kind === 'job-id' && deduplication.keepSeconds === null && deduplication.keepCount !== 0;
  return republishes.hasSecondJobs || (table.republished > 0 && !isKept);
}

function areaUnder(at: Float64Array, depth: Float64Array): number {
  let area = 0;
  for (let i = 1; i < at.length; i++) {
    const height = ((depth[i] as number) + (depth[i - 1] as number)) / 2;
    area += ((at[i] as number) - (at[i - 1] as number)) * height;
  }
  return area;
}

/** Lost messages are left out: nobody knows how long they were there. */
function timeOnBroker(table: QueueTable, until: number, deaths?: Pick<DeathLog, 'spansOf'>): number {
  let sum = 0;
  for (let slot = 0; slot < table.size; slot++) {
    const from = table.arrival[slot] as number;
    const ending = endingOf(table, slot);
    if (ending === null || ending === 'lost' || Number.isNaN(from)) continue;
    const isLeft = ending === 'pending' || ending === 'undetermined' || table.has(slot, known.censusLive);
    const settled = table.lastSettled[slot] as number;
    // The worker may have died between the broker's word and its record: then the effect is the last that is known.
    const end = isLeft ? until : Number.isNaN(settled) ? (table.done[slot] as number) : settled;
    if (Number.isNaN(end)) continue;
    const to = Math.min(end, until);
    sum += Math.max(0, to - from);
    for (const span of deaths?.spansOf(slot) ?? []) {
      sum -= Math.max(0, Math.min(span.to, to) - Math.max(span.from, from));
    }
  }
  return sum;
}
