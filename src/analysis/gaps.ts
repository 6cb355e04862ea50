import type { EndedEvent, ExitedEvent, ReadyEvent } from '../ledger/events.js';
import type { Plan, PlannedProducer } from '../plan/types.js';
import { orderServiceName } from '../result/orders.js';
import type { Collected } from './collect.js';
import type { OrderTable } from './order-table.js';
import type { Process } from './processes.js';
import { known, type QueueTable } from './tables.js';

/**
 * What is missing from a ledger, as clauses that name the file or the process: a file that isn't there, lines that can't be
 * read, a file that is cut off. Only by signs that no run leaves by itself, however its processes died: a torn last line of a
 * process that was killed is none, nor is the lack of a file of one that died before it could open it. What a full disk
 * keeps out of the ledger is said as the run's end.
 * @param end why the run ended; undefined: it is not known
 * @returns empty for a ledger that is whole, as far as can be told, and for a run that was played and has no files
 */
export function gapsOf(plan: Plan, collected: Collected, end: EndedEvent['reason'] | undefined): string[] {
  if (collected.summary.files.length === 0) return [];
  const damaged = damagedFiles(collected);
  if (end === 'disk-full') return damaged;
  const gaps = [...missingFiles(collected, end), ...damaged, ...tornFiles(collected)];
  // What these files lack is seen in the messages too, where it would be said of a file that is whole.
  return gaps.length > 0 ? gaps : [...unattempted(plan, collected), ...unposted(plan, collected)];
}

/** Who took part without a file: a process opens its own before it takes messages, and before it can have published everything. */
function missingFiles(
  { processes, story, queues }: Collected,
  end: EndedEvent['reason'] | undefined,
): string[] {
  const isMissing = ({ pid }: { readonly pid: number }): boolean => processes.withPid(pid) === undefined;
  const isLabMissing =
    end === undefined && story.wall === null && !processes.all().some(({ role }) => role === 'lab');
  const producers = story.exits.filter(
    (exit) => exit.role === 'producer' && isRegular(exit) && isMissing(exit),
  );
  // The first processes are ready before there is a clock, and open their files when they have it, before the lab goes on.
  const beganAt = story.firstSampleAt ?? (story.wall === null ? Number.POSITIVE_INFINITY : 0);
  const hadOpened = (ready: ReadyEvent): boolean => {
    const exit = story.exits.find(({ pid, t }) => pid === ready.pid && t >= ready.t);
    if (exit === undefined) return Number.isFinite(beganAt);
    // One that failed says why: it may be that it could not open the file.
    return exit.t > beganAt && exit.why === undefined;
  };
  const others = story.ready.filter((ready) => isMissing(ready) && hadOpened(ready));
  return [
    ...(isLabMissing ? ["the lab's file is missing"] : []),
    ...producers.map(({ name, pid }) => `the file of the producer ${name} (pid ${pid}) is missing`),
    ...others.map(({ q, worker, pid }) => `the file of ${titleOf(q, worker)} (pid ${pid}) is missing`),
  ];

  function titleOf(name: string, worker: number): string {
    if (name === orderServiceName) return 'the order service';
    return queues.has(name) ? `worker ${worker} of ${name}` : `the provider ${name}`;
  }
}

function damagedFiles({ summary }: Collected): string[] {
  return [...summary.damaged].map(
    ([file, lines]) =>
      `${lines === 1 ? '1 line' : `${lines} lines`} of ${pathOf(summary, file)} can't be read, and not because the end was cut off`,
  );
}

/** A process that came to the end of its program has written its last line to the end. */
function tornFiles({ summary, processes, story }: Collected): string[] {
  return summary.torn
    .filter((file) => story.exits.some((exit) => exit.pid === processes.of(file).pid && isRegular(exit)))
    .map((file) => `${pathOf(summary, file)} is cut off, and its process was not killed`);
}

