import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { messageOf } from '../errors.js';
import type { Problems } from './problems.js';
import { Sheet } from './trace-sheet.js';
import { kindInWords, parseTraceTime, type TimeKind, type TraceTime, tidy } from './trace-time.js';
import type { Place } from './tree.js';
import type { Phase } from './types.js';
import { longestSeconds } from './units.js';

/** When messages are due, read from a file. */
export interface Trace {
  /** Of counts: one phase for each second, equal neighbours as one. Of timestamps: their mean over 10 s. */
  readonly phases: readonly Phase[];
  /** Of timestamps: when each message is due, in seconds, in order; null for counts. */
  readonly times: readonly number[] | null;
}

/** Largest file, in bytes. */
const mostBytes = 32 * 1024 * 1024;

/** Most timestamps: each is kept, and written into the run's plan. */
const mostTimes = 250_000;

/** Most seconds that differ from the one before: the prediction's cost grows with these. */
const mostChanges = 36_000;

/** Over how many seconds timestamps are averaged to a rate (DESIGN: what troubles are held against). */
const meanSeconds = 10;

const shapes =
  'write one column of timestamps, or two with the header second,count: how many messages are due in each second';

/**
 * Reads a trace: a column of timestamps, or counts per second under the header `second,count` (or `time,count`). Notes every line that can't be
 * read; undefined where there is one.
 * @param written its path, from the folder of the scenario file, or from the working directory where a flag says it
 */
export function readTrace(written: string, place: Place, problems: Problems): Trace | undefined {
  const isTyped = place.flag !== null;
  const file = isTyped ? resolve(written) : resolve(dirname(problems.file), written);
  try {
    const stats = statSync(file);
    if (!stats.isFile()) {
      problems.add(place, `${written} is not a file`, 'name a CSV file');
      return undefined;
    }
    if (stats.size > mostBytes) {
      const size = `${Math.ceil(stats.size / 1024 / 1024)} MB, and a trace may have ${mostBytes / 1024 / 1024}`;
      const hint = 'take a part of it, or count its messages per second: second,count';
      problems.add(place, `${written} has ${size}`, hint);
      return undefined;
    }
    const key = `${file} ${stats.size} ${stats.mtimeMs}`;
    if (lastRead?.key === key) return lastRead.trace;
    const trace = parseTrace(readFileSync(file, 'utf8'), written, place, problems);
    if (trace !== undefined) lastRead = { key, trace };
    return trace;
  } catch (error) {
    const from = isTyped ? 'the working directory' : "the scenario file's folder";
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const message = isMissing ? `there is no file ${written}` : `can't be read: ${messageOf(error)}`;
    problems.add(place, message, `its path counts from ${from}`);
    return undefined;
  }
}

/** A scenario is read many times over where its variants, or values of a setting, are compared. */
let lastRead: { readonly key: string; readonly trace: Trace } | null = null;

/** Reads a trace's text. @param file as the scenario names it */
function parseTrace(text: string, file: string, place: Place, problems: Problems): Trace | undefined {
  const sheet = new Sheet(text, file, place, problems);
  const isOfCounts = sheet.header?.length === 2 && sheet.header[1] === 'count';
  const trace = isOfCounts ? countsOf(sheet) : timesOf(sheet);
  sheet.finish();
  return sheet.isClean ? trace : undefined;
}

/** Timestamps, in any order. */
function timesOf(sheet: Sheet): Trace | undefined {
  if (sheet.header !== null && sheet.header.length > 1) {
    sheet.refuseAll(`has the columns ${sheet.header.join(', ')}`, shapes);
    return undefined;
  }
  if (sheet.rows.length > mostTimes) {
    sheet.refuseAll(
      `has ${sheet.rows.length.toLocaleString('en')} timestamps, and a trace may have ${mostTimes.toLocaleString('en')}`,
      'count them per second: second,count',
    );
    return undefined;
  }
  const read: TraceTime[] = [];
  let kind: TimeKind | null = null;
  for (const { line, cells } of sheet.rows) {
    const time: TraceTime | undefined =
      cells.length === 1 ? timeOf(sheet, line, cells[0] ?? '', kind) : undefined;
    if (cells.length > 1) sheet.refuse(line, `has ${cells.length} columns`, shapes);
    if (time === undefined) continue;
    kind ??= time.kind;
    read.push(time);
  }
  const zero = zeroOf(read);
  const times = Float64Array.from(read, ({ seconds }) => tidy(seconds - zero)).sort();
  const last = times.at(-1);
  if (last === undefined) {
    if (sheet.isClean) sheet.refuseAll('has no timestamp', shapes);
    return undefined;
  }
  if (!isShort(last, sheet)) return undefined;
  return { phases: meanPhases(times), times: [...times] };
}

