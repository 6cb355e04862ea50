import type { MeasureUnit } from './measures.js';
import type { MeasuredValue } from './sweep.js';
import type { Result } from './types.js';

/** The answer to a search for the value from which, or up to which, conditions hold (`predict --find`). */
export interface Find {
  readonly schema: 'launchpad.find/1';
  /** How the scenario is named on the command line. */
  readonly reference: string;
  /** What the command line changed of the scenario, as typed. */
  readonly changes: readonly string[];
  /** The setting: `queues.emails.rate`. */
  readonly path: string;
  readonly conditions: readonly FindCondition[];
  /** Whether they hold at any value that was predicted. */
  readonly found: boolean;
  /** As it would stand in the scenario file; null: none was found. */
  readonly value: string | null;
  /** Which value that is: the smallest or the largest at which they hold, or, where they hold at all that were predicted, the lowest of those; null: none. */
  readonly which: 'smallest' | 'largest' | 'any' | null;
  /** Why none was found, as a sentence; null where one was. */
  readonly reason: string | null;
  /** Values that contradict that a higher value is better, in words; null: none of those that were predicted does. */
  readonly contradiction: string | null;
  /** All values that were predicted, from the lowest. */
  readonly probes: readonly FindProbe[];
  /** What is predicted at the value; where there is none, at the lowest or highest one. */
  readonly result: Result;
}

/** `emails.catchUp <= 60s` */
export interface FindCondition {
  readonly expression: string;
  /** Its measure: `emails.catchUp`. */
  readonly of: string;
  readonly unit: MeasureUnit;
}

/** A value that was predicted. */
export interface FindProbe {
  readonly value: string;
  /** Whether all conditions hold. */
  readonly holds: boolean;
  /** In the conditions' order. */
  readonly measured: readonly MeasuredValue[];
}