/** Messages that somebody had and nobody published: an attempt is written down before anybody else can see anything of it. */
function unattempted(plan: Plan, collected: Collected): string[] {
  const gaps = new Map<string, string>();
  for (const { table } of collected.queues.values()) {
    for (const { producer, path, base, count } of table.blocks) {
      const seen = countOf(count, (i) => isUnattempted(table, base + i));
      if (seen === 0) continue;
      const feeder = path.at(-1);
      const isHttp = plan.producers.some(({ name, via }) => name === producer && via === 'http');
      const writer =
        feeder !== undefined
          ? filesOf(collected, 'worker', feeder)
          : isHttp
            ? filesOf(collected, 'order-service', null)
            : filesOf(collected, 'producer', producer);
      gaps.set(writer, `${writer} lacks the publishing of ${messages(seen)} that came to ${table.name}`);
    }
  }
  return [...gaps.values()];
}

/** What a producer had sent by all signs, and its file doesn't say. */
function unposted(plan: Plan, collected: Collected): string[] {
  return plan.producers.flatMap((producer) => {
    const posted = collected.orders.tables.get(producer.name);
    const file = filesOf(collected, 'producer', producer.name);
    const received = posted === undefined ? 0 : countOf(posted.size, (row) => isReceivedOnly(posted, row));
    if (received > 0) return [`${file} lacks ${messages(received)} that the order service received`];
    if (!hadSentAll(producer, collected)) return [];
    const left =
      posted === undefined
        ? unpublished(producer, collected)
        : countOf(posted.size, (row) => !posted.wasPosted(row));
    return left === 0 || isUnattemptedSaid(producer, collected)
      ? []
      : [
          `${file} lacks ${messages(left)} of ${producer.scheduled}, and its process was done with all of them`,
        ];
  });
}

/** Whether messages that it published itself were seen, and nobody published them. */
function isUnattemptedSaid({ name, to }: PlannedProducer, { queues }: Collected): boolean {
  return to.some((queue) => {
    const table = queues.get(queue)?.table;
    if (table === undefined) return false;
    const { from, to: end } = table.slotsOf(name);
    return countOf(end - from, (i) => isUnattempted(table, from + i)) > 0;
  });
}

/** Whether the producer went because it was done, and not because it was told to. It leaves nothing out then, unless it may give up what is late. */
function hadSentAll({ name, giveUpSeconds }: PlannedProducer, { story }: Collected): boolean {
  const endedAt = story.ended?.t ?? Number.POSITIVE_INFINITY;
  const exit = story.exits.find((each) => each.role === 'producer' && each.name === name);
  return giveUpSeconds === null && exit !== undefined && isRegular(exit) && exit.t < endedAt;
}

/** Messages of the producer that were not attempted on all of its queues. */
function unpublished({ name, scheduled, to }: PlannedProducer, { queues }: Collected): number {
  const tables = to.flatMap((queue) => queues.get(queue)?.table ?? []);
  return countOf(scheduled, (i) =>
    tables.some((table) => !table.has(table.slotsOf(name).from + i, known.attempted)),
  );
}

function isUnattempted(table: QueueTable, slot: number): boolean {
  return table.arrived(slot) && !table.has(slot, known.attempted);
}

function isReceivedOnly(posted: OrderTable, row: number): boolean {
  return !posted.wasPosted(row) && !Number.isNaN(posted.receivedAt[row] as number);
}

/** Whether the process came to the end of its program. */
function isRegular({ code, why }: ExitedEvent): boolean {
  return code === 0 && why === undefined;
}

/** The file that processes of that kind and name wrote; where it is not one, in words. */
function filesOf({ processes, summary }: Collected, role: Process['role'], name: string | null): string {
  const written = processes
    .all()
    .filter((each) => each.role === role && (name === null || each.name === name));
  const [first, ...more] = written;
  if (first !== undefined && more.length === 0) return pathOf(summary, first.file);
  if (role === 'order-service') return 'what the order service wrote';
  return role === 'producer' ? `what the producer ${name} wrote` : `what the workers of ${name} wrote`;
}

function pathOf({ files }: Collected['summary'], file: number): string {
  return `ledger/${files[file]}`;
}

function countOf(end: number, is: (index: number) => boolean): number {
  let count = 0;
  for (let i = 0; i < end; i++) if (is(i)) count++;
  return count;
}

function messages(count: number): string {
  return count === 1 ? '1 message' : `${count} messages`;
}
