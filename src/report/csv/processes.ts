import type { Series } from '../../result/series.js';
import { type CsvCell, csvTable } from './rows.js';

/** `processes.csv`: a row for each span in which a process was in one state. Scenario seconds. */
export function processesCsv({ processes }: Series): string {
  const header = ['role', 'name', 'worker', 'pid', 'fromSeconds', 'toSeconds', 'state', 'end'];
  return csvTable(
    header,
    processes.flatMap(({ role, name, worker, pid, spans, end }): CsvCell[][] => {
      // There is no process behind what was played.
      const whose = [role, name, worker, pid === 0 ? null : pid];
      // Only the last span comes to the process's end.
      const last = spans.length - 1;
      return spans.map(({ fromSeconds, toSeconds, state }, at) => [
        ...whose,
        fromSeconds,
        toSeconds,
        state,
        at === last ? end : null,
      ]);
    }),
  );
}
