import type { PlannedFault } from '../plan/types.js';
import type { Hands } from './hands.js';

/** A fault as the model sees it done. */
export interface PredictedFault {
  /** In the plan's list. */
  readonly index: number;
  /** Null: it is not done, see detail. */
  readonly doneAtSeconds: number | null;
  /** How many workers it hits. */
  readonly workers: number;
  /** For kills: messages in hand, those with their effect among them. */
  readonly held: { readonly messages: number; readonly withEffect: number } | null;
  readonly detail: string | null;
}

/** What was done of the faults that are ordered. */
export class Notes {
  private readonly list = new Map<number, PredictedFault>();

  /** Adds to what is known of a fault. */
  done(fault: PlannedFault, doneAtSeconds: number, workers: number, hands: Hands | null): void {
    const before = this.list.get(fault.index);
    const held = [before?.held, hands].filter((one) => one !== null && one !== undefined);
    this.list.set(fault.index, {
      index: fault.index,
      doneAtSeconds,
      workers: workers + (before?.workers ?? 0),
      held:
        held.length === 0
          ? null
          : {
              messages: held.reduce((sum, one) => sum + one.messages, 0),
              withEffect: held.reduce((sum, one) => sum + one.withEffect, 0),
            },
      detail: null,
    });
  }

  of(fault: PlannedFault): PredictedFault {
    return this.list.get(fault.index) ?? notDone(fault);
  }
}

const neverCame: Partial<Record<PlannedFault['when'], string>> = {
  'before-effect': 'no worker held messages that were all at the end of their work',
  'after-effect': 'no worker held messages that all had their effect',
  'before-acknowledge': 'no worker held messages that were all about to be acknowledged',
  'before-dead-letter': 'no message was given up',
};

function notDone(fault: PlannedFault): PredictedFault {
  const moment = neverCame[fault.when];
  const detail = moment === undefined ? 'there was no worker for it' : `the moment never came: ${moment}`;
  return { index: fault.index, doneAtSeconds: null, workers: 0, held: null, detail };
}
