import { messageOf } from '../../../errors.js';
import type { Mode } from '../../../scenario/types.js';
import { within } from '../../timers.js';

/** How long the broker may take to answer, in real milliseconds. */
const limitMillis = 1000;

/** What `GET /health` says. */
export interface Health {
  readonly status: 'ok' | 'degraded';
  readonly mode: Mode;
  readonly redis: 'up' | 'down';
  /** Orders that are being seen to, and those that are answered and not yet published. */
  readonly inFlight: number;
  readonly why?: string;
}

/** Asks whether the broker answers; those who ask meanwhile get the same answer. */
export class BrokerProbe {
  private asking: Promise<string | null> | null = null;

  /** @param probe rejects where the broker does not answer */
  constructor(private readonly probe: () => Promise<unknown>) {}

  /** @returns why the broker is down; null: it is up */
  ask(): Promise<string | null> {
    this.asking ??= this.askNow().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  private askNow(): Promise<string | null> {
    const answer = Promise.resolve()
      .then(this.probe)
      .then(() => null, messageOf);
    return within(answer, limitMillis, `no answer within ${limitMillis / 1000} s`);
  }
}
