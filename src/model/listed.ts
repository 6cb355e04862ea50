import { CurveInverse, cumulativeAt } from '../plan/curve.js';
import { arrivesAt } from '../plan/entry.js';
import { messageId } from '../plan/messages.js';
import { leadsTo } from '../plan/sources.js';
import type { Plan, PlannedQueue, RateCurve } from '../plan/types.js';
import type { QueueSpec } from '../scenario/types.js';
import { areaOf } from './chains.js';
import type { ListedMessage } from './cohort.js';

/**
 * Where in a queue's arrivals those messages are that a failure names by their number. A producer's own are found by its
 * curve, and by when the order service publishes them; of those that come through other queues it is known whether they come, and taken that they keep their place.
 */
export function listedMessages(
  plan: Plan,
  queue: PlannedQueue,
  spec: QueueSpec,
  arrivals: RateCurve,
): ListedMessage[] {
  return spec.failures.flatMap(({ select }, mark) => {
    if (select.kind !== 'messages') return [];
    return queue.sources.flatMap(({ producer: name, path }) => {
      const producer = plan.producers.find((candidate) => candidate.name === name);
      if (producer === undefined) return [];
      const numbers = select.messages
        .filter((number) => number >= 1 && number <= producer.scheduled)
        .sort((a, b) => a - b);
      const inverse = new CurveInverse(producer.curve);
      return numbers.flatMap((number): ListedMessage[] => {
        const root = messageId(name, number);
        if (!leadsTo(root, path, queue.name, plan.scenario.queues, plan.seed)) return [];
        if (path.length > 0) {
          const place = (areaOf(arrivals) * (number - 1)) / producer.scheduled;
          return [{ position: Math.floor(place), mark }];
        }
        const due = inverse.timeOf(number - 1);
        const arrives = due === null ? null : arrivesAt(plan, producer, due);
        return arrives === null ? [] : [{ position: cumulativeAt(arrivals, arrives), mark }];
      });
    });
  });
}
