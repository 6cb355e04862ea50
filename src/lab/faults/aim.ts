import { uniform } from '../../plan/draws.js';
import type { PlannedFault } from '../../plan/types.js';
import type { Aim } from '../protocol.js';

/** The latest passage that a random kill is drawn for. */
const mostPassages = 12;

/** Where a worker is to be hit; null: wherever it is. */
export function aimOf(
  { when, queue, index }: Pick<PlannedFault, 'when' | 'queue' | 'index'>,
  worker: number,
  seed: number,
): Aim | null {
  if (when === 'now') return null;
  if (when !== 'random') return { point: when };
  const drawn = uniform(seed, `crash point ${queue}`, index, worker);
  return { point: 'random', passage: 1 + Math.floor(drawn * mostPassages) };
}

/** Why an aimed kill was not done. */
export const neverCame: Readonly<Record<Aim['point'], string>> = {
  'before-effect': 'the moment never came: no worker held messages that were all at the end of their work',
  'after-effect': 'the moment never came: no worker held messages that all had their effect',
  'before-acknowledge':
    'the moment never came: no worker held messages that were all to be acknowledged next',
  'before-dead-letter': 'the moment never came: no worker gave a message up',
  random: 'the moment never came: there were fewer passages than the drawn one',
};
