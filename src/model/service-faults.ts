import type { Plan, PlannedFault } from '../plan/types.js';
import { orderServiceName } from '../result/orders.js';
import type { PredictedFault } from './notes.js';

type State = 'up' | 'down' | 'frozen';

/** What a fault needs, and what it leaves behind. */
const effects: Partial<Record<PlannedFault['kind'], readonly [needs: readonly State[], leaves: State]>> = {
  kill: [['up', 'frozen'], 'down'],
  stop: [['up'], 'down'],
  freeze: [['up'], 'frozen'],
  restart: [['down'], 'up'],
  thaw: [['frozen'], 'up'],
};

/** The faults on providers and on the order service: each is one process, and is hit at the time that was ordered. */
export function serviceFaults({ scenario, faults }: Plan): PredictedFault[] {
  const services = [orderServiceName, ...scenario.providers.map(({ name }) => name)];
  const states = new Map<string, State>(services.map((name) => [name, 'up']));
  return faults.flatMap(({ index, queue, kind, atSeconds }): PredictedFault[] => {
    const state = states.get(queue);
    if (state === undefined) return [];
    const effect = effects[kind];
    if (effect === undefined || !effect[0].includes(state)) {
      const detail = `${queue} is ${state} by then`;
      return [{ index, doneAtSeconds: null, workers: 0, held: null, detail }];
    }
    states.set(queue, effect[1]);
    return [{ index, doneAtSeconds: atSeconds, workers: 1, held: null, detail: null }];
  });
}