/** Counts per second; a second that is not there has none. */
function countsOf(sheet: Sheet): Trace | undefined {
  const counted = new Map<number, { readonly count: number; readonly line: number }>();
  const read: { readonly time: TraceTime; readonly count: number; readonly line: number }[] = [];
  let kind: TimeKind | null = null;
  for (const { line, cells } of sheet.rows) {
    const [second = '', number = ''] = cells;
    if (cells.length !== 2) {
      sheet.refuse(line, `has ${cells.length} columns, not 2`, 'write such as 12,340');
      continue;
    }
    const time = timeOf(sheet, line, second, kind);
    if (time === undefined) continue;
    kind ??= time.kind;
    if (!Number.isInteger(time.seconds))
      sheet.refuse(line, `${second} is not a whole second`, 'count the messages of each whole second');
    else if (!/^\d{1,9}(\.0*)?$/.test(number))
      sheet.refuse(line, `${number || 'an empty text'} is not a count`, 'write a whole number from 0');
    else read.push({ time, count: Number(number), line });
  }
  const zero = zeroOf(read.map(({ time }) => time));
  for (const { time, count, line } of read) {
    const second = time.seconds - zero;
    const before = counted.get(second);
    if (before === undefined) counted.set(second, { count, line });
    else sheet.refuse(line, `the same second as in line ${before.line}`, 'write each second once');
  }
  const seconds = [...counted.keys()].sort((a, b) => a - b);
  if (!sheet.isClean) return undefined;
  if (!read.some(({ count }) => count > 0)) {
    sheet.refuseAll('counts no message', shapes);
    return undefined;
  }
  if (!isShort(seconds.at(-1) ?? 0, sheet)) return undefined;
  const phases = countedPhases(seconds.map((second) => [second, counted.get(second)?.count ?? 0]));
  if (phases.length <= mostChanges) return { phases, times: null };
  sheet.refuseAll(
    `changes its rate ${phases.length.toLocaleString('en')} times, and a trace may do so ${mostChanges.toLocaleString('en')} times`,
    'take a shorter part of it',
  );
  return undefined;
}

/** A time of the same kind as those before it. */
function timeOf(sheet: Sheet, line: number, text: string, kind: TimeKind | null): TraceTime | undefined {
  const time = sheet.read(line, parseTraceTime(text));
  if (time === undefined || kind === null || time.kind === kind) return time;
  sheet.refuse(
    line,
    `${text} is ${kindInWords[time.kind]}, and the lines before are ${kindInWords[kind]}`,
    'write all times alike',
  );
  return undefined;
}

/** What the times are counted from: small numbers from zero, others from the earliest of them. */
function zeroOf(times: readonly TraceTime[]): number {
  if (times[0]?.kind === 'seconds') return 0;
  return times.reduce((least, { seconds }) => Math.min(least, seconds), Number.POSITIVE_INFINITY);
}

function isShort(last: number, sheet: Sheet): boolean {
  if (last <= longestSeconds) return true;
  sheet.refuseAll(
    `goes over ${Math.floor(last / 86_400)} days, and a trace may go over 30`,
    'take a part of it',
  );
  return false;
}

/** A phase for each second, and one for each gap; neighbours of the same rate are one. */
function countedPhases(counts: readonly (readonly [second: number, count: number])[]): Phase[] {
  const phases: Phase[] = [];
  let end = 0;
  const add = (forSeconds: number, perSecond: number): void => {
    const last = phases.at(-1);
    end += forSeconds;
    if (last?.fromPerSecond === perSecond)
      phases[phases.length - 1] = { ...last, forSeconds: last.forSeconds + forSeconds };
    else phases.push({ forSeconds, fromPerSecond: perSecond, toPerSecond: perSecond });
  };
  for (const [second, count] of counts) {
    if (second > end) add(second - end, 0);
    add(1, count);
  }
  return phases;
}

/**
 * The mean rate over each 10 s. The last message is followed by a mean distance (1 s, where there is none), so that an even stream has
 * its own rate; and what is left at the end is a span of its own from 5 s on, and else a part of the one before.
 */
function meanPhases(times: Float64Array): Phase[] {
  const first = times[0] ?? 0;
  const last = times.at(-1) ?? 0;
  const distance = times.length > 1 ? (last - first) / (times.length - 1) : 0;
  const end = last + (distance > 0 ? distance : 1);
  const spans = Math.max(1, Math.round(end / meanSeconds));
  const counts = new Array<number>(spans).fill(0);
  for (const time of times) {
    const span = Math.min(spans - 1, Math.floor(time / meanSeconds));
    counts[span] = (counts[span] ?? 0) + 1;
  }
  return counts.map((count, i) => {
    const forSeconds = i < spans - 1 ? meanSeconds : end - i * meanSeconds;
    return { forSeconds, fromPerSecond: count / forSeconds, toPerSecond: count / forSeconds };
  });
}
