import { decimal } from './format.js';
import type { Paint } from './paint.js';
import { clean, pad, truncate, visibleWidth } from './text.js';

/** The orders of a producer by HTTP at one moment, as its customers see them. */
export interface LiveCustomers {
  readonly name: string;
  readonly posted: number;
  readonly accepted: number;
  /** The others that came to an end: by what the customer got (`503`, `timeout`). */
  readonly notAccepted: Readonly<Record<string, number>>;
  /** Posted, and no answer yet. */
  readonly inFlight: number;
}

/** A service at one moment. */
export interface LiveService {
  readonly name: string;
  readonly state: 'up' | 'down' | 'frozen' | 'starting' | 'stopping';
  /** Of a provider; null: it is the order service. */
  readonly calls: {
    readonly effects: number;
    readonly turnedAway: number;
    /** Let in and not done yet, the one that it is at among them. */
    readonly waiting: number;
    /** Of the order service's circuit breaker for it; null: closed, or there is none. */
    readonly breaker: 'open' | 'half-open' | null;
  } | null;
}

/** A line for each producer by HTTP and each service, exactly as wide as the terminal. */
export function liveServiceLines(
  customers: readonly LiveCustomers[],
  services: readonly LiveService[],
  width: number,
  colors: Paint,
): string[] {
  const names = [...customers, ...services].map(({ name }) => visibleWidth(clean(name)));
  const nameWidth = Math.min(16, width - 10, Math.max(0, ...names));
  const line = (name: string, text: string, style: (text: string) => string): string => {
    const head = pad(truncate(clean(name), nameWidth), nameWidth);
    const room = Math.max(0, width - nameWidth - 4);
    return pad(`  ${colors.bold(head)}  ${style(pad(truncate(text, room), room))}`, width);
  };
  const plain = (text: string): string => text;
  return [
    ...customers.map((each) => line(each.name, customersInWords(each), plain)),
    ...services.map((each) =>
      line(each.name, serviceInWords(each), each.state === 'up' ? plain : colors.bad),
    ),
  ];
}

/** `posted 1,000, in flight 12, accepted 312, not accepted 676 (503: 600, timeout: 76)`: what may be cut off comes last. */
export function customersInWords({ posted, accepted, notAccepted, inFlight }: LiveCustomers): string {
  const others = Object.entries(notAccepted).filter(([, times]) => times > 0);
  const sum = others.reduce((total, [, times]) => total + times, 0);
  const which = others.map(([what, times]) => `${clean(what)}: ${decimal(times, 0)}`).join(', ');
  return [
    `posted ${decimal(posted, 0)}`,
    `in flight ${decimal(inFlight, 0)}`,
    `accepted ${decimal(accepted, 0)}`,
    `not accepted ${decimal(sum, 0)}${which === '' ? '' : ` (${which})`}`,
  ].join(', ');
}

/** `up, effects 312, turned away 41, waiting 12, circuit breaker open` */
export function serviceInWords({ state, calls }: LiveService): string {
  if (calls === null) return state;
  return [
    state,
    `effects ${decimal(calls.effects, 0)}`,
    `turned away ${decimal(calls.turnedAway, 0)}`,
    `waiting ${decimal(calls.waiting, 0)}`,
    ...(calls.breaker === null ? [] : [`circuit breaker ${calls.breaker}`]),
  ].join(', ');
}
